"""Fitted models as plain arrays. Light: nothing here needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from marisa_trie import Trie

from nlu.kana import KanaReader
from nlu.tokenizer import tokens


class Grams(Mapping[str, int]):
    """N-grams to their rows, in a trie: a hundredth of the memory of a dict."""

    def __init__(self, trie: Trie) -> None:
        self.trie = trie

    @classmethod
    def of(cls, grams: Iterable[str]) -> Grams:
        """A row for each n-gram; the same n-grams have the same rows, whatever their order."""
        return cls(Trie(sorted(grams)))

    @classmethod
    def from_bytes(cls, content: bytes) -> Grams:
        """The grams whose `trie.tobytes()` this is."""
        return cls(Trie().frombytes(content))

    def __getitem__(self, gram: str) -> int:
        return int(self.trie[gram])

    def get(self, gram: str, default: Any = None) -> Any:
        """The row of an n-gram, or the default."""
        return self.trie.get(gram, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.trie)

    def __len__(self) -> int:
        return len(self.trie)


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of the n-grams of one text, words and characters, and how often each stands there."""

    parts: tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True)
class Linear:
    """A linear model over TF-IDF: rows are n-grams, columns are `labels`.

    `words` and `characters` map an n-gram to its row, each counted from 0, the characters behind the words; `idf` is
    per row, and 0 for an n-gram that is only known to another model over the same rows.
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
        known = {word: self.words[word] for word in dict.fromkeys(words) if word in self.words}
        spoken = {
            word: float(self.idf[row] * (self.weights[row, column] - self.weights[row].mean()))
            for word, row in known.items()
        }
        return dict(sorted(spoken.items(), key=lambda pair: -pair[1]))

    def found(self, normal: str, words: list[str]) -> Found:
        """The n-grams of a normalised text and its tokens; good for every model over the same rows."""
        parts = ((self.words, 0, word_grams(words)), (self.characters, len(self.words), letter_grams(normal)))
        return Found(tuple(_counted(vocabulary, offset, grams) for vocabulary, offset, grams in parts))

    def decide(self, found: Found) -> np.ndarray:
        """One value per label: features @ weights + bias."""
        values = self.bias.astype(np.float64)
        for rows, dampened in found.parts:
            weighed = dampened * self.idf[rows]
            length = float(np.sqrt((weighed**2).sum()))
            if length:
                values = values + (weighed / length) @ self.weights[rows]
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
    """The model of the categories, and the second opinion on danger over the same rows (None: without).

    Probabilities are softmax(decide(...) / temperature).
    """

    temperature: float = 1.0
    sure_probability: float = 1.01
    sure_margin: float = 1.0
    card: dict[str, Any] = field(default_factory=dict)
    danger: DangerWeights | None = None
    kana: KanaReader | None = None

    def tokens(self, normal: str) -> list[str]:
        """The words of a normalised text, as this model counts them."""
        return tokens(normal, self.kana)


def _counted(vocabulary: Mapping[str, int], offset: int, grams: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
    """Rows, and 1 + log of how often each stands there."""
    counts = Counter(row for gram in grams if (row := vocabulary.get(gram)) is not None)
    rows = np.fromiter(counts, dtype=np.intp, count=len(counts)) + offset
    return rows, 1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))


M = TypeVar("M", bound=Linear)


def shared(trained: Trained) -> Trained:
    """The same model with one set of rows for categories and danger, so that a text is looked up once."""
    models: list[Linear] = [trained, *([trained.danger] if trained.danger else [])]
    words = Grams.of({gram for model in models for gram in model.words})
    characters = Grams.of({gram for model in models for gram in model.characters})
    danger = _spread(trained.danger, words, characters) if trained.danger else None
    return replace(_spread(trained, words, characters), danger=danger)


def _spread(model: M, words: Grams, characters: Grams) -> M:
    """The model with `idf` and `weights` at the rows of the common grams."""
    size = len(words) + len(characters)
    idf, weights = np.zeros(size, dtype=np.float32), np.zeros((size, model.weights.shape[1]), dtype=np.float32)
    for own, common, own_from, common_from in (
        (model.words, words, 0, 0),
        (model.characters, characters, len(model.words), len(words)),
    ):
        old = np.fromiter(own.values(), dtype=np.intp, count=len(own)) + own_from
        new = np.fromiter((common[gram] for gram in own), dtype=np.intp, count=len(own)) + common_from
        idf[new], weights[new] = model.idf[old], model.weights[old]
    return replace(model, words=words, characters=characters, idf=idf, weights=weights)


def word_grams(words: list[str]) -> Iterable[str]:
    """Single words, then neighbours."""
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


def letter_grams(text: str) -> Iterable[str]:
    """One to three neighbouring characters."""
    for size in (1, 2, 3):
        yield from (text[start : start + size] for start in range(len(text) - size + 1))
