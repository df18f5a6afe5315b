"""Furigana by machine: SudachiPy's readings as `{漢字|よみ}`, corrected by a list that people checked.

Digits are never read. What stands behind a number (人, 日, 月 …) is read by the list or by the counters below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nlu.tokenizer import readings

_KANJI = "\u3400-\u9fff\uf900-\ufaff々〆ヶ"
_HAS_KANJI = re.compile(f"[{_KANJI}]")
_RUNS = re.compile(f"[{_KANJI}]+|[^{_KANJI}]+")
_MARKED = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_KATAKANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_NUMBER_BEFORE = re.compile(r"(?:\d[\d,.]*)$")
_FOREIGN = re.compile(r"[0-9A-Za-z]+")
_DAYS_IN_KA = frozenset({"2", "3", "4", "5", "6", "7", "8", "9", "10", "14", "20", "24"})
_COUNTERS = {
    "年": "ねん", "月": "がつ", "時": "じ", "円": "えん", "歳": "さい", "回": "かい", "人": "にん",
    "日": "にち", "番": "ばん", "件": "けん", "割": "わり", "級": "きゅう", "点": "てん", "万": "まん",
    "億": "おく", "度": "ど", "問": "もん", "本": "ほん", "台": "だい", "倍": "ばい", "週": "しゅう", "代": "だい",
    "千": "せん", "階": "かい", "行": "ぎょう", "枚": "まい", "名": "めい", "条": "じょう", "号": "ごう",
    "次": "じ", "食": "しょく",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Furigana:
    """Marks texts. `corrections`: a text, as it may occur in a sentence, to the same text with its readings."""

    corrections: Mapping[str, str]

    @classmethod
    def of(cls, marked: Iterable[str]) -> Furigana:
        """Out of corrected texts written with their readings."""
        return cls({_MARKED.sub(r"\1", text): text for text in marked})

    def mark(self, text: str) -> str:
        """The text with a reading on every kanji that has one. Pieces already marked by hand stay as they are."""
        if not _HAS_KANJI.search(text) or "{" in text:
            return text
        words = list(_words(text))
        marked, place = [], 0
        for start, end, correction in self._spans(text):
            marked.append(_between(words, text, place, start))
            marked.append(correction)
            place = end
        marked.append(_between(words, text, place, len(text)))
        return "".join(marked)

    def _spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where corrections apply, longest first, never over each other, in the order of the text."""
        taken: list[tuple[int, int, str]] = []
        for plain in sorted((c for c in self.corrections if c in text), key=len, reverse=True):
            start = text.find(plain)
            while start >= 0:
                end = start + len(plain)
                if all(end <= other[0] or start >= other[1] for other in taken):
                    taken.append((start, end, self.corrections[plain]))
                start = text.find(plain, end)
        yield from sorted(taken)


def _words(text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, surface, reading in hiragana) of each word."""
    place = 0
    for surface, kana in readings(text):
        yield place, place + len(surface), surface, kana.translate(_KATAKANA)
        place += len(surface)


def _between(words: list[tuple[int, int, str, str]], text: str, start: int, end: int) -> str:
    """The marked text of one stretch; a word cut by the stretch is read anew by itself."""
    marked, place = [], start
    for first, last, surface, kana in words:
        if last <= start or first >= end:
            continue
        if first < start or last > end:
            part = text[max(first, start) : min(last, end)]
            marked += [_word(text, max(first, start), piece, read) for _, _, piece, read in _words(part)]
        else:
            marked.append(_word(text, first, surface, kana))
        place = last
    return "".join(marked) if place > start or start == end else text[start:end]


def _word(text: str, start: int, surface: str, kana: str) -> str:
    """One word with its readings: okurigana outside the braces, a counter read by its number."""
    if not _HAS_KANJI.search(surface):
        return surface
    if _FOREIGN.search(surface):
        return "".join(_pieces(text, start, surface))
    number = _NUMBER_BEFORE.search(text[:start])
    if number and (read := _counter(surface, number[0], text[start + 1 : start + 2])):
        return read
    runs = _RUNS.findall(surface)
    pattern = "".join("(.+)" if _HAS_KANJI.search(run) else re.escape(run.translate(_KATAKANA)) for run in runs)
    found = re.fullmatch(pattern, kana)
    if not found:
        return f"{{{surface}|{kana}}}" if kana else surface
    groups = iter(found.groups())
    return "".join(f"{{{run}|{next(groups)}}}" if _HAS_KANJI.search(run) else run for run in runs)


def _pieces(text: str, start: int, surface: str) -> Iterator[str]:
    """A word that holds digits or letters (15万8千, B型), read piece by piece without them."""
    for found in re.finditer(f"{_FOREIGN.pattern}|[^0-9A-Za-z]+", surface):
        piece, place = found[0], start + found.start()
        if _FOREIGN.fullmatch(piece):
            yield piece
        else:
            yield from (_word(text, place + first, word, kana) for first, _, word, kana in _words(piece))


def _counter(surface: str, number: str, after: str) -> str | None:
    head = surface[0]
    if surface == "人" and number in ("1", "2"):
        return "{人|り}"
    if surface == "日" and number in _DAYS_IN_KA:
        return "{日|か}"
    if surface == "分":
        return "{分|ぶん}" if after == "の" else "{分|ふん}" if number[-1] in "2579" else "{分|ぷん}"
    return f"{{{head}|{_COUNTERS[head]}}}" if surface == head and head in _COUNTERS else None
