"""Examples to weights: TF-IDF of words and characters, a linear classifier, one temperature.

Tokens are made outside the vectorisers, so that nothing of ours is hidden inside a stored model. The same corpus
gives the same weights: examples in file order, a fixed seed, one BLAS thread.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize_scalar
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlu.corpus import NONE, Corpus, Example
from nlu.danger_corpus import DangerExample
from nlu.danger_training import train_danger
from nlu.features import Counts, Weighed, copies
from nlu.text import normalise
from nlu.weights import Trained

FOLDS = 5
STEPS = FOLDS + 5
ALSO_SHARE = 0.3
"""How much of an example teaches the other categories that could be opened first as well."""
STRENGTH = 0.5
"""C of the linear classifier: 0.3 to 0.5 read best of 0.03 to 2. See ARCHITECTURE.md, decision 15."""
SURE_TARGET = 0.92
"""Out of fold, so many of the texts answered as sure are right. The phrases are far harder than what people mostly
write (look-alikes, feelings, marks missing): on the examination this means 0.97 and more."""
LOWEST_SURE = 0.90
"""Never sure below this, however good the curve: authored phrases promise more than real people keep."""
MARGIN = 0.30

Progress = Callable[[int, int, str], None]


def train(
    corpus: Corpus,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    danger: Sequence[DangerExample] = (),
) -> Trained:
    """The model of a corpus, with a second opinion on danger if there are examples of it.

    `progress(done, total, what)` is called after each step.
    """
    tell = progress or (lambda done, total, what: None)
    total = STEPS
    tell(0, total, "ことばに分けています")
    texts = [normalise(example.text) for example in corpus.examples]
    y = np.array([corpus.labels.index(example.label) for example in corpus.examples])
    rows = _with_copies(corpus, texts, seed)
    counts = Counts([row.text for row in rows])
    own = np.array([place for place, row in enumerate(rows) if row.own])
    everyone = np.arange(len(texts))
    with threadpool_limits(1), Parallel(n_jobs=2, return_as="generator") as parallel:
        logits = np.zeros((len(texts), len(corpus.labels)))
        folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, y))
        jobs = [learn for learn, _ in folds] + [everyone]
        fits = parallel(delayed(_Fitted)(rows, counts, learn, seed) for learn in jobs)
        for number, (fitted, judge) in enumerate(zip(fits, [*(judge for _, judge in folds), None], strict=True)):
            tell(2 + number, total, f"{number + 1}/{FOLDS + 1} 回の学習が終わりました")
            if judge is not None:
                logits[judge] = fitted.decide(own[judge])
        final = fitted
    temperature = _temperature(logits, y)
    opinion = None
    if danger:
        tell(total - 2, total, "危険のことばを学んでいます")
        ordinary = [example.text for example in corpus.examples if not example.safety]
        kinds = sorted({example.kind for example in danger if example.level})
        opinion = train_danger(danger, ordinary, kinds, seed)
    tell(total, total, "学習が終わりました")
    out_of_fold = _OutOfFold.of(corpus, _softmax(logits / temperature))
    threshold = out_of_fold.threshold()
    words, characters = final.weighed.vocabularies()
    return Trained(
        labels=corpus.labels,
        words=words,
        characters=characters,
        idf=final.weighed.idf.astype(np.float32),
        weights=np.ascontiguousarray(final.model.coef_.T, dtype=np.float32).round(6),
        bias=final.model.intercept_.astype(np.float32).round(6),
        temperature=round(temperature, 4),
        sure_probability=threshold,
        sure_margin=MARGIN,
        card=_card(corpus, out_of_fold, threshold, seed),
        danger=opinion,
    )


@dataclass(frozen=True, slots=True)
class _OutOfFold:
    """What models said of the examples they had not seen: the likeliest probability, and how it compares."""

    best: np.ndarray
    margin: np.ndarray
    strict: np.ndarray
    right: np.ndarray
    worry: np.ndarray

    @classmethod
    def of(cls, corpus: Corpus, probabilities: np.ndarray) -> _OutOfFold:
        place = probabilities.argmax(axis=1)
        answers = [corpus.labels[number] for number in place]
        ordered = np.sort(probabilities, axis=1)
        return cls(
            best=ordered[:, -1],
            margin=ordered[:, -1] - ordered[:, -2],
            strict=np.array([answer == e.label for answer, e in zip(answers, corpus.examples, strict=True)]),
            right=np.array([answer in e.right for answer, e in zip(answers, corpus.examples, strict=True)]),
            worry=np.array([answer != NONE for answer in answers]),
        )

    def sure(self, threshold: float) -> np.ndarray:
        """Which examples would have been answered as sure."""
        found: np.ndarray = (self.best >= threshold) & (self.margin >= MARGIN) & self.worry
        return found

    def threshold(self) -> float:
        """The lowest probability, in steps of 0.01, from which on the target is kept; 1.01 (never sure) if none."""
        for step in range(round(LOWEST_SURE * 100), 100):
            sure = self.sure(step / 100)
            if sure.any() and self.right[sure].mean() >= SURE_TARGET:
                return step / 100
        return 1.01


def _card(corpus: Corpus, out_of_fold: _OutOfFold, threshold: float, seed: int) -> dict[str, Any]:
    sure = out_of_fold.sure(threshold)
    return {
        "examples": len(corpus.examples),
        "corpus": corpus.fingerprint,
        "seed": seed,
        "sure_probability": threshold,
        "out_of_fold": {
            "accuracy": round(float(out_of_fold.strict.mean()), 4),
            "accuracy_with_marks": round(float(out_of_fold.right.mean()), 4),
            "sure_share": round(float(sure.mean()), 4),
            "sure_precision": round(float(out_of_fold.right[sure].mean()) if sure.any() else 0.0, 4),
        },
    }


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    origin: int
    label: int
    weight: float
    own: bool
    """The text as written, under its own label: what is judged out of fold."""


def _with_copies(corpus: Corpus, texts: list[str], seed: int) -> list[_Row]:
    chance = random.Random(seed)  # noqa: S311 - misspellings, not secrets
    y_of = [corpus.labels.index(example.label) for example in corpus.examples]
    rows = []
    for origin, (text, example) in enumerate(zip(texts, corpus.examples, strict=True)):
        for copy, weight in copies(text, chance).items():
            for label, share in _shares(corpus, example):
                own = copy == text and label == y_of[origin]
                rows.append(_Row(copy, origin, label, weight * share, own))
    return sorted(rows, key=lambda row: (row.origin, -row.weight, row.text, row.label))


def _shares(corpus: Corpus, example: Example) -> list[tuple[int, float]]:
    own = corpus.labels.index(example.label)
    others = [corpus.labels.index(label) for label in sorted(set(example.also) - {example.label})]
    if not others:
        return [(own, 1.0)]
    return [(own, 1 - ALSO_SHARE), *((other, ALSO_SHARE / len(others)) for other in others)]


class _Fitted:
    """Weights and classifier fitted on the examples in `learn` and their copies."""

    def __init__(self, rows: list[_Row], counts: Counts, learn: np.ndarray, seed: int) -> None:
        places = np.flatnonzero(np.isin([row.origin for row in rows], learn))
        self.weighed = Weighed(counts, places, texts=len(learn))
        self.model = LinearSVC(C=STRENGTH, class_weight="balanced", random_state=seed)
        labels, weights = [rows[place].label for place in places], [rows[place].weight for place in places]
        self.model.fit(self.weighed.features(places), labels, sample_weight=weights)

    def decide(self, places: np.ndarray) -> np.ndarray:
        """One value a label for the rows at these places."""
        found: np.ndarray = self.model.decision_function(self.weighed.features(places))
        return found


def _temperature(logits: np.ndarray, y: np.ndarray) -> float:
    def loss(log_temperature: float) -> float:
        probabilities = _softmax(logits / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(y)), y] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return result
