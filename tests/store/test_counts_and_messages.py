from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest

from tests.store.conftest import KEYS, TODAY
from tests.store.postgresql import Cluster
from web.store import Store
from web.store.tallies import Tally, hidden_small

DAY = timedelta(days=1)


def test_what_is_counted_adds_up_by_day_word_category_and_level(store: Store) -> None:
    store.tallies.count(TODAY, "reply", "work")
    store.tallies.count(TODAY, "reply", "work")
    store.tallies.count(TODAY, "reply", "work", 2)
    store.tallies.count(TODAY, "not-this", by=5)
    store.tallies.count(TODAY - DAY, "reply", "work")
    store.tallies.count(TODAY - 9 * DAY, "reply", "work")
    assert store.tallies.read(TODAY - DAY, TODAY) == (
        Tally(TODAY - DAY, "reply", "work", 0, 1),
        Tally(TODAY, "not-this", "", 0, 5),
        Tally(TODAY, "reply", "work", 0, 2),
        Tally(TODAY, "reply", "work", 2, 1),
    )
    assert [row.count for row in store.tallies.read(TODAY, TODAY, what="reply")] == [2, 1]


def test_counts_at_the_same_time_are_all_counted(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: store.tallies.count(TODAY, "reply"), range(40)))
    assert [row.count for row in store.tallies.read(TODAY, TODAY)] == [40]


def test_small_counts_are_hidden() -> None:
    rows = [Tally(TODAY, "reply", "work", 0, count) for count in (0, 1, 9, 10, 4000)]
    assert [row.count for row in hidden_small(rows)] == [None, None, None, 10, 4000]
    assert [row.count for row in hidden_small(hidden_small(rows), least=11)] == [None, None, None, None, 4000]


def test_a_message_is_listed_until_it_is_old_and_its_reading_is_audited(store: Store) -> None:
    old = store.contacts.add("古いことば", TODAY - 40 * DAY)
    new = store.contacts.add("新しいことば", TODAY)
    assert [(each.id, each.text) for each in store.contacts.list()] == [(new, "新しいことば"), (old, "古いことば")]
    assert store.contacts.mark_read(new, TODAY, actor=7)
    assert not store.contacts.mark_read(new, TODAY, actor=7)
    assert not store.contacts.mark_read("nobody", TODAY, actor=7)
    assert [each.id for each in store.contacts.list(unread=True)] == [old]
    assert store.contacts.purge(TODAY - 30 * DAY) == 1
    assert store.contacts.purge(TODAY - 30 * DAY) == 0
    assert [each.id for each in store.contacts.list()] == [new]
    assert [entry.action for entry in store.audit.list()] == ["purge messages", "read message"]
    assert "ことば" not in repr(store.audit.list()) + repr(store.contacts.list())


def test_a_setting_is_what_was_set_last_and_every_change_is_audited(store: Store) -> None:
    assert store.settings.get("threshold", 0.97) == 0.97
    store.settings.set("threshold", 0.9, actor=1)
    store.settings.set("threshold", {"work": 0.8}, actor=2, reason="会議で決めた")
    store.settings.set("nothing", None, actor=2)
    assert store.settings.get("threshold") == {"work": 0.8}
    assert store.settings.get("nothing", "default") is None
    assert store.settings.all() == {"nothing": None, "threshold": {"work": 0.8}}
    entry = store.audit.list(subject="setting:threshold")[0]
    assert (entry.before, entry.after, entry.actor, entry.reason) == (0.9, {"work": 0.8}, 2, "会議で決めた")
    assert store.audit.verify() == ()


def test_the_parts_of_a_model_come_back_byte_by_byte(store: Store) -> None:
    data = bytes(range(256)) * 4000
    store.blobs.put("v1", {"weights.npz": data})
    store.blobs.put("v2", {"card.json": b""}, beside=["v1"])
    assert store.blobs.get("v1", "weights.npz") == data
    assert store.blobs.get("v2", "card.json") == b""
    assert store.blobs.get("v2", "weights.npz") is None
    assert store.blobs.list() == (("v1", "weights.npz", 1_024_000), ("v2", "card.json", 0))
    assert store.blobs.list("v2") == (("v2", "card.json", 0),)


def parts(signature: bytes, weights: bytes = b"weights") -> dict[str, bytes]:
    return {"weights.npz": weights, "signature": signature}


@pytest.mark.parametrize("other", [parts(b"b"), parts(b"a", b"longer weights"), {"signature": b"a"}])
def test_a_version_that_differs_is_replaced_whole(store: Store, other: dict[str, bytes]) -> None:
    store.blobs.put("v1", parts(b"a"))
    store.blobs.put("v1", other)
    assert {name: store.blobs.get("v1", name) for _, name, _ in store.blobs.list()} == other


def test_a_version_that_is_there_is_not_written_again(cluster: Cluster, postgresql_database: str) -> None:
    wanted = "SELECT name, xmin::text FROM blobs ORDER BY name"
    with closing(Store.open(cluster.url(postgresql_database), KEYS)) as store:
        store.blobs.put("v1", parts(b"a"))
        written = cluster.execute(wanted, database=postgresql_database)
        store.blobs.put("v1", parts(b"a"))
        assert len(written) == 2
        assert cluster.execute(wanted, database=postgresql_database) == written


def test_only_the_versions_that_are_named_stay(store: Store) -> None:
    versions = [f"v{number:02}" for number in range(25)]
    for version in versions:
        store.blobs.put(version, parts(b"a"), beside=versions)
    store.blobs.put("v30", parts(b"a"), beside=["v20", "nowhere"])
    store.blobs.put("v30", parts(b"a"), beside=["v20", "nowhere"])
    assert {version for version, _, _ in store.blobs.list()} == {"v20", "v30"}


def test_machines_that_put_the_same_version_at_once_do_not_mix_it(store: Store) -> None:
    def put(number: int) -> None:
        store.blobs.put("v1", parts(b"%02d" % number, b"%02d" % number))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(put, range(40)))
    assert store.blobs.get("v1", "weights.npz") == store.blobs.get("v1", "signature")
