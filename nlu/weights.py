"""Fitted models as plain arrays. Light: nothing here needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Linear:
    """A linear model over TF-IDF: rows are n-grams, columns are `labels`.

    `words` and `characters` map an n-gram to its row, each counted from 0, the characters behind the words; `idf` is
    per row.
    """

    labels: tuple[str, ...]
    words: dict[str, int]
    characters: dict[str, int]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def shares(self, words: list[str], label: str) -> dict[str, float]:
        """How much each single word of a text spoke for a label, against the mean of all labels; largest first.

        Names of people and numbers are not among the words.
        """
        column = self.labels.index(label)
        known = {word: self.words[word] for word in dict.fromkeys(words) if word in self.words}
        spoken = {
            word: float(self.idf[row] * (self.weights[row, column] - self.weights[row].mean()))
            for word, row in known.items()
        }
        return dict(sorted(spoken.items(), key=lambda pair: -pair[1]))

    def decide(self, normal: str, words: list[str]) -> np.ndarray:
        """One value per label for a normalised text and its tokens: features @ weights + bias."""
        values = self.bias.astype(np.float64)
        parts = ((self.words, 0, word_grams(words)), (self.characters, len(self.words), letter_grams(normal)))
        for vocabulary, offset, grams in parts:
            counts = Counter(row for gram in grams if (row := vocabulary.get(gram)) is not None)
            if counts:
                rows = np.fromiter(counts, dtype=np.intp) + offset
                weighed = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * self.idf[rows]
                values = values + (weighed / np.sqrt((weighed**2).sum())) @ self.weights[rows]
        return values


def reached(values: np.ndarray, place: int, least: tuple[float, ...]) -> bool:
    """Whether the level at this place, or a graver one, has a value of at least its threshold."""
    return any(values[place + further] >= threshold for further, threshold in enumerate(least))


@dataclass(frozen=True)
class DangerWeights(Linear):
    """The second opinion on danger. `labels`: the levels "1" to "4" (at least so grave), then the kinds.

    `thresholds`: for each level, one for its own value and one for each graver level's, which may speak for it too.
    """

    thresholds: tuple[tuple[float, ...], ...] = ()
    card: dict[str, Any] = field(default_factory=dict)

    def level(self, values: np.ndarray) -> int:
        """The gravest level that the values (see decide) reach; 0 for none."""
        return max((n + 1 for n, least in enumerate(self.thresholds) if reached(values, n, least)), default=0)

    def kind(self, values: np.ndarray) -> str:
        """The likeliest kind of danger."""
        levels = len(self.thresholds)
        return self.labels[levels + int(values[levels:].argmax())]


@dataclass(frozen=True)
class Trained(Linear):
    """The model of the categories, and the second opinion on danger that was trained with it (None: without).

    Probabilities are softmax(decide(...) / temperature).
    """

    temperature: float = 1.0
    sure_probability: float = 1.01
    sure_margin: float = 1.0
    card: dict[str, Any] = field(default_factory=dict)
    danger: DangerWeights | None = None


def word_grams(words: list[str]) -> Iterable[str]:
    """Single words, then neighbours."""
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


def letter_grams(text: str) -> Iterable[str]:
    """One to three neighbouring characters."""
    for size in (1, 2, 3):
        yield from (text[start : start + size] for start in range(len(text) - size + 1))
