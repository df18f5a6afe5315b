"""Work apart from requests, restartable by its state: whoever claims a job owns it until its heart stops beating."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, insert, or_, select, update

from web.store.audit import Audit
from web.store.columns import Json
from web.store.database import Database
from web.store.errors import Conflict
from web.store.tables import jobs

DEAD_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `done` of `total` steps, now at `what`; `claim` is the right to beat and to finish it."""

    id: int
    kind: str
    state: str
    done: int
    total: int
    what: str
    started_by: int | None
    created_at: datetime
    started_at: datetime | None
    heartbeat: datetime | None
    ended_at: datetime | None
    claim: str | None
    result: Json


class Jobs:
    """Ask for work, do it, watch it."""

    def __init__(self, database: Database, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def add(self, kind: str, *, actor: int | None) -> Job:
        """A job that waits to be claimed."""
        values = {"kind": kind, "state": "waiting", "done": 0, "total": 0, "what": "", "started_by": actor}

        def work(connection: Connection) -> Job:
            made = insert(jobs).values(values | {"created_at": self._clock()}).returning(jobs)
            job = _job(connection.execute(made).one())
            self._audit.note(connection, "ask for job", f"job:{job.id}", actor=actor, after={"kind": kind})
            return job

        return self._database.audited(work)

    def claim(self, kind: str) -> Job | None:
        """A job of the kind to do now: one whose runner died 60 s ago, or else the oldest that waits.

        None if there is none, or one of the kind is running.
        """
        now, claim = self._clock(), secrets.token_hex(16)
        running = jobs.c.state == "running"
        dead = running & (or_(jobs.c.heartbeat.is_(None), jobs.c.heartbeat < now - DEAD_AFTER))

        def work(connection: Connection) -> Job | None:
            mine = select(jobs).where(jobs.c.kind == kind)
            if connection.execute(mine.where(running, ~dead)).first():
                return None
            ready = mine.where(or_(dead, jobs.c.state == "waiting"))
            found = connection.execute(ready.order_by(case((running, 0), else_=1), jobs.c.id).limit(1)).first()
            if found is None:
                return None
            unchanged = (jobs.c.id == found.id) & or_(dead, jobs.c.state == "waiting")
            values = {"state": "running", "claim": claim, "started_at": now, "heartbeat": now, "done": 0, "what": ""}
            row = connection.execute(update(jobs).where(unchanged).values(values).returning(jobs)).first()
            return None if row is None else _job(row)

        try:
            return self._database.write(work)
        except Conflict:  # another worker was quicker: the table allows one running job of a kind
            return None

    def beat(self, job: Job, *, done: int, total: int, what: str = "") -> bool:
        """Says how far it is; False if the job was stopped or is somebody else's by now: leave it then."""
        values = {"heartbeat": self._clock(), "done": done, "total": total, "what": what}
        return self._owned(job, values)

    def finish(self, job: Job, *, result: Json = None, failed: bool = False) -> bool:
        """Ends it; False as in `beat`, and then nothing is kept."""
        state = "failed" if failed else "done"
        return self._owned(job, {"state": state, "ended_at": self._clock(), "result": result, "claim": None})

    def stop(self, id: int, *, actor: int | None, reason: str = "") -> bool:
        """Stops one that waits or runs; its runner learns it at the next beat. False if it had ended."""
        open_ = jobs.c.state.in_(("waiting", "running"))
        changed = update(jobs).where(jobs.c.id == id, open_)
        values = {"state": "stopped", "ended_at": self._clock(), "claim": None}

        def work(connection: Connection) -> bool:
            if connection.execute(changed.values(values)).rowcount != 1:
                return False
            self._audit.note(connection, "stop job", f"job:{id}", actor=actor, reason=reason)
            return True

        return self._database.audited(work)

    def by_id(self, id: int) -> Job | None:
        """The job."""
        found = self._list(select(jobs).where(jobs.c.id == id))
        return found[0] if found else None

    def list(self, *, kind: str | None = None, limit: int = 20) -> tuple[Job, ...]:
        """The newest jobs first."""
        wanted = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        return self._list(wanted if kind is None else wanted.where(jobs.c.kind == kind))

    def _list(self, wanted: Any) -> tuple[Job, ...]:
        return self._database.read(lambda connection: tuple(_job(row) for row in connection.execute(wanted)))

    def _owned(self, job: Job, values: dict[str, Any]) -> bool:
        mine = (jobs.c.id == job.id) & (jobs.c.claim == job.claim) & (jobs.c.state == "running")
        changed = update(jobs).where(mine).values(values)
        return self._database.write(lambda connection: connection.execute(changed).rowcount == 1)


def _job(row: Row[Any]) -> Job:
    return Job(**row._mapping)
