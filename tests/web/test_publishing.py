"""A folder that is published is whole at every moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main
from web.publishing import MANIFEST, PublishError, publish

FIRST = [("index.html", b"first"), ("a/b/index.html", b"deep")]


def test_the_files_stand_where_they_should_and_anybody_may_read_them(tmp_path: Path) -> None:
    done = publish(FIRST, tmp_path / "public", about={"made_on": "today"})
    assert (done.files, done.size) == (2, 9)
    assert (tmp_path / "public" / "a" / "b" / "index.html").read_bytes() == b"deep"
    for path in (tmp_path / "public").resolve().rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)
    assert json.loads((tmp_path / "public" / MANIFEST).read_text())["made_on"] == "today"


def test_whoever_looks_while_it_is_written_sees_the_old_whole(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(FIRST, target, about={})
    seen = []

    def second() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"second"
        seen.append((target / "index.html").read_bytes())
        seen.append((target / "a/b/index.html").read_bytes())

    publish(second(), target, about={})
    assert seen == [b"first", b"deep"]
    assert (target / "index.html").read_bytes() == b"second"
    assert not (target / "a").exists()


def test_what_fails_half_way_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(FIRST, target, about={})
    before = sorted(path.name for path in tmp_path.iterdir())

    def broken() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish(broken(), target, about={})
    with pytest.raises(ValueError, match="leads out"):
        publish([("../evil", b"")], target, about={})
    assert (target / "index.html").read_bytes() == b"first"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_time_before_stays_for_those_still_reading_and_older_ones_go(tmp_path: Path) -> None:
    target = tmp_path / "public"
    publish(FIRST, target, about={})
    first = target.resolve()
    publish(FIRST, target, about={})
    assert (first / "index.html").exists()
    publish(FIRST, target, about={})
    assert not first.exists()
    assert sum(path.is_dir() and not path.is_symlink() for path in tmp_path.iterdir()) == 2


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(PublishError, match="was not made by this command"):
        publish(FIRST, tmp_path / "mine", about={})
    (tmp_path / "file").write_text("")
    with pytest.raises(PublishError, match="cannot be written"):
        publish(FIRST, tmp_path / "file" / "public", about={})
    assert (tmp_path / "mine" / "letter.txt").read_text() == "keep me"


def test_the_command_says_what_is_wrong_and_ends_as_commands_do(instance: Path, tmp_path: Path) -> None:
    asked = {"HITORIJANAI_INSTANCE": str(instance)}
    (tmp_path / "mine").mkdir()
    done = CliRunner().invoke(main, ["export-static", str(tmp_path / "mine")], env=asked)
    assert (done.exit_code, "was not made by this command" in done.output) == (1, True)
    done = CliRunner().invoke(main, ["export-static", str(tmp_path / "new"), "--base-url", "mirror"], env=asked)
    assert (done.exit_code, "--base-url" in done.output) == (2, True)


def test_the_command_writes_every_page_in_every_language(small: Path, tmp_path: Path) -> None:
    asked = {"HITORIJANAI_CATALOG": str(small), "HITORIJANAI_INSTANCE": str(tmp_path / "no-model")}
    done = CliRunner().invoke(main, ["export-static", str(tmp_path / "public"), "--base-url", "/"], env=asked)
    assert done.exit_code == 0, done.output
    manifest = json.loads((tmp_path / "public" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["base_url"] == "/"
    assert f"{len(manifest['files'])} files" in done.output
    services = {path.stem for path in (small / "services").iterdir()}
    for tree in ("", "en/", "easy/"):
        assert {f"{tree}services/{id}/index.html" for id in services} <= set(manifest["files"]), tree
        assert f"{tree}index.html" in manifest["files"]
