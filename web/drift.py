"""Whether what people write changes: words and categories by week. Pure; a phrase counts once for each of its words.

Nothing that fewer than ten phrases share is told: a rare word can point to a person.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scipy.special import chdtrc

LEAST = 10
"""Smaller counts are hidden."""
NOTABLE = 10.83
"""A score that chance gives to one of a thousand words or categories that do not change."""
UNUSUAL = 0.001
"""So seldom chance alone makes a week's categories differ so much; only then a week is called unusual."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A word or a category in two spans of time: in how many phrases, of how many; None for a hidden small count.

    `score`: χ² with Yates' correction, below zero where the share fell. `notable`: chance seldom does that.
    """

    what: str
    before: int | None
    before_share: float | None
    now: int | None
    now_share: float | None
    score: float

    @property
    def rises(self) -> bool:
        """Whether the share grew."""
        return self.score > 0

    @property
    def notable(self) -> bool:
        """Whether chance alone seldom gives such a change."""
        return abs(self.score) >= NOTABLE


@dataclass(frozen=True, slots=True)
class Week:
    """The phrases of one week from Monday on, by category; None for a hidden small count.

    `differs`: the share of its phrases that would have another category in the other weeks; None if either is small.
    """

    monday: date
    phrases: int | None
    categories: Mapping[str, int | None]
    differs: float | None
    unusual: bool


def monday(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def shifts(before: Sequence[Collection[str]], now: Sequence[Collection[str]]) -> tuple[Shift, ...]:
    """Every word, or category, that at least ten phrases of a span have, the greatest change first.

    Each item of `before` and `now` is what one phrase has; how often it has it does not count.
    """
    if not before or not now:
        return ()
    counted = [Counter(word for words in span for word in set(words)) for span in (before, now)]
    found = []
    for what in counted[0].keys() | counted[1].keys():
        was, is_now = counted[0][what], counted[1][what]
        if max(was, is_now) >= LEAST:
            found.append(
                Shift(
                    what=what,
                    before=_hidden(was),
                    before_share=None if was < LEAST else was / len(before),
                    now=_hidden(is_now),
                    now_share=None if is_now < LEAST else is_now / len(now),
                    score=_score(was, len(before), is_now, len(now)),
                )
            )
    return tuple(sorted(found, key=lambda shift: (-abs(shift.score), shift.what)))


def weeks(phrases: Iterable[tuple[date, str]], *, first: date, last: date) -> tuple[Week, ...]:
    """The weeks from that of `first` to that of `last`, of phrases given as day and category; others do not count."""
    mondays = [monday(first) + timedelta(weeks=n) for n in range((monday(last) - monday(first)).days // 7 + 1)]
    counts: dict[date, Counter[str]] = {each: Counter() for each in mondays}
    for day, category in phrases:
        if monday(day) in counts:
            counts[monday(day)][category] += 1
    total: Counter[str] = Counter()
    for week in counts.values():
        total.update(week)
    return tuple(_week(each, counts[each], total - counts[each]) for each in mondays)


def _week(each: date, here: Counter[str], elsewhere: Counter[str]) -> Week:
    size, others = here.total(), elsewhere.total()
    differs, unusual = None, False
    if min(size, others) >= LEAST:
        categories = here.keys() | elsewhere.keys()
        differs = sum(abs(here[c] / size - elsewhere[c] / others) for c in categories) / 2
        unusual = _chance(here, elsewhere) < UNUSUAL
    return Week(each, _hidden(size), {c: _hidden(n) for c, n in sorted(here.items())}, differs, unusual)


def _chance(here: Counter[str], elsewhere: Counter[str]) -> float:
    """How often chance alone makes two counts differ so much (χ² over the categories; rare ones taken together)."""
    size, others = here.total(), elsewhere.total()
    rare = [c for c in here.keys() | elsewhere.keys() if (here[c] + elsewhere[c]) * size < 5 * (size + others)]
    cells = [(here[c], elsewhere[c]) for c in here.keys() | elsewhere.keys() if c not in rare]
    cells.append((sum(here[c] for c in rare), sum(elsewhere[c] for c in rare)))
    cells = [cell for cell in cells if sum(cell)]
    score = 0.0
    for cell in cells:
        for count, of in zip(cell, (size, others), strict=True):
            expected = sum(cell) * of / (size + others)
            score += (count - expected) ** 2 / expected
    return float(chdtrc(len(cells) - 1, score)) if len(cells) > 1 else 1.0


def _score(was: int, of_was: int, is_now: int, of_now: int) -> float:
    """χ² of two shares with Yates' correction, signed by the direction."""
    whole, having = of_was + of_now, was + is_now
    if having == whole:
        return 0.0
    apart = is_now * (of_was - was) - was * (of_now - is_now)
    corrected = max(0.0, abs(apart) - whole / 2)
    return math.copysign(whole * corrected**2 / (of_was * of_now * having * (whole - having)), apart)


def _hidden(count: int) -> int | None:
    return count if count >= LEAST else None
