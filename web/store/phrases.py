"""Phrases that people agreed to give: redacted before, encrypted here, kept for a time, with the day only."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, exists, func, insert, select, update

from web.store.audit import Audit
from web.store.cleaning import wiped
from web.store.database import PUBLIC, Database
from web.store.errors import Conflict
from web.store.secrecy import Secrecy
from web.store.tables import phrases, verdicts

MAX_CHARACTERS = 4_000
_HELD = timedelta(days=2)
"""With days only, two calendar days are the least that is 24 hours for certain."""
SETTABLE = ("waiting", "adjudicate", "hidden")


@dataclass(frozen=True, slots=True)
class NewPhrase:
    """What is given. `ranked`: the likeliest categories with their probabilities; `margin`: between the first two.

    `chosen` is what the person picked after 「ちがう」; `identifying` counts what could point to a person;
    `expires_on` is the day on which the text is gone.
    """

    text: str = field(repr=False)
    day: date
    expires_on: date
    consent: str
    model: str
    ranked: tuple[tuple[str, float], ...]
    margin: float
    cluster: str
    level: int = 0
    kind: str | None = None
    chosen: str | None = None
    identifying: int = 0
    random_slice: bool = False
    blind_second: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A kept phrase. `text` is None where its key is lost; `label` and `also` are the verdict, once it is done."""

    id: str
    text: str | None = field(repr=False)
    day: date
    expires_on: date
    released_on: date | None
    consent: str
    model: str
    ranked: tuple[tuple[str, float], ...]
    margin: float
    cluster: str
    level: int
    kind: str | None
    chosen: str | None
    identifying: int
    random_slice: bool
    blind_second: bool
    state: str
    label: str | None
    also: str | None

    @property
    def predicted(self) -> str:
        """The likeliest category."""
        return self.ranked[0][0]


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows went, and whether their bytes are out of the log too (False: a reader held it; purge again)."""

    rows: int
    wiped: bool


class Phrases:
    """Keep, release, change and remove phrases. Lists for reviewers are in `web.store.queue`."""

    def __init__(self, database: Database, secrecy: Secrecy, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._secrecy = secrecy
        self._audit = audit
        self._clock = clock

    def add(self, new: NewPhrase) -> str:
        """Keeps a phrase, held back from reviewers; returns its id. ValueError if empty, too long or uncategorised."""
        if not new.text.strip() or len(new.text) > MAX_CHARACTERS or not new.ranked:
            raise ValueError("a phrase has 1 to 4,000 characters and at least one category")
        id = uuid.uuid4().hex
        names = NewPhrase.__dataclass_fields__
        values = {name: getattr(new, name) for name in names} | {
            "id": id,
            "text": self._secrecy.hide(new.text),
            "digest": self._secrecy.digest(new.text),
            "ranked": [[category, probability] for category, probability in new.ranked],
            "predicted": new.ranked[0][0],
            "state": "held",
        }
        made = insert(phrases).values(values)
        self._database.write(lambda connection: connection.execute(made).rowcount, lane=PUBLIC)
        return id

    def same_text(self, text: str) -> tuple[str, ...]:
        """The ids of the kept phrases that differ from the text in nothing but width, case, spaces and repeats."""
        wanted = select(phrases.c.id).where(phrases.c.digest.in_(self._secrecy.digests(text))).order_by(phrases.c.id)
        return self._database.read(lambda connection: tuple(connection.execute(wanted).scalars()))

    def by_id(self, id: str) -> Phrase | None:
        """The phrase, whatever its state."""
        wanted = select(phrases).where(phrases.c.id == id)

        def work(connection: Connection) -> Phrase | None:
            row = connection.execute(wanted).first()
            return None if row is None else self.read(row)

        return self._database.read(work)

    def release(self, today: date, *, least: int) -> int:
        """Lets reviewers see what was held for 24 hours, if that is at least so many phrases; returns how many it was.

        Together they are a crowd in which no phrase can be told by its day; lists are in the order of the random ids.
        """
        ripe = (phrases.c.state == "held") & (phrases.c.day <= today - _HELD)

        def work(connection: Connection) -> int:
            if connection.execute(select(func.count()).select_from(phrases).where(ripe)).scalar_one() < max(least, 1):
                return 0
            changed = update(phrases).where(ripe).values(state="waiting", released_on=today)
            released = connection.execute(changed).rowcount
            self._audit.note(connection, "release phrases", "phrases", actor=None, after={"phrases": released})
            return released

        return self._database.audited(work)

    def set_state(self, id: str, state: str, *, actor: int | None, reason: str = "") -> None:
        """Back to "waiting" (what was said of it does not count any more), to "adjudicate", or "hidden".

        ValueError for another state. Conflict if there is no such phrase, or nothing to adjudicate.
        """
        if state not in SETTABLE:
            raise ValueError(f"a phrase can be set to {SETTABLE}")

        def work(connection: Connection) -> None:
            former = connection.execute(select(phrases).where(phrases.c.id == id).with_for_update()).first()
            if former is None:
                raise Conflict("there is no such phrase")
            standing = (verdicts.c.phrase == id) & verdicts.c.undone_at.is_(None)
            if state == "adjudicate" and not connection.execute(select(exists().where(standing))).scalar():
                raise Conflict("nobody has judged the phrase")
            if state == "waiting":
                connection.execute(update(verdicts).where(standing).values(undone_at=self._clock()))
            values = {"state": state, "label": None, "also": None}
            self._change(connection, former, values, "set state", actor=actor, reason=reason)

        self._database.audited(work)

    def hide(self, id: str, *, actor: int | None, reason: str = "") -> None:
        """Out of every list. Conflict if there is no such phrase."""
        self.set_state(id, "hidden", actor=actor, reason=reason)

    def ask_second(self, ids: Iterable[str], *, actor: int | None, reason: str = "") -> int:
        """Sends phrases that are done back for the opinion of a second person, and returns how many it sent: what was
        said first stands, and another who says the same makes them done again.
        """

        def work(connection: Connection) -> int:
            done = select(phrases).where(phrases.c.id.in_(set(ids)), phrases.c.state == "done").with_for_update()
            found = connection.execute(done.order_by(phrases.c.id)).all()
            values = {"state": "second", "label": None, "also": None, "blind_second": True}
            for row in found:
                self._change(connection, row, values, "ask second", actor=actor, reason=reason)
            return len(found)

        return self._database.audited(work)

    def purge(self, today: date) -> Purged:
        """Removes what expires today or has expired, with its verdicts, and wipes the bytes. Again is harmless."""

        def work(connection: Connection) -> int:
            gone = connection.execute(delete(phrases).where(phrases.c.expires_on <= today)).rowcount
            if gone:
                self._audit.note(connection, "purge phrases", "phrases", actor=None, after={"phrases": gone})
            return gone

        gone = self._database.audited(work)
        return Purged(gone, wiped(self._database, "phrases"))

    def _change(
        self,
        connection: Connection,
        row: Row[Any],
        values: dict[str, Any],
        action: str,
        *,
        actor: int | None,
        reason: str,
    ) -> None:
        """Changes a row, and notes what it was before."""
        connection.execute(update(phrases).where(phrases.c.id == row.id).values(values))
        before = {key: row._mapping[key] for key in values}
        self._audit.note(
            connection, action, f"phrase:{row.id}", actor=actor, before=before, after=values, reason=reason
        )

    def read(self, row: Row[Any]) -> Phrase:
        """The record of a row of `phrases`."""
        values = {name: row._mapping[name] for name in Phrase.__dataclass_fields__}
        ranked = tuple((category, probability) for category, probability in values["ranked"])
        return Phrase(**values | {"text": self._secrecy.show(values["text"]), "ranked": ranked})

    def read_all(self, rows: Sequence[Row[Any]]) -> tuple[Phrase, ...]:
        """The records of rows of `phrases`."""
        return tuple(self.read(row) for row in rows)
