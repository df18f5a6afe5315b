"""The frozen records of the catalogue: what help exists and what is asked.

Untrusted text becomes an object here and nowhere else: every record refuses unknown keys and keeps no more than
the data files say. Nothing in this module reads a file, a clock or a request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from catalog.answers import FixedAnswer
from catalog.fields import (
    DAYS,
    URGENT_KINDS,
    ClockTime,
    Day,
    HoursDay,
    Language,
    MonthDay,
    PartDate,
    Record,
    Slug,
    Text,
    UrgentKind,
    Url,
    WholeDate,
)
from catalog.messages import Messages
from catalog.pages import ContentPage, Operator, PageSection
from catalog.said import SaidRule, SaidRules
from catalog.urgent_also import ForOther, NeverSay

__all__ = [
    "CATEGORY_IDS",
    "DAYS",
    "UNDER18",
    "URGENT_KINDS",
    "Always",
    "Catalog",
    "Category",
    "Channel",
    "ChannelType",
    "ClockTime",
    "ClosingDays",
    "ContentPage",
    "CrisisNumbers",
    "DangerPart",
    "DangerSign",
    "Day",
    "DayRule",
    "DeadNumber",
    "ExceptionHours",
    "FixedAnswer",
    "Flow",
    "ForOther",
    "Holiday",
    "Hours",
    "HoursDay",
    "Messages",
    "NeverSay",
    "NthWeekday",
    "Operator",
    "Option",
    "Outcome",
    "PageSection",
    "Path",
    "PlainWord",
    "Question",
    "ReadingCorrection",
    "Record",
    "SaidRule",
    "SaidRules",
    "Season",
    "Service",
    "Slug",
    "Source",
    "Text",
    "UrgentHelp",
    "UrgentKind",
    "Url",
]

ChannelType = Literal["phone", "sms", "line", "chat", "mail", "web", "letter", "visit", "fax"]
DayRule = Literal["open", "closed", "unknown"]
UNDER18 = "under18"
CATEGORY_IDS = (
    "food-housing",
    "living-medical-costs",
    "work",
    "pregnancy-birth",
    "childcare",
    "household-relations",
    "nursing-care",
    "crime-consumer",
    "illness-addiction",
    "accident-disaster",
    "covid19",
    "no-one-to-talk-to",
)
"""The twelve, in the order of the original site."""


class Hours(Record):
    """Weekly opening hours of a channel, Japan time. Hours for `hol` replace those of the weekday on a holiday."""

    days: Annotated[tuple[HoursDay, ...], Field(min_length=1)]
    open: ClockTime
    close: ClockTime


class NthWeekday(Record):
    """The n-th weekday of a month, e.g. the 2nd Saturday."""

    nth: Annotated[int, Field(ge=1, le=5)]
    day: Day


class ExceptionHours(Record):
    """Hours of a day that differs from the weekly hours. Exactly one of the first three is given.

    `first_open_day`: the first day of the week, Monday to Friday, that is not closed for a holiday.
    """

    monthly_day: Annotated[int, Field(ge=1, le=31)] | None = None
    nth_weekday: NthWeekday | None = None
    first_open_day: bool = False
    open: ClockTime | None = None
    close: ClockTime
    holidays: DayRule | None = None

    @model_validator(mode="after")
    def _one_day(self) -> ExceptionHours:
        if sum((self.monthly_day is not None, self.nth_weekday is not None, self.first_open_day)) != 1:
            raise ValueError("exception-day")
        return self


class ClosingDays(Record):
    """Days of every year on which the window is closed, or may be (`unknown`): its summer break, its anniversary."""

    first: MonthDay
    last: MonthDay
    rule: Literal["closed", "unknown"]


class Channel(Record):
    """One way to reach a service. `hours` empty means: do not say open or closed, show `hours_text`.

    `audit` is what a second, independent look at the number or address found.
    """

    type: ChannelType
    label: Text | None = None
    number: Text | None = None
    url: Url | None = None
    toll_free: bool | None = None
    hours: tuple[Hours, ...] = ()
    exceptions: tuple[ExceptionHours, ...] = ()
    holidays: DayRule | None = None
    year_end: DayRule | None = None
    closing_days: tuple[ClosingDays, ...] = ()
    hours_text: Text | None = None
    seen: bool | None = None
    audit: Literal["confirmed", "conflict", "unseen"] | None = None
    audit_date: PartDate | None = None


class Source(Record):
    """The page on which a fact was seen, and which fact."""

    url: Url
    supports: Text


class Season(Record):
    """Days between which a service that does not run all year is open, both included."""

    first: WholeDate
    last: WholeDate


class Service(Record):
    """A programme (制度) or a consultation window (相談窓口). Only an `active` one is ever offered.

    `no_answer`: what to do if the call or chat does not get through; `instead`: the services to try then.
    `seasons`: if given, the service is offered only inside one of them.
    """

    id: Slug
    name: Text
    kana: Text
    kind: Literal["window", "program"]
    operator: Text
    categories: Annotated[tuple[Slug, ...], Field(min_length=1)]
    what: Text
    who: Text
    how: Text | None = None
    cost: Text | None = None
    no_answer: Text | None = None
    instead: tuple[Slug, ...] = ()
    channels: tuple[Channel, ...] = ()
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    tags: tuple[Slug, ...] = ()
    age_min: Annotated[int, Field(ge=0, le=120)] | None = None
    age_max: Annotated[int, Field(ge=0, le=120)] | None = None
    url: Url
    status: Literal["active", "ended", "changed"]
    seasons: tuple[Season, ...] = ()
    note: Text | None = None
    recheck: Text | None = None
    sources: tuple[Source, ...] = ()
    verified: Literal["seen", "partial", "memory"]
    verified_on: WholeDate | None = None

    def in_season(self, day: date) -> bool:
        """Whether the service runs on that day of the year at all; its hours are another matter."""
        return not self.seasons or any(season.first <= day <= season.last for season in self.seasons)


class Option(Record):
    """An answer to a question; `next` names a question or an outcome of the same flow."""

    id: Slug
    label: Text
    next: Slug


class Question(Record):
    """A follow-up question. Its last option is the way out for someone unsure or unwilling to say."""

    ask: Text
    help: Text | None = None
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=6)]


class Outcome(Record):
    """Where a path ends: one sentence, and the services in the order to try them. `danger`: numbers to press first."""

    say: Text
    services: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=6)]
    danger: bool = False


class Always(Record):
    """A line and its services that stand on every page of a flow."""

    say: Text
    services: Annotated[tuple[Slug, ...], Field(min_length=1)]


class Path(Record):
    """One way through a flow: the answers as (question id, option id), and the outcome they lead to."""

    answers: tuple[tuple[str, str], ...]
    outcome: str


class Flow(Record):
    """The follow-up questions of one category. Texts may carry furigana as `{漢字|よみ}` (see catalog.ruby)."""

    category: Slug
    title: Text | None = None
    first_words: Text | None = None
    """What a person can say first when they call about this."""
    always: Always | None = None
    start: Slug
    questions: Mapping[Slug, Question]
    outcomes: Mapping[Slug, Outcome]

    def paths(self) -> Iterator[Path]:
        """Every way from `start` to an outcome, in the order of the options. The flow must be free of loops."""
        stack: list[tuple[str, tuple[tuple[str, str], ...]]] = [(self.start, ())]
        while stack:
            node, answers = stack.pop()
            if node in self.outcomes:
                yield Path(answers=answers, outcome=node)
                continue
            for option in reversed(self.questions[node].options):
                stack.append((option.next, (*answers, (node, option.id))))


class Category(Record):
    """One of the twelve concerns (悩みの分類), or the under-18 entrance."""

    id: Slug
    label: Text
    hint: Text


class UrgentHelp(Record):
    """What is shown for one level (1 gentle … 4 now) and kind of danger."""

    level: Annotated[int, Field(ge=1, le=4)]
    kind: UrgentKind
    say: Text
    services: Annotated[tuple[Slug, ...], Field(min_length=2, max_length=5)]


class DangerPart(Record):
    """A named list of words of which signs are composed: 〔name〕 in a sign, or in a part below, stands for them.

    A line of `words` holds one word or several, divided by 、.
    """

    name: Text
    means: Text
    words: Annotated[tuple[Text, ...], Field(min_length=1)]


class DangerSign(Record):
    """Words that point to a danger: one of `any`, one of `also` and of `around` (if given), none of `without` near.

    `also` stands in the same sentence, `around` there or in the sentence before or behind, `still` (今も) takes the
    force from `without`. As read, lines may hold several words and 〔parts〕; in a Catalog they are one word each.
    """

    id: Slug
    level: Annotated[int, Field(ge=1, le=4)]
    kind: UrgentKind
    any: Annotated[tuple[Text, ...], Field(min_length=1)]
    also: tuple[Text, ...] = ()
    around: tuple[Text, ...] = ()
    without: tuple[Text, ...] = ()
    still: tuple[Text, ...] = ()
    note: Text | None = None


class PlainWord(Record):
    """A word of the office, and what it means in plain words, short enough to stand in ( ) behind it.

    `names`: well-known names that contain the word and need no explanation.
    """

    word: Text
    plain: Text
    names: tuple[Text, ...] = ()


class ReadingCorrection(Record):
    """How a piece of text is read, as `{漢字|よみ}`, where the machine reads it otherwise."""

    marked: Text


class Holiday(Record):
    """A public holiday as published by the Cabinet Office."""

    date: WholeDate
    name: Text


class CrisisNumbers(Record):
    """The numbers of a service for danger, as a second person read them on its official page."""

    service: Slug
    numbers: Annotated[tuple[Text, ...], Field(min_length=1)]


class DeadNumber(Record):
    """A number or address that must never be shown, and where to go instead."""

    number: Text
    kind: Literal["wrong", "dead", "seasonal", "unconfirmed"]
    what: Text
    right: Text | None = None
    replaced_by: Slug | None = None
    since: PartDate | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Catalog:
    """Everything the data files say, already checked as a whole by `catalog.loading.load`."""

    categories: tuple[Category, ...]
    """The twelve, in display order."""
    under18: Category
    services: Mapping[str, Service]
    """By id, sorted; ended ones are kept so that an old link can say what became of them."""
    flows: Mapping[str, Flow]
    """By category: the twelve and `under18`."""
    said: Mapping[str, SaidRules]
    """By category: words that answer a question of its flow; not every flow has some."""
    urgent: Mapping[tuple[int, UrgentKind], UrgentHelp]
    strip: Always
    """The urgent line that stands on every page."""
    voiceless: Always
    """Ways to call for help without a voice, shown with help at levels 3 and 4."""
    for_other: ForOther
    never_say: tuple[NeverSay, ...]
    """What no text shown to people may hold, pages apart: checked, not used at run time."""
    human_line: Always
    """People to talk to without choosing anything: `human_line` in data/urgent.yaml, say and services
    (yorisoi-hotline, anata-no-ibasho, mamorouyo-kokoro-sns)."""
    signs: tuple[DangerSign, ...]
    messages: Messages
    answers: tuple[FixedAnswer, ...]
    """Fixed answers to what is no worry, in the order in which they are tried."""
    pages: Mapping[str, ContentPage]
    """By id, in the order in which they are listed."""
    operator: Operator
    plain_words: tuple[PlainWord, ...]
    readings: tuple[ReadingCorrection, ...]
    """Checked readings that correct the furigana made by machine."""
    furigana: Mapping[str, str]
    """Texts to the same texts with a reading on every kanji, made by `catalog furigana`; empty if never made."""
    crisis_numbers: Mapping[str, CrisisNumbers]
    """By service: written a second time, so that one slip of the hand cannot change a number for danger."""
    dead_numbers: tuple[DeadNumber, ...]
    holidays: tuple[Holiday, ...]
    """The published ones; make catalog.hours.Holidays of them to ask about a day."""

    def __repr__(self) -> str:
        """Short: a catalogue written out is a megabyte."""
        return f"Catalog({len(self.services)} services, {len(self.flows)} flows)"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """As IPython and Hypothesis print it."""
        printer.text(repr(self))

    def active(self) -> tuple[Service, ...]:
        """The services that may be offered, by id, the seasonal ones in every season."""
        return tuple(service for service in self.services.values() if service.status == "active")

    def offered(self, day: date) -> tuple[Service, ...]:
        """The active services of which that day is in season, by id: what other systems are given."""
        return tuple(service for service in self.active() if service.in_season(day))

    def named(self, ids: Iterable[str]) -> tuple[Service, ...]:
        """The services of these ids, in that order."""
        return tuple(self.services[id] for id in ids)

    def help_for(self, level: int, kind: UrgentKind) -> UrgentHelp:
        """The help shown for a danger of this level (1 gentle … 4 now) and kind."""
        return self.urgent[level, kind]

    def always_for(self, category: str) -> Always:
        """The urgent line of every page: the flow's own if it has one, else the strip."""
        flow = self.flows.get(category)
        return (flow.always if flow else None) or self.strip

    def category(self, id: str) -> Category:
        """The category of that id, the under-18 entrance included. KeyError for any other."""
        for category in (*self.categories, self.under18):
            if category.id == id:
                return category
        raise KeyError(id)
