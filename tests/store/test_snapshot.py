"""Rows leave a database and come back the same, into either kind of database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.store.conftest import KEYS, PASSWORD, TODAY, Clock, new_phrase
from tests.store.postgresql import Cluster
from web.store import Store, StoreUnavailable, migrating, snapshot
from web.store.judging import Judgement
from web.store.snapshot import Batch, NotPossible, put_back, taken
from web.store.tables import metadata

MODEL = bytes(range(256)) * 5
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other' / 'store.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.create())


def rows_of(url: str) -> tuple[str, dict[str, int], Rows]:
    with taken(url) as now:
        found: Rows = {}
        for batch in now.batches:
            found.setdefault(batch.table, []).extend(batch.rows)
        return now.revision, dict(now.last), found


def move(source: str, target: str) -> dict[str, int]:
    with taken(source) as found:
        return put_back(target, found.batches, revision=found.revision, last=found.last, replace=False)


@pytest.fixture
def lived_in(store: Store, clock: Clock, waiting: Callable[..., str]) -> Store:
    """Rows in every table, and every kind of value: times, days, JSON, JSON's null, NULL, numbers that went."""
    anna = store.people.create("あんな", role="reviewer", profession="公認心理師", **PASSWORD, actor=None)
    ben = store.people.create("べん", role="lead", profession="社会福祉士", **PASSWORD, actor=anna.id)
    store.people.note_failure(ben.id, locked_until=clock.now + timedelta(minutes=15))
    judged = waiting("家賃が払えない")
    store.verdicts.record(
        judged, Judgement("label", "work", None), actor=anna.id, guideline_version="1", seconds=2.5, keep_until=TODAY
    )
    store.phrases.add(new_phrase("眠れない", level=2, kind="suicide", chosen="work"))
    store.contacts.add("番号がちがいます", TODAY)
    store.tallies.count(TODAY, "reply", "work", 1)
    job = store.jobs.add("train", actor=anna.id)
    store.jobs.add("train", actor=anna.id)
    store.candidates.create("abc", gate={"right": 0.9}, passed=True, actor=anna.id, job=job.id)
    store.settings.set("nothing", None, actor=anna.id)
    store.settings.set("daily_cap", {"work": [1, 2.5, "三"]}, actor=ben.id)
    store.blobs.put("abc", {"weights.npz": MODEL})
    return store


def test_every_row_comes_back_the_same_into_either_kind(
    url: str, empty: str, lived_in: Store, behind_its_back: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    newest = max(job.id for job in lived_in.jobs.list())
    behind_its_back("DELETE FROM jobs WHERE id = (SELECT max(id) FROM jobs)")
    revision, _, before = rows_of(url)
    assert set(before) == {table.name for table in metadata.sorted_tables} - {"sign_ins", "blobs"}
    counts = move(url, empty)
    assert {name: number for name, number in counts.items() if number} == {n: len(r) for n, r in before.items()}
    assert rows_of(empty)[0] == revision == migrating.revision(empty)
    assert rows_of(empty)[2] == before
    there = Store.open(empty, KEYS)
    assert there.audit.verify() == ()
    assert there.settings.all() == {"nothing": None, "daily_cap": {"work": [1, 2.5, "三"]}}
    assert {contact.text for contact in there.contacts.list()} == {"番号がちがいます"}
    assert there.jobs.add("other", actor=None).id > newest, "a number is given out once"
    assert there.people.create("ちか", role="reviewer", profession="", **PASSWORD, actor=None).id == 3
    there.close()


def test_files_of_models_that_an_older_backup_holds_as_rows_come_back(
    url: str, empty: str, lived_in: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(snapshot, "LEFT_OUT", ("alembic_version", "sign_ins"))
        assert move(url, empty)["blobs"] == 1
    there = Store.open(empty, KEYS)
    assert there.blobs.get("abc", "weights.npz") == MODEL
    there.close()


def test_rows_that_are_there_stay_unless_they_are_to_go(url: str, lived_in: Store) -> None:
    former = rows_of(url)
    instead = Batch("contacts", ("id", "text", "day", "read_on"), (("a", "b", "2026-11-25", None),))
    with pytest.raises(NotPossible, match="--replace"):
        put_back(url, [instead], revision=former[0], last={}, replace=False)
    assert rows_of(url) == former
    put_back(url, [instead], revision=former[0], last={}, replace=True)
    assert rows_of(url)[2] == {"contacts": list(instead.rows)}


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        (Batch("verdicts", ("id", "phrase"), ((1, "nowhere"),)), "IntegrityError|NotNullViolation"),
        (Batch("diaries", ("id",), ((1,),)), "does not fit"),
        (Batch("contacts", ("id", "address"), (("a", "b"),)), "does not fit"),
    ],
)
def test_rows_that_do_not_fit_change_nothing(url: str, lived_in: Store, batch: Batch, said: str) -> None:
    former = rows_of(url)
    with pytest.raises((NotPossible, StoreUnavailable), match=said):
        put_back(url, [batch], revision=former[0], last={}, replace=True)
    assert rows_of(url) == former


def test_rows_of_a_newer_version_are_refused_with_the_way_out(url: str, lived_in: Store) -> None:
    former = rows_of(url)
    with pytest.raises(NotPossible, match="install the version that wrote them"):
        put_back(url, [], revision="9999", last={}, replace=True)
    assert rows_of(url) == former


def test_where_nothing_was_ever_kept_there_is_nothing_to_take(empty: str) -> None:
    with pytest.raises(NotPossible), taken(empty):
        pass


def test_whoever_writes_meanwhile_is_not_held_up_and_not_seen(url: str, lived_in: Store) -> None:
    with taken(url) as found:
        lived_in.settings.set("later", 1, actor=None)
        rows = [row for batch in found.batches if batch.table == "settings" for row in batch.rows]
    assert {row[0] for row in rows} == {"nothing", "daily_cap"}


def test_a_database_that_allows_nothing_is_told_without_its_address(
    cluster: Cluster, lived_in: Store, url: str
) -> None:
    name = cluster.create()
    cluster.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC; DROP SCHEMA public", database=name)
    with pytest.raises(StoreUnavailable) as told, taken(url) as found:
        put_back(cluster.url(name), found.batches, revision=found.revision, last=found.last, replace=False)
    assert told.value.cause == "InvalidSchemaName"


def test_a_database_that_cannot_hold_every_letter_is_refused(url: str, lived_in: Store, cluster: Cluster) -> None:
    name = f"{cluster.create()}_ascii"
    cluster.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(NotPossible, match="must be in UTF8"):
        move(url, cluster.url(name))
