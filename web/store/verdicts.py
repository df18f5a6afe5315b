"""What reviewers said of phrases: recorded, taken back, read. `web.store.judging` has the rule that moves a phrase."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from web.store.audit import Audit
from web.store.database import Database
from web.store.errors import Conflict
from web.store.judging import Judgement, Place, Standing, may_judge, moved
from web.store.tables import people, phrases, verdicts

MOST_AT_ONCE = 2_000
"""What is judged, and taken back, as one: it keeps others from writing meanwhile, some 3 ms a phrase."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One verdict. `round`: first, second or adjudication; `undone_at` is set where it was taken back."""

    id: int
    phrase: str
    person: int
    answer: str
    label: str | None
    also: str | None
    round: str
    guideline_version: str
    seconds: float
    at: datetime
    bulk_id: str | None
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bulk:
    """One action on many phrases: its id, the phrases it judged, and those it left, with the rule that forbade it."""

    id: str
    judged: tuple[str, ...]
    left: tuple[tuple[str, str], ...]


class Verdicts:
    """Record verdicts and take them back."""

    def __init__(self, database: Database, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def record(
        self,
        phrase: str,
        said: Judgement,
        *,
        actor: int,
        guideline_version: str,
        seconds: float,
        keep_until: date | None = None,
    ) -> Verdict:
        """Records what `actor` says and moves the phrase. `keep_until`: how long it is kept if that makes it done.

        Conflict if this person must not judge the phrase now.
        """
        told = (guideline_version, seconds, keep_until, None)
        return self._database.audited(lambda connection: self._record(connection, phrase, said, actor, told))

    def record_many(
        self,
        phrases: Sequence[str],
        said: Judgement,
        *,
        actor: int,
        guideline_version: str,
        seconds: float,
        keep_until: date | None = None,
    ) -> Bulk:
        """The same verdict on many phrases, as one action that can be taken back as one. ValueError above 2,000."""
        if len(phrases) > MOST_AT_ONCE:
            raise ValueError(f"at most {MOST_AT_ONCE} phrases at once")
        bulk_id = uuid.uuid4().hex
        told = (guideline_version, seconds, keep_until, bulk_id)

        def work(connection: Connection) -> Bulk:
            judged, left = [], []
            for phrase in dict.fromkeys(phrases):
                try:
                    self._record(connection, phrase, said, actor, told)
                except Conflict as conflict:
                    left.append((phrase, conflict.rule))
                else:
                    judged.append(phrase)
            return Bulk(bulk_id, tuple(judged), tuple(left))

        return self._database.audited(work)

    def undo(self, id: int, *, actor: int | None, reason: str = "") -> None:
        """Takes a verdict back; the phrase is again exactly where it was.

        Conflict if it was taken back before, or the phrase has moved on since.
        """
        self._undo(verdicts.c.id == id, actor=actor, reason=reason)

    def undo_bulk(self, bulk_id: str, *, actor: int | None, reason: str = "") -> int:
        """Takes back all verdicts of one action, or, with Conflict, none; returns how many."""
        return self._undo(verdicts.c.bulk_id == bulk_id, actor=actor, reason=reason)

    def by_id(self, id: int) -> Verdict | None:
        """The verdict, taken back or not."""
        found = self._list(select(verdicts).where(verdicts.c.id == id))
        return found[0] if found else None

    def last(self, person: int, limit: int = 50) -> tuple[Verdict, ...]:
        """A person's newest verdicts that stand."""
        mine = select(verdicts).where(verdicts.c.person == person, verdicts.c.undone_at.is_(None))
        return self._list(mine.order_by(verdicts.c.id.desc()).limit(limit))

    def of_phrase(self, phrase: str) -> tuple[Verdict, ...]:
        """All verdicts on a phrase, the oldest first, those taken back too."""
        return self._list(select(verdicts).where(verdicts.c.phrase == phrase).order_by(verdicts.c.id))

    def _list(self, wanted: Any) -> tuple[Verdict, ...]:
        return self._database.read(lambda connection: tuple(_verdict(row) for row in connection.execute(wanted)))

    def _record(
        self,
        connection: Connection,
        phrase: str,
        said: Judgement,
        person: int,
        told: tuple[str, float, date | None, str | None],
    ) -> Verdict:
        guideline_version, seconds, keep_until, bulk_id = told
        found = _phrase(connection, phrase)
        place, needs_two = _place(found), bool(found.level or found.kind or found.blind_second)
        standing = _standing(connection, phrase)
        round = may_judge(place, standing, person=person, role=_role(connection, person), needs_two=needs_two)
        made = moved(place, standing, said, needs_two=needs_two, keep_until=keep_until)
        values = {
            "phrase": phrase,
            "person": person,
            "answer": said.answer,
            "label": said.label,
            "also": said.also,
            "round": round,
            "guideline_version": guideline_version,
            "seconds": seconds,
            "at": self._clock(),
            "bulk_id": bulk_id,
            "former": place.as_json(),
            "made": made.as_json(),
        }
        row = connection.execute(insert(verdicts).values(values).returning(verdicts)).one()
        _put(connection, phrase, made)
        shown = {key: values[key] for key in ("answer", "label", "also", "round", "guideline_version", "bulk_id")}
        self._audit.note(
            connection,
            "verdict",
            f"phrase:{phrase}",
            actor=person,
            before=place.as_json(),
            after=made.as_json() | {"verdict": row.id, **shown},
        )
        return _verdict(row)

    def _undo(self, which: Any, *, actor: int | None, reason: str) -> int:
        def work(connection: Connection) -> int:
            wanted = select(verdicts).where(which).order_by(verdicts.c.id.desc())
            rows = connection.execute(wanted).all()
            if not rows or any(row.undone_at is not None for row in rows):
                raise Conflict("there is no such verdict, or it was taken back before")
            for row in rows:
                self._undo_one(connection, row, actor=actor, reason=reason)
            return len(rows)

        return self._database.audited(work)

    def _undo_one(self, connection: Connection, row: Row[Any], *, actor: int | None, reason: str) -> None:
        newest = _standing_rows(connection, row.phrase)[-1]
        if newest.id != row.id or _place(_phrase(connection, row.phrase)) != Place.from_json(row.made):
            raise Conflict("the phrase has moved on since")
        connection.execute(update(verdicts).where(verdicts.c.id == row.id).values(undone_at=self._clock()))
        _put(connection, row.phrase, Place.from_json(row.former))
        self._audit.note(
            connection,
            "undo verdict",
            f"phrase:{row.phrase}",
            actor=actor,
            before=row.made | {"verdict": row.id},
            after=row.former,
            reason=reason,
        )


def _phrase(connection: Connection, id: str) -> Row[Any]:
    found = connection.execute(select(phrases).where(phrases.c.id == id).with_for_update()).first()
    if found is None:
        raise Conflict("there is no such phrase")
    return found


def _place(row: Row[Any]) -> Place:
    return Place(row.state, row.label, row.also, row.expires_on)


def _put(connection: Connection, id: str, place: Place) -> None:
    values = {"state": place.state, "label": place.label, "also": place.also, "expires_on": place.expires_on}
    connection.execute(update(phrases).where(phrases.c.id == id).values(values))


def _role(connection: Connection, person: int) -> str:
    role = connection.execute(select(people.c.role).where(people.c.id == person, people.c.active)).scalar()
    if role is None:
        raise Conflict("there is no such active person")
    return str(role)


def _standing_rows(connection: Connection, phrase: str) -> Sequence[Row[Any]]:
    wanted = select(verdicts).where(verdicts.c.phrase == phrase, verdicts.c.undone_at.is_(None))
    return connection.execute(wanted.order_by(verdicts.c.id)).all()


def _standing(connection: Connection, phrase: str) -> list[Standing]:
    return [
        Standing(row.person, row.round, Judgement(row.answer, row.label, row.also))
        for row in _standing_rows(connection, phrase)
    ]


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(**{name: row._mapping[name] for name in Verdict.__dataclass_fields__})
