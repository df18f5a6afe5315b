"""THREATMODEL.md, SECURITY.md, docs/security/asvs.md: every test they name is there, no requirement is left out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "security" / "asvs.md"
PAPERS = ("THREATMODEL.md", "SECURITY.md", "docs/security/asvs.md")
LEVELS_1_AND_2 = """
V1.1 1-2|V1.2 1-9|V1.3 1-11|V1.4 1-3|V1.5 1-2|V2.1 1-3|V2.2 1-3|V2.3 1-4|V2.4 1|V3.2 1-2|V3.3 1-4|V3.4 1-6|V3.5 1-5
V3.7 1-2|V4.1 1-3|V4.2 1|V4.3 1-2|V4.4 1-4|V5.1 1|V5.2 1-3|V5.3 1-2|V5.4 1-3|V6.1 1-3|V6.2 1-12|V6.3 1-4|V6.4 1-4
V6.5 1-5|V6.6 1-3|V6.8 1-4|V7.1 1-3|V7.2 1-4|V7.3 1-2|V7.4 1-5|V7.5 1-2|V7.6 1-2|V8.1 1-2|V8.2 1-3|V8.3 1|V8.4 1
V9.1 1-3|V9.2 1-4|V10.1 1-2|V10.2 1-2|V10.3 1-4|V10.4 1-11|V10.5 1-5|V10.6 1-2|V10.7 1-3|V11.1 1-2|V11.2 1-3|V11.3 1-3
V11.4 1-4|V11.5 1|V11.6 1|V12.1 1-3|V12.2 1-2|V12.3 1-4|V13.1 1|V13.2 1-5|V13.3 1-2|V13.4 1-5|V14.1 1-2|V14.2 1-4
V14.3 1-3|V15.1 1-3|V15.2 1-3|V15.3 1-7|V16.1 1|V16.2 1-5|V16.3 1-4|V16.4 1-3|V16.5 1-3|V17.1 1|V17.2 1-4|V17.3 1-2
"""
"""The requirements of ASVS 5.0.0 at levels 1 and 2, as numbers only; those of level 3 stand behind them."""
STATES = ("yes", "part", "no", "n/a", "operator")


def spread(start: str, end: str) -> list[str]:
    """V1.2.3 to 5, or V10.1 to V10.7 as sections, one by one."""
    head, _, first = start.rpartition(".")
    return [f"{head}.{number}" for number in range(int(first), int(end.rpartition(".")[2]) + 1)]


def required() -> list[str]:
    found = []
    for entry in LEVELS_1_AND_2.replace("\n", "|").split("|"):
        if entry:
            section, numbers = entry.split()
            found += spread(f"{section}.{numbers.split('-')[0]}", numbers.split("-")[-1])
    return found


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if re.match(r"\| V\d", line)]


def ids(cell: str) -> list[str]:
    """V1.2.3 is one; V1.2.6–8 are three; V10 and V4.3 are all of the chapter or the section at these levels."""
    start, _, end = cell.partition("–")
    if end:
        return spread(start, end)
    return [start] if start.count(".") == 2 else [each for each in required() if each.startswith(f"{start}.")]


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def named(paper: str) -> list[tuple[str, str]]:
    text = (ROOT / paper).read_text(encoding="utf-8")
    return re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_test_that_is_named_is_there(paper: str) -> None:
    found = named(paper)
    assert len(found) > 3
    missing = [path for path, _ in found if not (ROOT / path).is_file()]
    missing += [
        f"{path}::{name}" for path, name in found if name and path not in missing and name not in functions_of(path)
    ]
    assert missing == []


@pytest.mark.parametrize("paper", PAPERS)
def test_every_file_that_is_linked_is_there(paper: str) -> None:
    text = (ROOT / paper).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if "://" not in link and ":" not in link]
    assert [link for link in links if not ((ROOT / paper).parent / link).exists()] == []


def test_every_requirement_of_levels_1_and_2_has_one_row() -> None:
    counted = Counter(id for row in rows() for id in ids(row[0]))
    assert len(required()) == 253
    assert counted == Counter(required())


def test_every_row_says_how_it_is_met_or_why_not() -> None:
    for row in rows():
        assert len(row) == 5, row
        id, words, state, how, proof = row
        assert state in STATES, row
        assert words, row
        assert len(how) > 2, row
        if state in ("yes", "part"):
            assert proof, f"{id} is met and nothing proves it"
