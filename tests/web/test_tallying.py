"""Counts by day hold no word and no person, and never stand in the way of a page."""

from __future__ import annotations

from pathlib import Path

from tests.support.clocks import clock
from web.store import Store
from web.store.tallies import hidden_small
from web.tallying import MOST_KEPT, Tallying


def test_counts_are_gathered_and_written_together(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/store.sqlite", ["k" * 32])
    tallying = Tallying(store, clock, every=3600)
    for _ in range(12):
        tallying.count("heard", "work", 0)
    tallying.count("not-this", "work")
    assert store.tallies.read(clock().date(), clock().date()) == ()
    assert tallying.flush()
    assert tallying.flush()
    rows = store.tallies.read(clock().date(), clock().date())
    assert {(row.what, row.category, row.count) for row in rows} == {("heard", "work", 12), ("not-this", "work", 1)}
    assert {(row.what, row.count) for row in hidden_small(rows)} == {("heard", 12), ("not-this", None)}


def test_a_database_that_is_away_loses_no_count(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    folder.touch()
    tallying = Tallying(Store.open(f"sqlite:///{folder}/store.sqlite", ["k" * 32]), clock, every=3600)
    tallying.count("heard", "work")
    tallying.count("heard", "covid19")
    assert not tallying.flush()
    folder.unlink()
    folder.mkdir()
    healed = Tallying(Store.open(f"sqlite:///{folder}/store.sqlite", ["k" * 32]), clock, every=3600)
    healed._counts = tallying._counts
    assert healed.flush()
    rows = healed._store.tallies.read(clock().date(), clock().date())
    assert sorted(row.category for row in rows) == ["covid19", "work"]


def test_memory_is_bounded_while_it_is_away(tmp_path: Path) -> None:
    tallying = Tallying(Store.open(f"sqlite:///{tmp_path}/x.sqlite", ["k" * 32]), clock, every=3600)
    for number in range(MOST_KEPT + 50):
        tallying.count("heard", str(number))
    assert len(tallying._counts) == MOST_KEPT
