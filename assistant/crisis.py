"""The level and kind of danger in a text, decided by fixed signs kept as data.

Looked at before, and apart from, the classifier: it needs neither a model nor a tokenizer, and never fails on any text.
The signs, and the reasons for each, are in `catalog/data/danger_signs.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.model import DangerSign

MAX_CHARACTERS = 20_000
WEAK_ADD_UP = 3
"""So many different signs of level 1 weigh as much as one of level 2."""
_SENTENCE_ENDS = re.compile(r"[。！？!?\n\r\v\f\u0085\u2028\u2029]+")
_FULL_STOPS = re.compile(r"[。！？!?]")
_START = 2
"""So many first letters of a word decide whether it is looked for at all."""
_ONE_WORD = 12
"""Up to so many letters, a text cut by line breaks is also read as one piece."""
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SMALL = str.maketrans("ぁぃぅぇぉ", "あいうえお")
_MASKS = "〇○◯●×✕*"
_MASKED = (
    (re.compile(r"[タﾀ夕][ヒﾋ匕]"), "死"),
    (re.compile(rf"(?<![一-龯々])[氏市4四{_MASKS}x](?=に(?:たい|たく|たみ|て[えぇ]))"), "死"),
    (re.compile(r"(?<![一-龯々])[氏市4](?=の(?:うか|うと))"), "死"),
    (re.compile(rf"自[{_MASKS}4死し](?=し|す|を|未|願|$)"), "自殺"),
)
_NO_PERSON = (
    (re.compile("(?<=[丈工])夫"), "ふ"),
    (re.compile("(?<=[様調椅帽電障王菓餃母])子"), "し"),
    (re.compile("主人(?=公)"), "主じん"),
    (re.compile("親(?=[切指])"), "しん"),
)
"""Letters that mean a person elsewhere: 夫 in 大丈夫, 子 in 様子."""
_ELONGATION = re.compile("[ー〜~―‐ｰ]+")
_UNSEEN_LETTERS = "\u115f\u1160\u3164\uffa0"


@dataclass(frozen=True, slots=True)
class Danger:
    """`level`: 0 none, 1 gentle check, 2 help beside, 3 help first, 4 help alone, now. `kind` is None only at level 0.

    `weak`: how many different signs of level 1 the text shows.
    """

    level: int = 0
    kind: str | None = None
    weak: int = 0


NONE = Danger()


@dataclass(frozen=True, slots=True)
class _Line:
    """A folded sentence. Words with a long vowel mark are looked for where marks are kept: カッター is not かった."""

    plain: str
    spelt: str

    def read(self, word: str) -> str:
        return self.spelt if "ー" in word else self.plain

    def holds(self, word: str) -> bool:
        return word in self.read(word)

    def places(self, word: str) -> Iterator[int]:
        text = self.read(word)
        at = text.find(word)
        while at >= 0:
            yield at
            at = text.find(word, at + 1)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a sign, and the longer words around it in which it does not count: 自殺 in 自殺点."""

    word: str
    inside: tuple[tuple[str, int], ...]

    def shows_in(self, line: _Line) -> bool:
        if not line.holds(self.word):
            return False
        if not self.inside:
            return True
        text = line.read(self.word)
        return any(not self._covered(text, at) for at in line.places(self.word))

    def _covered(self, text: str, at: int) -> bool:
        return any(at >= offset and text.startswith(longer, at - offset) for longer, offset in self.inside)


@dataclass(frozen=True, slots=True)
class _Sign:
    level: int
    kind: str
    any: tuple[_Word, ...]
    also: tuple[str, ...]
    without: tuple[str, ...]

    def allowed_in(self, line: _Line) -> bool:
        """Whether the rest of the sentence lets a word of `any` count."""
        return (not self.also or any(line.holds(word) for word in self.also)) and not any(
            line.holds(word) for word in self.without
        )


class DangerSigns:
    """The catalogue's signs, made ready for matching."""

    def __init__(self, signs: Sequence[DangerSign]) -> None:
        self._signs = tuple(_ready(sign) for sign in signs)
        self._by_start: dict[str, list[tuple[int, _Word]]] = {}
        for number, sign in enumerate(self._signs):
            for word in sign.any:
                self._by_start.setdefault(word.word[:_START], []).append((number, word))

    def look(self, text: str) -> Danger:
        """The gravest danger any sentence of the text shows; of equal levels, the sign that stands first in the file.

        Several different signs of level 1 add up to level 2.
        """
        numbers = {number for line in dict.fromkeys(sentences(text)) for number in self._shown_in(line)}
        shown = [self._signs[number] for number in sorted(numbers)]
        if not shown:
            return NONE
        gravest = max(shown, key=lambda sign: sign.level)
        weak = sum(sign.level == 1 for sign in shown)
        adds_up = gravest.level == 1 and weak >= WEAK_ADD_UP
        return Danger(level=2 if adds_up else gravest.level, kind=gravest.kind, weak=weak)

    def _shown_in(self, line: _Line) -> Iterator[int]:
        """The numbers of the signs the sentence shows. Only words that start as some place of it does are tried."""
        texts = {line.plain, line.spelt}
        starts = {text[at : at + size] for text in texts for size in range(1, _START + 1) for at in range(len(text))}
        tried = (pair for start in starts & self._by_start.keys() for pair in self._by_start[start])
        held = {number for number, word in tried if word.shows_in(line)}
        return (number for number in held if self._signs[number].allowed_in(line))


def _ready(sign: DangerSign) -> _Sign:
    """A `without` that holds a word of `any` hides that one place; any other hides the whole sentence."""
    without = [_line(word) for word in sign.without]
    words = [_spelt(word) for word in sign.any]
    return _Sign(
        level=sign.level,
        kind=sign.kind,
        any=tuple(_Word(word, tuple((w.read(word), at) for w in without for at in w.places(word))) for word in words),
        also=tuple(_spelt(word) for word in sign.also),
        without=tuple(line.spelt for line in without if not any(line.holds(word) for word in words)),
    )


def _line(text: str) -> _Line:
    spelt = _spelt(text)
    return _Line(plain=spelt.replace("ー", ""), spelt=spelt)


def fold(text: str) -> str:
    """One spelling for many: width, case, kana, elongation, masked or spaced-out letters; no を and no punctuation."""
    return _spelt(text).replace("ー", "")


def _spelt(text: str) -> str:
    """`fold` with the long vowel marks kept, one for many."""
    seen = unicodedata.normalize("NFKC", "".join(c for c in text if _visible(c)))
    kept = "".join(c for c in _ELONGATION.sub("ー", seen) if unicodedata.category(c)[0] in "LN" or c in _MASKS)
    for masked, meant in _MASKED:
        kept = masked.sub(meant, kept)
    for letter, kana in _NO_PERSON:
        kept = letter.sub(kana, kept)
    kept = "".join(c for c in kept if c not in _MASKS)
    return kept.casefold().translate(_TO_HIRAGANA).translate(_SMALL).replace("を", "")


def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] != "C" and character not in _UNSEEN_LETTERS


def sentences(text: str) -> list[_Line]:
    """The folded sentences of a text, and, where line breaks may hide a word, the folded whole."""
    lines = [line for piece in _SENTENCE_ENDS.split(text[:MAX_CHARACTERS]) if (line := _line(piece)).plain]
    whole = "".join(line.spelt for line in lines)
    one_word = len(whole) <= _ONE_WORD and not _FULL_STOPS.search(text)
    if len(lines) > 1 and (one_word or all(len(line.plain) <= 2 for line in lines)):
        lines.append(_line(whole))
    return lines
