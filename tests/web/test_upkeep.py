"""Every day: batches go to reviewers, what has had its time is gone, and a day missed is made up for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from catalog.hours import JAPAN
from tests.support.clocks import Clock
from web.cli import main
from web.commands.learning import worker
from web.settings import Settings
from web.store import Store
from web.store.phrases import NewPhrase
from web.upkeep import CONTACT_DAYS, RELEASED_TOGETHER, upkeep, upkeep_if_due

DAY = date(2026, 11, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path}/store.sqlite", ["k" * 32])


def give(store: Store, number: int, *, expires: date = DAY + timedelta(days=30)) -> str:
    return store.phrases.add(
        NewPhrase(
            text=f"家賃が払えません {number}",
            day=DAY,
            expires_on=expires,
            consent="2026-11",
            model="m",
            ranked=(("food-housing", 0.9),),
            margin=0.5,
            cluster=str(number),
        )
    )


def test_sentences_reach_reviewers_after_a_day_and_only_together(store: Store) -> None:
    for number in range(RELEASED_TOGETHER - 1):
        give(store, number)
    assert upkeep(store, DAY + timedelta(days=3)).released == 0
    give(store, 99)
    assert upkeep(store, DAY).released == 0
    assert upkeep(store, DAY + timedelta(days=3)).released == RELEASED_TOGETHER
    assert upkeep(store, DAY + timedelta(days=3)).released == 0


def test_what_has_had_its_time_is_gone_even_after_days_nobody_came(store: Store, tmp_path: Path) -> None:
    id = give(store, 1, expires=DAY + timedelta(days=2))
    store.contacts.add("番号がちがいます", DAY)
    done = upkeep(store, DAY + timedelta(days=CONTACT_DAYS + 10))
    assert (done.purged, done.messages, done.wiped) == (1, 1, True)
    assert store.phrases.by_id(id) is None
    assert store.contacts.list() == ()
    again = upkeep(store, DAY + timedelta(days=CONTACT_DAYS + 10))
    assert (again.purged, again.messages) == (0, 0)


def test_the_command_says_what_was_done(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["upkeep"], env={"DATABASE_URL": f"sqlite:///{tmp_path}/store.sqlite"})
    assert done.exit_code == 0, done.output
    assert "released 0, deleted 0 sentences" in done.output


def test_a_database_that_is_away_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(main, ["upkeep"], env={"DATABASE_URL": f"sqlite:///{tmp_path}/file/store.sqlite"})
    assert done.exit_code == 1
    assert "cannot be used" in done.output


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 25, 23, 50, tzinfo=JAPAN))


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A store at the clock of the test."""
    opened = Store.open(f"sqlite:///{tmp_path}/store.sqlite", ["k" * 32], clock=clock)
    yield opened
    opened.close()


def test_the_day_in_japan_has_one_upkeep_whoever_looks(kept: Store, clock: Clock) -> None:
    give(kept, 1, expires=DAY)
    first = upkeep_if_due(kept, clock())
    assert first is not None
    assert (first.state, first.result["purged"]) == ("done", 1)
    assert upkeep_if_due(kept, clock()) is None
    clock.on(minutes=11)
    give(kept, 2, expires=DAY)
    second = upkeep_if_due(kept, clock().astimezone(UTC))
    assert second is not None
    assert second.result["purged"] == 1
    clock.on(hours=23)
    assert upkeep_if_due(kept, clock()) is None
    assert [job.state for job in kept.jobs.list(kind="upkeep")] == ["done", "done"]


def test_days_missed_are_made_up_for_at_the_first_look(kept: Store, clock: Clock) -> None:
    upkeep_if_due(kept, clock())
    clock.on(days=40)
    give(kept, 1, expires=DAY + timedelta(days=30))
    done = upkeep_if_due(kept, clock())
    assert done is not None
    assert done.result["purged"] == 1


def test_an_upkeep_whose_worker_died_is_done_again_and_one_at_work_is_left(kept: Store, clock: Clock) -> None:
    kept.jobs.add("upkeep", actor=None)
    died = kept.jobs.claim("upkeep")
    assert died is not None
    assert upkeep_if_due(kept, clock()) is None
    clock.on(seconds=61)
    again = upkeep_if_due(kept, clock())
    assert again is not None
    assert (again.id, again.state) == (died.id, "done")


def test_what_failed_is_tried_again_the_same_day_but_not_at_once(kept: Store, clock: Clock) -> None:
    kept.jobs.add("upkeep", actor=None)
    failed = kept.jobs.claim("upkeep")
    assert failed is not None
    kept.jobs.finish(failed, failed=True)
    assert upkeep_if_due(kept, clock()) is None
    clock.on(minutes=16)
    again = upkeep_if_due(kept, clock())
    assert again is not None
    assert again.state == "done"


def test_a_worker_keeps_the_day_and_clears_what_a_killed_process_left(tmp_path: Path) -> None:
    models, store = tmp_path / "models", Store.open(f"sqlite:///{tmp_path}/store.sqlite", ["k" * 32])
    id = give(store, 1, expires=DAY)
    old = [models / f".{what}-x" for what in ("saving", "pointing", "fetching")]
    kept = [models / ".pointing-now", models / "0123456789abcdef", models / ".somebody-elses"]
    for folder in (*old, *kept):
        folder.mkdir(parents=True)
        (folder / "current.json").touch()
    for folder in (*old, *kept[1:]):
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    settings = Settings(hitorijanai_instance=tmp_path, database_url=f"sqlite:///{tmp_path}/store.sqlite")
    settings = settings.model_copy(update={"secret_key": "k" * 32})
    done = CliRunner().invoke(worker, ["--once", "--no-training"], obj=settings)
    assert done.exit_code == 0, done.output
    assert sorted(models.iterdir()) == sorted(kept)
    assert store.phrases.by_id(id) is None
    assert [job.state for job in store.jobs.list(kind="upkeep")] == ["done"]
    store.close()
