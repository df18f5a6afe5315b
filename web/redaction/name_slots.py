"""Names in a place where only a person stands: 〜に殴られた, 〜と別れたい, 〜の夜泣き, 〜さん."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.tokenizer import parts_of_speech
from web.redaction.lists import everyday_words, given_names, no_names, surnames
from web.redaction.name_lexicon import (
    ALSO,
    MOSTLY,
    NO_NAME,
    SURE,
    family_standing,
    given_standing,
    is_known,
    kinds_of_name,
)
from web.redaction.name_reading import NameReading, is_hiragana, script
from web.redaction.name_signs import KATAKANA, TITLE
from web.redaction.romaji import kana as kana_of
from web.redaction.slot_signs import (
    AFTER_FIRST,
    AMONG,
    AS_ONE,
    COUNT,
    DIRECTION,
    DOUBLED,
    FIRST,
    GROWING,
    HARASSMENT,
    INTRODUCED,
    LATIN_NAME,
    LATIN_SMALL,
    NO_NICK,
    PARTICLE,
    PAUSE,
    PEOPLE,
    PERSON,
    PERSON_TOO,
    POLITELY,
    SOUNDS_NICK,
    SPOKEN_OF,
    SURELY_PERSON,
    TWICE,
    WEATHER,
)
from web.redaction.view import Word

_LONGEST = 7
_FURTHEST = 12
"""So many letters before a name are looked at."""
_VERB_ENDS = "うくぐすつぬぶむる"
_SHORTEST = 3
"""Fewer kana are nearly always something else."""
_PAIR = 2
_AFFIXES = ("接頭辞", "接尾辞", "動詞", "助動詞")
_MADE = re.compile("(?![夫妻父母兄弟姉妹娘孫嫁婿姑])[一-龯][一-龯々]{1,2}")


def in_slots(reading: NameReading) -> Iterator[tuple[int, int]]:
    """Every name whose place in the sentence says that somebody stands there."""
    for start in _starts(reading):
        if end := _name_at(reading, start) or _nickname_at(reading, start):
            yield start, end


def in_latin_slots(reading: NameReading) -> Iterator[tuple[int, int]]:
    """Capitalised words in Latin letters that do, or are done to, what only people are: Ahmedと結婚, Linhです、."""
    for match in LATIN_NAME.finditer(reading.text):
        if any("" in kinds_of_name(part) and part not in given_names() for part in match[0].split()):
            continue
        if is_spoken_of(reading.text, match.end()) or INTRODUCED.match(reading.text, match.end()):
            yield match.span()
    for match in LATIN_SMALL.finditer(reading.text):
        read = kana_of(match[0])
        if any(given_standing(name) == SURE for name in read) and is_spoken_of(reading.text, match.end()):
            yield match.span()


def politely(reading: NameReading) -> Iterator[tuple[int, int]]:
    """Any word in kanji before さん that does not say what somebody is: 薬袋さん, 一口さん."""
    for match in POLITELY.finditer(reading.text):
        suffix = reading.starting(match.end("name"))
        if suffix is None or suffix.part[0] not in ("接尾辞", "名詞", "感動詞"):
            continue
        before = reading.text[match.start() - 1 : match.start()]
        name = match["name"]
        if before in ("お", "ご") or name in no_names() or PEOPLE.fullmatch(name):
            continue
        yield match.span("name")


def _nickname_at(reading: NameReading, start: int) -> int:
    """The end of what sounds like a nickname and is somebody; 0 if there is none."""
    match = next((m for sound in (TWICE, SOUNDS_NICK, DOUBLED) if (m := sound.match(reading.text, start))), None)
    if match is None or NO_NICK.search(match[0]) or not is_spoken_of(reading.text, match.end()):
        return 0
    word = reading.starting(start)
    known = (
        word is not None and word.end == match.end() and not (word.is_name or word.unknown) and match.re is not TWICE
    )
    verb = (
        match.re is TWICE
        and match[1][-1] in _VERB_ENDS
        and any(part[0] == "動詞" for part in parts_of_speech(match[1]))
    )
    return 0 if known or verb else match.end()


def _starts(reading: NameReading) -> Iterator[int]:
    """Places where a word begins that may be a name, once each."""
    for word in reading.words:
        if script(word.surface[0]) != "other" and begins(reading, word.start):
            yield word.start


def begins(reading: NameReading, start: int) -> bool:
    """Whether no longer word is cut there: hiragana behind kanji are a word's end, or a particle."""
    before = reading.text[start - 1 : start]
    letters = script(reading.text[start])
    if not before or script(before) == "other":
        return not before.isdigit()
    word, begun = reading.ending(start), reading.starting(start)
    if word is None or begun is None:
        return False
    if _is_time(word) or start in reading.behind_whose:
        return True
    if letters == "hiragana":
        if word.part[1] == "接続助詞" and begun.part[1] == "非自立可能":
            return False
        if word.part[0] == "助動詞" and word.surface == "た":
            return True
        return word.part[0] in ("助詞", "副詞", "連体詞", "感動詞", "代名詞", "接続詞")
    return script(before) != letters


def _is_time(word: Word) -> bool:
    return word.part[0] == "名詞" and word.part[2] == "副詞可能"


def _name_at(reading: NameReading, start: int) -> int:
    """The end of the longest name there that its place bears out; 0 if there is none."""
    text = reading.text
    letters = script(text[start])
    for end in range(run(text, start, letters), start, -1):
        if ends(reading, end, letters) and _borne_out(reading, start, end):
            return end
    return 0


def run(text: str, start: int, letters: str) -> int:
    """How far the same kind of letters goes on, as far as a name can."""
    end = start + 1
    while end < min(start + _LONGEST, len(text)) and script(text[end]) == letters:
        end += 1
    return end


def ends(reading: NameReading, end: int, letters: str) -> bool:
    """Whether no longer word goes on there."""
    behind = reading.text[end : end + 1]
    if not behind or script(behind) == "other":
        return True
    if letters == "hiragana":
        return reading.bounded(end, "あ")
    return script(behind) != letters and reading.ending(end) is not None


def _borne_out(reading: NameReading, start: int, end: int) -> bool:
    """Whether what stands around it says that it is somebody."""
    text, name = reading.text, reading.text[start:end]
    standing = standing_at(reading, start, end)
    if standing == NO_NAME or name in no_names():
        return False
    before = text[max(start - _FURTHEST, 0) : start]
    kin = start in reading.behind_whose
    pause = kin or PAUSE.search(before) is not None or _behind_adverb(reading, start)
    everyday = name in everyday_words() and not (len(name) > 1 and name in surnames())
    first = FIRST.search(before) is not None
    person = PERSON.match(text, end) is not None
    if standing == MOSTLY or everyday:
        alone = first and person and not everyday and len(name) == 1
        return alone or (pause and SURELY_PERSON.match(text, end) is not None)
    kana = is_hiragana(name[0])
    long = len(name) >= (_SHORTEST if kana else 2)
    if not name[0].isnumeric() and AMONG.search(before):
        return len(name) > 1 or (name in surnames() and is_spoken_of(text, end))
    word = reading.starting(start)
    as_name = word is not None and word.end == end and word.is_name
    given = given_standing(name)
    rarely_else = long and (given == SURE or (given == ALSO and name not in given_names()))
    if rarely_else and first and AFTER_FIRST.match(text, end):
        return True
    if standing == SURE and long:
        return person or as_name or (pause and (not kana or PARTICLE.match(text, end) is not None))
    if not pause or (as_name and AS_ONE.match(text, end)):
        return pause
    if kin or (given == ALSO and len(name) >= _SHORTEST):
        person = person or PERSON_TOO.match(text, end) is not None
    whole = word is not None and word.end == end and first
    return person and (as_name or kin or long or not kana or whole)


def is_spoken_of(text: str, end: int) -> bool:
    """Whether what follows there is said of somebody, and hardly of anything else."""
    return PERSON.match(text, end) is not None or SPOKEN_OF.match(text, end) is not None


def standing_at(reading: NameReading, start: int, end: int) -> int:
    """The standing of those letters as any name; a word in kanji that is no other, with a name in it, is one too."""
    name = reading.text[start:end]
    given = given_standing(name)
    standing = min(given, family_standing(name)) if end - start > 1 else given
    if standing == MOSTLY and len(name) >= _SHORTEST and is_hiragana(name[0]) and name not in everyday_words():
        return ALSO
    first = FIRST.search(reading.text[max(start - 2, 0) : start]) is not None
    made = standing == NO_NAME and (
        is_made_of_names(reading, start, end, alone=first) or _is_foreign(reading, start, end)
    )
    return ALSO if made else standing


def _is_foreign(reading: NameReading, start: int, end: int) -> bool:
    """Whether it is a whole word in katakana that the dictionary lacks, or has as a name of people."""
    word = reading.starting(start)
    if word is None or word.end != end or end - start < _SHORTEST or word.surface in no_names():
        return False
    return (word.unknown or word.is_name) and KATAKANA.fullmatch(word.surface) is not None


def is_made_of_names(reading: NameReading, start: int, end: int, *, alone: bool = False) -> bool:
    """Whether two or three letters in kanji are no word of the dictionary, and one word within them is a name.

    `alone`: it stands first, or behind 娘の; there, two letters that are no word are a name with nothing else.
    """
    name = reading.text[start:end]
    if (
        not _MADE.fullmatch(name)
        or name[0].isnumeric()
        or is_known(name)
        or name in everyday_words()
        or name in no_names()
    ):
        return False
    words = reading.words_in(start, end)
    if alone and end - start == _PAIR and not any(word.part[0] in _AFFIXES for word in words):
        return script(reading.text[end : end + 1]) != "kanji"
    return any(word.is_name and word.part[3] == "名" and word.surface not in everyday_words() for word in words)


def is_cut(reading: NameReading, start: int, end: int) -> bool:
    """Whether a part of another word is in it: 転勤|に|なって, 今|出て."""
    words, behind = reading.words_in(start, end), reading.starting(end)
    if len(words) > 1 and words[-1].part[0] == "動詞" and behind is not None and behind.surface in ("て", "た", "ます"):
        return True
    first, before = reading.starting(start), reading.ending(start)
    if first is None or before is None or first.part[0] != "助詞" or before.part[0] not in ("名詞", "接尾辞"):
        return False
    return reading.ending(end) is None


def is_thing(reading: NameReading, start: int, end: int) -> bool:
    """Whether a word that could be a name is a plant, a place, a number there: 早苗を植える, 千葉に越す, 二階の窓."""
    if COUNT.fullmatch(reading.text, start, end):
        return TITLE.match(reading.text, end) is None
    if HARASSMENT.fullmatch(reading.text, start, end):
        return True
    sign = any(signs.match(reading.text, end) for signs in (GROWING, DIRECTION, WEATHER))
    return sign and "" in kinds_of_name(reading.text[start:end])


def before_joint(reading: NameReading, end: int) -> int | None:
    """The start of a name that ends there, before what joins it to another."""
    for start in range(max(end - _LONGEST, 0), end - 1):
        name = reading.text[start:end]
        one_kind = len({script(letter) for letter in name}) == 1
        if one_kind and begins(reading, start) and standing_at(reading, start, end) <= ALSO:
            return start if name not in everyday_words() else None
    return None


def _behind_adverb(reading: NameReading, start: int) -> bool:
    before = reading.ending(start)
    return before is not None and (before.part[0] in ("副詞", "連体詞") or _is_time(before))
