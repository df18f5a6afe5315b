from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, create_engine, func, inspect, select

from tests.store.conftest import KEYS
from tests.store.postgresql import Cluster
from web.store import Store, StoreUnavailable, migrating
from web.store.tables import audit_head, metadata, phrases, tallies, verdicts

ROWS = 100_000


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database in which nothing is."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'store.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.create())


@pytest.fixture
def look(empty: str) -> Iterator[Callable[[Callable[[Connection], Any]], Any]]:
    engine = create_engine(empty, poolclass=NullPool)

    def run(work: Callable[[Connection], Any]) -> Any:
        with engine.begin() as connection:
            return work(connection)

    yield run
    engine.dispose()


def names(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


NUMBERS = "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100000) "
PEOPLE = (
    "INSERT INTO people (id, name, role, profession, password_hash, active, created_on, failures)"
    " VALUES (1, 'hana', 'lead', '', '', true, '2026-11-25', 0)"
)
PHRASES = (
    "INSERT INTO phrases (id, text, digest, day, consent, model, ranked, predicted, margin, level, cluster,"
    " identifying, random_slice, blind_second, state, expires_on)"
    " SELECT 'phrase number ' || i, 'gAAAAAAAAAAAAAAAAAAAAAAAAAAA', 'digest' || i,"
    " '2026-11-25', '1', 'm', '[]', 'work', 0.5, 0, 'c', 0, false, false, 'waiting', '2026-12-25' FROM numbers"
)
VERDICTS = (
    "INSERT INTO verdicts (phrase, person, answer, label, round, guideline_version, seconds, at, former, made)"
    " SELECT 'phrase number ' || i, 1, 'label', 'work', 'first', '1', 1.0, '2026-11-25 00:00:00', '{}', '{}'"
    " FROM numbers"
)
TALLIES = (
    "INSERT INTO tallies (day, what, category, level, count) SELECT '2026-11-25', 'reply', 'work', i, 1 FROM numbers"
)


def fill(connection: Connection) -> None:
    """100,000 phrases with a verdict each, and as many tallies."""
    connection.exec_driver_sql(PEOPLE)
    for rows in (PHRASES, VERDICTS, TALLIES):
        connection.exec_driver_sql(NUMBERS + rows)


def sizes(connection: Connection) -> list[int]:
    counted = (select(func.count()).select_from(table) for table in (phrases, verdicts, tallies))
    return [connection.execute(each).scalar_one() for each in counted]


def test_the_migrated_schema_is_the_schema_of_the_code(empty: str, look: Callable[..., Any]) -> None:
    assert migrating.revision(empty) is None
    assert migrating.upgrade(empty) == "0001" == migrating.revision(empty)
    assert look(lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)) == []
    assert look(names) == {*metadata.tables, "alembic_version"}


def test_up_down_and_up_again_with_100_000_rows(empty: str, look: Callable[..., Any]) -> None:
    migrating.upgrade(empty)
    look(fill)
    assert migrating.upgrade(empty) == "0001"
    assert look(sizes) == [ROWS, ROWS, ROWS], "to where it stands already is no change"
    assert migrating.downgrade(empty) is None
    assert look(names) == {"alembic_version"}
    assert migrating.upgrade(empty) == "0001"
    assert look(sizes) == [0, 0, 0]


def test_two_that_migrate_together_wait_for_each_other(empty: str, look: Callable[..., Any]) -> None:
    reached: list[str | None] = []
    threads = [threading.Thread(target=lambda: reached.append(migrating.upgrade(empty))) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert reached == ["0001"] * 4
    assert look(lambda connection: connection.execute(select(func.count()).select_from(audit_head)).scalar()) == 1


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty: str, look: Callable[..., Any]) -> None:
    migrating.upgrade(empty)
    look(lambda connection: connection.exec_driver_sql("DROP TABLE blobs"))
    before = look(names)
    with pytest.raises(Exception, match="blobs"):
        migrating.downgrade(empty)
    assert look(names) == before
    assert migrating.revision(empty) == "0001"


def test_sqlite_is_migrated_when_something_is_asked_and_postgresql_by_its_operator_only(empty: str) -> None:
    store = Store.open(empty, KEYS)
    if empty.startswith("sqlite"):
        assert not Path(empty.removeprefix("sqlite:///")).exists()
        store.ping()
    else:
        with pytest.raises(StoreUnavailable):
            store.ping()
        assert migrating.revision(empty) is None
        migrating.upgrade(empty)
        store.ping()
    assert migrating.revision(empty) == "0001"
    store.close()


def test_a_database_of_a_newer_version_of_the_code_is_used_as_it_is(empty: str, look: Callable[..., Any]) -> None:
    migrating.upgrade(empty)
    look(lambda connection: connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'"))
    store = Store.open(empty, KEYS)
    store.settings.set("threshold", 0.9, actor=None)
    assert store.settings.get("threshold") == 0.9
    store.close()
    assert migrating.upgrade(empty) == "9999", "a program that was taken back leaves the schema as it is"
    assert migrating.revision(empty) == "9999"


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://hana:secret@host/db", "sqlite:///a?mode=memory"],
)
def test_another_kind_of_database_is_refused_without_repeating_its_address(url: str) -> None:
    with pytest.raises(ValueError, match="database") as refused:
        Store.open(url, KEYS)
    assert "secret" not in str(refused.value)
