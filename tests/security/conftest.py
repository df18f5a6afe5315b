"""The real public application and the real console, each over a store of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.console.conftest import (  # noqa: F401
    clock,
    console,
    console_app,
    console_parts,
    empty_store,
    member,
    pauses,
    sign_in,
    wired,
)
from tests.support.clocks import clock as ten_in_the_morning
from web.app import build
from web.settings import Settings
from web.wiring import Parts, wire


@pytest.fixture(scope="session")
def parts(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    url = f"sqlite:///{tmp_path_factory.mktemp('public')}/store.sqlite"
    return wire(Settings(hitorijanai_instance=instance, database_url=url), ten_in_the_morning)


@pytest.fixture(scope="session")
def app(parts: Parts) -> Flask:
    return build(parts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
