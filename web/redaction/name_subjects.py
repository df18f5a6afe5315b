"""Names that stand first in a sentence or a part of one, where somebody is spoken of, without any other sign."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.tokenizer import parts_of_speech
from web.redaction.lists import everyday_words, kana_surnames, no_names, not_names, prefectures, things
from web.redaction.name_lexicon import ALSO, MOSTLY, NO_NAME, SURE, family_standing, given_standing, kinds_of_name
from web.redaction.name_reading import NameReading, script
from web.redaction.name_signs import IN_KANJI
from web.redaction.name_slots import begins, ends, is_spoken_of, run
from web.redaction.slot_signs import (
    AND_OTHER,
    BEHIND_NAME,
    CALLED_ROLE,
    OPENING,
    PEOPLE,
    PET_NAME,
    SPOKEN_OF_THINGS,
    TITLED_IN_KANA,
    TITLED_IN_KANJI,
)
from web.redaction.view import Word

_FURTHEST = 8
_SHORT = 2
_BEFORE = (*"。、!?\n「『", *OPENING)
_PAIR = re.compile("[一-龯][一-龯々]")
_IN_KANJI = re.compile("[一-龯][一-龯々ヶ]{1,2}")
_OF_THINGS = frozenset(
    "殻鉛銅鉄錫鋼器具機械剤薬液酸菌症病炎痛券証紙状書箱瓶缶棒線管粉肉豆糖汁煙灰毒費料税額賃法罪罰感性化的率量"
)
"""Ends of words that say what a thing is: 貝殻, 亜鉛."""
_NO_PART_OF_NAMES = frozenset({"サ変可能", "副詞可能", "形状詞可能", "サ変形状詞可能", "助数詞可能", "非自立可能"})


def first_in_part(reading: NameReading) -> Iterator[tuple[int, int]]:
    """花を保育園に落とされて, るいだけ発達がおそい, みぃがずっと無視する."""
    for word in reading.words:
        start = word.start
        if script(word.surface[0]) == "other":
            continue
        opens = _opens(reading, start)
        if not (opens or _behind_particle(reading, start)) or not begins(reading, start):
            continue
        letters = script(word.surface[0])
        for end in range(run(reading.text, start, letters), start, -1):
            if ends(reading, end, letters) and _is_somebody(reading, start, end, opens=opens):
                yield start, end
                break


def with_role(reading: NameReading) -> Iterator[tuple[int, int]]:
    """鳥越という部長, 雲母先生: what in kanji is followed by who it is, and is no word people use."""
    for written in (CALLED_ROLE, TITLED_IN_KANJI):
        for match in written.finditer(reading.text):
            if could_be_name(match["name"]):
                yield match.span("name")
    for titled in TITLED_IN_KANA.finditer(reading.text):
        if titled["name"] in kana_surnames():
            yield titled.span("name")


def beside(reading: NameReading, end: int) -> int:
    """The end of a word in kanji that people do not use, joined to the name that ends there; 0 if there is none."""
    other = AND_OTHER.match(reading.text, end)
    return other.end("name") if other and could_be_name(other["name"]) else 0


def with_family(reading: NameReading, start: int, end: int) -> int:
    """Before a given name in kanji, the start of what is written together with it: 岩清水翔太郎."""
    before = reading.ending(start)
    if before is None or reading.starting(start) is None or end - start == 1 or start in reading.behind_whose:
        return start
    written = given_standing(reading.text[start:end]) == SURE and IN_KANJI.fullmatch(reading.text, start, end)
    return before.start if written and _could_be_family(before) else start


def could_be_name(word: str) -> bool:
    """Whether two or three letters in kanji are a name, or a noun that people hardly use."""
    if not _IN_KANJI.fullmatch(word) or word[0].isnumeric() or word in no_names() or word in prefectures():
        return False
    if PEOPLE.fullmatch(word) or word in everyday_words() or word in not_names():
        return False
    if min(given_standing(word), family_standing(word)) < NO_NAME:
        return True
    if word[-1] in _OF_THINGS:
        return False
    parts = parts_of_speech(word)
    return bool(_PAIR.fullmatch(word)) and all(part[0] == "名詞" and part[2] not in _NO_PART_OF_NAMES for part in parts)


def _could_be_family(word: Word) -> bool:
    """Whether a word before a given name is a family name, or a noun of two or three kanji that people hardly use."""
    surface = word.surface
    if not _IN_KANJI.fullmatch(surface) or word.part[0] != "名詞" or word.part[2] in _NO_PART_OF_NAMES:
        return False
    if family_standing(surface) < NO_NAME:
        return True
    used = surface in everyday_words() or surface in not_names() or surface in prefectures()
    return not (used or PEOPLE.fullmatch(surface) or surface[-1] in _OF_THINGS or word.part[2] == "地名")


def _opens(reading: NameReading, start: int) -> bool:
    """Whether a sentence, or a part of one, begins there, or a word of time or manner stands before."""
    before = reading.text[max(start - _FURTHEST, 0) : start].removesuffix(" ")
    return not before or before.endswith(_BEFORE) or start in reading.behind_whose


def _behind_particle(reading: NameReading, start: int) -> bool:
    before = reading.ending(start)
    return before is not None and before.part[0] == "助詞" and before.part[1] != "接続助詞"


def _is_somebody(reading: NameReading, start: int, end: int, *, opens: bool) -> bool:
    text, name = reading.text, reading.text[start:end]
    if not BEHIND_NAME.match(text, end) or name in no_names() or name in things() or PEOPLE.fullmatch(name):
        return False
    given = given_standing(name)
    in_kanji = script(name[0]) == "kanji"
    if not opens:
        return end - start > 1 and _can_be_inside(name, given) and is_spoken_of(text, end)
    if given <= MOSTLY and (in_kanji or end - start > 1):
        if given != SURE and SPOKEN_OF_THINGS.match(text, end):
            return False
        return (given <= ALSO and name not in everyday_words()) or is_spoken_of(text, end)
    if kana_surnames().get(name) is not None:
        return is_spoken_of(text, end)
    if in_kanji:
        return could_be_name(name) and is_spoken_of(text, end)
    sounds = PET_NAME.fullmatch(name) is not None and (len(name) == _SHORT or not kinds_of_name(name))
    return sounds and name not in everyday_words() and is_spoken_of(text, end)


def _can_be_inside(name: str, given: int) -> bool:
    """Whether a word is enough of a name to be one in the middle of a sentence."""
    if name in everyday_words():
        return False
    if script(name[0]) == "kanji":
        return could_be_name(name)
    return given == SURE or (given == ALSO and len(name) > _SHORT) or kana_surnames().get(name) == SURE
