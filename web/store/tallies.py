"""Counts by day, without a word and without a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from web.store.database import PUBLIC, Database, upsert
from web.store.tables import tallies


@dataclass(frozen=True, slots=True)
class Tally:
    """How often `what` happened on a day. `category`: "" where there is none; `count`: None for a hidden small one."""

    day: date
    what: str
    category: str
    level: int
    count: int | None


class Tallies:
    """Count, and read what was counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, day: date, what: str, category: str = "", level: int = 0, *, by: int = 1) -> None:
        """Counts once more, or `by` more."""
        values = {"day": day, "what": what, "category": category, "level": level, "count": by}
        self._database.write(
            lambda connection: upsert(connection, tallies, values, {"count": tallies.c.count + by}), lane=PUBLIC
        )

    def read(self, first: date, last: date, *, what: str | None = None) -> tuple[Tally, ...]:
        """All counts from `first` to `last`, both included, in order."""
        wanted = select(tallies).where(tallies.c.day.between(first, last)).order_by(*tallies.primary_key)
        if what is not None:
            wanted = wanted.where(tallies.c.what == what)
        return self._database.read(
            lambda connection: tuple(Tally(**row._mapping) for row in connection.execute(wanted))
        )


def hidden_small(rows: Iterable[Tally], *, least: int = 10) -> tuple[Tally, ...]:
    """The same rows; counts below `least` become None, so that no one person can be told from a number."""
    return tuple(
        replace(row, count=row.count if row.count is not None and row.count >= least else None) for row in rows
    )
