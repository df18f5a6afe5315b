"""Proper names of schools and workplaces. A kind of school or firm without a name (県立高校, 運送会社) stays."""

from __future__ import annotations

import re

from web.redaction.lists import given_names
from web.redaction.view import MASK, Span, View, Word

_SCHOOLS = (
    "小学校|中学校|高等学校|高校|中学|大学院|短期大学|短大|大学|女子大|専門学校|高専|保育園|保育所|幼稚園|こども園|支援学校|"
    "養護学校|日本語学校|学園|学院|学童"
)
_FIRMS = (
    "運輸|建設|商事|工業|工務店|製作所|運送|物流|製薬|電機|電気|不動産|商店|商会|食品|印刷|興業|産業|製鉄|製麺|製パン|石油|塗装|板金|急便|鉄工|化学|"
    "証券|信用金庫|信金|警備|交通|観光|水産|製菓|酒造|出版|新聞社|生命|海運|組(?!合|織|み)|ホールディングス|フーズ|システムズ"
)
_LEGAL = (
    "株式会社|有限会社|合同会社|合資会社|医療法人|社会福祉法人|学校法人|宗教法人|NPO法人|一般社団法人|一般財団法人|"
    r"\(株\)|\(有\)|\(同\)"
)
_NAMED = re.compile(rf"(?:{_SCHOOLS}|{_FIRMS})")
_SCHOOL = re.compile(rf"(?:{_SCHOOLS})$")
_LETTERS = "一-龯々ヶァ-ヴーA-Za-z0-9&・"
_IN_KANA = rf"(?![のでにをはがとへもやっ])[ぁ-ん]{{2,6}}?(?=[のでにをはがと、。 {_LETTERS}])"
_BEHIND_LEGAL = re.compile(
    rf"(?:{_LEGAL}) ?"
    rf"(?:[ぁ-ん]{{2,8}}[{_LETTERS}]{{0,6}}?(?:{_FIRMS})|[{_LETTERS}]{{1,20}}|{_IN_KANA}[{_LETTERS}]{{0,12}})"
)
_BEFORE_LEGAL = re.compile(
    rf"(?:(?<![ぁ-ん{_LETTERS}])[ぁ-ん]{{2,8}}|(?<=[のはがでに])[ぁ-ん]{{2,8}})[{_LETTERS}]{{0,14}}(?:{_LEGAL})|"
    rf"[{_LETTERS}]{{2,20}}(?:{_LEGAL})"
)
_ACADEMY = re.compile(r"(?P<name>[一-龯々]{2,4})(?:学園|学院)(?:[高中初]等部|高校|中学|大学)?")
"""Schools called so have a name before it, in the dictionary or not."""
_NO_ACADEMY = re.compile("[公私国県市都府道区町村]立|通信|養護|福祉|女子|男子|職業|全寮|有名|大学|不登校")
_FOUNDERS = re.compile(
    "[県市都府道区町村国公私]?立?|附属|付属|女子|男子|通信|制|定時|全日|商業|工業|農業|総合|特別|地元|志望|第一|有名"
)
"""Says what kind of school it is, not which."""
_REACH = 4
"""So many words before the kind of school or firm may be its name."""


def organisations(view: View) -> list[Span]:
    """Every proper name of a school or workplace, with its kind: 県立みどり高校, 株式会社山田製作所."""
    spans: list[Span] = []
    for pattern in (_BEHIND_LEGAL, _BEFORE_LEGAL):
        for match in pattern.finditer(view.letters):
            _add(spans, Span(match.start(), match.end(), _kind(match[0])))
    for match in _ACADEMY.finditer(view.letters):
        if not _NO_ACADEMY.search(match["name"]):
            _add(spans, Span(match.start(), match.end(), "学校"))
    at = {word.end: index for index, word in enumerate(view.words)}
    for match in _NAMED.finditer(view.letters):
        index = at.get(match.start())
        if index is None:
            continue
        words = _before(view.words, index)
        if words and any(_is_proper(word) for word in words):
            _add(spans, Span(words[0].start, match.end(), _kind(match[0])))
    return spans


def _kind(written: str) -> str:
    return "学校" if _SCHOOL.search(written) else "会社"


def _add(spans: list[Span], span: Span) -> None:
    if not any(span.start < other.end and other.start < span.end for other in spans):
        spans.append(span)


def _before(words: list[Word], last: int) -> list[Word]:
    """The words of a name that ends with words[last], in order; none behind a particle, a space or a mark."""
    first = last + 1
    while first > 0 and last - first + 1 < _REACH and _joins(words[first - 1]):
        first -= 1
    return words[first : last + 1]


def _joins(word: Word) -> bool:
    return (word.is_noun or word.part[0] == "名詞") and not word.surface.isspace() and word.surface != MASK


def _is_proper(word: Word) -> bool:
    if _FOUNDERS.fullmatch(word.surface) or word.surface.isdecimal():
        return False
    proper = word.part[1] == "固有名詞" and word.part[3] != "国" and not word.surface[0].isnumeric()
    return proper or given_names().get(word.surface, 2) < 2
