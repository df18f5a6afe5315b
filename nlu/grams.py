"""N-grams to the rows of a model: words in a trie; letters, and pairs of words, in sorted arrays that take a whole text
at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from marisa_trie import Trie

LONGEST = 3
"""Letters of the longest n-gram of characters."""
_BITS = 21
"""A letter's code point takes so many bits; three of them make a key."""
_MASK = (1 << _BITS) - 1
REACH = 5
"""A word makes pairs with so many words behind it."""
_HALF = 32
"""Bits of each word's row in the key of a pair."""


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
        return _counted(self.keys_, _keys_of(text))

    def counted_all(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`counted` of many texts at once: the place of the text, the row, how often; ascending by place and row."""
        return _counted_all(self.keys_, [_keys_of(text) for text in texts])

    def within(self, text: str, rows: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
        """For each group of letters of a text (a row each) how often it holds each of the n-grams of these rows.

        `rows`: ascending; `groups`: for each letter its number, below `count`, or -1. Letters of one group stand
        together.
        """
        twos, threes = (np.where(groups[:-n] == groups[n:], groups[n:], -1) for n in (1, 2))
        return counted_within(self.keys_[rows], _keys_of(text), np.concatenate((groups, twos, threes)), count)

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


class Pairs(Mapping[str, int]):
    """Two words that stand near each other, whichever is first, to their row: `keys` (int64), sorted.

    A key is made of the rows of both words in `words`; a pair's place is its row.
    """

    def __init__(self, keys: np.ndarray, words: Mapping[str, int]) -> None:
        self.keys_ = keys
        self._words = words

    @classmethod
    def of(cls, pairs: Iterable[str], words: Mapping[str, int]) -> Pairs:
        """A row for each pair, given as by `near_pairs`. `words` has to know both words of each."""
        keys = (_pair_key(*(words[word] for word in pair.split(" "))) for pair in pairs)
        return cls(np.unique(np.fromiter(keys, dtype=np.int64)), words)

    @classmethod
    def from_array(cls, content: np.ndarray, words: Mapping[str, int]) -> Pairs:
        """The pairs whose `as_array` this is."""
        return cls(content, words)

    def as_array(self) -> np.ndarray:
        """The keys."""
        return self.keys_

    def counted(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows of the pairs among the words of a text, ascending, and how often each stands there.

        `words`: the row of each word in the text's order, -1 for one that is not known.
        """
        return _counted(self.keys_, _pair_keys(words))

    def counted_all(self, texts: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """`counted` of many texts at once: the place of the text, the row, how often; ascending by place and row."""
        return _counted_all(self.keys_, [_pair_keys(words) for words in texts])

    def within(self, words: np.ndarray, rows: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
        """For each group of words of a text (a row each) how often it holds each of the pairs of these rows.

        `words`: as for `counted`; `rows`: ascending; `groups`: for each word its number, below `count`, or -1.
        """
        first, second = _near(len(words))
        one, other = words[first], words[second]
        lower, higher = np.minimum(one, other), np.maximum(one, other)
        inside = np.where((lower >= 0) & (lower != higher) & (groups[first] == groups[second]), groups[first], -1)
        return counted_within(self.keys_[rows], (lower << _HALF) | higher, inside, count)

    def __getitem__(self, pair: str) -> int:
        rows = [self._words.get(word, -1) for word in pair.split(" ")]
        key = _pair_key(*rows) if len(rows) == 2 and min(rows) >= 0 else -1
        row = int(self.keys_.searchsorted(key))
        if row == len(self.keys_) or int(self.keys_[row]) != key:
            raise KeyError(pair)
        return row

    def __iter__(self) -> Iterator[str]:
        by_row = {row: word for word, row in self._words.items()}
        for key in self.keys_.tolist():
            yield " ".join(sorted((by_row[key >> _HALF], by_row[key & ((1 << _HALF) - 1)])))

    def __len__(self) -> int:
        return len(self.keys_)


def near_pairs(words: Sequence[str]) -> list[str]:
    """Every two different words of a text of which one stands at most REACH behind the other, in alphabetic order with
    a space between, as often as they do.
    """
    return [
        f"{min(one, other)} {max(one, other)}"
        for at, one in enumerate(words)
        for other in words[at + 1 : at + 1 + REACH]
        if one != other
    ]


def _pair_keys(words: np.ndarray) -> np.ndarray:
    """The keys of all pairs of known words, as `near_pairs` makes them."""
    first, second = _near(len(words))
    one, other = words[first], words[second]
    lower, higher = np.minimum(one, other), np.maximum(one, other)
    keys: np.ndarray = ((lower << _HALF) | higher)[(lower >= 0) & (lower != higher)]
    return keys


@lru_cache(maxsize=256)
def _near(words: int) -> tuple[np.ndarray, np.ndarray]:
    """The places of both words of every pair in a text of so many words."""
    first = np.repeat(np.arange(words), [min(REACH, words - 1 - at) for at in range(words)])
    starts = np.flatnonzero(np.concatenate(([True], first[1:] != first[:-1]))) if len(first) else first
    away = np.arange(len(first)) - np.repeat(starts, np.diff(np.append(starts, len(first))))
    return first, first + 1 + away


def _pair_key(one: int, other: int) -> int:
    return (min(one, other) << _HALF) | max(one, other)


def _counted(known_keys: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places in the sorted known keys of those that are there, ascending, and how often each is."""
    asked = np.sort(keys)
    if not len(known_keys) or not len(asked):
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
    first = np.flatnonzero(np.concatenate(([True], asked[1:] != asked[:-1])))
    times = np.diff(np.append(first, len(asked)))
    asked = asked[first]
    rows = np.minimum(known_keys.searchsorted(asked), len(known_keys) - 1)
    known = known_keys[rows] == asked
    return rows[known], times[known]


def counted_within(known_keys: np.ndarray, keys: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
    """For each group of keys (a row each) how often it holds each of the sorted known keys. `groups`: of each key its
    number, below `count`, or -1.
    """
    size = len(known_keys)
    if not size or not len(keys):
        return np.zeros((count, size), dtype=np.intp)
    places = np.minimum(known_keys.searchsorted(keys), size - 1)
    inside = (known_keys[places] == keys) & (groups >= 0)
    return np.bincount(groups[inside] * size + places[inside], minlength=count * size).reshape(count, size)


def _counted_all(known_keys: np.ndarray, keys: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`_counted` of many: the place of the keys, the place in the known ones, how often; ascending."""
    asked = np.concatenate([*keys, np.empty(0, dtype=np.int64)])
    places = np.repeat(np.arange(len(keys)), [len(own) for own in keys])
    if not len(known_keys) or not len(asked):
        return (np.empty(0, dtype=np.intp),) * 3
    different, back = np.unique(asked, return_inverse=True)
    rows = np.minimum(known_keys.searchsorted(different), len(known_keys) - 1)
    known = (known_keys[rows] == different)[back]
    found, times = np.unique(places[known] * len(known_keys) + rows[back][known], return_counts=True)
    return found // len(known_keys), found % len(known_keys), times


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
