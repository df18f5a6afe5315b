"""Opening hours against a table written by hand, and against a second reckoning made another way."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hours import JAPAN, Holidays, Moment, Openness, openness
from catalog.model import Catalog, Channel

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"
LISTED = {
    date.fromisoformat(entry["date"]): entry["name"]
    for entry in yaml.load((DATA / "holidays.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)["holidays"]  # noqa: S506
}
HOLIDAYS = Holidays(LISTED)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"]
EVERY_DAY = [*WEEKDAYS, "sat", "sun"]


def channel(*hours: tuple[list[str], str, str], **given: Any) -> Channel:
    return Channel.model_validate(
        {
            "type": "phone",
            "number": "0120-000-000",
            "hours": [{"days": days, "open": opens, "close": closes} for days, opens, closes in hours],
            "holidays": "closed",
            "year_end": "closed",
            **given,
        }
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAPAN)


OFFICE = channel((WEEKDAYS, "09:00", "17:00"))
ALWAYS = channel((EVERY_DAY, "00:00", "24:00"), holidays="open", year_end="open")
EVENING = channel((EVERY_DAY, "16:00", "21:00"), holidays="open", year_end="closed")
NIGHT = channel((EVERY_DAY, "22:00", "29:00"), holidays="open", year_end="open")
UNSURE = channel((WEEKDAYS, "09:00", "17:00"), holidays="unknown", year_end="unknown")
WEEKEND_TIMES = channel(
    (WEEKDAYS, "17:00", "22:00"), (["sat", "sun", "hol"], "09:00", "21:00"), holidays="open", year_end="closed"
)
PENSION = channel(
    (["mon"], "08:30", "19:00"),
    (["tue", "wed", "thu", "fri"], "08:30", "17:15"),
    exceptions=[
        {"nth_weekday": {"nth": "2", "day": "sat"}, "open": "09:30", "close": "16:00"},
        {"first_open_day": "true", "close": "19:00"},
    ],
)
TENTH = channel((EVERY_DAY, "16:00", "21:00"), exceptions=[{"monthly_day": "10", "open": "08:00", "close": "32:00"}])
SUMMER = channel((WEEKDAYS, "09:00", "17:00"), closing_days=[{"first": "08-13", "last": "08-16", "rule": "unknown"}])
LONG_NEW_YEAR = channel(
    (WEEKDAYS, "09:00", "17:00"), closing_days=[{"first": "12-28", "last": "01-04", "rule": "closed"}]
)


@pytest.mark.parametrize(
    ("what", "at", "state", "until", "next_open"),
    [
        (OFFICE, "2026-11-25 08:59:59", "closed", None, "2026-11-25 09:00"),
        (OFFICE, "2026-11-25 09:00", "open", "2026-11-25 17:00", None),
        (OFFICE, "2026-11-25 16:59:59", "open", "2026-11-25 17:00", None),
        (OFFICE, "2026-11-25 17:00", "closed", None, "2026-11-26 09:00"),
        (OFFICE, "2026-11-27 17:00", "closed", None, "2026-11-30 09:00"),
        (OFFICE, "2026-11-23 12:00", "closed", None, "2026-11-24 09:00"),  # 勤労感謝の日
        (OFFICE, "2026-05-06 12:00", "closed", None, "2026-05-07 09:00"),  # 振替休日 after three holidays
        (OFFICE, "2026-09-22 12:00", "closed", None, "2026-09-24 09:00"),  # a day between two holidays
        (OFFICE, "2027-03-22 12:00", "closed", None, "2027-03-23 09:00"),  # 春分の日 on a Sunday
        (OFFICE, "2026-12-28 16:00", "open", "2026-12-28 17:00", None),
        (OFFICE, "2026-12-28 17:00", "closed", None, "2027-01-04 09:00"),
        (OFFICE, "2026-12-29 12:00", "closed", None, "2027-01-04 09:00"),
        (OFFICE, "2027-01-04 09:00", "open", "2027-01-04 17:00", None),
        (OFFICE, "2024-02-29 12:00", "open", "2024-02-29 17:00", None),
        (OFFICE, "2024-12-31 23:59", "closed", None, "2025-01-06 09:00"),
        (ALWAYS, "2026-11-25 00:00", "open", None, None),
        (ALWAYS, "2026-11-25 23:59:59", "open", None, None),
        (ALWAYS, "2027-01-01 03:00", "open", None, None),
        (EVENING, "2026-11-23 16:00", "open", "2026-11-23 21:00", None),
        (EVENING, "2026-12-28 21:00", "closed", None, "2027-01-04 16:00"),
        (NIGHT, "2026-11-25 04:59", "open", "2026-11-25 05:00", None),
        (NIGHT, "2026-11-25 05:00", "closed", None, "2026-11-25 22:00"),
        (NIGHT, "2026-11-25 23:00", "open", "2026-11-26 05:00", None),
        (UNSURE, "2026-11-23 12:00", "unknown", None, "2026-11-24 09:00"),
        (UNSURE, "2026-11-23 20:00", "closed", None, "2026-11-24 09:00"),
        (UNSURE, "2026-12-30 12:00", "unknown", None, "2027-01-04 09:00"),
        (WEEKEND_TIMES, "2026-11-23 10:00", "open", "2026-11-23 21:00", None),  # a Monday holiday keeps weekend times
        (WEEKEND_TIMES, "2026-11-24 10:00", "closed", None, "2026-11-24 17:00"),
        (PENSION, "2026-11-24 18:30", "open", "2026-11-24 19:00", None),  # Tuesday after a Monday holiday
        (PENSION, "2026-11-25 18:30", "closed", None, "2026-11-26 08:30"),
        (PENSION, "2026-11-30 18:30", "open", "2026-11-30 19:00", None),
        (PENSION, "2026-05-07 18:30", "open", "2026-05-07 19:00", None),  # Thursday after Golden Week
        (PENSION, "2026-11-14 12:00", "open", "2026-11-14 16:00", None),
        (PENSION, "2026-11-21 12:00", "closed", None, "2026-11-24 08:30"),
        (TENTH, "2026-11-10 07:59", "closed", None, "2026-11-10 08:00"),
        (TENTH, "2026-11-10 23:59", "open", "2026-11-11 08:00", None),
        (TENTH, "2026-11-11 07:59", "open", "2026-11-11 08:00", None),
        (TENTH, "2026-11-11 08:00", "closed", None, "2026-11-11 16:00"),
        (SUMMER, "2026-08-14 10:00", "unknown", None, "2026-08-17 09:00"),
        (LONG_NEW_YEAR, "2026-12-28 10:00", "closed", None, "2027-01-05 09:00"),
        (LONG_NEW_YEAR, "2027-01-04 10:00", "closed", None, "2027-01-05 09:00"),
    ],
)
def test_moments_worked_out_by_hand(
    what: Channel, at: str, state: str, until: str | None, next_open: str | None
) -> None:
    found = openness(what, moment(at), HOLIDAYS)
    assert found == Openness(
        state=state,  # type: ignore[arg-type]
        until=moment(until) if until else None,
        next_open=moment(next_open) if next_open else None,
    )


def test_without_hours_nothing_is_claimed() -> None:
    assert openness(Channel(type="phone", number="110"), moment("2026-11-25 12:00"), HOLIDAYS) == Openness()


def test_another_time_zone_is_the_same_moment() -> None:
    in_london = datetime.fromisoformat("2026-11-25T00:30:00+00:00")
    assert openness(OFFICE, in_london, HOLIDAYS).state == "open"


def test_a_year_without_published_holidays_says_so() -> None:
    found = openness(OFFICE, moment("2028-03-08 12:00"), HOLIDAYS)
    assert (found.state, found.make_sure) == ("open", True)
    assert openness(OFFICE, moment("2028-11-23 12:00"), HOLIDAYS).state == "closed"
    assert not openness(ALWAYS, moment("2028-03-08 12:00"), HOLIDAYS).make_sure
    assert not openness(OFFICE, moment("2026-03-09 12:00"), HOLIDAYS).make_sure


# The second reckoning knows nothing of catalog.hours: it colours every five minutes of a day, from the YAML text.


def raw_channels() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path in sorted((DATA / "services").glob("*.yaml")):
        service = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
        for number, raw in enumerate(service.get("channels", [])):
            if raw.get("hours"):
                found.append((f"{path.stem}-{number}", raw))
    return found


RAW = raw_channels()
PARSED = [Channel.model_validate(raw) for _, raw in RAW]


@cache
def slots(number: int, day: date) -> dict[int, str]:
    """Slot of five minutes (0 to 575, past 287 the next day) → open or unknown, for one day of one channel."""
    raw = RAW[number][1]
    new_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    said = []
    special = None
    for exception in raw.get("exceptions", []):
        if "monthly_day" in exception:
            hit = day.day == int(exception["monthly_day"])
        elif "nth_weekday" in exception:
            nth = sum(1 for d in range(1, day.day + 1) if day.replace(day=d).weekday() == day.weekday())
            wanted = exception["nth_weekday"]
            hit = nth == int(wanted["nth"]) and EVERY_DAY[day.weekday()] == wanted["day"]
        else:
            before = [day - timedelta(days=back) for back in range(1, day.weekday() + 1)]
            hit = day.weekday() < 5 and all(d in LISTED or (d.month, d.day) in TURN for d in before)
        if hit and special is None:
            special = exception
    if new_year:
        said.append(raw.get("year_end", "unknown"))
    if day in LISTED:
        said.append((special or {}).get("holidays") or raw.get("holidays", "unknown"))
    for closing in raw.get("closing_days", []):
        label = day.strftime("%m-%d")
        first, last = closing["first"], closing["last"]
        if (first <= label <= last) if first <= last else (label >= first or label <= last):
            said.append(closing["rule"])
    if "closed" in said:
        return {}
    names = {"hol"} if day in LISTED and any("hol" in h["days"] for h in raw["hours"]) else {EVERY_DAY[day.weekday()]}
    spans = [(h["open"], h["close"]) for h in raw["hours"] if names & set(h["days"])]
    if special is not None:
        spans = [(special.get("open") or spans[0][0], special["close"])] if special.get("open") or spans else []
    colour = "unknown" if "unknown" in said else "open"
    return {place: colour for opens, closes in spans for place in range(slot(opens), slot(closes))}


TURN = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def slot(clock: str) -> int:
    assert int(clock[3:]) % 5 == 0, clock
    return int(clock[:2]) * 12 + int(clock[3:]) // 5


def expected(number: int, at: datetime) -> str:
    place = at.hour * 12 + at.minute // 5
    day = at.date()
    seen = {
        slots(number, day).get(place),
        slots(number, day - timedelta(days=1)).get(place + 288),
    }
    return "open" if "open" in seen else "unknown" if "unknown" in seen else "closed"


HARD_DAYS = [
    *(date(2026, 12, 27) + timedelta(days=n) for n in range(10)),
    *(date(2026, 4, 28) + timedelta(days=n) for n in range(11)),
    *(date(2026, 9, 18) + timedelta(days=n) for n in range(8)),
    *(date(2027, 3, 19) + timedelta(days=n) for n in range(5)),
    *(date(2024, 2, 27) + timedelta(days=n) for n in range(4)),
    *(date(2026, 8, 12) + timedelta(days=n) for n in range(6)),
]


@pytest.mark.parametrize("number", range(len(RAW)), ids=[name for name, _ in RAW])
def test_every_window_on_the_hard_days(number: int) -> None:
    for day in HARD_DAYS:
        for hour, minute in ((0, 0), (8, 45), (9, 15), (12, 30), (16, 45), (18, 0), (20, 59), (21, 0), (23, 59)):
            at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=JAPAN)
            assert openness(PARSED[number], at, HOLIDAYS).state == expected(number, at), at


@settings(max_examples=1500, deadline=None)
@given(
    st.integers(0, len(RAW) - 1),
    st.datetimes(datetime(2024, 1, 2), datetime(2027, 11, 15)),  # noqa: DTZ001
)
def test_fifteen_hundred_moments_of_any_window(number: int, naive: datetime) -> None:
    at = naive.replace(tzinfo=JAPAN)
    found = openness(PARSED[number], at, HOLIDAYS)
    assert found.state == expected(number, at)
    if found.next_open is not None:
        assert found.next_open > at
        assert expected(number, found.next_open) == "open"
        before = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0) + timedelta(minutes=5)
        while before < found.next_open:
            assert expected(number, before) != "open"
            before += timedelta(minutes=5)
    if found.until is not None:
        assert found.state == "open"
        assert expected(number, found.until - timedelta(minutes=1)) == "open"
        assert expected(number, found.until) != "open"


@pytest.mark.parametrize(
    ("at", "order"),
    [
        ("2026-11-25 10:00", ["counter", "office", "always"]),  # all open: the order of merit
        ("2026-11-25 18:00", ["always", "counter", "office"]),  # only the line that never closes
        ("2026-11-23 10:00", ["always", "counter", "office"]),  # a holiday
        ("2026-11-25 08:45", ["counter", "always", "office"]),  # counters of towns, but the office opens at nine
    ],
)
def test_what_cannot_be_reached_now_comes_last(catalog: Catalog, at: str, order: list[str]) -> None:
    any_service = next(iter(catalog.services.values()))
    ways = {"counter": Channel(type="visit", label="市区町村の窓口"), "office": OFFICE, "always": ALWAYS}
    services = [any_service.model_copy(update={"id": id, "channels": (way,)}) for id, way in ways.items()]
    assert [service.id for service in Moment(moment(at), HOLIDAYS).reachable_first(services)] == order
