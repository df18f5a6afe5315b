"""Alive, ready, which version: for machines, without a secret."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.clocks import clock
from tests.support.redis_server import redis_server
from web import health
from web.app import build
from web.health import LEAST_DISK, Looking, Standing, catalog_fingerprint
from web.settings import ROOT, Settings
from web.wiring import Parts, wire

WELL = Standing(model="v", services=300, database=True, redis=None, disk_free=LEAST_DISK)


def over(instance: Path, **settings: object) -> Parts:
    return wire(Settings(hitorijanai_instance=instance, **settings), clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("standing", "missing", "ready"),
    [
        (WELL, (), True),
        (Standing(None, 300, True, True, LEAST_DISK), ("model",), False),
        (Standing("v", 0, True, True, LEAST_DISK), ("catalog",), False),
        (Standing("v", 300, False, None, LEAST_DISK), ("database",), True),
        (Standing("v", 300, True, False, LEAST_DISK), ("redis",), True),
        (Standing("v", 300, True, True, LEAST_DISK - 1), ("disk",), True),
        (Standing(None, 0, False, False, 0), ("catalog", "model", "disk", "database", "redis"), False),
    ],
)
def test_all_that_is_missing_is_told_and_only_what_answers_need_counts(
    standing: Standing, missing: tuple[str, ...], ready: bool
) -> None:
    assert standing.missing == missing
    assert standing.ready is ready


def test_ready_with_a_model_and_a_database(client: FlaskClient) -> None:
    told = client.get("/readyz")
    assert told.status_code == 200
    assert told.json["ready"] is True
    assert told.json["database"] is True
    assert not {"model", "catalog", "database"} & set(told.json["missing"])
    assert told.headers["Cache-Control"] == "no-store"


def test_not_ready_without_a_model(without_model: Flask) -> None:
    told = without_model.test_client().get("/readyz")
    assert told.status_code == 503
    assert "model" in told.json["missing"]


def test_the_public_side_is_ready_without_a_database(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "no-folder").touch()
    parts = over(instance, database_url=f"sqlite:///{tmp_path}/no-folder/store.sqlite")
    client = build(parts).test_client()
    told = client.get("/readyz")
    assert told.status_code == 200
    assert told.json["missing"] == ["database"]
    assert told.json["database"] is False
    assert client.get("/livez").status_code == 200


def test_alive_asks_nobody(instance: Path) -> None:
    app = build(over(instance))
    app.extensions["parts"] = app.extensions["looking"] = None
    assert app.test_client().get("/livez").json == {"alive": True}


def test_nobody_is_asked_more_than_once_a_second(instance: Path, tmp_path: Path) -> None:
    parts = over(instance, database_url=f"sqlite:///{tmp_path / 'store.sqlite'}")
    now = [100.0]
    looking = Looking(parts, clock=lambda: now[0])
    assert looking.standing().database
    parts.store.close()
    shutil.move(tmp_path / "store.sqlite", tmp_path / "gone")
    (tmp_path / "store.sqlite").mkdir()
    now[0] += 0.9
    assert looking.standing().database
    now[0] += 0.2
    assert not looking.standing().database
    (tmp_path / "store.sqlite").rmdir()
    shutil.move(tmp_path / "gone", tmp_path / "store.sqlite")
    now[0] += 10
    assert looking.standing().database


def test_redis_that_goes_away_is_seen_and_comes_back(instance: Path) -> None:
    now = [0.0]
    with redis_server() as running:
        looking = Looking(over(instance, redis_url=running.url), clock=lambda: now[0])
        assert looking.standing().redis is True
        running.kill()
        now[0] += 2
        assert looking.standing().redis is False
        assert looking.standing().ready
        running.start()
        now[0] += 2
        assert looking.standing().redis is True


def test_version_names_program_model_and_catalogue_and_nothing_else(client: FlaskClient, parts: Parts) -> None:
    told = client.get("/version").json
    assert told == {
        "version": health.program_version(),
        "model": parts.classifier.version,
        "catalog": catalog_fingerprint(ROOT / "catalog" / "data"),
    }


def test_another_catalogue_has_another_fingerprint(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(ROOT / "tests" / "catalog" / "small", first)
    shutil.copytree(first, second)
    assert catalog_fingerprint(first) == catalog_fingerprint(second)
    third = tmp_path / "third"
    shutil.copytree(first, third)
    (third / "categories.yaml").rename(third / "categorie.yaml")
    assert catalog_fingerprint(third) != catalog_fingerprint(first)
    assert re.fullmatch(r"[0-9a-f]{16}", catalog_fingerprint(third))
