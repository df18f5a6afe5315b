"""A clock that stands still: a Wednesday in November, ten in the morning."""

from __future__ import annotations

from datetime import datetime

from catalog.hours import JAPAN

WEDNESDAY_MORNING = datetime(2026, 11, 25, 10, 0, tzinfo=JAPAN)


def clock() -> datetime:
    return WEDNESDAY_MORNING
