"""Every day: batches go to reviewers, what has had its time is gone, and a day missed is made up for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from web.cli import main
from web.store import Store
from web.store.phrases import NewPhrase
from web.upkeep import CONTACT_DAYS, RELEASED_TOGETHER, upkeep

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
