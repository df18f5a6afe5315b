"""What every test may ask for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from catalog.loading import load
from catalog.model import Catalog

settings.register_profile("ours", deadline=None)  # a busy machine is no bug
settings.load_profile("ours")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The real catalogue."""
    return load(ROOT / "catalog" / "data")
