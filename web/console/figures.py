"""The figures that insight shows. What takes seconds is kept for a while; never the text of a phrase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

import numpy as np
from flask import current_app

from catalog.hours import JAPAN
from catalog.model import CATEGORY_IDS
from nlu import instance
from nlu.corpus import NONE, CorpusError, Example, read_held_out
from nlu.evaluation import Judged
from nlu.prediction import Prediction
from nlu.registry import UnusableModel
from nlu.text import normalise
from nlu.tokenizer import tokens
from web import drift
from web.console.access import now
from web.label_errors import Doubt, doubts
from web.parts import parts
from web.store.audit import Entry
from web.store.phrases import Phrase
from web.store.queue import IDENTIFYING_FROM, OPEN, Filter

T = TypeVar("T")
LABELS = (*CATEGORY_IDS, NONE)
WEEKS = 12
RECENT_WEEKS = 4
"""The words of the last four weeks are compared with those of the eight before."""
KEPT_MINUTES = 10
MOST_REVIEWED = 2_000
"""So many of the newest reviewed phrases are asked of the model."""
TALLIED = ("heard", "not-this", "helped", "not-helped")
"""What is told of the tallies: a sentence read, 「ちがう」, and what people said of the help they were shown."""
TALLY_DAYS = 28
_PAGE = 2_000


@dataclass(frozen=True, slots=True)
class InUse:
    """The model in use: its version, what makes it sure, and its card."""

    version: str
    sure_probability: float
    sure_margin: float
    card: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What the model in use says of reviewed phrases it has not learnt. `judged` holds no text; `ids` in its order.

    `left_out`: phrases it may have learnt. `doubts`: labels that could be slips, by place in `ids`.
    """

    ids: tuple[str, ...]
    judged: tuple[Judged, ...]
    left_out: int
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, as it was at a moment. `oldest`: days since the day the oldest was given; None if nothing waits.

    `categories`: waiting phrases by likeliest category, the most first. `weeks`: Monday, phrases given, verdicts that
    stand.
    """

    at: datetime
    waiting: int
    oldest: int | None
    categories: tuple[tuple[str, int], ...]
    weeks: tuple[tuple[date, int, int], ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """Words and categories of the last twelve weeks, as they were at a moment."""

    at: datetime
    weeks: tuple[drift.Week, ...]
    categories: tuple[drift.Shift, ...]
    words: tuple[drift.Shift, ...]
    since: date
    phrases: tuple[int, int]


def in_use() -> InUse | None:
    """The model in use; None without a usable one."""
    version = parts().classifier.version
    if version is None:
        return None

    def make() -> InUse | None:
        try:
            trained = instance.registry(parts().settings.hitorijanai_instance).load(version).trained
        except UnusableModel:
            return None
        return InUse(version, trained.sure_probability, trained.sure_margin, trained.card)

    return _kept("in use", version, make)


def examined() -> tuple[Judged, ...]:
    """What the model in use says of the examination; () without a model, or where the files cannot be read."""

    def make() -> tuple[Judged, ...]:
        try:
            examples = read_held_out(parts().settings.hitorijanai_training_data, CATEGORY_IDS)
        except CorpusError:
            return ()
        answered = ((example, parts().classifier.predict(example.text)) for example in examples)
        return tuple(Judged(example, prediction) for example, prediction in answered if prediction)

    return _kept("examined", parts().classifier.version, make)


def reviewed() -> Reviewed:
    """What the model in use says of the newest reviewed phrases that it has not learnt."""
    store, version = parts().store, parts().classifier.version
    return _kept("reviewed", (version, tuple(sorted(store.queue.confusions().items()))), _reviewed)


def backlog() -> Backlog:
    """What waits, at most ten minutes ago."""
    return _kept("backlog", _lately(), _backlog)


def drifting() -> Drift:
    """What changes, as it was when it was first asked for on this day: every phrase has to be cut into words for it."""
    return _kept("drift", now().date(), _drift)


def tallied() -> dict[tuple[str, str], int]:
    """Counts of the last four weeks, today without, by what (see TALLIED) and category."""
    today = now().date()
    counts: Counter[tuple[str, str]] = Counter()
    for row in parts().store.tallies.read(today - timedelta(days=TALLY_DAYS), today - timedelta(days=1)):
        if row.what in TALLIED:
            counts[row.what, row.category] += row.count or 0
    return dict(counts)


def people_a_day() -> float | None:
    """How many sentences a day were read, on average over the last four weeks; None if fewer than ten were in all."""
    total = sum(count for (what, _), count in tallied().items() if what == "heard")
    return total / TALLY_DAYS if total >= drift.LEAST else None


def _kept(name: str, key: Hashable, make: Callable[[], T]) -> T:
    """What was made for the key; made anew when the key changes."""
    made = current_app.extensions.setdefault("console figures", {})
    found = made.get(name)
    if found is None or found[0] != key:
        found = made[name] = (key, make())
    return cast(T, found[1])


def _lately() -> datetime:
    moment = now()
    return moment.replace(minute=moment.minute - moment.minute % KEPT_MINUTES, second=0, microsecond=0)


def _reviewed() -> Reviewed:
    store, classifier = parts().store, parts().classifier
    trained = store.candidates.by_version(classifier.version or "")
    learnt = trained.trained_at.astimezone(JAPAN).date() if trained else date.min
    readable = [phrase for phrase in store.opinions.accepted() if phrase.text is not None]
    unseen = [phrase for phrase in readable if phrase.day >= learnt]
    newest = sorted(unseen, key=lambda phrase: (phrase.day, phrase.phrase), reverse=True)[:MOST_REVIEWED]
    ids, judged = [], []
    for phrase in newest:
        prediction = classifier.predict(phrase.text or "")
        if prediction:
            also = (phrase.also,) if phrase.also else ()
            ids.append(phrase.phrase)
            judged.append(Judged(Example("", phrase.label, also, False, "", "", 0), prediction))
    return Reviewed(tuple(ids), tuple(judged), len(readable) - len(unseen), _doubts(judged))


def _doubts(judged: list[Judged]) -> tuple[Doubt, ...]:
    rows = [_by_label(one.prediction) for one in judged]
    probabilities = np.array([[row[label] for label in LABELS] for row in rows]).reshape(-1, len(LABELS))
    return doubts(
        [one.example.right for one in judged], probabilities, LABELS, main=[one.example.label for one in judged]
    )


def _by_label(prediction: Prediction) -> dict[str, float]:
    return {score.category: score.probability for score in prediction.ranked} | {NONE: prediction.none_probability}


def _backlog() -> Backlog:
    today = now().date()
    first = drift.monday(today) - timedelta(weeks=WEEKS - 1)
    waiting, oldest = Counter[str](), None
    given: Counter[date] = Counter()
    for phrase in _phrases(*OPEN, "done"):
        given[drift.monday(phrase.day)] += 1
        if phrase.state in OPEN:
            waiting[phrase.predicted] += 1
            oldest = min(oldest or phrase.day, phrase.day)
    judged: Counter[date] = Counter()
    for action, counts in (("verdict", 1), ("undo verdict", -1)):
        for entry in _entries(action, since=datetime(first.year, first.month, first.day, tzinfo=JAPAN)):
            judged[drift.monday(entry.at.astimezone(JAPAN).date())] += counts
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    return Backlog(
        at=_lately(),
        waiting=waiting.total(),
        oldest=None if oldest is None else (today - oldest).days,
        categories=tuple(waiting.most_common()),
        weeks=tuple((monday, given[monday], max(0, judged[monday])) for monday in mondays),
    )


def _drift() -> Drift:
    last = now().date()
    first = drift.monday(last) - timedelta(weeks=WEEKS - 1)
    since = drift.monday(last) - timedelta(weeks=RECENT_WEEKS - 1)
    categories: list[tuple[date, str]] = []
    words: tuple[list[list[str]], list[list[str]]] = ([], [])
    for phrase in _phrases(*OPEN, "done"):
        if phrase.day < first:
            continue
        categories.append((phrase.day, phrase.label or phrase.predicted))
        if phrase.text is not None and phrase.identifying < IDENTIFYING_FROM:
            words[phrase.day >= since].append(tokens(normalise(phrase.text)))
    by_span = [[[category] for day, category in categories if (day >= since) is recent] for recent in (False, True)]
    return Drift(
        at=now(),
        weeks=drift.weeks(categories, first=first, last=last),
        categories=drift.shifts(*by_span),
        words=drift.shifts(*words),
        since=since,
        phrases=(len(by_span[0]), len(by_span[1])),
    )


def _phrases(*states: str) -> Iterator[Phrase]:
    """The phrases in these states, page by page: what is held, or hidden, is not even read."""
    for state in states:
        offset = 0
        while page := parts().store.queue.find(Filter(state=state), for_person=None, limit=_PAGE, offset=offset):
            yield from page
            offset += _PAGE


def _entries(action: str, *, since: datetime) -> Iterator[Entry]:
    offset = 0
    while page := parts().store.audit.list(action=action, since=since, limit=_PAGE, offset=offset):
        yield from page
        offset += _PAGE
