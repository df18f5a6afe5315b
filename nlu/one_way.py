"""Verdicts that one person alone gave against the model in use, many of them towards one label.

Aimed poison looks like this; so does a matter that the model has never understood. Which of the two it is, a second
person says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from nlu.evaluation import Judged

FEWEST, SHARE = 3, 0.5
"""So many phrases, and so large a share of all that are newly learnt for a label, were read as one and the same other
one."""
FEWEST_MIXED, SHARE_MIXED = 5, 0.8
"""So many, and so large a share, were read as any other."""


@dataclass(frozen=True, slots=True)
class OneWay:
    """Phrases newly learnt for `label`, `learnt` in all, of which one person alone decided those at `where` against
    the model in use. `reading`: as what it reads them; None for several labels.
    """

    label: str
    learnt: int
    reading: str | None
    where: tuple[str, ...]


def one_way(judged: Iterable[Judged], alone: Collection[str]) -> tuple[OneWay, ...]:
    """The labels towards which too much goes. `judged`: what is newly learnt, as the model in use reads it; `alone`:
    where those stand that one person alone decided (`file` of the example).
    """
    learnt: Counter[str] = Counter()
    against: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in judged:
        learnt[one.example.label] += 1
        if not one.right and one.example.file in alone:
            against[one.example.label][one.answer].append(one.example.file)
    found = []
    for label, readings in sorted(against.items()):
        all_of_them = [where for places in readings.values() for where in places]
        reading, places = max(sorted(readings.items()), key=lambda pair: len(pair[1]))
        if _many(all_of_them, learnt[label], FEWEST_MIXED, SHARE_MIXED):
            only = reading if len(readings) == 1 else None
            found.append(OneWay(label, learnt[label], only, tuple(sorted(all_of_them))))
        elif _many(places, learnt[label], FEWEST, SHARE):
            found.append(OneWay(label, learnt[label], reading, tuple(sorted(places))))
    return tuple(found)


def _many(places: Collection[str], learnt: int, fewest: int, share: float) -> bool:
    return len(places) >= fewest and len(places) >= share * learnt
