"""Names that a sentence itself calls one: 〜という名字, 〜と書いて〜と読む, 〜と〜、この二人, やらせたのは〜です."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from web.redaction.lists import everyday_words, kana_surnames, no_names, surnames
from web.redaction.name_lexicon import ALSO, NO_NAME, SURE, family_standing, given_standing, is_known
from web.redaction.name_reading import NameReading, is_hiragana
from web.redaction.name_signs import KATAKANA
from web.redaction.name_slots import begins, is_spoken_of
from web.redaction.romaji import kana
from web.redaction.slot_signs import PEOPLE

_SHORT = 2
_ANY = "[一-龯々ヶ]{1,5}|[ァ-ヴー]{2,8}|[ぁ-んー]{2,8}"
_KANA = "[ぁ-んー]{2,8}?|[ァ-ヴー]{2,8}"

_WRITTEN = re.compile(
    rf"(?<![一-龯々])(?P<name>[一-龯々]{{1,5}})[」』]?と書いて、?[「『]?(?!マジ|まじ)(?P<read>{_KANA})[」』]?"
    r"(?=と(?:読|よ[むみん]|呼|い[うい]|言|申)|です)"
)
"""月と書いて「るな」と読む."""
_READ = re.compile(rf"読み(?:方|かた)?は[「『]?(?P<name>{_KANA})(?=[」』]|です|だ|と|、|。|$)")
_SURNAME = re.compile(
    rf"(?<![一-龯々ァ-ヴー])(?P<name>{_ANY})[」』]?(?:という|っていう|との|なる|って)(?:珍しい|めずらしい)?(?:名字|苗字|姓(?![一-龯])|みょうじ)"
)
_NO_SURNAME = frozenset({"どう", "こう", "そう", "ああ", "なん", "何", "同じ", "おなじ"})
_KEPT = re.compile(
    "(?<![一-龯々])(?P<name>(?![旧同改別夫妻父母元新実養他異])[一-龯々ヶ]{1,4})姓(?=[のをにでがはとへも、]|から)"
)
"""田所姓のまま."""
_CALL_ME = re.compile(rf"(?P<name>{_KANA})(?:と|って)(?:呼べ|よべ|呼んで(?:と|くれ|ほし|欲し)|よんで(?:と|くれ|ほし))")
_CALLED = re.compile(rf"(?P<name>{_KANA})(?:と|って)(?:呼ばれ|よばれ|名乗|なのっ)")
_DATE = re.compile(
    "(?<![一-龯々])(?P<name>[一二三四五六七八九十]{1,2}月[一二三四五六七八九十朔]{1,2}日?)(?:という|と言う|っていう|って)(?:[一-龯]{1,3}の?)?"
    "(?:人|男|女|子|者|弁護士|先生|上司|同僚|先輩|後輩|部長|課長|店長|社長|医師|職員|担当|友)"
)
"""A date that is said to be somebody is a family name: 八月一日という弁護士."""
_TWO = re.compile(
    r"(?:^|(?<=[。、!?\n 「]))(?P<name>[一-龯々]{1,4}|[ぁ-んー]{2,5}|[ァ-ヴー]{2,7})(?:と|や)"
    r"(?P<read>[一-龯々]{1,4}|[ぁ-んー]{2,5}|[ァ-ヴー]{2,7})、(?:この|その|あの)?(?:二人|ふたり|2人|両人|両名|コンビ)"
)
"""宮城と福島、この二人."""
_COMPANY = re.compile(
    r"(?P<name>[一-龯々]{2,3}|[ぁ-んー]{2,8}|[ァ-ヴー]{3,8})と(?:[二三四五六七八九2-9]人|ふたり)(?:で|暮らし|きり)"
)
"""ラジェシュと四人で."""
_WHO = re.compile(
    r"(?:[らさわかたなばま]せ(?:たの|るの|てるの|ているの)|(?:殴った|なぐった|蹴った|いじめた|怒鳴った|盗んだ|脅した|騙した|裏切った|"
    r"かわいそうな|可哀想な|気の毒な|許せない|ゆるせない)の|犯人)は(?P<name>[一-龯々]{1,3}|[ぁ-んー]{2,5}?|[ァ-ヴー]{2,7}?)"
    r"(?=です|だ(?:[よっと。、]|$)|でし|なん|じゃ|[。、]|$)"
)
"""やらせたのは森です: what only somebody does or is, turned round."""
_CAPITALS = re.compile(r"(?<![A-Za-z0-9.@/_-])[A-Z]{4,12}(?![A-Za-z0-9@/_-])")
_INTRODUCED = re.compile("(?:って|と)(?:名乗|い[うい]|言|申|呼)|です(?:。|、|$)|という(?:人|子|男|女|名)")


def stated(reading: NameReading) -> Iterator[tuple[int, int]]:
    """Every name whose sentence says that it is somebody's name, or that it is somebody."""
    yield from _read_aloud(reading)
    for signs, written, allows in _STATED:
        for match in written.finditer(reading.text) if any(sign in reading.text for sign in signs) else ():
            places = [_name_in(reading, *match.span(group), allows) for group in written.groupindex]
            if all(places):
                yield from (place for place in places if place)
    for match in _CAPITALS.finditer(reading.text):
        said = _INTRODUCED.match(reading.text, match.end()) or is_spoken_of(reading.text, match.end())
        if said and any(given_standing(read) == SURE for read in kana(match[0])):
            yield match.span()


def _name_in(reading: NameReading, start: int, end: int, allows: Callable[[str], bool]) -> tuple[int, int] | None:
    """The longest name that ends there and begins with a word: what stands before it may be in hiragana too."""
    for at in range(start, end - 1 if is_hiragana(reading.text[start]) else start + 1):
        if begins(reading, at) and allows(reading.text[at:end]):
            return at, end
    return None


def _read_aloud(reading: NameReading) -> Iterator[tuple[int, int]]:
    """A word in kanji and how it is read: 宝物と書いておうじと読む. Before です, not the rest of 書いています."""
    for match in _WRITTEN.finditer(reading.text) if "と書いて" in reading.text else ():
        first = reading.starting(match.start("read"))
        rest = first is None or first.part[0] in ("助詞", "助動詞", "動詞")
        if not (rest and reading.text.startswith("です", match.end())):
            yield match.span("name")
            yield match.span("read")


def _standing(name: str) -> int:
    return min(given_standing(name), family_standing(name), NO_NAME if kana_surnames().get(name) is None else ALSO)


def _is_any(name: str) -> bool:
    return name not in _NO_SURNAME


def _is_family(name: str) -> bool:
    return name in surnames() or family_standing(name) < NO_NAME


def _is_name(name: str) -> bool:
    """A name, even if it is nearly always another word."""
    return _standing(name) < NO_NAME and name not in no_names() and not PEOPLE.fullmatch(name)


def _is_rarely_else(name: str) -> bool:
    return _is_name(name) and name not in everyday_words()


def _is_likely(name: str) -> bool:
    """A family name, or a given name that is rarely anything else."""
    listed = name in surnames() or (_standing(name) <= ALSO and (len(name) > 1 or not is_hiragana(name[0])))
    return listed and _is_rarely_else(name)


def _is_company(name: str) -> bool:
    """The same, or a word in katakana that no dictionary has."""
    return _is_likely(name) or (_is_foreign(name) and name not in no_names())


def _is_foreign(name: str) -> bool:
    return len(name) > _SHORT and KATAKANA.fullmatch(name) is not None and not is_known(name)


_STATED: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[str], bool]], ...] = (
    (("読み",), _READ, _is_name),
    (("名字", "苗字", "姓", "みょうじ"), _SURNAME, _is_any),
    (("姓",), _KEPT, _is_family),
    (("呼", "よべ", "よんで"), _CALL_ME, _is_name),
    (("呼ばれ", "よばれ", "名乗", "なのっ"), _CALLED, _is_rarely_else),
    (("月",), _DATE, _is_any),
    (("二人", "ふたり", "2人", "両人", "両名", "コンビ"), _TWO, _is_name),
    (("人で", "人暮", "人き", "ふたり"), _COMPANY, _is_company),
    (("のは", "犯人"), _WHO, _is_likely),
)
"""Letters without which it is not said, the way it is said, and which words are a name there."""
