"""Trained models that may go into use, and who decided it. Nobody releases what they trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from web.store.audit import Audit
from web.store.columns import Json
from web.store.database import Database
from web.store.errors import Conflict
from web.store.tables import candidates

DECISIONS = {
    ("waiting", "released"),
    ("waiting", "refused"),
    ("released", "withdrawn"),
    ("withdrawn", "released"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model by its version. `gate` is what the gate found; `trained_by` is None for the command line."""

    version: str
    job: int | None
    trained_by: int | None
    trained_at: datetime
    gate: Json
    state: str
    released_by: int | None
    released_at: datetime | None


class Candidates:
    """Propose models, decide about them, list them."""

    def __init__(self, database: Database, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def create(self, version: str, *, gate: Json, passed: bool, actor: int | None, job: int | None = None) -> Candidate:
        """A model trained by `actor`: it waits for a decision, or is refused where the gate was not passed.

        Conflict if there is one of that version.
        """
        values = {
            "version": version,
            "job": job,
            "trained_by": actor,
            "trained_at": self._clock(),
            "gate": gate,
            "state": "waiting" if passed else "refused",
        }

        def work(connection: Connection) -> Candidate:
            row = connection.execute(insert(candidates).values(values).returning(candidates)).one()
            after = {"state": row.state, "job": job}
            self._audit.note(connection, "propose model", f"model:{version}", actor=actor, after=after)
            return _candidate(row)

        return self._database.audited(work)

    def decide(self, version: str, state: str, *, actor: int | None, reason: str = "") -> Candidate:
        """Released, refused or withdrawn by `actor`.

        Conflict if there is no such model, it cannot get there from where it is, or `actor` would release their own.
        """

        def work(connection: Connection) -> Candidate:
            mine = candidates.c.version == version
            found = connection.execute(select(candidates).where(mine).with_for_update()).first()
            if found is None:
                raise Conflict("there is no such model")
            if (found.state, state) not in DECISIONS:
                raise Conflict(f"a model that is {found.state} cannot become {state}")
            if state == "released" and found.trained_by == actor:
                raise Conflict("whoever trained a model does not release it")
            values: dict[str, Any] = {"state": state}
            if state == "released":
                values |= {"released_by": actor, "released_at": self._clock()}
            row = connection.execute(update(candidates).where(mine).values(values).returning(candidates)).one()
            self._audit.note(
                connection,
                "decide model",
                f"model:{version}",
                actor=actor,
                before={"state": found.state},
                after={"state": state},
                reason=reason,
            )
            return _candidate(row)

        return self._database.audited(work)

    def by_version(self, version: str) -> Candidate | None:
        """The model of that version."""
        wanted = select(candidates).where(candidates.c.version == version)

        def work(connection: Connection) -> Candidate | None:
            row = connection.execute(wanted).first()
            return None if row is None else _candidate(row)

        return self._database.read(work)

    def list(self, *, state: str | None = None, limit: int = 50) -> tuple[Candidate, ...]:
        """Models, the newest first."""
        wanted = select(candidates).order_by(candidates.c.trained_at.desc(), candidates.c.version).limit(limit)
        if state is not None:
            wanted = wanted.where(candidates.c.state == state)
        return self._database.read(lambda connection: tuple(_candidate(row) for row in connection.execute(wanted)))


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(**row._mapping)
