"""Fitted models as plain arrays. Light: nothing here needs scikit-learn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from nlu.grams import Grams, Letters, Pairs
from nlu.kana import KanaReader
from nlu.prediction import DangerOpinion
from nlu.tokenizer import tokens, tokens_at


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of the n-grams of one text, words and characters, and how often each stands there.

    `pairs`: the same of words near each other. `words`: the row of each word in the text's order, -1 if it is unknown;
    `near`: the same of each word together with the next.
    """

    parts: tuple[tuple[np.ndarray, np.ndarray], ...]
    pairs: tuple[np.ndarray, np.ndarray]
    words: np.ndarray
    near: np.ndarray


@dataclass(frozen=True, slots=True)
class FoundAll:
    """The same for many texts: of each part the places of the texts, ascending, the rows, and how often."""

    parts: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]
    words: tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Linear:
    """A linear model over TF-IDF: rows are n-grams, columns are `labels`.

    `words` and `characters` map an n-gram to its row, each counted from 0, the characters behind the words; `idf`
    (float32) is per row, and 0 for an n-gram that is only known to another model over the same rows. `weights` are
    float16: as exact as what they were learnt from allows, and half the memory.
    """

    labels: tuple[str, ...]
    words: Mapping[str, int]
    characters: Mapping[str, int]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def shares(self, words: list[str], label: str) -> dict[str, float]:
        """How much each single word of a text spoke for a label, against the mean of all labels; largest first.

        Names of people and numbers are not among the words.
        """
        column = self.labels.index(label)
        known = {word: row for word in dict.fromkeys(words) if (row := self.words.get(word)) is not None}
        if not known:
            return {}
        rows = list(known.values())
        weights = self.weights[rows].astype(np.float32)
        spoken = self.idf[rows] * (weights[:, column] - weights.mean(axis=1))
        return dict(sorted(zip(known, spoken.tolist(), strict=True), key=lambda pair: -pair[1]))

    def found(self, normal: str, words: list[str]) -> Found:
        """The n-grams of a normalised text and its tokens; good for every model over the same rows."""
        if not isinstance(self.characters, Letters):
            raise TypeError("texts are looked up in `shared` models")
        known = _known(self.words, words)
        near = _neighbours(self.words, words, known)
        rows, times = self.characters.counted(normal)
        parts = _counted(known, near), (rows + len(self.words), 1 + np.log(times))
        rows_of_words = np.array(known, dtype=np.int64)
        return Found(parts, self.paired_rows(rows_of_words), rows_of_words, np.array(near, dtype=np.int64))

    def paired_rows(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of pairs of words, and 1 + log of how often each stands there; `words` as in Found. Here: none."""
        return np.empty(0, dtype=np.intp), np.empty(0)

    def found_all(self, normals: Sequence[str], words: Sequence[list[str]]) -> FoundAll:
        """`found` of many texts."""
        if not isinstance(self.characters, Letters):
            raise TypeError("texts are looked up in `shared` models")
        known = [_known(self.words, own) for own in words]
        counted = [_counted(rows, _neighbours(self.words, own, rows)) for own, rows in zip(words, known, strict=True)]
        places = np.repeat(np.arange(len(words)), [len(rows) for rows, _ in counted])
        rows, dampened = (np.concatenate([pair[n] for pair in counted]) for n in (0, 1))
        at, letters, times = self.characters.counted_all(normals)
        parts = ((places, rows, dampened), (at, letters + len(self.words), 1 + np.log(times)))
        return FoundAll(parts, tuple(np.array(own, dtype=np.int64) for own in known))

    def decide(self, found: Found) -> np.ndarray:
        """One value per label: features @ weights + bias."""
        values = self.bias.astype(np.float64)
        for rows, dampened in found.parts:
            values = values + of_length_one(dampened * self.idf[rows]) @ self.weights[rows]
        return values


Thresholds = tuple[tuple[float | None, ...], ...]
"""By level of danger: the least value of its own detector, and of each graver one that may speak for it too."""


LIKE_A_KIND = -0.3
"""Level 1 is told only where some kind has this value at least: who hints at danger hints at something, and an ordinary
worry mostly at nothing."""
_LESS_SURE = 0.5, 0.3
"""A passage is believed less than a whole text, as each is one more chance to err; about a mere hint least."""


def less_sure(values: np.ndarray) -> np.ndarray:
    """The values of passages, a row for each, as they count beside those of the whole text."""
    hint, danger = _LESS_SURE
    less: np.ndarray = values - np.array([hint, *[danger] * (values.shape[1] - 1)])
    return less


def reached(values: np.ndarray, place: int, least: tuple[float | None, ...]) -> bool:
    """Whether the level at this place, or a graver one that speaks for it, has a value of at least its threshold."""
    return any(values[place + n] >= threshold for n, threshold in enumerate(least) if threshold is not None)


def level_of(values: np.ndarray, thresholds: Thresholds) -> int:
    """The gravest level that is reached together with all below it; 0 for none."""
    found = 0
    while found < len(thresholds) and reached(values, found, thresholds[found]):
        found += 1
    return found


@dataclass(frozen=True)
class DangerWeights(Linear):
    """The second opinion on danger. `labels`: the levels "1" to "4" (at least so grave), then the kinds.

    Words count alone, and in `pairs` that stand near each other: 橋 and 下見 say more together. The rows of pairs are
    those of `pair_idf` and `pair_weights`. `bears_out`: the least value of level 2 at which the opinion agrees with
    signs of danger.
    """

    pairs: Mapping[str, int] = field(default_factory=dict)
    pair_idf: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    pair_weights: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float16))
    thresholds: Thresholds = ()
    bears_out: float = 0.0
    card: dict[str, Any] = field(default_factory=dict)

    def decide(self, found: Found) -> np.ndarray:
        """One value per label: features @ weights + bias."""
        values: np.ndarray = super().decide(found) + self.paired(found)
        return values

    def paired(self, found: Found) -> np.ndarray:
        """What the pairs of words add to each label's value."""
        rows, dampened = found.pairs
        if not len(rows):
            return np.zeros(len(self.labels))
        weighed = dampened * self.pair_idf[rows]
        added: np.ndarray = of_length_one(weighed) @ self.pair_weights[rows].astype(np.float32)
        return added

    def paired_rows(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See Linear."""
        if not isinstance(self.pairs, Pairs):
            raise TypeError("texts are looked up in `shared` models")
        rows, times = self.pairs.counted(words)
        return rows, 1 + np.log(times)

    def add_paired(self, values: np.ndarray, found: FoundAll) -> None:
        """Adds `paired` of many texts to their values, a row for each."""
        if not isinstance(self.pairs, Pairs):
            raise TypeError("texts are looked up in `shared` models")
        places, rows, times = self.pairs.counted_all(found.words)
        if len(rows):
            weighed = (1 + np.log(times)) * self.pair_idf[rows]
            add_to(values, places, weighed, self.pair_weights[rows].astype(np.float32))

    def opinion(self, values: np.ndarray) -> DangerOpinion:
        """What the values (see decide) say."""
        level = level_of(values, self.thresholds)
        if level == 1 and not self._like_something(values):
            level = 0
        return DangerOpinion(level, self._kind(values), bears_out=level > 1 or bool(values[1] >= self.bears_out))

    def _like_something(self, values: np.ndarray) -> bool:
        """Whether the text is near a kind, or near what happens now, of which nothing may be passed over."""
        levels = len(self.thresholds)
        return bool(values[levels:].max() >= LIKE_A_KIND) or reached(values, levels - 1, self.thresholds[0][-1:])

    def _kind(self, values: np.ndarray) -> str:
        """The likeliest kind of danger."""
        levels = len(self.thresholds)
        return self.labels[levels + int(values[levels:].argmax())]


def add_to(values: np.ndarray, places: np.ndarray, weighed: np.ndarray, weights: np.ndarray) -> None:
    """Adds to each text's values those of its n-grams, the weighed made of length one. `places` ascends."""
    starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    lengths = np.sqrt(np.add.reduceat(weighed * weighed, starts))
    lengths[lengths == 0] = 1
    values[places[starts]] += np.add.reduceat(weighed[:, None] * weights, starts, axis=0) / lengths[:, None]


def of_length_one(weighed: np.ndarray) -> np.ndarray:
    """The same direction; nothing stays nothing."""
    length = math.sqrt(weighed @ weighed)
    return weighed / length if length else weighed


@dataclass(frozen=True)
class Trained(Linear):
    """The model of the categories, and the second opinion on danger over the same rows (None: without).

    Probabilities are softmax(decide(...) / temperature).
    """

    temperature: float = 1.0
    sure_probability: float = 1.01
    sure_margin: float = 1.0
    card: dict[str, Any] = field(default_factory=dict)
    danger: DangerWeights | None = None
    kana: KanaReader | None = None

    def paired_rows(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See Linear: those of the opinion on danger."""
        return self.danger.paired_rows(words) if self.danger else super().paired_rows(words)

    def tokens(self, normal: str) -> list[str]:
        """The words of a normalised text, as this model counts them."""
        return tokens(normal, self.kana)

    def tokens_at(self, normal: str) -> tuple[list[str], list[int]]:
        """`tokens`, and where each begins in the text."""
        return tokens_at(normal, self.kana)


def _known(vocabulary: Mapping[str, int], words: list[str]) -> list[int]:
    """The row of each word, -1 for one that is not known."""
    return [vocabulary.get(word, -1) for word in words]


def _neighbours(vocabulary: Mapping[str, int], words: list[str], rows: list[int]) -> list[int]:
    """The row of each word together with the next, -1 where they are not known.

    They are known only where both words are, since they stand in no more rows than each does.
    """
    near = zip(pairwise(words), pairwise(rows), strict=True)
    return [vocabulary.get(f"{one} {two}", -1) if a >= 0 and b >= 0 else -1 for (one, two), (a, b) in near]


def _counted(rows: list[int], near: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The known rows of words and of neighbouring words, and 1 + log of how often each stands there."""
    counts = Counter(row for row in (*rows, *near) if row >= 0)
    found = np.fromiter(counts, dtype=np.intp, count=len(counts))
    return found, 1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))


M = TypeVar("M", bound=Linear)


def shared(trained: Trained) -> Trained:
    """The same model with one set of rows for categories and danger, so that a text is looked up once."""
    models: list[Linear] = [trained, *([trained.danger] if trained.danger else [])]
    words = Grams.of({gram for model in models for gram in model.words})
    characters = Letters.of({gram for model in models for gram in model.characters})
    danger = _pairs_sorted(_spread(trained.danger, words, characters)) if trained.danger else None
    return replace(_spread(trained, words, characters), danger=danger)


def _pairs_sorted(danger: DangerWeights) -> DangerWeights:
    """The second opinion with its pairs in the order of their keys."""
    pairs = Pairs.of(danger.pairs, danger.words)
    old = np.array([danger.pairs[pair] for pair in pairs], dtype=np.intp)
    return replace(danger, pairs=pairs, pair_idf=danger.pair_idf[old], pair_weights=danger.pair_weights[old])


def _spread(model: M, words: Grams, characters: Letters) -> M:
    """The model with `idf` and `weights` at the rows of the common grams."""
    size = len(words) + len(characters)
    idf, weights = (np.zeros((size, *one.shape[1:]), dtype=one.dtype) for one in (model.idf, model.weights))
    for own, common, own_from, common_from in (
        (model.words, words, 0, 0),
        (model.characters, characters, len(model.words), len(words)),
    ):
        old = np.fromiter(own.values(), dtype=np.intp, count=len(own)) + own_from
        new = np.fromiter((common[gram] for gram in own), dtype=np.intp, count=len(own)) + common_from
        idf[new], weights[new] = model.idf[old], model.weights[old]
    return replace(model, words=words, characters=characters, idf=idf, weights=weights)
