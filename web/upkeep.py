"""What has to happen every day: sentences go to reviewers in mixed batches; whatever has had its time is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from web.console.access import ABSOLUTE, IDLE
from web.store import Store

RELEASED_TOGETHER = 5
"""Fewer held sentences wait on: among so few, one could be told by its day."""
CONTACT_DAYS = 180


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows each step touched. `wiped`: the bytes of deleted sentences are out of the log too."""

    released: int
    purged: int
    wiped: bool
    messages: int
    sign_ins: int


def upkeep(store: Store, today: date) -> Kept:
    """Does all of it; doing it twice changes nothing more. Raises StoreUnavailable."""
    purged = store.phrases.purge(today)
    return Kept(
        released=store.phrases.release(today, least=RELEASED_TOGETHER),
        purged=purged.rows,
        wiped=purged.wiped,
        messages=store.contacts.purge(today - timedelta(days=CONTACT_DAYS)),
        sign_ins=store.sign_ins.end_old(idle=IDLE, absolute=ABSOLUTE),
    )
