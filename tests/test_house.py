"""The house itself: names, walls, pins, commands and papers."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["assistant", "catalog", "nlu", "web"])
def test_a_package_of_that_name_is_ours(name: str) -> None:
    found = importlib.import_module(name).__file__
    assert found is not None
    assert Path(found) == ROOT / name / "__init__.py"


@pytest.mark.parametrize("name", ["assistant", "nlu", "training_data", "catalog", "web", "tests", "pyproject.toml"])
def test_the_seven_names_stand(name: str) -> None:
    assert (ROOT / name).exists()


def test_training_data_holds_no_python() -> None:
    assert not list((ROOT / "training_data").rglob("*.py"))


def test_the_walls_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_bare_make_prints_every_target_that_people_use() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)
    offered = {line.split()[0] for line in done.stdout.splitlines() if line.strip()}
    assert {"run", "test", "check", "train"} <= offered


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pinned = {}
    for block in re.split(r"\n(?=[a-z0-9])", text):
        if found := re.match(r"([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", block):
            pinned[found[1]] = found[2]
            assert "--hash=sha256:" in block, found[1]
    for requirement in PROJECT["project"]["dependencies"]:
        name, _, version = requirement.partition("==")
        assert pinned[name] == version


@pytest.mark.parametrize("paper", ["README.md", "README.ja.md"])
def test_a_readme_leads_with_the_two_commands_and_its_links_exist(paper: str) -> None:
    text = (ROOT / paper).read_text(encoding="utf-8")
    assert "make run" in text[:1500]
    assert "make test" in text[:1500]
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        if not link.startswith("http"):
            assert (ROOT / link).exists(), link


def test_the_papers_stand() -> None:
    for name in ("ARCHITECTURE.md", "CHANGELOG.md", "LICENSE"):
        assert (ROOT / name).stat().st_size > 500
    assert "MIT" in (ROOT / "LICENSE").read_text(encoding="utf-8")
