"""What the trainer counts: n-grams of words and characters, and copies of a text as other hands would write it.

Tokens are made outside the vectorisers, so that nothing of ours is hidden inside a stored model. For the trainer only
(scikit-learn).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from nlu.grams import near_pairs
from nlu.text import normalise
from nlu.tokenizer import Reader, reading, tokens

HIRAGANA_WEIGHT = 0.6
TYPO_WEIGHT = 0.3
"""Hiragana and misspelt copies count this much: they teach the writing, not the concern."""
MISSPELT = 1
"""So many misspelt copies of each text."""
TYPO_SHARE = 0.05
RARE_BELOW = 500
FEWEST = 3
"""An n-gram seen in fewer rows is noise, as a row's copies repeat it. In a corpus smaller than RARE_BELOW every one
counts."""
FEWEST_PAIRS = 6
"""Of two words near each other there are many, and each has to come from two texts at least."""
_WORD = r"\S+"
_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"


def copies(text: str, seed: int, *, hiragana: float = HIRAGANA_WEIGHT, typo: float = TYPO_WEIGHT) -> dict[str, float]:
    """The normalised text, its hiragana and its misspelt copies, each with its weight; equal ones once.

    A text is misspelt the same way whatever stands around it: one phrase more must not move the others' copies.
    """
    return {
        **dict.fromkeys(misspelt_copies(text, seed, MISSPELT), typo),
        normalise(reading(text)): hiragana,
        text: 1.0,
    }


def misspelt_copies(text: str, seed: int, count: int) -> list[str]:
    """So many misspelt copies of a text, each in its own way."""
    seeds = (f"{seed}\t{text}", *(f"{seed}.{number}\t{text}" for number in range(1, count)))
    return [misspelt(text, random.Random(one)) for one in seeds]  # noqa: S311 - misspellings, not secrets


def misspelt(text: str, chance: random.Random) -> str:
    """The text with one letter in twenty wrong, doubled or missing."""
    letters: list[str] = []
    for letter in text:
        roll = chance.random()
        if roll >= TYPO_SHARE:
            letters.append(letter)
        elif roll < TYPO_SHARE / 3:
            letters.append(chance.choice(_KANA))
        elif roll < 2 * TYPO_SHARE / 3:
            letters += [letter, letter]
    return normalise("".join(letters))


@lru_cache(maxsize=500_000)
def spaced(text: str, reader: Reader | None) -> str:
    """The tokens with spaces between. Kept, as the same texts are counted for categories and for danger."""
    return " ".join(tokens(text, reader))


class Counts:
    """How often each n-gram stands in each row: counted once, weighed anew for every fold."""

    def __init__(self, texts: Sequence[str], words: Sequence[str], *, pairs: bool = False) -> None:
        """Words and neighbouring words, and characters; with `pairs`, words near each other too.

        `words`: as `spaced` gives them of each text.
        """
        common: dict[str, Any] = {"lowercase": False, "dtype": np.float64}
        given: list[tuple[CountVectorizer, Sequence[str]]] = [
            (CountVectorizer(analyzer="word", token_pattern=_WORD, ngram_range=(1, 2), **common), words),
            (CountVectorizer(analyzer="char", ngram_range=(1, 3), **common), texts),
        ]
        if pairs:
            given.append((CountVectorizer(analyzer=_pairs, **common), words))
        self.counts = tuple(vectoriser.fit_transform(rows).tocsr() for vectoriser, rows in given)
        self.vocabularies = tuple(vectoriser.vocabulary_ for vectoriser, _ in given)


def _pairs(words: str) -> list[str]:
    return near_pairs(words.split())


class Weighed:
    """TF-IDF of the n-grams common enough in the rows learnt from; `features` of any rows of the same counts."""

    def __init__(self, counts: Counts, places: np.ndarray, *, texts: int, fewest: int = FEWEST) -> None:
        leasts = (fewest, fewest, FEWEST_PAIRS) if texts >= RARE_BELOW else (1, 1, 1)
        self.parts = tuple(_Part(part[places], least) for part, least in zip(counts.counts, leasts, strict=False))

    @property
    def idf(self) -> np.ndarray:
        """Per row of the weights: one part behind the other."""
        found: np.ndarray = np.concatenate([part.idf for part in self.parts])
        return found

    def features(self, counts: Counts, places: np.ndarray) -> csr_matrix:
        """The rows at these places, the parts side by side, each of length one."""
        parts = [part.features(c[places]) for part, c in zip(self.parts, counts.counts, strict=True)]
        stacked: csr_matrix = hstack(parts).tocsr()
        return stacked

    def vocabularies(self, counts: Counts) -> tuple[dict[str, int], ...]:
        """Of each part, its n-grams to their rows, counted from 0."""
        return tuple(_vocabulary(own, part.kept) for own, part in zip(counts.vocabularies, self.parts, strict=True))


class _Part:
    """One kind of n-gram: those common enough in the rows learnt from, and their TF-IDF weights."""

    def __init__(self, counts: csr_matrix, least: int) -> None:
        self.kept = np.flatnonzero(np.bincount(counts.indices, minlength=counts.shape[1]) >= least)
        self._weigh = TfidfTransformer(sublinear_tf=True).fit(counts[:, self.kept])

    @property
    def idf(self) -> np.ndarray:
        found: np.ndarray = self._weigh.idf_
        return found

    def features(self, counts: csr_matrix) -> csr_matrix:
        found: csr_matrix = self._weigh.transform(counts[:, self.kept])
        return found


def _vocabulary(all_of_them: Mapping[str, int], kept: np.ndarray) -> dict[str, int]:
    rows = {int(old): new for new, old in enumerate(kept)}
    return {gram: rows[int(old)] for gram, old in all_of_them.items() if int(old) in rows}
