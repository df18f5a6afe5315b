"""The real application over the real catalogue; the model is the one `make model` trained, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.clocks import clock
from web.app import build
from web.settings import Settings
from web.wiring import Parts, wire


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
def client_at(instance: Path) -> Callable[[datetime], FlaskClient]:
    """The application at another moment."""
    return lambda now: build(wire(Settings(hitorijanai_instance=instance), lambda: now)).test_client()


@pytest.fixture(scope="session")
def without_model(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return build(wire(Settings(hitorijanai_instance=tmp_path_factory.mktemp("empty")), clock))
