"""Names that people write in Latin letters, read as kana: Hiroshi is ひろし."""

from __future__ import annotations

import re

from assistant.folding import KANA_ROWS

_VOWELS = "aiueo"
_ROWS = {"": "あいうえお", **KANA_ROWS}
_HEADS = ("sh", "ch", "j", "ky", "gy", "ny", "hy", "my", "ry", "by", "py")
_ROMAN = {
    **{row + vowel: kana for row, said in _ROWS.items() for vowel, kana in zip(_VOWELS, said, strict=True)},
    **dict(zip(("ya", "yu", "yo", "wa"), "やゆよわ", strict=True)),
    **dict(zip(("shi", "chi", "tsu", "fu", "ji"), "しちつふじ", strict=True)),
    **{
        head + vowel: kana + small
        for head, kana in zip(_HEADS, "しちじきぎにひみりびぴ", strict=True)
        for vowel, small in zip("auo", "ゃゅょ", strict=True)
    },
}
_SYLLABLE = re.compile("|".join(sorted(_ROMAN, key=len, reverse=True)) + "|n(?![aiueoy])")

_SHORT_VOWEL = re.compile("(?:.[ゅょ]|[こごそぞとどのほぼもよゆろ](?![ゃゅょ]))(?!う)")
"""What is often said long and written short: Yuki, Shota."""


def kana(word: str) -> tuple[str, ...]:
    """How the word may be read, a long ou or uu also as a short one: Yuki is ゆき and ゆうき. () if it is no romaji."""
    read, at, word = [], 0, word.lower()
    while syllable := _SYLLABLE.match(word, at):
        read.append(_ROMAN.get(syllable[0], "ん"))
        at = syllable.end()
    if at < len(word) or not read:
        return ()
    plain = "".join(read)
    long = _SHORT_VOWEL.sub(r"\g<0>う", plain, count=1)
    return (plain, long)
