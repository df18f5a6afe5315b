"""The kinds of value a data file may hold, and the frozen base of every record. No records here."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
CLOCK_PATTERN = r"^([0-3]\d|4[0-7]):[0-5]\d$"
LANGUAGE_PATTERN = r"^[a-z]{2,3}$"
MONTH_DAY_PATTERN = r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
PART_DATE_PATTERN = r"^\d{4}(-\d{2}){0,2}$"

Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
PartDate = Annotated[str, StringConstraints(pattern=PART_DATE_PATTERN)]
"""A year, a month or a day: 2026, 2026-10 or 2026-10-03."""
ClockTime = Annotated[str, StringConstraints(pattern=CLOCK_PATTERN)]
"""HH:MM in Japan time; above 24:00 it runs into the next day (32:00 is 8:00 of the day after)."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
HoursDay = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "hol"]
"""`hol` is a public holiday, whatever weekday it falls on."""
MonthDay = Annotated[str, StringConstraints(pattern=MONTH_DAY_PATTERN)]
"""MM-DD, every year."""
DAYS: tuple[Day, ...] = Day.__args__  # type: ignore[attr-defined]
UrgentKind = Literal[
    "suicide",
    "self-harm",
    "overdose",
    "dv",
    "child-abuse",
    "sexual-violence",
    "violence",
    "harm-to-others",
    "medical",
    "no-food-or-shelter",
]
URGENT_KINDS: tuple[UrgentKind, ...] = UrgentKind.__args__  # type: ignore[attr-defined]


def _web_address(value: str) -> str:
    host = value.partition("://")[2].partition("/")[0]
    if not value.startswith(("https://", "http://")) or "." not in host or any(c.isspace() for c in value):
        raise ValueError("url")
    return value


def _whole_date(value: object) -> object:
    # Pydantic alone would also read "0" or "1700000000" as a moment and take its day.
    if isinstance(value, str):
        try:
            parsed = date.fromisoformat(value)
        except ValueError:
            raise ValueError("date") from None
        if parsed.isoformat() != value:
            raise ValueError("date")
        return parsed
    return value


Url = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_web_address)]
WholeDate = Annotated[date, BeforeValidator(_whole_date)]


class Record(BaseModel):
    """Base of every record: frozen, and unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
