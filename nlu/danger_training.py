"""Examples of danger to a second opinion: how grave at least, and of which kind. For the trainer only.

Four two-sided linear models say whether a text is at least of level 1, 2, 3, 4; others tell the kinds apart. A
graver one speaks for a lower level too, at a lower threshold: what is happening now is told from daily talk more
clearly than what is felt. The thresholds are set out of fold, so that look-alikes and ordinary worries are rarely taken
for danger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlu.danger_corpus import LEVELS, DangerExample, fingerprint
from nlu.features import Counts, Weighed, copies
from nlu.text import normalise
from nlu.tokenizer import Reader
from nlu.weights import DangerWeights

FOLDS = 3
STRENGTH = 1.0
ORDINARY_WEIGHT = 0.5
"""An ordinary worry counts this much as an example of no danger, a look-alike fully."""
FALSE_ALARMS = {1: (0.35, 0.17), 2: (0.016, 0.008), 3: (0.018, 0.008), 4: (0.008, 0.004)}
"""By level: the share of look-alikes, and of ordinary worries, that may be taken for it, measured out of fold."""
EACH = 0.6
"""So much of that share each detector may use: those of one level often err on the same texts."""


def train_danger(
    examples: Sequence[DangerExample],
    ordinary: Sequence[str],
    kinds: Sequence[str],
    seed: int = 0,
    reader: Reader | None = None,
) -> DangerWeights:
    """The second opinion. `ordinary`: worries without danger, as the people write who are sorted by category."""
    rows = _rows(examples, ordinary, seed)
    origins = np.array([row.origin for row in rows])
    own = np.flatnonzero([row.own for row in rows])
    levels = np.array([*(example.level for example in examples), *(0 for _ in ordinary)])
    with threadpool_limits(1):
        counts = Counts([row.text for row in rows], reader)
        folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(levels, levels))
        jobs = [np.flatnonzero(np.isin(origins, learn)) for learn, _ in folds] + [np.arange(len(rows))]
        asked = [(), (), (), tuple(kinds)]
        fits = Parallel(n_jobs=2)(
            delayed(_Fitted)(rows, counts, job, of, seed) for job, of in zip(jobs, asked, strict=True)
        )
        values = np.zeros((len(levels), len(LEVELS)))
        for fitted, (_, judge) in zip(fits, folds, strict=False):
            values[judge] = fitted.decide(counts, own[judge])
    final = fits[-1]
    looks_alike = np.array([*(e.level == 0 for e in examples), *(False for _ in ordinary)])
    is_ordinary = np.arange(len(levels)) >= len(examples)
    thresholds = tuple(
        tuple(
            _threshold(values[:, graver], looks_alike, is_ordinary, FALSE_ALARMS[level])
            for graver in range(n, len(LEVELS))
        )
        for n, level in enumerate(LEVELS)
    )
    words, characters = final.weighed.vocabularies(counts)
    return DangerWeights(
        labels=(*(str(level) for level in LEVELS), *kinds),
        words=words,
        characters=characters,
        idf=final.weighed.idf.astype(np.float32),
        weights=np.ascontiguousarray(final.weights, dtype=np.float16),
        bias=final.bias.astype(np.float32).round(6),
        thresholds=thresholds,
        card=_card(examples, values, levels, thresholds),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    origin: int
    level: int
    kind: str
    weight: float
    own: bool


def _rows(examples: Sequence[DangerExample], ordinary: Sequence[str], seed: int) -> list[_Row]:
    given = [(e.text, e.level, e.kind, 1.0) for e in examples]
    given += [(text, 0, "", ORDINARY_WEIGHT) for text in ordinary]
    rows = []
    for origin, (raw, level, kind, counts) in enumerate(given):
        text = normalise(raw)
        for copy, weight in sorted(copies(text, seed).items(), key=lambda pair: -pair[1]):
            rows.append(_Row(copy, origin, level, kind, weight * counts, copy == text))
    return rows


class _Fitted:
    """One model a level and a kind, over the same weighed n-grams."""

    def __init__(self, rows: list[_Row], counts: Counts, places: np.ndarray, kinds: Sequence[str], seed: int) -> None:
        self.weighed = Weighed(counts, places, texts=len(places))
        features = self.weighed.features(counts, places)
        weights = np.array([rows[place].weight for place in places])
        level = np.array([rows[place].level for place in places])
        columns = [_two_sided(features, level >= least, weights, seed) for least in LEVELS]
        danger = np.flatnonzero(level > 0)
        kind = np.array([rows[places[place]].kind for place in danger])
        columns += [_two_sided(features[danger], kind == one, weights[danger], seed) for one in kinds]
        self.weights = np.column_stack([weight for weight, _ in columns])
        self.bias = np.array([bias for _, bias in columns])

    def decide(self, counts: Counts, places: np.ndarray) -> np.ndarray:
        """One value a level and a kind for the rows at these places."""
        found: np.ndarray = self.weighed.features(counts, places) @ self.weights + self.bias
        return found


def _two_sided(features: Any, positive: np.ndarray, weights: np.ndarray, seed: int) -> tuple[np.ndarray, float]:
    """Coefficients and intercept; never positive where there is no example of it."""
    if positive.all() or not positive.any():
        return np.zeros(features.shape[1]), 1.0 if positive.any() else -1.0
    model = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=seed)
    model.fit(features, positive, sample_weight=weights)
    return model.coef_[0], float(model.intercept_[0])


def _threshold(
    values: np.ndarray, looks_alike: np.ndarray, is_ordinary: np.ndarray, allowed: tuple[float, float]
) -> float:
    """The lowest value at which both kinds of false alarm stay within what one detector may use."""
    shares = zip((looks_alike, is_ordinary), allowed, strict=True)
    return round(max(float(np.quantile(values[group], 1 - EACH * share)) for group, share in shares if group.any()), 6)


def _card(
    examples: Sequence[DangerExample], values: np.ndarray, levels: np.ndarray, thresholds: tuple[tuple[float, ...], ...]
) -> dict[str, Any]:
    found = np.zeros(len(levels), dtype=int)
    for number, level in enumerate(LEVELS):
        found[(values[:, number:] >= np.array(thresholds[number])).any(axis=1)] = level
    shares = {
        str(level): {str(least): round(float((found[levels == level] >= least).mean()), 4) for least in LEVELS}
        for level in (0, *LEVELS)
        if (levels == level).any()
    }
    return {"examples": len(examples), "corpus": fingerprint(examples), "out_of_fold": shares}
