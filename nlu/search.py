"""Other choices for the trainer, each judged on the phrases by models that have not seen them.

One choice is one job. Where the jobs run, on the cores of this machine or on a cluster, is said around the call with
`joblib.parallel_config`; the scores are the same everywhere. The examination is never looked at: it would be worn out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from joblib import Parallel, delayed

from nlu.corpus import Corpus
from nlu.training import Choices, out_of_fold


@dataclass(frozen=True, slots=True)
class Score:
    """How good a choice is: the share of phrases whose likeliest category is theirs, or one of their marks.

    `right` is over all phrases, `folds` over those of each fold: what lies within their spread is no difference.
    """

    choices: Choices
    right: float
    folds: tuple[float, ...]

    @property
    def spread(self) -> float:
        """The standard error of the folds' mean."""
        return float(np.std(self.folds, ddof=1) / len(self.folds) ** 0.5)


def grid(**tried: Sequence[Any]) -> tuple[Choices, ...]:
    """Every combination of the values named, all else as it is used: grid(strength=(0.3, 0.5), fewest=(2, 3))."""
    return tuple(Choices(**dict(zip(tried, values, strict=True))) for values in product(*tried.values()))


def search(
    corpus: Corpus,
    tried: Sequence[Choices],
    *,
    seed: int = 0,
    progress: Callable[[int, int, Score], None] | None = None,
) -> tuple[Score, ...]:
    """The scores of the choices, in their order. `progress(done, total, score)` is called after each."""
    scores = []
    with Parallel(return_as="generator") as parallel:
        for score in parallel(delayed(judged)(corpus, choices, seed) for choices in tried):
            scores.append(score)
            if progress:
                progress(len(scores), len(tried), score)
    return tuple(scores)


def best(scores: Sequence[Score]) -> Score:
    """The score that is right most often; of equal ones the first."""
    return max(scores, key=lambda score: score.right)


def judged(corpus: Corpus, choices: Choices, seed: int) -> Score:
    """One choice, cross-validated in this process on one core."""
    logits, folds = out_of_fold(corpus, choices, seed)
    likeliest = [corpus.labels[place] for place in logits.argmax(axis=1)]
    right = np.array([label in example.right for label, example in zip(likeliest, corpus.examples, strict=True)])
    return Score(choices, float(right.mean()), tuple(float(right[fold].mean()) for fold in folds))
