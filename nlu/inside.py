"""What the second opinion says of the passages of one text, out of what was looked up for the whole of it.

As `Joint.danger_all` of each passage by itself, in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlu.grams import Letters, Pairs, counted_within
from nlu.joint import Joint
from nlu.passages import spans
from nlu.weights import Found, Trained


@dataclass(frozen=True, slots=True)
class Cut:
    """How a normalised text is cut into `count` passages: for each letter, and each word, the number of its passage, or
    -1 for none.
    """

    count: int
    letters: np.ndarray
    words: np.ndarray


def cut(text: str, begins: Sequence[int]) -> Cut | None:
    """The same passages as numbers; None for a text of only one part."""
    where = spans(text)
    if not where:
        return None
    letters = np.full(len(text) + 1, -1, dtype=np.intp)
    for number, (start, end) in enumerate(where):
        letters[start:end] = number
    return Cut(len(where), letters[:-1], letters[np.array(begins, dtype=np.intp)])


def danger_inside(model: Trained, joint: Joint, normal: str, found: Found, cut: Cut) -> np.ndarray:
    """The values of danger, a row for each passage. `model`: a `shared` one with an opinion; `found`: of the text."""
    danger, characters = joint.danger, model.characters
    if danger is None or not isinstance(danger.pairs, Pairs) or not isinstance(characters, Letters):
        raise TypeError("passages are judged by `shared` models with an opinion on danger")
    words = np.sort(found.parts[0][0])
    letters, _ = found.parts[1]
    pairs, _ = found.pairs
    values = np.tile(danger.bias.astype(np.float64), (cut.count, 1))
    for rows, times in (
        (words, _words_within(found, words, cut)),
        (letters, characters.within(normal, letters - len(model.words), cut.letters, cut.count)),
    ):
        here = joint.rows[rows]
        values += _summed(times, here["idf"][:, 1], here["danger"])
    together = danger.pairs.within(found.words, pairs, cut.words, cut.count)
    values += _summed(together, danger.pair_idf[pairs], danger.pair_weights[pairs])
    return values


def _words_within(found: Found, rows: np.ndarray, cut: Cut) -> np.ndarray:
    """For each passage how often it holds the words and neighbouring words of these rows."""
    neighbours = np.where(cut.words[:-1] == cut.words[1:], cut.words[1:], -1)
    keys = np.concatenate((found.words, found.near))
    return counted_within(rows, keys, np.concatenate((cut.words, neighbours)), cut.count)


def _summed(times: np.ndarray, idf: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Features @ weights of each row of counts, the features made of length one."""
    weighed = np.where(times > 0, 1 + np.log(np.maximum(times, 1)), 0.0) * idf
    lengths = np.sqrt((weighed * weighed).sum(axis=1, keepdims=True))
    lengths[lengths == 0] = 1
    summed: np.ndarray = (weighed / lengths) @ weights.astype(np.float64)
    return summed
