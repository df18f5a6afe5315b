"""What the verdicts come to: pairs of blind labels for agreement, and accepted labels to train on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, select

from web.store.database import Database
from web.store.secrecy import Secrecy
from web.store.tables import phrases, verdicts


@dataclass(frozen=True, slots=True)
class Pair:
    """Two labels given of one phrase by two people who did not see each other's."""

    phrase: str
    first: str
    second: str
    people: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A phrase that is done, with its label. `text` is None where its key is lost; `people`: whose label it is, out
    of `judges` people who judged it.
    """

    phrase: str
    text: str | None = field(repr=False)
    label: str
    also: str | None
    day: date
    cluster: str
    level: int
    people: tuple[int, ...]
    judges: int = 1


class Opinions:
    """Reads what the verdicts come to."""

    def __init__(self, database: Database, secrecy: Secrecy) -> None:
        self._database = database
        self._secrecy = secrecy

    def pairs(self, *, guideline_version: str | None = None) -> tuple[Pair, ...]:
        """The first and second labels of every phrase that has both, for κ; of one guideline only, if it is named."""
        one, two = verdicts.alias("one"), verdicts.alias("two")
        wanted = (
            select(one.c.phrase, one.c.label, two.c.label, one.c.person, two.c.person)
            .join(two, one.c.phrase == two.c.phrase)
            .where(one.c.round == "first", one.c.undone_at.is_(None), one.c.label.is_not(None))
            .where(two.c.round == "second", two.c.undone_at.is_(None), two.c.label.is_not(None))
            .order_by(two.c.id)
        )
        if guideline_version is not None:
            wanted = wanted.where(
                one.c.guideline_version == guideline_version, two.c.guideline_version == guideline_version
            )
        return self._database.read(
            lambda connection: tuple(
                Pair(phrase, first, second, (his, hers))
                for phrase, first, second, his, hers in connection.execute(wanted)
            )
        )

    def accepted(self) -> tuple[Accepted, ...]:
        """Every phrase that is done and has a label, in the order of the ids."""
        done = (phrases.c.state == "done") & phrases.c.label.is_not(None)
        stands = (
            select(verdicts.c.phrase, verdicts.c.person, verdicts.c.label, verdicts.c.also)
            .join(phrases, phrases.c.id == verdicts.c.phrase)
            .where(done, verdicts.c.undone_at.is_(None))
            .order_by(verdicts.c.id)
        )

        def work(connection: Connection) -> tuple[Accepted, ...]:
            said = defaultdict(list)
            for phrase, person, label, also in connection.execute(stands):
                said[phrase].append((person, {label, also}))
            return tuple(
                Accepted(
                    phrase=row.id,
                    text=self._secrecy.show(row.text),
                    label=row.label,
                    also=row.also,
                    day=row.day,
                    cluster=row.cluster,
                    level=row.level,
                    people=tuple(person for person, labels in said[row.id] if labels == {row.label, row.also}),
                    judges=len({person for person, _ in said[row.id]}),
                )
                for row in connection.execute(select(phrases).where(done).order_by(phrases.c.id))
            )

        return self._database.read(work)
