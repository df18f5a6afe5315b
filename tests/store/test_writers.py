"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

from tests.store.conftest import KEYS, PASSWORD, TODAY
from tests.store.writing import writer
from web.store import Store, migrating
from web.store.queue import Filter


class Writer:
    """A process that writes, and the file into which it tells what is kept."""

    def __init__(self, url: str, told: Path, times: int) -> None:
        self._told = told
        self.process = writer(url, told, times)

    def ended(self) -> int | None:
        """Its exit status; None if it goes on for two minutes."""
        self.process.join(120)
        return self.process.exitcode

    def has_written(self) -> bool:
        return b"\n" in self._told.read_bytes()

    def told(self) -> Counter[str]:
        """How much it was told is kept, by what; it must have ended."""
        whole = self._told.read_text().rpartition("\n")[0]
        return Counter(line.split()[0] for line in whole.splitlines())


def opened(url: str) -> Store:
    store = Store.open(url, KEYS)
    store.people.create("counter", role="admin", profession="", **PASSWORD, actor=None)
    return store


def check(store: Store, told: Counter[str], *, more: int = 0) -> None:
    """What writers were told is kept is there; of each kind at most `more`, which nobody could be told of any more."""
    assert store.audit.verify() == ()
    counter = store.people.by_id(1)
    assert counter is not None
    tallies = sum(row.count or 0 for row in store.tallies.read(TODAY, TODAY))
    found = {
        "audit": len(store.audit.list(action="write", limit=100_000)),
        "failures": counter.failures,
        "public": tallies + store.queue.size(Filter(), for_person=None),
    }
    for what, number in found.items():
        assert told[what] <= number <= told[what] + told["refused"] * (what == "public") + more, what


def test_eight_processes_write_without_a_lock_error_and_without_a_lost_write(url: str, tmp_path: Path) -> None:
    store = opened(url)
    writers = [Writer(url, tmp_path / f"w{number}", 6) for number in range(8)]
    told: Counter[str] = Counter()
    for each in writers:
        assert each.ended() == 0
        told += each.told()
    assert told["audit"] == told["failures"] == 8 * 6
    assert told["public"] + told["refused"] == 8 * 12
    check(store, told)
    store.close()


def test_killed_writers_leave_a_whole_database_with_all_they_were_told_is_kept(sqlite_url: str, tmp_path: Path) -> None:
    store = opened(sqlite_url)
    told: Counter[str] = Counter()
    for round in range(3):
        writers = [Writer(sqlite_url, tmp_path / f"r{round}w{number}", 1_000_000) for number in range(2)]
        while not all(each.has_written() for each in writers):
            time.sleep(0.01)
        time.sleep(0.1 * round)
        for each in writers:
            each.process.kill()
        for each in writers:
            assert each.ended() == -signal.SIGKILL
            told += each.told()
    assert told["audit"] >= 6
    check(store, told, more=6)
    store.close()
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_processes_that_start_together_migrate_a_new_file_once(sqlite_url: str, tmp_path: Path) -> None:
    writers = [Writer(sqlite_url, tmp_path / f"w{number}", 0) for number in range(4)]
    for each in writers:
        assert each.ended() == 0
    assert migrating.revision(sqlite_url) == "0001"
    store = Store.open(sqlite_url, KEYS)
    assert store.audit.verify() == ()
    store.close()
