"""The level and kind of danger in a text, decided by fixed signs kept as data.

Looked at before, and apart from, the classifier: it needs neither a model nor a tokenizer, and it never fails on any text.
The signs, and the reasons for each, are in `catalog/data/danger_signs.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.model import DangerSign

MAX_CHARACTERS = 20_000
_SENTENCE_ENDS = re.compile(r"[。！？!?\n\r\v\f\u0085\u2028\u2029]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_SMALL = str.maketrans("ぁぃぅぇぉ", "あいうえお")
_MASKED = (
    (re.compile(r"[タﾀ夕][ヒﾋ匕]"), "死"),
    (re.compile(r"[氏市4四〇○◯●●×✕x*＊](?=に(?:た|て|そう))"), "死"),
    (re.compile(r"[氏市4](?=の(?:うか|うと))"), "死"),
    (re.compile(r"自[〇○◯●×✕*4死し](?=し|す|を|未|願|$)"), "自殺"),
)
_ELONGATION = "ー〜~―‐ｰ"


@dataclass(frozen=True, slots=True)
class Danger:
    """`level`: 0 none, 1 gentle check, 2 help beside, 3 help first, 4 help alone, now. `kind` is None only at level 0."""

    level: int = 0
    kind: str | None = None


NONE = Danger()


@dataclass(frozen=True, slots=True)
class _Sign:
    level: int
    kind: str
    any: tuple[str, ...]
    also: tuple[str, ...]
    without: tuple[str, ...]

    def shows_in(self, sentence: str) -> bool:
        return (
            any(word in sentence for word in self.any)
            and (not self.also or any(word in sentence for word in self.also))
            and not any(word in sentence for word in self.without)
        )


class DangerSigns:
    """The catalogue's signs, made ready for matching."""

    def __init__(self, signs: Sequence[DangerSign]) -> None:
        self._signs = tuple(
            _Sign(
                level=sign.level,
                kind=sign.kind,
                any=_folded(sign.any),
                also=_folded(sign.also),
                without=_folded(sign.without),
            )
            for sign in signs
        )

    def look(self, text: str) -> Danger:
        """The gravest danger any sentence of the text shows; of equal levels, the sign that stands first in the file."""
        gravest = NONE
        for sentence in sentences(text):
            for sign in self._signs:
                if sign.level > gravest.level and sign.shows_in(sentence):
                    gravest = Danger(level=sign.level, kind=sign.kind)
        return gravest


def _folded(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def fold(text: str) -> str:
    """One spelling for many: width, case, katakana, elongation, small vowels, masked and spaced-out letters, no punctuation."""
    seen = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")))
    for masked, meant in _MASKED:
        seen = masked.sub(meant, "".join(c for c in seen if _kept(c)))
    return seen.casefold().translate(_TO_HIRAGANA).translate(_SMALL)


def _kept(character: str) -> bool:
    if character in _ELONGATION:
        return False
    return unicodedata.category(character)[0] in "LN" or character in "〇○◯●×✕*#"


def sentences(text: str) -> list[str]:
    """The folded sentences of a text, and, where spaces or line breaks may hide a word, the folded whole."""
    cut = text[:MAX_CHARACTERS]
    folded = [fold(piece) for piece in _SENTENCE_ENDS.split(cut)]
    pieces = [piece for piece in folded if piece]
    if len(pieces) > 1 and all(len(piece) <= 2 for piece in pieces):
        pieces.append("".join(pieces))
    return pieces
