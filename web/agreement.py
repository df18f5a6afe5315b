"""How far two reviewers who did not see each other's labels agree, beyond what chance alone would give. Pure.

κ is Cohen's, for two labels a phrase; α is Krippendorff's for names without an order, for any number of labels.
Both are 1 if all agree and 0 if they agree as often as chance would.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

OVERALL_BAR = 0.75
CATEGORY_BAR = 0.60
"""A κ below these says that the guideline does not yet tell reviewers the same."""
FEWEST = 10
"""With fewer pairs no figure is told: it would be chance, and could point to two people."""
ROUNDS = 2_000

Labels = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the pairs agree. `same` of `pairs` are equal; for one category, pairs in which neither said it do not
    count as pairs, though they do for κ.

    `kappa`: None where it is not defined, as when everybody always gives one label. `low` and `high`: the middle 95 %
    of κ when the pairs are drawn again and again; None where κ is, or where all agree, since drawing cannot tell then.
    """

    pairs: int
    same: int
    kappa: float | None
    low: float | None
    high: float | None

    @property
    def told(self) -> bool:
        """Whether there are enough pairs to tell a figure."""
        return self.pairs >= FEWEST

    def below(self, bar: float) -> bool:
        """Whether enough pairs say that κ is below the bar."""
        return self.told and self.kappa is not None and self.kappa < bar


def kappa(pairs: Iterable[Labels]) -> float | None:
    """κ of these pairs; None without pairs, or if both always give the same one label."""
    cells, counts = _cells(pairs)
    return None if not len(counts) else _plain(_kappas(cells, counts[np.newaxis])[0])


def overall(pairs: Sequence[Labels], *, seed: int = 0) -> Agreement:
    """The agreement over all labels."""
    same = sum(one == two for one, two in pairs)
    return _agreement(pairs, pairs=len(pairs), same=same, seed=seed)


def of_category(pairs: Sequence[Labels], category: str, *, seed: int = 0) -> Agreement:
    """The agreement on whether a phrase is of this category or of any other."""
    by_one = [(_is(one, category), _is(two, category)) for one, two in pairs]
    named = [pair for pair in by_one if "yes" in pair]
    return _agreement(by_one, pairs=len(named), same=sum(one == two for one, two in named), seed=seed)


def alpha(units: Iterable[Sequence[str]]) -> float | None:
    """α of the labels of each phrase, two or more; phrases with fewer say nothing. None if all labels are one."""
    weights: dict[Labels, float] = {}
    for labels in units:
        if len(labels) < 2:
            continue
        for pair in permutations(labels, 2):
            weights[pair] = weights.get(pair, 0.0) + 1 / (len(labels) - 1)
    totals: dict[str, float] = {}
    for (one, _), weight in weights.items():
        totals[one] = totals.get(one, 0.0) + weight
    whole = sum(totals.values())
    by_chance = whole**2 - sum(total**2 for total in totals.values())
    if not by_chance:
        return None
    differing = sum(weight for (one, two), weight in weights.items() if one != two)
    return 1 - (whole - 1) * differing / by_chance


def _is(label: str, category: str) -> str:
    return "yes" if label == category else "no"


def _agreement(labels: Sequence[Labels], *, pairs: int, same: int, seed: int) -> Agreement:
    cells, counts = _cells(labels)
    if not len(counts):
        return Agreement(pairs, same, None, None, None)
    found = _plain(_kappas(cells, counts[np.newaxis])[0])
    if found is None or all(one == two for one, two in labels):
        return Agreement(pairs, same, found, None, None)
    drawn = np.random.default_rng(seed).multinomial(counts.sum(), counts / counts.sum(), size=ROUNDS)
    kappas = _kappas(cells, drawn)
    low, high = np.quantile(kappas[~np.isnan(kappas)], (0.025, 0.975))
    return Agreement(pairs, same, found, float(low), float(high))


def _cells(pairs: Iterable[Labels]) -> tuple[np.ndarray, np.ndarray]:
    """The different pairs as places of their labels, a row each, and how often each is there."""
    counted = sorted(Counter(pairs).items())
    labels = sorted({label for pair, _ in counted for label in pair})
    places = {label: place for place, label in enumerate(labels)}
    cells = np.array([[places[one], places[two]] for (one, two), _ in counted], dtype=np.intp).reshape(-1, 2)
    return cells, np.array([count for _, count in counted], dtype=np.int64)


def _kappas(cells: np.ndarray, tables: np.ndarray) -> np.ndarray:
    """κ of each row of `tables`, which holds how often each of the cells is there; NaN where it is not defined."""
    size = int(cells.max()) + 1
    firsts, seconds = (np.eye(size)[cells[:, side]] for side in (0, 1))
    whole = tables.sum(axis=1)
    observed = tables[:, cells[:, 0] == cells[:, 1]].sum(axis=1) / whole
    expected = ((tables @ firsts) * (tables @ seconds)).sum(axis=1) / whole**2
    beyond = 1 - expected
    defined = beyond > 1e-12
    result: np.ndarray = np.where(defined, (observed - expected) / np.where(defined, beyond, 1), np.nan)
    return result


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
