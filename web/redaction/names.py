"""Names of people: by the dictionary, by a title behind them, by who they are to the writer, by naming oneself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from web.redaction.lists import everyday_words, no_names, prefectures
from web.redaction.name_forms import by_form
from web.redaction.name_lexicon import ALSO, MOSTLY, NO_NAME, SURE, family_standing, given_standing
from web.redaction.name_reading import NameReading, is_hiragana, script
from web.redaction.name_signs import (
    ADDRESSED,
    AGE,
    AND,
    BY_NAME,
    CALLED,
    CHILDS,
    HOUSE,
    HUMBLY,
    IS,
    JOINED,
    KATAKANA,
    LABEL,
    LATIN,
    MATE,
    NICKNAME,
    NOT_TITLED,
    PARENTING,
    POLITE,
    ROMAN,
    SENTENCE_START,
    TITLE,
)
from web.redaction.name_slots import (
    before_joint,
    in_latin_slots,
    in_slots,
    is_cut,
    is_made_of_names,
    is_thing,
    politely,
)
from web.redaction.name_statements import stated
from web.redaction.name_subjects import beside, first_in_part, with_family, with_role
from web.redaction.romaji import kana
from web.redaction.view import Span, View, Word

_SHORT = 3
"""Shorter names in hiragana are often also a word of every day."""
Place = tuple[int, int]
"""The first letter of a name and the one behind its last."""


def names(view: View) -> list[Span]:
    """Every name of a person, family and given name together; without overlap, titles left standing."""
    reading = NameReading(view)
    found = {place for rule in _RULES for place in rule(reading)}
    found |= set(_coupled(reading, found))
    found = {place for place in found if not (is_cut(reading, *place) or is_thing(reading, *place))}
    merged: list[Place] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1] + (reading.text[merged[-1][1] : start] in (" ", "・")):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    whole: list[Span] = []
    for start, end in merged:
        first, last = _whole(reading, with_family(reading, start, end), _with_given(reading, end))
        if not whole or first >= whole[-1].end:
            whole.append(Span(first, last, "名前"))
    return whole


def _by_themselves(reading: NameReading) -> Iterator[Place]:
    """Names by the dictionary or the list, in kanji, or foreign, that need no other sign."""
    behind = -1
    for index, word in enumerate(reading.words):
        known = reading.is_family(index, behind_name=word.start == behind) or reading.is_given(index)
        if known or reading.is_foreign(word):
            behind = word.end
            yield word.start, word.end


def _titled(reading: NameReading) -> Iterator[Place]:
    """What stands before a title, if it is a name by itself or by the list."""
    for title in TITLE.finditer(reading.text):
        end = title.start()
        if reading.text[max(end - 3, 0) : title.end()].endswith(NOT_TITLED):
            continue
        suffix = reading.starting(end)
        free = suffix is not None and suffix.part[0] in ("接尾辞", "空白")
        inside = suffix is None and not title[0].startswith(" ")
        sure = SURE if inside else ALSO
        start = reading.given_before(end, strictness=MOSTLY if free and POLITE.fullmatch(title[0]) else sure)
        word = reading.ending(end)
        if start is not None and (title[0].strip() not in HOUSE or end - start > 1):
            if reading.text[start:end] not in no_names():
                yield start, end
        elif (
            word
            and (reading.can_be_name(word) or _is_family(word) or _is_place_and_name(word))
            and reading.stands_free(word)
        ):
            yield reading.run_of_names(word), end
        elif (start := reading.nickname_before(title)) is not None:
            yield start, end


def _is_family(word: Word) -> bool:
    return len(word.surface) > 1 and family_standing(word.surface) < MOSTLY


def _is_place_and_name(word: Word) -> bool:
    """Any place of two or three kanji but the largest: with a title behind it, it is a family name."""
    return word.is_place and word.surface != "東京" and re.fullmatch("[一-龯々ヶ]{2,3}", word.surface) is not None


def _of_somebody(reading: NameReading) -> Iterator[Place]:
    """夫の太郎, 娘のひなた, 長男 翔太 5歳, 店長の佐藤."""
    for whose in reading.whose:
        start = whose.end()
        nickname = NICKNAME.match(reading.text, start) if whose["joint"] == "の" else None
        if end := _given_of(reading, whose) or _family_of(reading, whose) or (nickname.end() if nickname else 0):
            yield start, end


def _given_of(reading: NameReading, whose: re.Match[str]) -> int:
    """The end of a given name behind it. Behind は, and in hiragana of parents, no word of every day."""
    start, joint = whose.end(), whose["joint"]
    letters = script(reading.text[start : start + 1])
    if not joint:
        end = reading.given_at(start, strictness=SURE if letters == "kanji" else ALSO)
        return end if letters == "kanji" or end - start >= _SHORT else 0
    long = reading.given_at(start, strictness=ALSO) - start >= _SHORT
    likely = letters != "hiragana" or long or CHILDS.match(whose[0]) is not None
    sure = likely if joint == "の" else joint != "は"
    if end := reading.given_at(start, strictness=int(sure)):
        return end
    end = reading.given_at(start, strictness=2)
    return end if end and AGE.match(reading.text, end) else 0


def _family_of(reading: NameReading, whose: re.Match[str]) -> int:
    """The end of a family name, or of a foreign name, behind it."""
    start, joint = whose.end(), whose["joint"]
    if not joint:
        return 0
    strictness = ALSO if whose["role"] and joint == "の" else SURE
    if end := reading.family_at(start, strictness=strictness):
        return end
    for end in (start + 3, start + 2):
        within = end <= len(reading.text) and reading.bounded(end)
        if within and is_made_of_names(reading, start, end, alone=joint == "の" and not whose["role"]):
            return end
    word = reading.starting(start)
    if not word or not reading.can_be_name(word) or not reading.bounded(word.end):
        return 0
    given, family = given_standing(word.surface), family_standing(word.surface)
    if given in (ALSO, MOSTLY) or (family in (ALSO, MOSTLY) and not (whose["role"] and joint == "の")):
        return 0
    listed = SURE in (given, family) or (family < NO_NAME and joint == "の")
    sure = listed or not (is_hiragana(word.surface[0]) or (joint == " " and not word.is_name))
    return word.end if sure else 0


def _said(reading: NameReading) -> Iterator[Place]:
    """〜と申します, 〜といいます, 〜って人, 私は〜です, 名前は〜."""
    for verb in HUMBLY.finditer(reading.text):
        start = reading.nouns_before(verb.start())
        if not all(c.isnumeric() or c in "万円" for c in reading.text[start : verb.start()]):
            yield start, verb.start()
    for verb in CALLED.finditer(reading.text):
        begin = reading.name_before(verb.start(), strictness=1)
        if begin is not None and (_plain(reading.text[begin : verb.start()]) or reading.begins(begin)):
            yield begin, verb.start()
    for verb in IS.finditer(reading.text):
        begin = reading.name_before(verb.start(), strictness=2)
        if begin is None:
            continue
        if verb[0] == "、" and reading.text[begin : verb.start()] in prefectures():
            continue
        first = verb[0] == "です" and (not begin or reading.text[begin - 1] in "。!?\n")
        if reading.introduced(begin) or (first and _plain(reading.text[begin : verb.start()])):
            yield begin, verb.start()


def _named(reading: NameReading) -> Iterator[Place]:
    """まりんという名前で, 本名は〜, 「あかり、〜」, はるとが〜 at the beginning."""
    for match in BY_NAME.finditer(reading.text):
        yield match.span()
    for label in LABEL.finditer(reading.text):
        end = label.end()
        while (word := reading.starting(end)) and (reading.can_be_name(word) or _is_place_and_name(word)):
            end = word.end + (reading.text[word.end : word.end + 1] == " ")
        if end > label.end():
            yield label.end(), end - (reading.text[end - 1] == " ")
    for quote in ADDRESSED.finditer(reading.text):
        end = reading.given_at(quote.end(), strictness=1)
        if end and reading.text[end : end + 1] in tuple("、!?」』"):
            yield quote.end(), end
    for beginning in SENTENCE_START.finditer(reading.text):
        end = reading.given_at(beginning.end(), strictness=0)
        if end and reading.text[end : end + 1] in tuple("はがにを"):
            yield beginning.end(), end
        yield from _children(reading, beginning.end())


def _children(reading: NameReading, start: int) -> Iterator[Place]:
    """蓮と凛を育てています: names side by side of which somebody is the parent."""
    found: list[Place] = []
    while end := reading.given_at(start, strictness=1) or _name_word(reading, start):
        found.append((start, end))
        joint = AND.match(reading.text, end)
        if joint is None:
            break
        start = joint.end()
    if len(found) > 1 and PARENTING.match(reading.text, found[-1][1]):
        yield from found


def _name_word(reading: NameReading, start: int) -> int:
    """The end of a word in kanji that the dictionary knows as a name; 0 if there is none."""
    word = reading.starting(start)
    return word.end if word and word.is_name and script(word.surface[0]) == "kanji" else 0


def _plain(name: str) -> bool:
    """No given name that is also a word of every day."""
    return given_standing(name) in (SURE, NO_NAME)


def _in_latin(reading: NameReading) -> Iterator[Place]:
    """Yamadaさん, Kimと申します; Hiroshi, if it can be read as a given name."""
    for match in LATIN.finditer(reading.text):
        yield match.span()
    for match in ROMAN.finditer(reading.text):
        if any(given_standing(read) < MOSTLY for part in match[0].split() for read in kana(part)):
            yield match.span()


_RULES = (
    _by_themselves,
    _titled,
    politely,
    _of_somebody,
    _said,
    _named,
    in_slots,
    in_latin_slots,
    _in_latin,
    first_in_part,
    with_role,
    stated,
    by_form,
)


def _coupled(reading: NameReading, found: Iterable[Place]) -> Iterator[Place]:
    """Names joined to a name: 海斗と空."""
    for _, end in found:
        joint = AND.match(reading.text, end)
        given = reading.given_at(joint.end(), strictness=ALSO) if joint else 0
        family = reading.family_at(joint.end(), strictness=ALSO) if joint else 0
        if joint and family - joint.end() > 1 and reading.text[joint.end() : family] not in everyday_words():
            yield joint.end(), family
        if joint and given and (given - joint.end() > 1 or not is_hiragana(reading.text[joint.end()])):
            yield joint.end(), given
        if joint and (other := beside(reading, end)):
            yield joint.end(), other
    for start, _ in found:
        joint = JOINED.search(reading.text, max(start - 4, 0), start)
        before = before_joint(reading, joint.start()) if joint else None
        if joint and before is not None:
            yield before, joint.start()


def _with_given(reading: NameReading, end: int) -> int:
    """Behind a family name, its given name too, with at most a space between."""
    gap = reading.text[end : end + 1] == " "
    known = reading.given_at(end + gap, strictness=2 if gap else 1)
    mate = None if known else MATE.match(reading.text, end)
    return mate.end() if mate else known or end


def _whole(reading: NameReading, start: int, end: int) -> Place:
    """A name in katakana with all its parts: サントス・マリア."""
    if not KATAKANA.fullmatch(reading.text, start, end):
        return start, end
    before = re.search(r"[ァ-ヴー・]{1,30}・$", reading.text[max(start - 31, 0) : start])
    behind = re.match(r"・[ァ-ヴー・]{1,30}", reading.text[end : end + 31])
    return start - len(before[0] if before else ""), end + len(behind[0] if behind else "")
