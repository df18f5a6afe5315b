"""Each folder of tests/broken is one slip: the data files as broken, and in expected.txt the lines it must print."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

BROKEN = Path(__file__).parents[1] / "broken"
CASES = sorted(path for path in BROKEN.iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_broken_file_prints_exactly_its_lines(
    case: Path, copy: Path, data: Path, lines: Callable[[Path], list[str]]
) -> None:
    expected = (case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert expected, "expected.txt is empty"
    files = [path.relative_to(case) for path in case.rglob("*") if path.is_file() and path.name != "expected.txt"]
    assert files, "no broken file"
    assert all((data / file).parent.is_dir() for file in files), "the file is in the wrong place"
    shutil.copytree(case, copy, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    assert lines(copy) == expected


def test_there_are_broken_files() -> None:
    assert len(CASES) > 90
