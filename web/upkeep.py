"""What has to happen every day: sentences go to reviewers in mixed batches; whatever has had its time is deleted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from catalog.hours import JAPAN
from web.console.access import ABSOLUTE, IDLE
from web.store import Store
from web.store.jobs import Job

RELEASED_TOGETHER = 5
"""Fewer held sentences wait on: among so few, one could be told by its day."""
CONTACT_DAYS = 180
KIND = "upkeep"
AGAIN_AFTER = timedelta(minutes=15)
"""So long after a day's work that failed it is tried again."""


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


def upkeep_if_due(store: Store, now: datetime) -> Job | None:
    """Does the day's work if nobody has done it on this day in Japan, and gives the job as it ended.

    None if it is not due, or another worker is at it; one that died is done again. Raises StoreUnavailable.
    """
    newest = next(iter(store.jobs.list(kind=KIND, limit=1)), None)
    if newest is not None and newest.ended_at is not None and _rests(newest, newest.ended_at, now):
        return None
    if newest is None or newest.ended_at is not None:
        store.jobs.add(KIND, actor=None)
    job = store.jobs.claim(KIND)
    if job is None:
        return None
    kept = upkeep(store, now.astimezone(JAPAN).date())
    store.jobs.finish(job, result=asdict(kept), failed=not kept.wiped)
    return store.jobs.by_id(job.id)


def _rests(job: Job, ended: datetime, now: datetime) -> bool:
    if job.state == "done":
        return ended.astimezone(JAPAN).date() >= now.astimezone(JAPAN).date()
    return now - ended < AGAIN_AFTER
