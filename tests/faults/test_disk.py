"""A disk that is full, for data, models and log at once: reading goes on, and writing as soon as there is room."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nlu import instance as installation
from tests.faults.conftest import SECRET, install
from tests.faults.running import serving
from tests.faults.visiting import WORRY, Ask, comes_back, kept, visit
from web.settings import Settings
from web.wiring import wire


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes more than an installation needs."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", folder], check=False, capture_output=True
    )
    if done.returncode != 0:
        pytest.skip("no small disk can be mounted here (mount needs root)")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> Path:
    """Takes all the room that is left."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    return ballast


def test_full(small: Path, instance: Path) -> None:
    home = install(instance, small / "instance")
    environment = {
        "HITORIJANAI_INSTANCE": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'store.sqlite'}",
        "SECRET_KEY": SECRET,
    }
    parts = wire(Settings(hitorijanai_instance=home, secret_key=SECRET, database_url=environment["DATABASE_URL"]))
    registry = installation.registry(home)
    before = registry.current()
    other = replace(registry.load(str(before)).trained, temperature=2.0)
    with (small / "log").open("ab") as log, serving(environment, log=log) as ask:
        visit(ask, parts.catalog, "none", patience=60.0)
        assert kept(ask, parts) == (True, True)
        ballast = fill(small)
        # What SQLite has taken from the disk already holds some more rows.
        comes_back(lambda: kept(ask, parts) == (False, False))
        visit(ask, parts.catalog, "disk full")
        models = sorted(registry.folder.iterdir())
        with pytest.raises(OSError, match="No space left"):
            registry.save(other)
        assert sorted(registry.folder.iterdir()) == models
        assert (registry.current(), in_use(ask)) == (before, before)
        ballast.unlink()
        comes_back(lambda: kept(ask, parts) == (True, True))
        released = registry.save(other)
        registry.promote(released)
        comes_back(lambda: in_use(ask) == released)
        visit(ask, parts.catalog, "room again")
    parts.store.close()
    assert b"Traceback" not in (small / "log").read_bytes()


def in_use(ask: Ask) -> str:
    """The version of the model that a worry was read by."""
    answer = json.loads(ask("POST", "/api/v1/messages", None, {"text": WORRY, "state": None}).text)
    return str(answer["model"])
