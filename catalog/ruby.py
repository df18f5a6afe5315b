"""Furigana inside a text, written `{漢字|よみ}`. Pure."""

from __future__ import annotations

import re

_PIECE = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
_MARK = re.compile(r"[{}|]")
_WIDE_MARK = re.compile(r"[｛｝]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー・]+")
_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〆ヶ]")


def plain(text: str) -> str:
    """The text without readings."""
    return _PIECE.sub(r"\1", text) if "{" in text else text


def parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """The pieces of a text in order, each with its reading or None. The pieces joined give `plain(text)`."""
    pieces: list[tuple[str, str | None]] = []
    end = 0
    for found in _PIECE.finditer(text):
        if found.start() > end:
            pieces.append((text[end : found.start()], None))
        pieces.append((found[1], found[2]))
        end = found.end()
    if end < len(text):
        pieces.append((text[end:], None))
    return tuple(pieces)


def problem(text: str) -> str | None:
    """What is wrong with the furigana of a text, as a Japanese sentence; None if nothing is."""
    if _MARK.search(_PIECE.sub("", text)):
        return "ふりがなの書き方が正しくありません({漢字|よみ} の形で書いてください)"
    if _WIDE_MARK.search(text):
        return "ふりがなの記号は半角で書いてください({漢字|よみ} の形)"
    for base, reading in _PIECE.findall(text):
        if not _KANA.fullmatch(reading):
            return f"「{base}」のよみ「{reading}」は、ひらがなかカタカナだけで書いてください"
        if not _KANJI.search(base):
            return f"「{base}」には漢字がないので、ふりがなはいりません"
    return None


def bare_kanji(text: str) -> str:
    """The kanji of a text that have no reading, joined in order; empty if all have one."""
    return "".join(_KANJI.findall(_PIECE.sub("", text)))
