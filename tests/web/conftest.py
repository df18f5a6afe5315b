"""The real application over the real catalogue; the model is the one `make model` trained, or none at all.

It is wired once: nothing in a catalogue or a model changes, so a test that needs another clock or another database has
those exchanged, and shares the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistant.guide import Guide
from tests.catalog.conftest import small
from tests.support.clocks import clock
from tests.support.databases import empty_store
from web.app import build
from web.settings import Settings
from web.store import Store
from web.tallying import Tallying
from web.wiring import Parts, open_store, wire

__all__ = ["empty_store", "small"]  # `small` for processes of which nobody asks how much stands in the catalogue


@pytest.fixture(scope="session")
def parts(instance: Path) -> Parts:
    return wire(Settings(hitorijanai_instance=instance), clock)


@pytest.fixture(scope="session")
def app(parts: Parts) -> Flask:
    return build(parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_at(parts: Parts) -> Callable[[datetime], FlaskClient]:
    """The application at another moment."""

    def at(now: datetime) -> FlaskClient:
        model = parts.classifier
        guide = Guide(parts.catalog, model.predict_in_time, lambda: now, why=model.heard_in_time)
        return build(replace(parts, guide=guide, tallying=Tallying(parts.store, lambda: now))).test_client()

    return at


@pytest.fixture
def database(empty_store: Path, tmp_path: Path) -> str:
    """The address of an empty database of its own, tmp_path/store.sqlite."""
    shutil.copy(empty_store, tmp_path)
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def parts_on(parts: Parts) -> Iterator[Callable[[str], Parts]]:
    """The parts over the database of this address."""
    opened: list[Store] = []

    def on(url: str) -> Parts:
        settings = parts.settings.model_copy(update={"database_url": url})
        store = open_store(settings)
        opened.append(store)
        sharing = replace(parts.sharing, store=store)
        return replace(parts, settings=settings, store=store, sharing=sharing, tallying=Tallying(store, clock))

    yield on
    for store in opened:
        store.close()


@pytest.fixture
def here(parts_on: Callable[[str], Parts], database: str) -> Parts:
    """The parts over a database of their own."""
    return parts_on(database)


@pytest.fixture(scope="session")
def without_model(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return build(wire(Settings(hitorijanai_instance=tmp_path_factory.mktemp("empty")), clock))
