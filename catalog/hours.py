"""Is a window open at this moment, and when does it open next. Pure: the moment and the holidays are arguments.

Three calendars decide: public holidays (祝日), the turn of the year (年末年始, 29 December to 3 January), and the
window's own closing days. Where the data do not say what holds on such a day, the answer is "unknown", never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import jpholiday

from catalog.fields import DAYS, Day
from catalog.model import Catalog, Channel, ClosingDays, DayRule, ExceptionHours, Hours, HoursDay, Service

JAPAN = ZoneInfo("Asia/Tokyo")
LOOK_AHEAD_DAYS = 40
"""How far the next opening is looked for: a window open once a month is found."""
LIVE = ("phone", "sms", "chat", "line")
State = Literal["open", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Public holidays: those published, by date; for a year without published ones the calculated ones stand in."""

    published: Mapping[date, str] = field(default_factory=dict)

    def name(self, day: date) -> str | None:
        """The holiday's name, None on an ordinary day."""
        if self.is_published(day.year):
            return self.published.get(day)
        found: str | None = jpholiday.is_holiday_name(day)
        return found

    def is_published(self, year: int) -> bool:
        """Whether the holidays of that year have been published. If not, the person is told to make sure."""
        return date(year, 1, 1) in self.published

    @classmethod
    def of(cls, catalog: Catalog) -> Holidays:
        """The holidays of a catalogue."""
        return cls({holiday.date: holiday.name for holiday in catalog.holidays})


@dataclass(frozen=True, slots=True)
class Openness:
    """A channel at one moment. `until`: the end of this opening, None around the clock. `next_open`: the next start.

    Both in Japan time. `make_sure`: the holidays of that year are not published yet.
    """

    state: State = "unknown"
    until: datetime | None = None
    next_open: datetime | None = None
    make_sure: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, with the holidays around it: what is open then."""

    now: datetime
    holidays: Holidays
    _found: dict[int, tuple[Channel, Openness]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def minute(self) -> datetime:
        """The minute it lies in: nothing opens or closes within one."""
        return self.now.replace(second=0, microsecond=0)

    def of(self, channel: Channel) -> Openness:
        """The channel at this moment."""
        return self._openness(channel)

    def _openness(self, channel: Channel) -> Openness:
        """Reckoned once. Kept by the channel's place in memory, and with it, so that no other can take the place."""
        found = self._found.get(id(channel))
        if found is None:
            found = self._found[id(channel)] = (channel, openness(channel, self.now, self.holidays))
        return found[1]

    def reachable(self, service: Service) -> bool:
        """Whether somebody can be reached now: surely open, or, where the hours are not known, in office hours."""
        live = (channel for channel in service.channels if channel.type in LIVE)
        states = {self._openness(channel).state for channel in live} or {"unknown"}
        return "open" in states or ("unknown" in states and self.in_office_hours())

    def in_office_hours(self) -> bool:
        """8:30 to 17:15 on a working day, when the counters of towns are usually open."""
        return state(_OFFICE, self.now, self.holidays) == "open"

    def reachable_first(self, services: Iterable[Service]) -> tuple[Service, ...]:
        """The services with those last that cannot be reached now; otherwise the order of merit stays."""
        return tuple(sorted(services, key=lambda service: not self.reachable(service)))


@dataclass(frozen=True, slots=True)
class _Opening:
    """From `start` to `end` the channel is open, or, if not `sure`, would be on an ordinary day."""

    start: datetime
    end: datetime
    sure: bool


_OFFICE = Channel(
    type="visit",
    hours=(Hours(days=("mon", "tue", "wed", "thu", "fri"), open="08:30", close="17:15"),),
    holidays="closed",
    year_end="closed",
)


def openness(channel: Channel, moment: datetime, holidays: Holidays) -> Openness:
    """The channel at an aware `moment`. Without structured hours the state is unknown and nothing more is said."""
    if not channel.hours:
        return Openness()
    now = moment.astimezone(JAPAN)
    found = state(channel, now, holidays)
    make_sure = not holidays.is_published(now.year) and channel.holidays != "open"
    coming = _openings(channel, now.date(), holidays)
    if found == "open":
        return Openness(state=found, until=_end(coming, now), make_sure=make_sure)
    later = next((opening.start for opening in coming if opening.sure and opening.start > now), None)
    return Openness(state=found, next_open=later, make_sure=make_sure)


def state(channel: Channel, moment: datetime, holidays: Holidays) -> State:
    """Only whether the channel is open at the moment: two days are looked at, not the weeks ahead."""
    if not channel.hours:
        return "unknown"
    now = moment.astimezone(JAPAN)
    here = [o.sure for o in _openings(channel, now.date(), holidays, days=2) if o.start <= now < o.end]
    if any(here):
        return "open"
    return "unknown" if here else "closed"


def _end(openings: Iterable[_Opening], now: datetime) -> datetime | None:
    """When the present opening ends, adjoining ones taken together; None if it goes on for a week and longer."""
    end = now
    for opening in openings:
        # Openings come day by day, so one that starts a day behind the end is behind all that could adjoin it.
        if opening.start > end + timedelta(days=1) or end - now >= timedelta(days=7):
            break
        if opening.sure and opening.start <= end < opening.end:
            end = opening.end
    return end if end - now < timedelta(days=7) else None


def _openings(
    channel: Channel, today: date, holidays: Holidays, *, days: int = LOOK_AHEAD_DAYS + 1
) -> Iterator[_Opening]:
    """The openings of so many days from yesterday on, in order of their start. Yesterday's may run past midnight."""
    for number in range(days):
        day = today + timedelta(days=number - 1)
        yield from sorted(_of_day(channel, day, holidays), key=lambda opening: opening.start)


def _of_day(channel: Channel, day: date, holidays: Holidays) -> Iterator[_Opening]:
    rules, times = _rules_and_times(channel, day, holidays)
    if "closed" in rules:
        return
    for opens, closes in times:
        yield _Opening(start=_at(day, opens), end=_at(day, closes), sure="unknown" not in rules)


def _rules_and_times(channel: Channel, day: date, holidays: Holidays) -> tuple[set[DayRule], list[tuple[str, str]]]:
    """What the special calendars say of the day, and the times that hold unless they say closed."""
    holiday = holidays.name(day) is not None
    exception = next((e for e in channel.exceptions if _falls_on(e, channel, day, holidays)), None)
    rules: set[DayRule] = {closing.rule for closing in channel.closing_days if _within(closing, day)}
    if at_turn_of_year(day):
        rules.add(channel.year_end or "unknown")
    if holiday:
        rules.add((exception.holidays if exception else None) or channel.holidays or "unknown")
    weekly = _weekly(channel, "hol" if holiday else _weekday(day)) or _weekly(channel, _weekday(day))
    if exception is None:
        return rules, weekly
    opens = exception.open or (weekly[0][0] if weekly else None)
    return rules, [(opens, exception.close)] if opens else []


def _weekly(channel: Channel, day: HoursDay) -> list[tuple[str, str]]:
    return [(hours.open, hours.close) for hours in channel.hours if day in hours.days]


def _weekday(day: date) -> Day:
    return DAYS[day.weekday()]


def at_turn_of_year(day: date) -> bool:
    """年末年始: 29 December to 3 January, as in the law on the holidays of public offices."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def _within(closing: ClosingDays, day: date) -> bool:
    today = f"{day.month:02}-{day.day:02}"
    if closing.first <= closing.last:
        return closing.first <= today <= closing.last
    return today >= closing.first or today <= closing.last


def _falls_on(exception: ExceptionHours, channel: Channel, day: date, holidays: Holidays) -> bool:
    if exception.monthly_day is not None:
        return day.day == exception.monthly_day
    if exception.nth_weekday is not None:
        return _weekday(day) == exception.nth_weekday.day and (day.day - 1) // 7 + 1 == exception.nth_weekday.nth
    return _is_first_open_day(channel, day, holidays)


def _is_first_open_day(channel: Channel, day: date, holidays: Holidays) -> bool:
    """Whether no earlier day of this week, Monday first, was open. Never a Saturday or Sunday."""
    if day.weekday() > 4:
        return False
    plain = channel.model_copy(update={"exceptions": ()})
    earlier = (day - timedelta(days=back) for back in range(1, day.weekday() + 1))
    return not any(list(_of_day(plain, other, holidays)) for other in earlier)


def _at(day: date, clock: str) -> datetime:
    hours, minutes = int(clock[:2]), int(clock[3:])
    return datetime.combine(day + timedelta(days=hours // 24), time(hours % 24, minutes), JAPAN)
