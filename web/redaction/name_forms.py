"""Names by how they are built: みよ子, ゆーすけ, すゑ, 松っちゃん, やっさん, りくママ, 山の内さん."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlu.text import hiragana
from nlu.tokenizer import parts_of_speech
from web.redaction.lists import everyday_words, no_names
from web.redaction.name_lexicon import ALSO, MOSTLY, NO_NAME, SURE, family_standing, given_standing, kinds_of_name
from web.redaction.name_reading import NameReading, is_hiragana, script
from web.redaction.name_signs import TITLE
from web.redaction.name_slots import begins, is_spoken_of

_KANJI_END = {"子": "こ", "江": "え", "枝": "え", "代": "よ", "美": "み", "乃": "の", "恵": "え"}
_MIXED = re.compile(rf"(?P<kana>[ぁ-んァ-ヴ]{{1,3}})(?P<end>[{''.join(_KANJI_END)}])(?![一-龯々])")
_LONG = re.compile("[ぁ-ん]ー[ぁ-ん]{1,3}|[ぁ-ん]{2}ー[ぁ-ん]{0,2}|[ァ-ヴ]ー[ァ-ヴ]{1,3}|[ァ-ヴ]{2}ー[ァ-ヴ]{0,2}")
_OLD = re.compile("[ぁ-んァ-ヴ]{0,2}[ゑゐヱヰ](?:[ぁ-ん](?![ぁ-ん]))?")
_TO_KATAKANA = ord("ア") - ord("あ")
_MODERN = str.maketrans("ゑゐヱヰ", "えいエイ")
_SHORTENED = re.compile(
    "(?<![一-龯々])(?![父母爺婆坊嬢兄姉赤祖叔伯])[一-龯]っ(?=ちゃん|つぁん|つあん|くん)|(?<![一-龯々])(?![父母爺婆坊嬢兄姉])[一-龯]っさん(?=[がはのにをともへ、])"
)
"""松っちゃん, 松っさん."""
_MATE = re.compile("(?<![ぁ-んァ-ヴー])(?![おじばとあけたせはひいさがか]っ)[ぁ-んァ-ヴ]っさん(?=[がはのにをともへ、])")
"""やっさん; not おっさん and words such as けっさん."""
_PARENT = re.compile("(?P<name>[ぁ-んー]{2,4}|(?!シン|ワー|プレ)[ァ-ヴー]{2,4})(?:ママ|パパ)(?=[がはもにとをの、])")
"""りくママ: what parents call each other."""
_SOUND = re.compile(
    "(?<=[がはもにとの])(?!ねぇ|なぁ|まぁ|さぁ|あぁ|はぁ|うぅ|えぇ|よぅ|ねー|なー|まー|あー|えー|うー|[ばじにね][ぁぃぇー])"
    "(?:[ぁ-ん]{1,2}[ぁぃぅぇぉー]|[ァ-ヴ]{1,2}[ァィゥェォー])(?=の(?:彼氏|彼女|元カレ|元カノ|旦那|夫|妻|ママ|パパ|親|せい|家族|友達))"
)
"""しぃの彼氏."""
_SMALL = re.compile("[ぁぃぅぇぉーァィゥェォ]の")
_JOINT = re.compile("[のノヶケガ之][内上下口本元]")
_JOINED = re.compile("(?<![一-龯々])[一-龯]{1,2}[のノヶケガ之][内上下口本元]")
_SIGN = re.compile(rf"ママ|パパ|[ゑゐヱヰ]|[ぁ-んァ-ヴ]ー|[ぁ-んァ-ヴ][{''.join(_KANJI_END)}]")
_VOWELS = dict.fromkeys("おこごそぞとどのほぼぽもよょろ", "うお") | dict.fromkeys(
    "うくぐすずつづぬふぶぷむゆゅる", "う"
)


def by_form(reading: NameReading) -> Iterator[tuple[int, int]]:
    """Every name that is built as only names are, where no longer word is cut."""
    text = reading.text
    if "っ" in text:
        for match in (*_SHORTENED.finditer(text), *_MATE.finditer(text)):
            yield match.span()
    for match in _SOUND.finditer(text) if _SMALL.search(text) else ():
        yield match.span()
    for match in _JOINED.finditer(text) if _JOINT.search(text) else ():
        together = match[0][:-2] + match[0][-1]
        if family_standing(together) == SURE and TITLE.match(text, match.end()):
            yield match.span()
    if _SIGN.search(text):
        for word in reading.words:
            in_kana = script(word.surface[0]) in ("hiragana", "katakana")
            if in_kana and begins(reading, word.start) and (end := _kana_name(reading, word.start)):
                yield word.start, end


def _kana_name(reading: NameReading, start: int) -> int:
    """The end of a name by its form that begins with kana there; 0 if there is none."""
    text = reading.text
    if (mixed := _MIXED.match(text, start)) and _is_mixed_name(reading, mixed):
        return mixed.end()
    if long := _LONG.match(text, start):
        for end in range(long.end(), start + 2, -1):
            if reading.may_end(end, kana=True) and _is_long_name(text, start, end):
                return end
    if (old := _OLD.match(text, start)) and given_standing(old[0].translate(_MODERN)) <= MOSTLY:
        return old.end()
    parent = _PARENT.match(text, start)
    return parent.end("name") if parent and _is_child(reading, parent) else 0


def _is_child(reading: NameReading, parent: re.Match[str]) -> bool:
    """Whether what stands before ママ is a name, and no word of time: あさママがこない."""
    name, word = parent["name"], reading.ending(parent.end("name"))
    if word is not None and (word.part[0] == "副詞" or word.part[2] == "副詞可能"):
        return False
    return given_standing(name) <= ALSO and name not in everyday_words() and name not in no_names()


def _is_mixed_name(reading: NameReading, match: re.Match[str]) -> bool:
    """Whether the dictionary has it as a name, or it is read as one; not その子, また子, きれいな子, 産んだ子."""
    word = reading.starting(match.start())
    if any(part[0] in ("副詞", "接続詞", "連体詞") for part in parts_of_speech(match["kana"])):
        return False
    if word is not None and word.end == match.end():
        return word.is_name and word.part[3] == "名"
    before = reading.ending(match.end("kana"))
    if before is None or before.part[0] not in ("名詞", "感動詞", "記号") or before.part[2] == "副詞可能":
        return False
    return given_standing(match["kana"] + _KANJI_END[match["end"]]) == SURE


def _is_long_name(text: str, start: int, end: int) -> bool:
    """Whether the word, with its long vowel spelled as names are, is one: ゆーすけ is ゆうすけ. Not けーき, ケーキ."""
    name = text[start:end]
    if "ー" not in name or name in no_names() or name in everyday_words():
        return False
    if script(text[end : end + 1]) == script(name[0]) == "katakana" or script(text[start - 1 : start]) == "katakana":
        return False
    if "" in kinds_of_name(name) or "" in kinds_of_name(_katakana(name)):
        return False
    at = name.index("ー")
    read = hiragana(name)
    standing = min(
        (given_standing(read[:at] + vowel + read[at + 1 :]) for vowel in _VOWELS.get(read[at - 1], "")), default=NO_NAME
    )
    return standing == SURE or (standing == ALSO and is_spoken_of(text, end))


def _katakana(word: str) -> str:
    return "".join(chr(ord(letter) + _TO_KATAKANA) if is_hiragana(letter) else letter for letter in word)
