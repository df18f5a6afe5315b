"""Examples to weights: TF-IDF of words and characters, a linear classifier, and how sure it may be.

Tokens are made outside the vectorisers, so that nothing of ours is hidden inside a stored model. The same corpus
gives the same weights: examples in file order, a fixed seed, one BLAS thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlu.certainty import LOWEST_SURE, MARGIN, Answers, fitting_temperature, least_sure
from nlu.corpus import Corpus, Example
from nlu.danger_corpus import DangerExample
from nlu.danger_training import train_danger
from nlu.features import FEWEST, HIRAGANA_WEIGHT, TYPO_WEIGHT, Counts, Weighed, copies, spaced
from nlu.kana import KanaReader
from nlu.text import normalise
from nlu.weights import Trained, shared

FOLDS = 3
STEPS = FOLDS + 5
ALSO_SHARE = 0.3
"""How much of an example teaches the other categories that could be opened first as well."""
STRENGTH = 0.5
"""C of the linear classifier. Every choice of this module stands against its rivals in benchmarks/ablation.md."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a trainer of this kind is free to choose; the defaults are what `train` uses. Weights are above 0.

    `nlu.search` tries others.
    """

    strength: float = STRENGTH
    also_share: float = ALSO_SHARE
    hiragana_weight: float = HIRAGANA_WEIGHT
    typo_weight: float = TYPO_WEIGHT
    fewest: int = FEWEST


USED = Choices()


def train(
    corpus: Corpus,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    danger: Sequence[DangerExample] = (),
    lowest_sure: float = LOWEST_SURE,
) -> Trained:
    """The model of a corpus, with a second opinion on danger if there are examples of it.

    It is never sure below `lowest_sure`.
    `progress(done, total, what)` is called after each step.
    """
    tell = progress or (lambda done, total, what: None)
    total = STEPS
    tell(0, total, "ことばに分けています")
    texts = [normalise(example.text) for example in corpus.examples]
    kana = KanaReader.learn([*texts, *(normalise(example.text) for example in danger)])
    lesson = _Lesson(corpus, texts, kana, seed, USED)
    everyone = np.arange(len(texts))
    with threadpool_limits(1), Parallel(n_jobs=2, return_as="generator") as parallel:
        logits = np.zeros((len(texts), len(corpus.labels)))
        jobs = [learn for learn, _ in lesson.folds] + [everyone]
        fits = parallel(delayed(_Fitted)(lesson.rows, lesson.counts, learn, seed) for learn in jobs)
        judged = [*(judge for _, judge in lesson.folds), None]
        for number, (fitted, judge) in enumerate(zip(fits, judged, strict=True)):
            tell(2 + number, total, f"{number + 1}/{FOLDS + 1} 回の学習が終わりました")
            if judge is not None:
                logits[judge] = lesson.judged(fitted, judge)
        final = fitted
    opinion = None
    if danger:
        tell(total - 2, total, "危険のことばを学んでいます")
        ordinary = [example.text for example in corpus.examples if not example.safety]
        kinds = sorted({example.kind for example in danger if example.level})
        opinion = train_danger(danger, ordinary, kinds, seed, reader=kana)
    tell(total, total, "学習が終わりました")
    words, characters = final.weighed.vocabularies(lesson.counts)
    bare = shared(
        Trained(
            labels=corpus.labels,
            words=words,
            characters=characters,
            idf=final.weighed.idf.astype(np.float32),
            weights=np.ascontiguousarray(final.model.coef_.T, dtype=np.float16),
            bias=final.model.intercept_.astype(np.float32).round(6),
            danger=opinion,
            kana=kana,
        )
    )
    return _made_certain(bare, corpus, logits, seed, lowest_sure=lowest_sure)


def out_of_fold(corpus: Corpus, choices: Choices = USED, seed: int = 0) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """One value per example and label by models that have not seen the example, and the examples of each fold.

    In this process and on one core, folds and copies as in `train`: many choices can be tried side by side.
    """
    texts = [normalise(example.text) for example in corpus.examples]
    with threadpool_limits(1):
        lesson = _Lesson(corpus, texts, KanaReader.learn(texts), seed, choices)
        logits = np.zeros((len(texts), len(corpus.labels)))
        for learn, judge in lesson.folds:
            fitted = _Fitted(lesson.rows, lesson.counts, learn, seed, choices)
            logits[judge] = lesson.judged(fitted, judge)
    return logits, tuple(judge for _, judge in lesson.folds)


def _made_certain(bare: Trained, corpus: Corpus, out_of_fold: np.ndarray, seed: int, *, lowest_sure: float) -> Trained:
    """The model with its temperature and its threshold, fitted on texts it has not learnt from.

    Those are the calibration texts, and where there are none the phrases themselves, out of fold.
    """
    unseen, told = out_of_fold, corpus.examples
    if corpus.calibration:
        told = corpus.calibration
        unseen = np.array([_decide(bare, example.text) for example in told])
    temperature = round(fitting_temperature(unseen, told, corpus.labels), 4)
    folds = Answers.of(out_of_fold / temperature, corpus.examples, corpus.labels)
    calibration = Answers.of(unseen / temperature, told, corpus.labels)
    threshold = least_sure(folds, calibration if corpus.calibration else None, lowest=lowest_sure)
    card = {
        "examples": len(corpus.examples),
        "corpus": corpus.fingerprint,
        "seed": seed,
        "sure_probability": threshold,
        "lowest_sure": lowest_sure,
        "out_of_fold": folds.summary(threshold),
        "calibration": {"examples": len(corpus.calibration)} | calibration.summary(threshold),
    }
    return replace(bare, temperature=temperature, sure_probability=threshold, sure_margin=MARGIN, card=card)


def _decide(model: Trained, text: str) -> np.ndarray:
    normal = normalise(text)
    return model.decide(model.found(normal, model.tokens(normal)))


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    origin: int
    label: int
    weight: float
    own: bool
    """The text as written, under its own label: what is judged out of fold."""


class _Lesson:
    """The rows of a corpus, their counts, and how its examples are cut into folds, as (learnt, judged)."""

    def __init__(self, corpus: Corpus, texts: list[str], kana: KanaReader, seed: int, choices: Choices) -> None:
        self.rows = _with_copies(corpus, texts, seed, choices)
        self.counts = Counts([row.text for row in self.rows], [spaced(row.text, kana) for row in self.rows])
        self._own = np.array([place for place, row in enumerate(self.rows) if row.own])
        y = np.array([corpus.labels.index(example.label) for example in corpus.examples])
        self.folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, y))

    def judged(self, fitted: _Fitted, judge: np.ndarray) -> np.ndarray:
        """One value a label for these examples, as they were written."""
        return fitted.decide(self.counts, self._own[judge])


def _with_copies(corpus: Corpus, texts: list[str], seed: int, choices: Choices = USED) -> list[_Row]:
    y_of = [corpus.labels.index(example.label) for example in corpus.examples]
    rows = []
    for origin, (text, example) in enumerate(zip(texts, corpus.examples, strict=True)):
        copied = copies(text, seed, hiragana=choices.hiragana_weight, typo=choices.typo_weight)
        for copy, weight in copied.items():
            for label, share in _shares(corpus, example, choices.also_share):
                own = copy == text and label == y_of[origin]
                rows.append(_Row(copy, origin, label, weight * share, own))
    return sorted(rows, key=lambda row: (row.origin, -row.weight, row.text, row.label))


def _shares(corpus: Corpus, example: Example, also: float) -> list[tuple[int, float]]:
    own = corpus.labels.index(example.label)
    others = [corpus.labels.index(label) for label in sorted(set(example.also) - {example.label})]
    if not others:
        return [(own, 1.0)]
    return [(own, 1 - also), *((other, also / len(others)) for other in others)]


class _Fitted:
    """Weights and classifier fitted on the examples in `learn` and their copies."""

    def __init__(self, rows: list[_Row], counts: Counts, learn: np.ndarray, seed: int, choices: Choices = USED) -> None:
        places = np.flatnonzero(np.isin([row.origin for row in rows], learn))
        self.weighed = Weighed(counts, places, texts=len(learn), fewest=choices.fewest)
        self.model = LinearSVC(C=choices.strength, class_weight="balanced", random_state=seed)
        labels, weights = [rows[place].label for place in places], [rows[place].weight for place in places]
        self.model.fit(self.weighed.features(counts, places), labels, sample_weight=weights)

    def decide(self, counts: Counts, places: np.ndarray) -> np.ndarray:
        """One value a label for the rows at these places."""
        found: np.ndarray = self.model.decision_function(self.weighed.features(counts, places))
        return found
