"""One spelling for many: what people write, folded so that a list of words can be looked for in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from nlu.passages import SENTENCE_ENDS
from nlu.text import hiragana

MAX_CHARACTERS = 20_000
_FULL_STOPS = re.compile(r"[。！？!?]")
_ONE_WORD = 12
"""Up to so many letters, a text cut by line breaks is also read as one piece."""
_MASKS = "〇○◯●×✕*"
_SMALL = str.maketrans("ぁぃぅぇぉゕゖ", "あいうえおかけ", "を")
_NO_KANJI = "(?<![一-龯々])"
_TAHI = re.compile("[タ夕][ヒ匕]")
_MASKED = (
    (
        re.compile(
            rf"{_NO_KANJI}[氏市4四{_MASKS}x](?=に(?:たい|たく|たか|たさ|たみ|て[えぇー]|方|かた|ます|場所|そう))"
        ),
        "死",
    ),
    (re.compile(rf"{_NO_KANJI}[氏市4{_MASKS}](?=の(?:うか|うと))"), "死"),
    (re.compile(rf"{_NO_KANJI}[氏市4](?=ぬ|ね(?![一-龯])|んだ(?:方|ほう|ら))"), "死"),
    (
        re.compile(
            rf"56(?=[すさしせ])|こ[{_MASKS}]{{1,2}}(?=[すさしせ])|{_NO_KANJI}[{_MASKS}](?=(?:す|して(?:や|くれ|ほし)|され|したい)(?!る))"
        ),
        "殺",
    ),
    (re.compile(rf"自[{_MASKS}4死し](?=し|す|を|未|願|ば|の|$)"), "自殺"),
    (re.compile(rf"虐[{_MASKS}死]"), "虐待"),
    (re.compile(rf"強[{_MASKS}](?=さ|し|未|の)"), "強姦"),
    (re.compile(rf"(?<=ち)[{_MASKS}](?=ん)"), "か"),
)
"""Letters put in the place of others, so as not to be found: 氏にたい, 自〇, 56す."""
_MASKING = frozenset(f"氏市四x456自虐強{_MASKS}")
"""Without one of these nothing is masked."""
_NO_PERSON = (
    (re.compile("(?<=[丈工])夫"), "ふ"),
    (re.compile("(?<=[様調椅帽電障王菓餃母拍])子"), "し"),
    (re.compile("主人(?=公)"), "主じん"),
    (re.compile("親(?=[切指友])"), "しん"),
)
"""Letters that mean a person elsewhere: 夫 in 大丈夫, 子 in 様子."""
_PERSONS = frozenset("夫子主親")
_ELONGATION = re.compile("[ー〜~―‐ｰ]+")
_DRAWN_OUT = re.compile("(?<=[たなかさまらわ])あ+(?=い)|(?<=い)い{2,}")
_MARKS = re.compile("([\u0300-\u036f]{2})[\u0300-\u036f]+")
"""More marks on one letter than any script has only cost time."""
_UNSEEN_LETTERS = "\u115f\u1160\u3164\uffa0"
_PICTURES = {
    "🔪": "刃物",
    "🗡": "刃物",
    "💊": "薬",
    "🩸": "血",
    "🪢": "ロープ",
    "🆘": "助けて",
    "😭": "泣顔",
    "😢": "泣顔",
    "😿": "泣顔",
}
_PICTURE = re.compile("[" + "".join(_PICTURES) + "]")
_LATIN = re.compile("[a-z]{5,}")
_VOWELS = dict(zip("aiueo", "あいうえお", strict=True))
KANA_ROWS = {
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
"""What a consonant makes of a, i, u, e, o."""
_SYLLABLES = {
    **_VOWELS,
    **{f"{row}{vowel}": kana for row, line in KANA_ROWS.items() for vowel, kana in zip("aiueo", line, strict=True)},
    **{f"{row}y{v}": f"{KANA_ROWS[row][1]}{y}" for row in "ksnhmrgbpt" for v, y in zip("auo", "ゃゅょ", strict=True)},
    **{f"sh{v}": f"し{y}" for v, y in zip("auo", "ゃゅょ", strict=True)},
    **{f"ch{v}": f"ち{y}" for v, y in zip("auo", "ゃゅょ", strict=True)},
    **{f"j{v}": f"じ{y}" for v, y in zip("auo", "ゃゅょ", strict=True)},
    **{"ya": "や", "yu": "ゆ", "yo": "よ", "wa": "わ", "wo": "お", "shi": "し", "chi": "ち", "tsu": "つ", "fu": "ふ"},
    "ji": "じ",
}
_ROMAJI = re.compile(
    r"(?:([kstpgdbzcj])(?=\1)|(" + "|".join(sorted(_SYLLABLES, key=len, reverse=True)) + r")|(n)(?![aiueoy]))"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A folded sentence. Words with a long vowel mark are looked for where marks are kept: カッター is not かった."""

    plain: str
    spelt: str


def line(text: str) -> Line:
    """A text as one folded sentence."""
    written = spelt(text)
    return Line(plain=written.replace("ー", ""), spelt=written)


def fold(text: str) -> str:
    """One spelling for many: width, case, kana, elongation, masked or spaced-out letters; no を and no punctuation."""
    return spelt(text).replace("ー", "")


def spelt(text: str) -> str:
    """`fold` with the long vowel marks kept, one for many."""
    text = _MARKS.sub(r"\1", text).replace("゛", "\u3099").replace("゜", "\u309a")
    seen = unicodedata.normalize("NFKC", "".join(filter(_visible, text)))
    kept = "".join(filter(_kept, _ELONGATION.sub("ー", seen)))
    letters = set(kept)
    kept = hiragana(_TAHI.sub("死", kept))
    if not letters.isdisjoint(_MASKING):
        for masked, meant in _MASKED:
            kept = masked.sub(meant, kept)
        kept = "".join(c for c in kept if c not in _MASKS)
    if not letters.isdisjoint(_PERSONS):
        for letter, kana in _NO_PERSON:
            kept = letter.sub(kana, kept)
    kept = kept.casefold().translate(_SMALL)
    if "あい" in kept or "いいい" in kept:
        kept = _DRAWN_OUT.sub(lambda match: "い" if match[0][0] == "い" else "", kept)
    return kept


@lru_cache(maxsize=8_192)
def _visible(character: str) -> bool:
    return unicodedata.category(character)[0] != "C" and character not in _UNSEEN_LETTERS


@lru_cache(maxsize=8_192)
def _kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character in _MASKS


def sentences(text: str) -> list[Line]:
    """The folded sentences of a text; behind them the same read in another way, where that may show a word.

    A text cut by line breaks is read as a whole too, romaji as kana, and pictures (💊) as words.
    """
    text = text[:MAX_CHARACTERS]
    lines = _cut(text)
    whole = "".join(line.spelt for line in lines)
    one_word = len(whole) <= _ONE_WORD and not _FULL_STOPS.search(text)
    if len(lines) > 1 and (one_word or all(len(line.plain) <= 2 for line in lines)):
        lines.append(line(whole))
    if _PICTURE.search(text):
        lines += _cut(_PICTURE.sub(lambda match: _PICTURES[match[0]], text))
    if _LATIN.search(whole):
        lines += [line(kana) for one in list(lines) if (kana := _LATIN.sub(_kana, one.spelt)) != one.spelt]
    return lines


def _cut(text: str) -> list[Line]:
    return [one for piece in SENTENCE_ENDS.split(text) if (one := line(piece)).plain]


def _kana(match: re.Match[str]) -> str:
    """Romaji as hiragana; what is not wholly romaji stays."""
    kana, at, letters = "", 0, match[0]
    while at < len(letters):
        syllable = _ROMAJI.match(letters, at)
        if syllable is None:
            return letters
        kana += "っ" if syllable[1] else "ん" if syllable[3] else _SYLLABLES[syllable[2]]
        at = syllable.end()
    return kana
