"""The rehearsal: a backup is taken while processes write, the machine is lost, and an empty one takes its place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.store.conftest import KEYS, PASSWORD, TODAY, new_phrase
from tests.store.postgresql import Cluster
from tests.store.writing import writer
from web import backup
from web.restoring import restore
from web.settings import Settings
from web.store import Store
from web.store.queue import Filter
from web.store.secrecy import Secrecy

KEY = b"k" * 32
TAKEN = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@contextmanager
def writers(url: str, folder: Path) -> Iterator[list[Path]]:
    """Two processes that write until they are stopped, and the files in which they tell what is kept."""
    told = [folder / f"writer{number}" for number in range(2)]
    running = [writer(url, path, 1_000_000) for path in told]
    try:
        yield told
    finally:
        for process in running:
            process.kill()
            process.join()


def so_far(told: list[Path]) -> Counter[str]:
    whole = [path.read_text().rpartition("\n")[0].splitlines() for path in told]
    return Counter(line.split()[0] for lines in whole for line in lines)


def wait_for(told: list[Path], lines: int) -> None:
    deadline = time.monotonic() + 60
    while any(path.read_text().count("\n") < lines for path in told):
        assert time.monotonic() < deadline, "nobody writes"
        time.sleep(0.02)


@pytest.fixture
def elsewhere(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """An empty machine of the same kind, on which only the secret was put back."""
    keys = tmp_path / "elsewhere" / "keys"
    keys.mkdir(parents=True)
    (keys / "secret_key").write_text(KEYS[0], encoding="ascii")
    address = ""
    if url.startswith("postgresql"):
        cluster: Cluster = request.getfixturevalue("cluster")
        address = cluster.url(cluster.create())
    return Settings(hitorijanai_instance=keys.parent, database_url=address, secret_key="", secret_key_fallbacks="")


def opened(settings: Settings) -> Store:
    return Store.open(settings.database_url or f"sqlite:///{settings.hitorijanai_instance}/store.sqlite", KEYS)


def test_what_was_kept_before_a_backup_began_is_there_after_the_machine_was_lost(
    url: str, elsewhere: Settings, tmp_path: Path
) -> None:
    store = Store.open(url, KEYS)
    store.people.create("counter", role="admin", profession="", **PASSWORD, actor=None)
    store.close()
    with writers(url, tmp_path) as told:
        wait_for(told, 12)
        before = so_far(told)
        path, held = backup.write(tmp_path / "backups", KEY, url=url, secrecy=Secrecy(KEYS), now=TAKEN, models=None)
        wait_for(told, max(path.read_text().count("\n") for path in told) + 4)
    assert b"writer0" not in path.read_bytes()

    done = restore(path, KEY, elsewhere, clock=lambda: TAKEN, replace=False, with_models=True)
    assert done.faults == ()
    assert done.rows == sum(rows for rows, _ in held.tables.values())
    there = opened(elsewhere)
    counter = there.people.by_id(1)
    assert counter is not None
    tallies = sum(row.count or 0 for row in there.tallies.read(TODAY, TODAY))
    found = {
        "audit": len(there.audit.list(action="write", limit=100_000)),
        "failures": counter.failures,
        "public": tallies + there.queue.size(Filter(), for_person=None),
    }
    for what, number in found.items():
        assert number >= before[what] > 0, what
    assert there.audit.verify() == ()
    assert [entry.action for entry in there.audit.list(limit=1)] == ["restore backup"]
    there.close()


def test_what_should_have_gone_since_is_gone_after_a_restore(url: str, elsewhere: Settings, tmp_path: Path) -> None:
    store = Store.open(url, KEYS)
    store.phrases.add(new_phrase("すぐに消える文", expires_on=TODAY + timedelta(days=2)))
    stays = store.phrases.add(new_phrase("まだある文", expires_on=TODAY + timedelta(days=9)))
    store.contacts.add("むかしの知らせ", TODAY - timedelta(days=179))
    store.close()
    path, _ = backup.write(tmp_path, KEY, url=url, secrecy=Secrecy(KEYS), now=TAKEN, models=None)
    later = TAKEN + timedelta(days=3)
    done = restore(path, KEY, elsewhere, clock=lambda: later, replace=False, with_models=True)
    assert (done.kept.purged, done.kept.messages, done.kept.wiped) == (1, 1, True)
    there = opened(elsewhere)
    assert there.phrases.same_text("すぐに消える文") == ()
    assert there.phrases.same_text("まだある文") == (stays,)
    assert there.contacts.list() == ()
    assert there.audit.verify() == ()
    there.close()
    if not elsewhere.database_url:
        left = b"".join(each.read_bytes() for each in elsewhere.hitorijanai_instance.glob("store.sqlite*"))
        assert Secrecy(KEYS).digest("すぐに消える文").encode() not in left
        assert Secrecy(KEYS).digest("まだある文").encode() in left


def test_a_trail_that_was_touched_before_the_backup_is_said_after_the_restore(
    url: str, elsewhere: Settings, tmp_path: Path, behind_its_back: Callable[[str], object]
) -> None:
    store = Store.open(url, KEYS)
    for number in range(3):
        store.audit.append("write", str(number), actor=None)
    store.close()
    behind_its_back("UPDATE audit SET subject = 'another' WHERE seq = 2")
    path, _ = backup.write(tmp_path, KEY, url=url, secrecy=Secrecy(KEYS), now=TAKEN, models=None)
    done = restore(path, KEY, elsewhere, clock=lambda: TAKEN, replace=False, with_models=True)
    assert [fault.seq for fault in done.faults] == [2]
