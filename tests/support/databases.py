"""Databases that are ready, so that no test waits for one that is being made."""

from __future__ import annotations

from pathlib import Path

import pytest

from web.store import migrating


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty file of SQLite, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    migrating.upgrade(f"sqlite:///{path}")
    return path
