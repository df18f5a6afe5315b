"""The level and kind of danger in a text, decided by fixed signs kept as data.

Looked at before, and apart from, the classifier: it needs neither a model nor a tokenizer, and never fails on any text.
The signs are in `catalog/data/danger_signs.yaml`, the parts they are composed of in `danger_parts.yaml`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.folding import MAX_CHARACTERS, Line, fold, sentences, spelt
from assistant.turns import compared, denied, named, over
from catalog.model import DangerSign

__all__ = ["MAX_CHARACTERS", "NONE", "WEAK_ADD_UP", "Danger", "DangerSigns", "fold", "sentences"]

WEAK_ADD_UP = 3
"""So many different signs of level 1 weigh as much as one of level 2."""
AGREE = 3
"""So many different signs of level 2 or more bear each other out."""
GAP = "…"
_WRITTEN = re.compile(r"(?:\(≠([^)]*)\))?(.*?)(?:\(≠([^)]*)\))?$", re.DOTALL)
_GAP_LETTERS = 8
"""So many letters may stand in the gap of a word: 髪…引っぱ."""
_TOGETHER = 18
"""So many letters may lie between the beginnings of a word of `any` and one of `also`."""
_LONG = 60
_TOGETHER_IN_LONG = 14
"""In a sentence of more than `_LONG` letters much stands together that does not belong together."""
_NEAR = {1: 30, 2: 30, 3: 20, 4: 20}
"""By level: so many letters around a word of `any` a word of `without` hides it. The graver, the nearer."""
_PAST_BEFORE, _WELL_BEHIND = 2, 2
"""So many sentences before a sign may say that it was long ago, so many behind it that all is well now."""
_START = 3
"""So many first letters of a word decide whether it is looked for at all."""


@dataclass(frozen=True, slots=True)
class Danger:
    """`level`: 0 none, 1 gentle check, 2 help beside, 3 help first, 4 help alone, now. `kind` is None only at level 0.

    `weak`: how many different signs of level 1 the text shows. `agreed`: so many signs show it that nobody else has to
    be asked.
    """

    level: int = 0
    kind: str | None = None
    weak: int = 0
    agreed: bool = False


NONE = Danger()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as written in a sign: its beginning, what follows behind a gap, and letters it must not stand between."""

    first: str
    rest: str = ""
    not_before: str = ""
    not_behind: str = ""

    @property
    def whole(self) -> str:
        """The letters of the word, without its gap."""
        return self.first + self.rest

    def ends(self, text: str, at: int) -> int:
        """Where the word ends that begins there; 0 if it does not stand there."""
        if not text.startswith(self.first, at) or (self.not_before and at and text[at - 1] in self.not_before):
            return 0
        end = at + len(self.first)
        if self.rest:
            then = text.find(self.rest, end, end + _GAP_LETTERS + len(self.rest))
            if then < 0:
                return 0
            end = then + len(self.rest)
        return 0 if self.not_behind and text[end : end + 1] in self.not_behind and end < len(text) else end


@lru_cache(maxsize=65_536)
def _read(written: str) -> _Word:
    """`髪…引っぱ`, or `今(≠年月)`: not before 年 or 月, `(≠受)けられ`: not behind 受."""
    before, word, behind = _WRITTEN.match(written).groups()  # type: ignore[union-attr]  # matches any text
    first, _, rest = word.partition(GAP)
    return _Word(spelt(first), spelt(rest), before or "", behind or "")


class _Words:
    """Every word of every sign once, by number, and where each stands in a sentence."""

    def __init__(self) -> None:
        self.numbers: dict[_Word, int] = {}
        self._starts: dict[str, list[_Word]] = {}
        self._marked: dict[str, list[_Word]] = {}

    def number(self, word: str) -> int:
        """Of a word as written in a sign; the same for every spelling of it."""
        written = _read(word)
        if written not in self.numbers:
            self.numbers[written] = len(self.numbers)
            table = self._marked if "ー" in written.whole else self._starts
            table.setdefault(written.first[:_START], []).append(written)
        return self.numbers[written]

    def places(self, line: Line) -> dict[int, list[tuple[int, int]]]:
        """Where each word that stands in the sentence begins and ends, counted without long vowel marks."""
        found: dict[int, list[tuple[int, int]]] = {}
        for word, start, end in _found(line.plain, self._starts):
            found.setdefault(self.numbers[word], []).append((start, end))
        if len(line.spelt) != len(line.plain):
            for word, start, end in _found(line.spelt, self._marked):
                marks = line.spelt.count("ー", 0, start)
                found.setdefault(self.numbers[word], []).append((start - marks, end - line.spelt.count("ー", 0, end)))
        return found


def _found(text: str, starts: dict[str, list[_Word]]) -> Iterator[tuple[_Word, int, int]]:
    for letters in range(1, _START + 1):
        for at in range(len(text) - letters + 1):
            for word in starts.get(text[at : at + letters], ()):
                if end := word.ends(text, at):
                    yield word, at, end


@dataclass(frozen=True, slots=True)
class _Sign:
    level: int
    kind: str
    also: frozenset[int]
    around: frozenset[int]
    inside: frozenset[int]
    """Longer words in which a word of `any` does not count: 自殺点 around 自殺."""
    without: frozenset[int]
    still: frozenset[int]


class _Sentence:
    """A folded sentence and the places of all known words in it."""

    __slots__ = ("_starts", "places", "text")

    def __init__(self, line: Line, words: _Words) -> None:
        self.text = line.plain
        self.places = words.places(line)
        self._starts: dict[frozenset[int], list[int]] = {}

    def holds(self, group: frozenset[int]) -> bool:
        return not group.isdisjoint(self.places)

    def near(self, group: frozenset[int], start: int, end: int, letters: int) -> bool:
        """Whether a word of the group begins at most so many letters before the place or behind it."""
        if group not in self._starts:
            here = group & self.places.keys() if group else ()
            self._starts[group] = sorted(at for number in here for at, _ in self.places[number])
        starts = self._starts[group]
        at = bisect_left(starts, start - letters)
        return at < len(starts) and starts[at] <= end + letters

    def covered(self, group: frozenset[int], start: int, end: int) -> bool:
        """Whether a longer word of the group lies over the place."""
        here = group & self.places.keys() if group else ()
        return any(first <= start and end <= last for number in here for first, last in self.places[number])


class DangerSigns:
    """The catalogue's signs, made ready for matching."""

    def __init__(self, signs: Sequence[DangerSign]) -> None:
        self._words = _Words()
        self._signs: list[_Sign] = []
        by_word: dict[int, list[int]] = {}
        self._given = tuple(sorted(signs, key=lambda sign: -sign.level))  # of equal levels, as in the file
        for rank, sign in enumerate(self._given):
            self._signs.append(self._ready(sign))
            for number in self._numbers(sign.any):
                by_word.setdefault(number, []).append(rank)
        self._by_word = {number: tuple(ranks) for number, ranks in by_word.items()}

    def look(self, text: str) -> Danger:
        """The gravest danger any sentence of the text shows; of equal levels, the sign that stands first in the file.

        Several different signs of level 1 add up to level 2.
        """
        return self.look_through(sentences(text))

    def look_through(self, lines: Sequence[Line]) -> Danger:
        """`look` at a text whose `sentences` are there already."""
        seen = list(self._seen(lines))
        if not seen:
            return NONE
        gravest = seen[0]
        weak = sum(sign.level == 1 for sign in seen)
        adds_up = gravest.level == 1 and weak >= WEAK_ADD_UP
        return Danger(
            level=2 if adds_up else gravest.level,
            kind=gravest.kind,
            weak=weak,
            agreed=adds_up or len(seen) - weak >= AGREE,
        )

    def shown(self, text: str) -> tuple[DangerSign, ...]:
        """The signs the text shows, gravest first; of equal levels, as in the file."""
        return tuple(self._seen(sentences(text)))

    def _seen(self, lines: Sequence[Line]) -> Iterator[DangerSign]:
        """The signs shown, gravest first."""
        read = {line: _Sentence(line, self._words) for line in dict.fromkeys(lines)}
        row = [read[line] for line in lines]
        tried: dict[int, dict[int, list[tuple[int, int]]]] = {}
        for at, sentence in enumerate(row):
            for number, places in sentence.places.items():
                for rank in self._by_word.get(number, ()):
                    tried.setdefault(rank, {}).setdefault(at, []).extend(places)
        told: dict[int, bool] = {}
        for rank in sorted(tried):
            sign = self._signs[rank]
            if any(
                self._shown(sign, row, at, places) and not _told(row, at, told) for at, places in tried[rank].items()
            ):
                yield self._given[rank]

    def _shown(self, sign: _Sign, row: Sequence[_Sentence], at: int, places: Iterable[tuple[int, int]]) -> bool:
        """Whether the sentence shows the sign by one of the places in which words of its `any` stand."""
        sentence = row[at]
        if sign.also and not sentence.holds(sign.also):
            return False
        if sign.around and not any(near.holds(sign.around) for near in row[max(at - 1, 0) : at + 2]):
            return False
        near = 0 if sentence.holds(sign.still) else _NEAR[sign.level]
        together = _TOGETHER if len(sentence.text) <= _LONG else _TOGETHER_IN_LONG
        return any(
            (not sign.also or sentence.near(sign.also, start, end, together))
            and not (near and sentence.near(sign.without, start, end, near))
            and not sentence.covered(sign.inside, start, end)
            and not denied(sentence.text, end)
            and not compared(sentence.text, end)
            and not named(sentence.text, end)
            for start, end in places
        )

    def _ready(self, sign: DangerSign) -> _Sign:
        """A `without` that holds a word of `any` hides that one place; any other hides the words near it."""
        words = {_read(word).first for word in sign.any}
        inside = {word for word in sign.without if _holds_any(_read(word).whole, words)}
        return _Sign(
            level=sign.level,
            kind=sign.kind,
            also=self._numbers(sign.also),
            around=self._numbers(sign.around),
            inside=self._numbers(inside),
            without=self._numbers(word for word in sign.without if word not in inside),
            still=self._numbers(sign.still),
        )

    def _numbers(self, words: Iterable[str]) -> frozenset[int]:
        return frozenset(self._words.number(word) for word in words)


def _told(row: Sequence[_Sentence], at: int, known: dict[int, bool]) -> bool:
    """Whether the sentence tells of a past that is over, by itself and the sentences beside it."""
    if at not in known:
        before, behind = row[max(at - _PAST_BEFORE, 0) : at + 1], row[at : at + _WELL_BEHIND + 1]
        known[at] = over(*("".join(sentence.text for sentence in part) for part in (before, behind)))
    return known[at]


def _holds_any(letters: str, words: set[str]) -> bool:
    pieces = (letters[start:end] for start in range(len(letters)) for end in range(start + 1, len(letters) + 1))
    return any(piece in words for piece in pieces)
