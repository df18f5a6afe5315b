"""The catalogues the tests look at: the real one, and a small good one to break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catalog.loading import load, problems_in
from catalog.model import CATEGORY_IDS, Catalog

DATA = Path(__file__).parents[2] / "catalog" / "data"
SMALL = Path(__file__).parent / "small"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`small/` made whole: files it lacks are the real ones, every other category asks as `no-one-to-talk-to` does."""
    folder = tmp_path_factory.mktemp("small") / "data"
    shutil.copytree(SMALL, folder)
    for path in DATA.glob("*.yaml"):
        if not (folder / path.name).exists():
            shutil.copy(path, folder)
    questions = (folder / "flows" / "no-one-to-talk-to.yaml").read_text(encoding="utf-8")
    for id in CATEGORY_IDS[:-1]:
        flow = questions.replace("category: no-one-to-talk-to", f"category: {id}")
        (folder / "flows" / f"{id}.yaml").write_text(flow, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def good(small: Path) -> Catalog:
    return load(small, TODAY)


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    """A copy of the small catalogue, to be broken."""
    return Path(shutil.copytree(small, tmp_path / "data"))


@pytest.fixture
def copy_real(data: Path, tmp_path: Path) -> Path:
    """A copy of the real catalogue, to be broken."""
    return Path(shutil.copytree(data, tmp_path / "real"))


@pytest.fixture
def lines() -> Callable[[Path], list[str]]:
    """Every problem of a folder as the line a person sees."""
    return lambda folder: [str(problem) for problem in problems_in(folder, TODAY)]


@pytest.fixture
def edit(copy: Path, lines: Callable[[Path], list[str]]) -> Callable[..., list[str]]:
    """The lines printed after replacing (old, new) texts in one file of the copy."""

    def edited(file: str, *replacements: tuple[str, str]) -> list[str]:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text, f"{file} does not hold {old!r}"
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")
        return lines(copy)

    return edited
