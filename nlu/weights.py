"""Fitted models as plain arrays. Light: nothing here needs scikit-learn."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from nlu.grams import Grams, Letters
from nlu.kana import KanaReader
from nlu.tokenizer import tokens


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of the n-grams of one text, words and characters, and how often each stands there."""

    parts: tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True, slots=True)
class FoundAll:
    """The same for many texts: of each part the places of the texts, ascending, the rows, and how often."""

    texts: int
    parts: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]


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
        known = {word: self.words[word] for word in dict.fromkeys(words) if word in self.words}
        spoken = {
            word: float(self.idf[row] * (self.weights[row, column] - self.weights[row].mean(dtype=np.float32)))
            for word, row in known.items()
        }
        return dict(sorted(spoken.items(), key=lambda pair: -pair[1]))

    def found(self, normal: str, words: list[str]) -> Found:
        """The n-grams of a normalised text and its tokens; good for every model over the same rows."""
        if not isinstance(self.characters, Letters):
            raise TypeError("texts are looked up in `shared` models")
        rows, times = self.characters.counted(normal)
        return Found((_counted(self.words, words), (rows + len(self.words), 1 + np.log(times))))

    def found_all(self, normals: Sequence[str], words: Sequence[list[str]]) -> FoundAll:
        """`found` of many texts."""
        if not isinstance(self.characters, Letters):
            raise TypeError("texts are looked up in `shared` models")
        counted = [_counted(self.words, own) for own in words]
        places = np.repeat(np.arange(len(words)), [len(rows) for rows, _ in counted])
        rows, dampened = (np.concatenate([pair[n] for pair in counted]) for n in (0, 1))
        at, letters, times = self.characters.counted_all(normals)
        return FoundAll(len(normals), ((places, rows, dampened), (at, letters + len(self.words), 1 + np.log(times))))

    def decide(self, found: Found) -> np.ndarray:
        """One value per label: features @ weights + bias."""
        values = self.bias.astype(np.float64)
        for rows, dampened in found.parts:
            values = values + _of_length_one(dampened * self.idf[rows]) @ self.weights[rows]
        return values


LIKE_A_KIND = -0.2
"""Level 1 is told only where some kind has this value at least: who hints at danger hints at something, and an ordinary
worry mostly at nothing."""


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
        """The gravest level that the values (see decide) reach; 0 for none, or for a level 1 that is like no kind."""
        found = max((n + 1 for n, least in enumerate(self.thresholds) if reached(values, n, least)), default=0)
        return 0 if found == 1 and not self._like_something(values) else found

    def _like_something(self, values: np.ndarray) -> bool:
        """Whether the text is near a kind, or near what happens now, of which nothing may be passed over."""
        levels = len(self.thresholds)
        return bool(values[levels:].max() >= LIKE_A_KIND or values[levels - 1] >= self.thresholds[0][-1])

    def kind(self, values: np.ndarray) -> str:
        """The likeliest kind of danger."""
        levels = len(self.thresholds)
        return self.labels[levels + int(values[levels:].argmax())]


@dataclass(frozen=True)
class Joint:
    """The weights of both models side by side, so that an n-gram is fetched once, with the memory around it.

    `rows`: the fields `categories` and `danger` (float16, their labels) and `idf` (float32, of each model).
    """

    rows: np.ndarray
    bias: np.ndarray
    danger_bias: np.ndarray | None

    @classmethod
    def of(cls, trained: Trained) -> Joint:
        """Of a `shared` model."""
        models: list[Linear] = [trained, *([trained.danger] if trained.danger else [])]
        widths = [len(model.labels) for model in models]
        rows = _lines(len(trained.idf), widths)
        for place, (name, model) in enumerate(zip(_FIELDS, models, strict=False)):
            rows[name], rows["idf"][:, place] = model.weights, model.idf
        danger = trained.danger.bias.astype(np.float64) if trained.danger else None
        return cls(rows, trained.bias.astype(np.float64), danger)

    def decide(self, found: Found) -> tuple[np.ndarray, np.ndarray | None]:
        """What `decide` of each model gives: the categories, and danger if the model has an opinion."""
        values, danger = self.bias, self.danger_bias
        for rows, dampened in found.parts:
            if not len(rows):
                continue
            here = self.rows[rows]
            idf = here["idf"]
            values = values + _of_length_one(dampened * idf[:, 0]) @ here["categories"].astype(np.float32)
            if danger is not None:
                danger = danger + _of_length_one(dampened * idf[:, 1]) @ here["danger"].astype(np.float32)
        return values, danger

    def decide_all(self, found: FoundAll) -> tuple[np.ndarray, np.ndarray | None]:
        """`decide` of many texts: a row for each."""
        values = np.tile(self.bias, (found.texts, 1))
        danger = None if self.danger_bias is None else np.tile(self.danger_bias, (found.texts, 1))
        for places, rows, dampened in found.parts:
            if not len(rows):
                continue
            here = self.rows[rows]
            _add(values, places, dampened * here["idf"][:, 0], here["categories"].astype(np.float32))
            if danger is not None:
                _add(danger, places, dampened * here["idf"][:, 1], here["danger"].astype(np.float32))
        return values, danger


_FIELDS = ("categories", "danger")
_LINE = 64
"""Bytes that a processor fetches at once: a row of thirteen and fourteen weights and two IDF is one such line."""


def _lines(count: int, widths: Sequence[int]) -> np.ndarray:
    """So many empty rows, each beginning where a line of the processor's cache does."""
    names = [*_FIELDS[: len(widths)], "idf"]
    formats = [*((np.float16, width) for width in widths), (np.float32, len(widths))]
    offsets = [2 * sum(widths[:place]) for place in range(len(widths))]
    offsets.append(-(-2 * sum(widths) // 4) * 4)
    size = -(-(offsets[-1] + 4 * len(widths)) // _LINE) * _LINE
    row = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
    raw = np.zeros(count * size + _LINE, dtype=np.uint8)
    start = -raw.ctypes.data % _LINE
    return raw[start : start + count * size].view(row)


def _add(values: np.ndarray, places: np.ndarray, weighed: np.ndarray, weights: np.ndarray) -> None:
    """Adds to each text's values those of its n-grams, the weighed made of length one. `places` ascends."""
    starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
    lengths = np.sqrt(np.add.reduceat(weighed * weighed, starts))
    lengths[lengths == 0] = 1
    values[places[starts]] += np.add.reduceat(weighed[:, None] * weights, starts, axis=0) / lengths[:, None]


def _of_length_one(weighed: np.ndarray) -> np.ndarray:
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

    def tokens(self, normal: str) -> list[str]:
        """The words of a normalised text, as this model counts them."""
        return tokens(normal, self.kana)


def _counted(vocabulary: Mapping[str, int], words: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the words and of neighbouring words, and 1 + log of how often each stands there.

    A pair is known only where both of its words are, since it stands in no more rows than they do.
    """
    rows = [vocabulary.get(word) for word in words]
    near = zip(pairwise(words), pairwise(rows), strict=True)
    pairs = [vocabulary.get(f"{one} {two}") for (one, two), (a, b) in near if a is not None and b is not None]
    counts = Counter(row for row in (*rows, *pairs) if row is not None)
    found = np.fromiter(counts, dtype=np.intp, count=len(counts))
    return found, 1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))


M = TypeVar("M", bound=Linear)


def shared(trained: Trained) -> Trained:
    """The same model with one set of rows for categories and danger, so that a text is looked up once."""
    models: list[Linear] = [trained, *([trained.danger] if trained.danger else [])]
    words = Grams.of({gram for model in models for gram in model.words})
    characters = Letters.of({gram for model in models for gram in model.characters})
    danger = _spread(trained.danger, words, characters) if trained.danger else None
    return replace(_spread(trained, words, characters), danger=danger)


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
