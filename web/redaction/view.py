"""A text as the finders read it, and the way back to the characters that were typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from nlu.tokenizer import morphemes

KINDS = (
    "名前",
    "電話",
    "メール",
    "URL",
    "ID",
    "住所",
    "郵便番号",
    "生年月日",
    "マイナンバー",
    "カード",
    "番号",
    "学校",
    "会社",
)
"""What can stand in a mark; 住所 may be followed by a space and a prefecture."""
PREFECTURES = (
    "北海道",
    *(f"{name}県" for name in ("青森", "岩手", "宮城", "秋田", "山形", "福島", "茨城", "栃木", "群馬", "埼玉", "千葉")),
    "東京都",
    *(
        f"{name}県"
        for name in ("神奈川", "新潟", "富山", "石川", "福井", "山梨", "長野", "岐阜", "静岡", "愛知", "三重")
    ),
    "滋賀県",
    "京都府",
    "大阪府",
    *(
        f"{name}県"
        for name in ("兵庫", "奈良", "和歌山", "鳥取", "島根", "岡山", "広島", "山口", "徳島", "香川", "愛媛")
    ),
    *(f"{name}県" for name in ("高知", "福岡", "佐賀", "長崎", "熊本", "大分", "宮崎", "鹿児島", "沖縄")),
)
MASK = "■"
"""Stands for one mark; a separator to every finder."""
_MARK = re.compile(f"〔(?:{'|'.join(KINDS)}|住所 (?:{'|'.join(PREFECTURES)}))〕")
_JOINED = re.compile("[\u0300-\u036f\u3099\u309aﾞﾟ゛゜]")
_VOICED = str.maketrans("゛゜", "\u3099\u309a")
_LINE = "\n\r\v\f\u0085\u2028\u2029"
_UNSEEN = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x115F, 0x1160, 0x3164, 0xFFA0}
_HYPHENS = "‐‑‒–—―−－─━⁃﹣﹘˗➖⸺╴"
_LONG_VOWEL = re.compile(r"(?<=\d)ー(?=\d)")
_DIGITS = str.maketrans(
    {
        **dict(zip("〇零○◯一二三四五六七八九壱弐参", "000012345678912" + "3", strict=True)),
        **dict.fromkeys(_HYPHENS, "-"),
    }
)
_PIECE = 4_000
"""So many letters go to the tokenizer at once; it refuses 49,149 bytes."""
_ENDS = re.compile(r"[。！？!?\n]")


@dataclass(frozen=True, slots=True)
class Span:
    """Letters `start` to `end` of a view, and the kind and label of the mark that takes their place."""

    start: int
    end: int
    kind: str
    label: str = ""

    @property
    def mark(self) -> str:
        """As it stands in the redacted text."""
        return f"〔{self.label or self.kind}〕"


@dataclass(frozen=True, slots=True)
class Word:
    """A morpheme: where it stands in the view, and what SudachiPy says of it. `unknown`: not in its dictionary."""

    surface: str
    start: int
    part: tuple[str, ...]
    unknown: bool

    @property
    def end(self) -> int:
        """Behind its last letter."""
        return self.start + len(self.surface)

    @property
    def is_name(self) -> bool:
        """A name of people by the dictionary."""
        return self.part[2] == "人名"

    @property
    def is_place(self) -> bool:
        """A name of a place that is no country by the dictionary."""
        return self.part[2] == "地名" and self.part[3] != "国"

    @property
    def is_noun(self) -> bool:
        """A noun of any kind, or a part that makes one."""
        return self.part[0] in ("名詞", "接尾辞", "接頭辞", "代名詞", "形状詞")


class View:
    """`letters`: uniform in width, without invisible characters, each mark one MASK.

    `digits`: the same, letter by letter, with kanji digits as digits and every hyphen as "-".
    """

    def __init__(self, typed: str) -> None:
        self.typed = typed
        letters: list[str] = []
        self._from: list[int] = []
        self._to: list[int] = []
        at = 0
        while at < len(typed):
            end, shown = _next(typed, at)
            letters += shown
            self._from += [at] * len(shown)
            self._to += [end] * len(shown)
            at = end
        self.letters = "".join(letters)

    @cached_property
    def digits(self) -> str:
        """Letters with digits and hyphens made uniform; of the same length."""
        return _LONG_VOWEL.sub("-", self.letters.translate(_DIGITS))

    @cached_property
    def words(self) -> list[Word]:
        """The morphemes in order, shortest units."""
        found: list[Word] = []
        for start, end in _pieces(self.letters):
            found += [_word(morpheme, start) for morpheme in morphemes(self.letters[start:end])]
        return found

    def masked(self, spans: Iterable[Span]) -> str:
        """The typed text with marks in place of the spans, which must not overlap; those side by side become one."""
        pieces: list[str] = []
        at = 0
        for span in sorted(spans, key=lambda span: span.start):
            pieces += [self.typed[at : self._from[span.start]], span.mark]
            at = self._to[span.end - 1]
        return "".join([*pieces, self.typed[at:]])


def _next(typed: str, at: int) -> tuple[int, str]:
    """The end of the mark or character that begins there, and what is read in its place."""
    if typed[at] == "〔" and (mark := _MARK.match(typed, at)):
        return mark.end(), MASK
    end = at + 1
    if end < len(typed) and _JOINED.match(typed, end):
        end += 1
    return end, _read(typed[at:end])


@lru_cache(maxsize=16_384)
def _read(character: str) -> str:
    if character in _LINE:
        return "\n"
    if character.isspace():
        return " "
    shown = unicodedata.normalize("NFKC", character.translate(_VOICED))
    return "".join(c for c in shown if unicodedata.category(c)[0] != "C" and ord(c) not in _UNSEEN)


def _pieces(letters: str) -> list[tuple[int, int]]:
    """Sentences, and what is longer than _PIECE cut."""
    ends = [match.end() for match in _ENDS.finditer(letters)] + [len(letters)]
    pieces: list[tuple[int, int]] = []
    start = 0
    for end in ends:
        pieces += [(cut, min(cut + _PIECE, end)) for cut in range(start, end, _PIECE)]
        start = end
    return pieces


def _word(morpheme: Any, start: int) -> Word:
    return Word(morpheme.surface(), start + morpheme.begin(), tuple(morpheme.part_of_speech()), morpheme.is_oov())
