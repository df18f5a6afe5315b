"""Addresses from the municipality on, generalised to the prefecture where it can be told. A bare prefecture stays."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from web.redaction.lists import municipalities, prefectures
from web.redaction.view import MASK, PREFECTURES, Span, View, Word

_KANJI = "一-龯々〆ヶケ"
_TOWN = rf"[{_KANJI}ノァ-ヴー]"
_SUFFIX = "市区町村郡"
_MUNICIPALITY = re.compile(
    rf" ?(?P<name>[{_KANJI}ノぁ-んァ-ヴー]{{1,7}}?)(?P<suffix>[{_SUFFIX}])(?![民役立長内営議場{_SUFFIX}])"
)
_PREFECTURE = re.compile("|".join(PREFECTURES))
_HOUSES = "荘|寮|棟|館|ビル|ハイツ|コーポ|ハイム|マンション|アパート"
_DETAIL = re.compile(
    rf" ?{_TOWN}{{0,8}}?(?:[\d十百]{{1,4}}(?:丁目|番地|番|条|線)|\d{{1,4}}-\d)[\d十丁目番地号条東西南北-]{{0,24}}"
    rf"(?: ?[{_KANJI}ァ-ヴーA-Za-z・]{{1,14}} ?\d{{1,4}} ?(?:号室|号|室)|\d{{1,4}}号室|"
    rf" [ァ-ヴー][{_KANJI}ァ-ヴーA-Za-z・]{{1,13}} ?\d{{1,4}}(?!\d)|"
    rf" ?[{_KANJI}ぁ-んァ-ヴーA-Za-z・]{{1,12}}?(?:{_HOUSES}) ?\d{{1,4}}(?!\d))?"
)
"""Behind a municipality: the rest of an address with at least a block's number, in uniform digits."""
_STREET = re.compile(rf"{_TOWN}{{1,8}}\d{{1,3}}丁目[\d番地号-]{{0,12}}|{_TOWN}{{2,8}}\d{{1,4}}番地[\d号-]{{0,8}}")
_QUARTER = re.compile(rf"{_TOWN}{{1,6}}町(?![{_KANJI}])")
_LIVES = re.compile(
    r"(?:市内|駅|在住|出身|生まれ|育ち|に(?:住|すん|ある|いる|引っ?越|ひっこ)|で(?:暮ら|くら)|の(?:実家|アパート|団地|マンション))"
)
_TITLED = re.compile(
    r" ?(?:さん|くん|君|ちゃん|様|氏|先生|部長|課長|係長|店長|社長|主任|先輩|と申し|ともうし|といいます|と言います)"
)
_REGIONS = re.compile(
    "東北|関東|関西|近畿|中部|北陸|東海|中国|四国|九州|山陰|山陽|信越|甲信越|首都圏|道東|道北|道央|道南|江戸|室町|満洲|武漢|日本|台湾"
)
"""Larger than a prefecture, far away or long ago."""
_LOOSE = re.compile("^[にでをはがもとや]|の")
"""Other words between a prefecture and 町 or 村: 長野県の山奥の村."""
_NO_MUNICIPALITY = re.compile(
    r"(?:都|朝|夜|青果|蚤の|株|同|当|全|各|他|隣の|別の|うちの|小さな|大きな|田舎|地|学|管|選挙|港|城下|下|裏|横)$"
)


def places(view: View) -> list[Span]:
    """Every address, or part of one, that is narrower than a prefecture; without overlap."""
    spans: list[Span] = []
    behind = 0
    starts = [word.start for word in view.words]
    streets = [match.span() for match in _STREET.finditer(view.digits)]
    for start in sorted({word.start for word in view.words if _may_begin(word)}):
        if start < behind:
            continue
        words = view.words[bisect_left(starts, start) :][:8]
        if span := _address(view, start, words):
            spans.append(span)
            behind = span.end
    for start, end in streets:
        if MASK not in view.letters[start:end] and not any(s.start < end and start < s.end for s in spans):
            spans.append(Span(start, end, "住所"))
    return spans


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(name[0] for name in (*municipalities(), *prefectures()))


def _may_begin(word: Word) -> bool:
    return word.surface[0] in _first_letters() or word.is_place


def _address(view: View, start: int, words: list[Word]) -> Span | None:
    text = view.letters
    prefecture = _PREFECTURE.match(text, start)
    label = prefecture[0] if prefecture else ""
    if not label and words[0].is_place and words[0].surface in prefectures():
        label = prefectures()[words[0].surface]
    at = prefecture.end() if prefecture else start
    end, told = _municipality(view, at, words, bool(prefecture))
    if end == at:
        return None
    label = label if prefecture else told
    while more := _chain(text, end):
        end = more
    if detail := _DETAIL.match(view.digits, end):
        end = detail.end()
    elif quarter := _QUARTER.match(text, end):
        end = quarter.end()
    elif quarter_word := _place_at(words, end):
        end = quarter_word.end
    if _TITLED.match(text, end):
        return None
    return Span(start, end, "住所", f"住所 {label}" if label else "")


def _place_at(words: list[Word], at: int) -> Word | None:
    """A place by the dictionary, in kanji, that begins there: what is left of an address without a number."""
    found = next((word for word in words if word.start == at and word.is_place), None)
    return found if found and re.fullmatch(f"[{_KANJI}]{{2,5}}", found.surface) else None


def _chain(text: str, at: int) -> int:
    """The end of one more municipality or ward that follows at once: 横浜市 + 西区; 0 if there is none."""
    match = _MUNICIPALITY.match(text, at)
    return match.end() if match and re.fullmatch(rf"[{_KANJI}ノァ-ヴー]{{1,4}}", match["name"]) else 0


def _municipality(view: View, at: int, words: list[Word], behind_prefecture: bool) -> tuple[int, str]:
    """Where a municipality that begins there ends (`at`: there is none), and its prefecture if known."""
    text, known = view.letters, municipalities()
    match = _MUNICIPALITY.match(text, at)
    if match:
        name = match["name"]
        if (
            (name in known and (known[name][1] or match["suffix"] in ("市", "区")))
            or (behind_prefecture and not _LOOSE.search(name))
            or (name in prefectures() and match["suffix"] == "市")
        ):
            told = known[name][0] if name in known else prefectures().get(name, "")
            return match.end(), told
        is_place = (
            words[0].is_place and not words[0].surface[0].isnumeric() and not _REGIONS.fullmatch(words[0].surface)
        )
        if is_place and words[0].end == match.start("suffix") and not _NO_MUNICIPALITY.search(name):
            return match.end(), ""
    first = words[0]
    if first.start != at or not (first.is_place or first.is_name):
        return at, ""
    told, alone = known.get(first.surface, ("", False))
    if first.surface in known and alone and (len(first.surface) > 1):
        return first.end, told
    if first.is_place and len(first.surface) > 1 and not first.surface[0].isnumeric() and _LIVES.match(text, first.end):
        narrow = not _REGIONS.fullmatch(first.surface) and first.surface not in prefectures()
        return (first.end, told) if narrow and re.search(f"[{_KANJI}]", first.surface) else (at, "")
    return at, ""
