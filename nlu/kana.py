"""Words out of texts written without kanji, as children and learners write: the likeliest way to cut them.

SudachiPy is made for kanji and kana together and takes a text of kana alone apart at wrong places. Here the words, and
rows of two or three words, that the phrases hold are known by their readings; the cheapest row of them that makes the
text is taken. Fast: a trie, and one pass over the text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from marisa_trie import Trie

from nlu.text import hiragana, normalise
from nlu.tokenizer import Spoken, morphemes, spoken

LONGEST_ROW = 3
FEWEST = {1: 3, 2: 4, 3: 4}
"""A word, or a row of words, seen in fewer places is not known: what stands once may be about one person."""
FEWEST_LETTERS = 4
KANJI_SHARE = 0.05
"""A text with at most this share of kanji, and some hiragana, is read as one without."""
LEARNT_FROM = 0.1
"""Phrases with fewer kanji teach nothing of where words end."""
_UNKNOWN = 3.0
_KANJI = re.compile(r"[\u4e00-\u9fff々]")
_KANA = re.compile(r"[ぁ-ゖー]+")


@dataclass(frozen=True, eq=False)
class KanaReader:
    """`readings`: the known words by their kana; at each one's place what it costs and what it says.

    `costs`: float32, minus the logarithm of how often it stands among all words. `says`: words as `part form`, with
    line ends between them.
    """

    readings: Trie
    costs: np.ndarray
    says: tuple[str, ...]
    unknown: float
    """What a letter costs that belongs to no known word."""

    @classmethod
    def learn(cls, texts: Iterable[str]) -> KanaReader:
        """Out of normalised texts; the same texts in any order give the same reader."""
        rows: dict[str, Counter[str]] = defaultdict(Counter)
        total = 0
        for text in texts:
            if len(_KANJI.findall(text)) < LEARNT_FROM * len(text):
                continue
            for words in _known(text):
                total += len(words)
                for length in range(1, LONGEST_ROW + 1):
                    for start in range(len(words) - length + 1):
                        row = words[start : start + length]
                        rows["".join(kana for kana, _ in row)]["\n".join(said for _, said in row)] += 1
        best = {kana: max(said.items(), key=lambda pair: (pair[1], pair[0])) for kana, said in rows.items()}
        kept = {kana: pair for kana, pair in best.items() if pair[1] >= FEWEST[pair[0].count("\n") + 1]}
        trie = Trie(sorted(kept))
        by_place = sorted(kept, key=lambda kana: trie[kana])
        costs = np.array([np.log(total / kept[kana][1]) for kana in by_place], dtype=np.float32).round(4)
        return cls(
            trie, costs, tuple(kept[kana][0] for kana in by_place), round(float(np.log(total + 1)) + _UNKNOWN, 4)
        )

    def reads(self, text: str) -> bool:
        """Whether a normalised text is one to be read here."""
        letters = sum(map(len, _KANA.findall(text)))
        return letters >= FEWEST_LETTERS and len(_KANJI.findall(text)) <= KANJI_SHARE * letters

    def spoken(self, text: str) -> Iterator[Spoken]:
        """The words of a normalised text; what is not hiragana in it is left to SudachiPy."""
        end = 0
        for run in _KANA.finditer(text):
            yield from _behind(text, end, run.start())
            at = run.start()
            for kana in self._cut(run.group()):
                if kana in self.readings:
                    for said in self.says[self.readings[kana]].split("\n"):
                        part, _, form = said.partition(" ")
                        yield Spoken(part, form, at)
                else:
                    yield Spoken("", kana, at)
                at += len(kana)
            end = run.end()
        yield from _behind(text, end, len(text))

    def _cut(self, run: str) -> list[str]:
        """The cheapest row of known words and single letters."""
        least = [0.0] + [float("inf")] * len(run)
        back = [0] * (len(run) + 1)
        for start in range(len(run)):
            so_far = least[start]
            if so_far + self.unknown < least[start + 1]:
                least[start + 1], back[start + 1] = so_far + self.unknown, start
            for kana in self.readings.prefixes(run[start:]):
                cost, end = so_far + float(self.costs[self.readings[kana]]), start + len(kana)
                if cost < least[end]:
                    least[end], back[end] = cost, start
        pieces, end = [], len(run)
        while end:
            pieces.append(run[back[end] : end])
            end = back[end]
        return pieces[::-1]


def _behind(text: str, start: int, end: int) -> Iterator[Spoken]:
    """The words of a piece of a text as SudachiPy finds them."""
    return (word._replace(at=word.at + start) for word in spoken(text[start:end]))


def _known(text: str) -> Iterator[list[tuple[str, str]]]:
    """Rows of neighbouring words, each with its kana and what it says; names and numbers break a row."""
    row: list[tuple[str, str]] = []
    for morpheme in morphemes(text):
        part, surface = morpheme.part_of_speech(), morpheme.surface()
        kana = normalise(hiragana(morpheme.reading_form() or surface))
        word = Spoken.of(morpheme)
        if part[2] == "人名" or not _KANA.fullmatch(kana) or not word.form or re.search(r"\s", word.form):
            yield row
            row = []
        elif not surface.isascii():
            row.append((kana, f"{word.part} {word.form}"))
    yield row
