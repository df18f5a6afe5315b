"""N-grams to the rows of a model: words in a trie, letters in a sorted array that takes a whole text at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from marisa_trie import Trie

LONGEST = 3
"""Letters of the longest n-gram of characters."""
_BITS = 21
"""A letter's code point takes so many bits; three of them make a key."""
_MASK = (1 << _BITS) - 1


class Grams(Mapping[str, int]):
    """N-grams of words to their rows, in a trie: a hundredth of the memory of a dict."""

    def __init__(self, trie: Trie) -> None:
        self.trie = trie

    @classmethod
    def of(cls, grams: Iterable[str]) -> Grams:
        """A row for each n-gram; the same n-grams have the same rows, whatever their order."""
        return cls(Trie(sorted(grams)))

    @classmethod
    def from_array(cls, content: np.ndarray) -> Grams:
        """The grams whose `as_array` this is."""
        return cls(Trie().frombytes(content.tobytes()))

    def as_array(self) -> np.ndarray:
        """The trie as bytes (uint8)."""
        return np.frombuffer(self.trie.tobytes(), dtype=np.uint8)

    def __getitem__(self, gram: str) -> int:
        return int(self.trie[gram])

    def get(self, gram: str, default: Any = None) -> Any:
        """The row of an n-gram, or the default."""
        return self.trie.get(gram, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.trie)

    def __len__(self) -> int:
        return len(self.trie)


class Letters(Mapping[str, int]):
    """N-grams of one to three letters to their rows: `keys` (int64), sorted; a gram's place is its row."""

    def __init__(self, keys: np.ndarray) -> None:
        self.keys_ = keys

    @classmethod
    def of(cls, grams: Iterable[str]) -> Letters:
        """A row for each n-gram; the same n-grams have the same rows, whatever their order."""
        return cls(np.unique(np.array([_key(gram) for gram in grams], dtype=np.int64)))

    @classmethod
    def from_array(cls, content: np.ndarray) -> Letters:
        """The letters whose `as_array` this is."""
        return cls(content)

    def as_array(self) -> np.ndarray:
        """The keys."""
        return self.keys_

    def counted(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the n-grams that stand in a text, ascending, and how often each does."""
        asked = np.sort(_keys_of(text))
        if not len(self.keys_) or not len(asked):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        first = np.flatnonzero(np.concatenate(([True], asked[1:] != asked[:-1])))
        times = np.diff(np.append(first, len(asked)))
        asked = asked[first]
        rows = np.minimum(self.keys_.searchsorted(asked), len(self.keys_) - 1)
        known = self.keys_[rows] == asked
        return rows[known], times[known]

    def counted_all(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`counted` of many texts at once: the place of the text, the row, how often; ascending by place and row."""
        keys = [_keys_of(text) for text in texts]
        asked = np.concatenate([*keys, np.empty(0, dtype=np.int64)])
        places = np.repeat(np.arange(len(texts)), [len(own) for own in keys])
        if not len(self.keys_) or not len(asked):
            return (np.empty(0, dtype=np.intp),) * 3
        different, back = np.unique(asked, return_inverse=True)
        rows = np.minimum(self.keys_.searchsorted(different), len(self.keys_) - 1)
        known = (self.keys_[rows] == different)[back]
        found, times = np.unique(places[known] * len(self.keys_) + rows[back][known], return_counts=True)
        return found // len(self.keys_), found % len(self.keys_), times

    def __getitem__(self, gram: str) -> int:
        key = _key(gram) if 1 <= len(gram) <= LONGEST else -1
        row = int(self.keys_.searchsorted(key))
        if row == len(self.keys_) or int(self.keys_[row]) != key:
            raise KeyError(gram)
        return row

    def __iter__(self) -> Iterator[str]:
        return map(_gram, self.keys_.tolist())

    def __len__(self) -> int:
        return len(self.keys_)


def _keys_of(text: str) -> np.ndarray:
    """The keys of all n-grams of a text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    pairs = (codes[:-1] << _BITS) | codes[1:]
    return np.concatenate((codes, pairs, (pairs[:-1] << _BITS) | codes[2:]))


def _key(gram: str) -> int:
    key = 0
    for letter in gram:
        key = (key << _BITS) | ord(letter)
    return key


def _gram(key: int) -> str:
    letters = ""
    while key:
        letters = chr(key & _MASK) + letters
        key >>= _BITS
    return letters
