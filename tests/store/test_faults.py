"""Whatever happens to the database, callers get StoreUnavailable, soon, and with no word in it; and it comes back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.store.conftest import KEYS, TODAY, new_phrase
from tests.store.postgresql import Cluster
from tests.store.proxy import proxied
from web.store import Conflict, Store, StoreUnavailable
from web.store.database import PUBLIC, Database, upsert
from web.store.tables import tallies
from web.store.waiting import Deadline, Gate

ROOT = Path(__file__).resolve().parents[2]
WORDS = "canary のことば"


def public(store: Store) -> None:
    store.phrases.add(new_phrase(WORDS, cluster=WORDS))


def console(store: Store) -> None:
    store.settings.set("threshold", WORDS, actor=None)


def reading(store: Store) -> None:
    store.queue.counts(for_person=None)


EVERY_LANE = (public, console, reading)


def refused(ask: Callable[[Store], None], store: Store) -> None:
    """The store refuses, and nothing of the exception, its causes or its traces holds the words."""
    with pytest.raises(StoreUnavailable) as caught:
        ask(store)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert error.cause.isidentifier()
    assert "canary" not in "".join(traceback.format_exception(error))


def comes_back(store: Store) -> None:
    for _ in range(200):
        try:
            for ask in EVERY_LANE:
                ask(store)
        except StoreUnavailable:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the store did not come back")


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Store:
    store = Store.open(sqlite_url, KEYS)
    store.ping()
    return store


def test_a_file_that_is_moved_away_takes_no_write_with_it(sqlite_store: Store, path: Path) -> None:
    public(sqlite_store)
    away = path.with_name("away")
    path.rename(away)
    for ask in EVERY_LANE:
        refused(ask, sqlite_store)
    assert not path.exists(), "no new, empty database in its place"
    away.rename(path)
    comes_back(sqlite_store)
    assert len(sqlite_store.phrases.same_text(WORDS)) >= 2
    sqlite_store.close()


@pytest.mark.parametrize("damage", ["head", "whole", "cut", "empty"])
def test_a_damaged_file_is_unavailable_and_its_repair_is_noticed(sqlite_store: Store, path: Path, damage: str) -> None:
    public(sqlite_store)
    sqlite_store.close()
    whole = path.read_bytes()
    noise = bytes(range(1, 256)) * (len(whole) // 255 + 1)
    content = {
        "head": noise[:200] + whole[200:],
        "whole": noise[: len(whole)],
        "cut": whole[:5000],
        "empty": b"\0" * len(whole),
    }[damage]
    path.write_bytes(content)
    for ask in EVERY_LANE:
        refused(ask, sqlite_store)
    sqlite_store.close()
    path.write_bytes(whole)
    comes_back(sqlite_store)
    sqlite_store.close()


def test_scattered_damage_gives_an_answer_or_unavailable_and_nothing_else(sqlite_store: Store, path: Path) -> None:
    for number in range(60):
        sqlite_store.phrases.add(new_phrase(f"{number}"))
    sqlite_store.phrases.release(TODAY.replace(month=12), least=1)
    sqlite_store.close()
    whole = path.read_bytes()
    outcomes = set()
    for step in range(12):
        content = bytearray(whole)
        for place in range(4096 + step * 97, len(whole), 1500):
            content[place : place + 9] = b"\xff\x00\x80'\"\xe3\x81{["
        path.write_bytes(content)
        for ask in (lambda: sqlite_store.queue.list("all", for_person=None), sqlite_store.audit.verify):
            try:
                ask()
            except StoreUnavailable as unavailable:
                outcomes.add(unavailable.cause)
            else:
                outcomes.add("answered")
        sqlite_store.close()
    assert outcomes


def test_a_folder_without_room_for_the_file_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file" / "store.sqlite", tmp_path):
        store = Store.open(f"sqlite:///{wrong}", KEYS)
        for ask in EVERY_LANE:
            refused(ask, store)


def test_a_database_that_may_not_be_written_is_unavailable(sqlite_store: Store, sqlite_url: str, path: Path) -> None:
    public(sqlite_store)
    sqlite_store.close()
    folders = [path.parent, path.parent.parent, path.parent.parent.parent]
    modes = [folder.stat().st_mode for folder in folders]
    try:
        for folder in folders:
            folder.chmod(0o755)
        command = [sys.executable, "-m", "tests.store.trying", sqlite_url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        for folder, mode in zip(folders, modes, strict=True):
            folder.chmod(mode)
    assert done.returncode == 0, done.stderr[-2000:]
    read, written = done.stdout.split()
    assert read in ("answered", "unavailable")
    assert written == "unavailable"


def test_public_writes_do_not_wait_for_a_lock_that_is_never_given_back(sqlite_store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused(public, sqlite_store)
    reading(sqlite_store)
    other.execute("ROLLBACK")
    other.close()
    comes_back(sqlite_store)
    sqlite_store.close()


def test_a_postgresql_that_takes_bytes_and_never_answers_is_unavailable_and_comes_back(
    cluster: Cluster, postgresql_database: str
) -> None:
    with proxied(cluster.port) as proxy:
        store = Store.open(cluster.url(postgresql_database, port=proxy.port), KEYS)
        store.ping()
        public(store)
        proxy.flowing.clear()
        for _ in range(12):
            refused(public, store)
        proxy.flowing.set()
        comes_back(store)
        store.close()


def test_a_postgresql_that_is_stopped_is_unavailable_and_comes_back(cluster: Cluster, postgresql_database: str) -> None:
    store = Store.open(cluster.url(postgresql_database), KEYS)
    for ask in EVERY_LANE:
        ask(store)
    cluster.stop()
    try:
        for ask in EVERY_LANE:
            refused(ask, store)
    finally:
        cluster.start()
    comes_back(store)
    store.close()


def test_a_postgresql_that_is_nowhere_or_refuses_the_password_is_unavailable(
    cluster: Cluster, postgresql_database: str
) -> None:
    right = cluster.url(postgresql_database)
    for wrong in (right.replace(f":{cluster.port}", ":1"), right.replace("@", "x@"), right + "nothing"):
        store = Store.open(wrong, KEYS)
        refused(reading, store)
        store.close()


def test_nobody_waits_longer_than_the_gate_says_and_after_that_nobody_waits_at_all() -> None:
    gate, hung, calls = Gate(seconds=0.05, places=2), threading.Event(), []

    def hang(deadline: Deadline) -> None:
        calls.append("hang")
        hung.wait()

    with pytest.raises(StoreUnavailable, match="TimeoutError"):
        gate.run(hang)
    with pytest.raises(StoreUnavailable, match="Shut"):
        gate.run(hang)
    assert calls == ["hang"]
    hung.set()
    for _ in range(100):
        try:
            assert gate.run(lambda deadline: deadline.passed()) is False
        except StoreUnavailable:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the gate did not open again")


def test_what_goes_wrong_in_the_work_itself_comes_out_as_it_is() -> None:
    gate = Gate(seconds=5, places=1)

    def fail(deadline: Deadline) -> None:
        raise Conflict("rule")

    for _ in range(3):
        with pytest.raises(Conflict, match="rule"):
            gate.run(fail)


def test_a_write_that_nobody_waits_for_any_more_is_not_kept(sqlite_store: Store, sqlite_url: str) -> None:
    database, hung = Database(sqlite_url), threading.Event()
    values = {"day": TODAY, "what": "slow", "category": "", "level": 0, "count": 1}

    def work(connection: Connection) -> None:
        upsert(connection, tallies, values, {"count": 2})
        hung.wait()

    with pytest.raises(StoreUnavailable):
        database.write(work, lane=PUBLIC)
    hung.set()
    comes_back(sqlite_store)
    assert sqlite_store.tallies.read(TODAY, TODAY) == ()
    database.close()
    sqlite_store.close()
