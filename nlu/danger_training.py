"""Examples of danger to a second opinion: how grave at least, and of which kind. For the trainer only.

Four two-sided linear models say whether a text is at least of level 1, 2, 3, 4; others tell the kinds apart. Graver
ones may speak for levels 1 and 2 too: what is happening now is told from daily talk more clearly than what is felt. All
thresholds are set out of fold: those of levels 1 and 2 so that what only sounds like danger is rarely taken for it,
those of levels 3 and 4, which are asked of nothing else, so that few texts are taken for graver than they are.
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
from nlu.features import Counts, Weighed, copies, spaced
from nlu.passages import LONG, passages
from nlu.text import normalise
from nlu.tokenizer import Reader, tokens_at
from nlu.weights import DangerWeights, Thresholds, less_sure, level_of, reached

FOLDS = 3
STRENGTH = 0.5
ORDINARY_WEIGHT = 0.5
"""An ordinary worry counts this much as an example of no danger, a look-alike fully."""
PART_WEIGHT = 0.5
"""A passage of a text without danger teaches so much of what the text does."""
_MAY = {1: (0.16, 0.0, 0.0, 0.02), 2: (0.014, 0.004, 0.004)}
"""By level: the share of look-alikes that its own detector, and those of the graver levels, may take for it."""
FALSE_ALARMS = {level: round(sum(_MAY[min(level, 2)]), 4) for level in LEVELS}
"""By level: at most this share of look-alikes is taken for it, out of fold."""
LIFTED = 0.1
"""Of the texts of level 2, so many may be taken for level 3, of those of level 3 for level 4."""
BEARS_OUT = 0.025
"""Of so many look-alikes the opinion may agree with signs that see danger of level 2 or more."""


def train_danger(
    examples: Sequence[DangerExample],
    ordinary: Sequence[str],
    kinds: Sequence[str],
    seed: int = 0,
    reader: Reader | None = None,
) -> DangerWeights:
    """The second opinion. `ordinary`: worries without danger, as the people write who are sorted by category."""
    rows = _rows(examples, ordinary, seed, reader)
    origins = np.array([row.origin for row in rows])
    learnt = np.array([row.weight > 0 for row in rows])
    own = np.flatnonzero([row.own for row in rows])
    parts = np.flatnonzero([row.part for row in rows])
    levels = np.array([*(example.level for example in examples), *(0 for _ in ordinary)])
    with threadpool_limits(1):
        counts = Counts([row.text for row in rows], [row.words for row in rows], pairs=True)
        folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(levels, levels))
        jobs = [np.flatnonzero(learnt & np.isin(origins, learn)) for learn, _ in folds] + [np.flatnonzero(learnt)]
        asked = [(), (), (), tuple(kinds)]
        fits = Parallel(n_jobs=2)(
            delayed(_Fitted)(rows, counts, job, of, seed) for job, of in zip(jobs, asked, strict=True)
        )
        values = np.zeros((len(levels), len(LEVELS)))
        for fitted, (_, judge) in zip(fits, folds, strict=False):
            values[judge] = fitted.decide(counts, own[judge])
            judged = parts[np.isin(origins[parts], judge)]
            np.maximum.at(values, origins[judged], less_sure(fitted.decide(counts, judged)))
    final = fits[-1]
    looks_alike = np.array([*(e.level == 0 for e in examples), *(False for _ in ordinary)])
    thresholds = _thresholds(values, levels, values[looks_alike])
    words, characters, pairs = final.weighed.vocabularies(counts)
    alone = len(words) + len(characters)
    idf, weights = final.weighed.idf.astype(np.float32), np.ascontiguousarray(final.weights, dtype=np.float16)
    return DangerWeights(
        labels=(*(str(level) for level in LEVELS), *kinds),
        words=words,
        characters=characters,
        pairs=pairs,
        idf=idf[:alone],
        weights=weights[:alone],
        pair_idf=idf[alone:],
        pair_weights=weights[alone:],
        bias=final.bias.astype(np.float32).round(6),
        thresholds=thresholds,
        bears_out=_highest(values[looks_alike, 1], BEARS_OUT),
        card=_card(examples, values, levels, thresholds),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    words: str
    origin: int
    level: int
    kind: str
    weight: float
    """0 for what is only judged: which passage of a text is the dangerous one, nobody has said."""
    own: bool
    part: bool = False


def _rows(examples: Sequence[DangerExample], ordinary: Sequence[str], seed: int, reader: Reader | None) -> list[_Row]:
    given = [(e.text, e.level, e.kind, 1.0) for e in examples]
    given += [(text, 0, "", ORDINARY_WEIGHT) for text in ordinary]
    rows = []
    for origin, (raw, level, kind, counts) in enumerate(given):
        text = normalise(raw)
        for copy, weight in sorted(copies(text, seed).items(), key=lambda pair: -pair[1]):
            rows.append(_Row(copy, spaced(copy, reader), origin, level, kind, weight * counts, copy == text))
        weight = 0.0 if level else PART_WEIGHT * counts
        for passage in passages(text, *tokens_at(text, reader)) if len(text) > LONG else ():
            words = " ".join(passage.words)
            rows.append(_Row(passage.text, words, origin, level, kind, weight, own=False, part=True))
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


def _thresholds(values: np.ndarray, levels: np.ndarray, harmless: np.ndarray) -> Thresholds:
    """One row a level: for its own detector, and for each graver one (None: that does not speak for it)."""
    first, second = (
        tuple(_highest(harmless[:, level - 1 + n], share) if share else None for n, share in enumerate(_MAY[level]))
        for level in (1, 2)
    )
    heard = np.array([reached(row, 1, second) for row in values])
    third = _highest(values[heard & (levels == 2), 2], LIFTED)
    fourth = _highest(values[heard & (levels == 3), 3], LIFTED)
    return first, second, (third, fourth), (fourth,)


def _highest(values: np.ndarray, share: float) -> float:
    """The value that so many reach, and no more; the border between both sides where there is none."""
    return round(float(np.quantile(values, 1 - share)), 6) if len(values) else 0.0


def _card(
    examples: Sequence[DangerExample], values: np.ndarray, levels: np.ndarray, thresholds: Thresholds
) -> dict[str, Any]:
    found = np.array([level_of(row, thresholds) for row in values])
    shares = {
        str(level): {str(least): round(float((found[levels == level] >= least).mean()), 4) for least in LEVELS}
        for level in (0, *LEVELS)
        if (levels == level).any()
    }
    return {"examples": len(examples), "corpus": fingerprint(examples), "out_of_fold": shares}
