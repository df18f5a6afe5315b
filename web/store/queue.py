"""Lists of phrases for reviewers, in an order that is the same each time: the ids are random and break every tie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select, true

from web.store.database import Database
from web.store.people import Person
from web.store.phrases import Phrase, Phrases
from web.store.tables import phrases, verdicts

Kind = Literal["danger", "disagreements", "unsure", "new", "random", "all"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OPEN = ("waiting", "second", "adjudicate")
UNSURE_BELOW = 0.30
"""A margin between the first two categories below this is unsure, as in `sure` of a prediction."""
IDENTIFYING_FROM = 2
"""A phrase with so many things that could point to a person is shown to leads only."""


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases that are nearly the same: how many of the list, and the first of them."""

    cluster: str
    size: int
    first: Phrase


@dataclass(frozen=True, slots=True)
class Filter:
    """Which phrases: every condition that is not None. `level` is the least one."""

    state: str | None = None
    predicted: str | None = None
    label: str | None = None
    chosen: str | None = None
    cluster: str | None = None
    kind: str | None = None
    level: int | None = None


_CLUSTER_MATES = phrases.alias("cluster_mates")
_NEW = ~exists().where(_CLUSTER_MATES.c.cluster == phrases.c.cluster, _CLUSTER_MATES.c.state == "done")
_CONDITIONS: Mapping[Kind, ColumnElement[bool]] = {
    "danger": phrases.c.level >= 1,
    "disagreements": phrases.c.state == "adjudicate",
    "unsure": phrases.c.margin < UNSURE_BELOW,
    "new": _NEW,
    "random": phrases.c.random_slice,
    "all": true(),
}
_URGENCY = case(*[(_CONDITIONS[kind], place) for place, kind in enumerate(KINDS[:-1])], else_=len(KINDS))
_ORDERS: Mapping[Kind, tuple[ColumnElement[Any], ...]] = {
    "danger": (phrases.c.level.desc(), phrases.c.margin, phrases.c.id),
    "disagreements": (phrases.c.id,),
    "unsure": (phrases.c.margin, phrases.c.id),
    "new": (phrases.c.id,),
    "random": (phrases.c.id,),
    "all": (_URGENCY, phrases.c.level.desc(), phrases.c.margin, phrases.c.id),
}


class Queue:
    """What waits for a verdict, and what can be looked up. `for_person`: only what that person may see and judge."""

    def __init__(self, database: Database, phrases: Phrases) -> None:
        self._database = database
        self._phrases = phrases

    def list(self, kind: Kind, *, for_person: Person | None, limit: int = 50, offset: int = 0) -> tuple[Phrase, ...]:
        """Phrases that wait: all, danger first, or those of one kind."""
        wanted = select(phrases).where(_waits(for_person), _CONDITIONS[kind]).order_by(*_ORDERS[kind])
        return self._read(wanted.limit(limit).offset(offset))

    def groups(self, kind: Kind, *, for_person: Person | None, limit: int = 50, offset: int = 0) -> tuple[Group, ...]:
        """The same phrases by cluster, the largest group first."""
        size = func.count().label("size")
        wanted = (
            select(phrases.c.cluster, size, func.min(phrases.c.id).label("first"))
            .where(_waits(for_person), _CONDITIONS[kind])
            .group_by(phrases.c.cluster)
            .order_by(size.desc(), phrases.c.cluster)
            .limit(limit)
            .offset(offset)
        )

        def work(connection: Connection) -> tuple[Group, ...]:
            rows = connection.execute(wanted).all()
            firsts = connection.execute(select(phrases).where(phrases.c.id.in_([row.first for row in rows]))).all()
            read = {row.id: self._phrases.read(row) for row in firsts}
            return tuple(Group(row.cluster, row.size, read[row.first]) for row in rows)

        return self._database.read(work)

    def of_cluster(self, cluster: str, *, for_person: Person | None, limit: int = 500) -> tuple[Phrase, ...]:
        """The phrases of one group that wait."""
        wanted = select(phrases).where(_waits(for_person), phrases.c.cluster == cluster)
        return self._read(wanted.order_by(phrases.c.id).limit(limit))

    def counts(self, *, for_person: Person | None) -> dict[Kind, int]:
        """How many phrases wait, by kind; a phrase can be of several."""
        columns = [func.sum(case((_CONDITIONS[kind], 1), else_=0)).label(kind) for kind in KINDS]
        wanted = select(*columns).where(_waits(for_person))

        def work(connection: Connection) -> dict[Kind, int]:
            row = connection.execute(wanted).one()
            return {kind: int(row._mapping[kind] or 0) for kind in KINDS}

        return self._database.read(work)

    def by_id(self, id: str, *, for_person: Person | None) -> Phrase | None:
        """The phrase if that person may see it."""
        found = self._read(select(phrases).where(phrases.c.id == id, _seen_by(for_person)))
        return found[0] if found else None

    def find(
        self, wanted: Filter, *, for_person: Person | None, limit: int = 50, offset: int = 0
    ) -> tuple[Phrase, ...]:
        """Phrases in any state, those that are done too, by margin."""
        chosen = select(phrases).where(*_matching(wanted), _seen_by(for_person))
        return self._read(chosen.order_by(phrases.c.margin, phrases.c.id).limit(limit).offset(offset))

    def size(self, wanted: Filter, *, for_person: Person | None) -> int:
        """How many `find` would list without a limit."""
        counted = select(func.count()).select_from(phrases).where(*_matching(wanted), _seen_by(for_person))
        return self._database.read(lambda connection: int(connection.execute(counted).scalar_one()))

    def confusions(self) -> dict[tuple[str, str], int]:
        """How many done phrases by what was predicted and what they were found to be."""
        counted = (
            select(phrases.c.predicted, phrases.c.label, func.count())
            .where(phrases.c.state == "done", phrases.c.label.is_not(None))
            .group_by(phrases.c.predicted, phrases.c.label)
        )
        return self._database.read(
            lambda connection: {(predicted, label): n for predicted, label, n in connection.execute(counted)}
        )

    def _read(self, wanted: Select[Any]) -> tuple[Phrase, ...]:
        return self._database.read(lambda connection: self._phrases.read_all(connection.execute(wanted).all()))


def _matching(wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    equal = ("state", "predicted", "label", "chosen", "cluster", "kind")
    found = [phrases.c[name] == value for name in equal if (value := getattr(wanted, name)) is not None]
    if wanted.level is not None:
        found.append(phrases.c.level >= wanted.level)
    return (true(), *found)


def _seen_by(person: Person | None) -> ColumnElement[bool]:
    """What is held is seen by nobody; what is hidden, or could point to somebody, by leads."""
    if person is None:
        return true()
    if person.role == "lead":
        return phrases.c.state != "held"
    return and_(phrases.c.state.not_in(("held", "hidden")), phrases.c.identifying < IDENTIFYING_FROM)


def _waits(person: Person | None) -> ColumnElement[bool]:
    """Nobody is asked twice about one phrase: the second opinion would not be one."""
    if person is None:
        return phrases.c.state.in_(OPEN)
    # Between two opinions a lead decides; to others even their number would tell that the first two differ.
    is_open = phrases.c.state.in_(OPEN if person.role == "lead" else [state for state in OPEN if state != "adjudicate"])
    judged = exists().where(
        verdicts.c.phrase == phrases.c.id, verdicts.c.person == person.id, verdicts.c.undone_at.is_(None)
    )
    return and_(is_open, _seen_by(person), ~judged)
