from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.store.conftest import KEYS
from tests.support.clocks import Clock
from web.store import Store, StoreUnavailable
from web.store.audit import Fault

Sql = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def trail(store: Store, clock: Clock) -> Store:
    """Six entries, a minute apart."""
    for number in range(1, 7):
        clock.on(minutes=1)
        store.audit.append("look", f"phrase:{number}", actor=number % 2, after={"n": number, "日": ["本", None]})
    assert store.audit.verify() == ()
    return store


def test_an_empty_trail_is_right(store: Store) -> None:
    assert store.audit.verify() == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 7 WHERE seq = 3",
        "UPDATE audit SET action = 'x' WHERE seq = 3",
        "UPDATE audit SET subject = 'x' WHERE seq = 3",
        "UPDATE audit SET before = '1' WHERE seq = 3",
        "UPDATE audit SET after = '{}' WHERE seq = 3",
        "UPDATE audit SET reason = 'x' WHERE seq = 3",
        "UPDATE audit SET hash = 'x' WHERE seq = 3",
    ],
)
def test_a_changed_entry_is_named(trail: Store, behind_its_back: Sql, change: str) -> None:
    behind_its_back(change)
    assert Fault(3, "touched") in trail.audit.verify()
    assert {fault.seq for fault in trail.audit.verify()} <= {3, 4}


def test_a_changed_moment_is_named(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("UPDATE audit SET at = (SELECT at FROM audit WHERE seq = 2) WHERE seq = 3")
    assert trail.audit.verify() == (Fault(3, "touched"),)


def test_a_removed_entry_is_named(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("DELETE FROM audit WHERE seq IN (3, 4)")
    assert trail.audit.verify() == (Fault(3, "missing"), Fault(4, "missing"))


def test_a_cut_off_tail_is_named(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("DELETE FROM audit WHERE seq > 4")
    assert trail.audit.verify() == (Fault(5, "missing"), Fault(6, "missing"))


def test_a_tail_cut_off_together_with_the_head_is_found(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("DELETE FROM audit WHERE seq > 4")
    behind_its_back("UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit WHERE seq = 4)")
    assert trail.audit.verify() == (Fault(4, "head"),)


def test_a_head_that_claims_an_empty_trail_is_found(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("UPDATE audit_head SET seq = 0, hash = '', signature = ''")
    assert trail.audit.verify() == (Fault(0, "head"),)


def test_without_its_head_the_trail_takes_no_entry(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("DELETE FROM audit_head")
    assert trail.audit.verify() == (Fault(6, "head"),)
    with pytest.raises(StoreUnavailable):
        trail.audit.append("look", "x", actor=None)


def test_swapped_entries_are_named(trail: Store, behind_its_back: Sql) -> None:
    behind_its_back("UPDATE audit SET seq = 99 WHERE seq = 2")
    behind_its_back("UPDATE audit SET seq = 2 WHERE seq = 5")
    behind_its_back("UPDATE audit SET seq = 5 WHERE seq = 99")
    assert {Fault(2, "touched"), Fault(5, "touched")} <= set(trail.audit.verify())


def test_a_trail_made_anew_by_somebody_without_the_key_is_found(trail: Store, behind_its_back: Sql, url: str) -> None:
    behind_its_back("DELETE FROM audit")
    behind_its_back("UPDATE audit_head SET seq = 0, hash = '', signature = ''")
    forger = Store.open(url, ["a secret the forger made up"])
    for number in range(6):
        forger.audit.append("look", f"phrase:{number}", actor=None)
    assert forger.audit.verify() == ()
    forger.close()
    assert trail.audit.verify() == (Fault(6, "head"),)


def test_entries_are_listed_newest_first_by_every_filter(trail: Store, clock: Clock) -> None:
    listed = trail.audit.list()
    assert [entry.seq for entry in listed] == [6, 5, 4, 3, 2, 1]
    assert listed[0].after == {"n": 6, "日": ["本", None]}
    assert listed[0].at == clock.now
    assert [entry.seq for entry in trail.audit.list(actor=1)] == [5, 3, 1]
    assert [entry.seq for entry in trail.audit.list(subject="phrase:4")] == [4]
    assert trail.audit.list(action="nothing of the kind") == ()
    assert [entry.seq for entry in trail.audit.list(since=listed[2].at, until=listed[0].at)] == [5, 4]
    assert [entry.seq for entry in trail.audit.list(limit=2, offset=1)] == [5, 4]


def test_the_trail_is_right_across_a_change_of_keys(trail: Store, url: str, clock: Clock) -> None:
    newer = Store.open(url, ["an even newer secret", *KEYS], clock=clock)
    assert newer.audit.verify() == ()
    newer.rotate(actor=None)
    newer.close()
    alone = Store.open(url, ["an even newer secret"], clock=clock)
    assert alone.audit.verify() == ()
    assert alone.audit.list(limit=1)[0].action == "rotate keys"
    alone.close()


def test_a_change_that_fails_leaves_no_entry(store: Store) -> None:
    store.settings.set("threshold", 0.9, actor=None)
    with pytest.raises(Exception, match="no such person"):
        store.people.set_role(1, "lead", actor=None)
    assert [entry.subject for entry in store.audit.list()] == ["setting:threshold"]
    assert store.audit.verify() == ()
