"""Clocks of the tests: one that stands still, a Wednesday in November at ten in the morning, and one that they set."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalog.hours import JAPAN

WEDNESDAY_MORNING = datetime(2026, 11, 25, 10, 0, tzinfo=JAPAN)


def clock() -> datetime:
    return WEDNESDAY_MORNING


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime = WEDNESDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **amount: float) -> None:
        """Sets it on by so many days, hours, minutes or seconds."""
        self.now += timedelta(**amount)
