"""A store on SQLite and on the real PostgreSQL: a test that asks for `store` runs on both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine

from tests.catalog.conftest import small
from tests.store.postgresql import Cluster, cluster
from tests.support.clocks import Clock
from tests.support.databases import empty_store
from web.store import Store, migrating
from web.store.people import Person
from web.store.phrases import NewPhrase
from web.store.tables import metadata

__all__ = ["Clock", "cluster", "empty_store", "small"]

KEYS = ("the newest secret of this installation", "the secret before it")
PASSWORD = {"password_hash": "$argon2id$x"}
TODAY = date(2026, 11, 25)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 25, 1, 0, 0, 123456, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgresql_database(cluster: Cluster) -> str:
    """The name of a migrated database of PostgreSQL."""
    name = cluster.create()
    migrating.upgrade(cluster.url(name))
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, already migrated."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_store"), tmp_path)
        return f"sqlite:///{tmp_path / 'store.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    name: str = request.getfixturevalue("postgresql_database")
    emptied = ", ".join(table.name for table in metadata.sorted_tables)
    cluster.execute(f"TRUNCATE {emptied} RESTART IDENTITY", database=name)
    cluster.execute("INSERT INTO audit_head (id, seq, hash, signature) VALUES (1, 0, '', '')", database=name)
    return cluster.url(name)


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store.open(url, KEYS, clock=clock)
    opened.ping()
    yield opened
    opened.close()


@pytest.fixture
def behind_its_back(url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """Runs SQL past the store, as somebody with access to the database could; gives the rows."""

    def run(statement: str) -> list[tuple[Any, ...]]:
        engine = create_engine(url, poolclass=NullPool)
        with engine.begin() as connection:
            done = connection.exec_driver_sql(statement)
            return [tuple(row) for row in done] if done.returns_rows else []

    return run


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def person(store: Store) -> Callable[..., Person]:
    """Makes a person of a role."""
    return lambda name, role="reviewer": store.people.create(
        name, role=role, profession="公認心理師", **PASSWORD, actor=None
    )


def new_phrase(text: str = "家賃が払えない", **other: Any) -> NewPhrase:
    """A phrase as it comes from the page."""
    values: dict[str, Any] = {
        "text": text,
        "day": TODAY,
        "expires_on": TODAY + timedelta(days=30),
        "consent": "2026-11",
        "model": "0123456789abcdef",
        "ranked": (("living-medical-costs", 0.55), ("food-housing", 0.35), ("work", 0.05)),
        "margin": 0.2,
        "cluster": text,
    }
    return NewPhrase(**values | other)


@pytest.fixture
def waiting(store: Store) -> Callable[..., str]:
    """Keeps a phrase and releases it to reviewers; gives its id."""

    def keep(text: str = "家賃が払えない", **other: Any) -> str:
        id = store.phrases.add(new_phrase(text, **other))
        assert store.phrases.release(TODAY + timedelta(days=2), least=1) == 1
        return id

    return keep
