"""Phone numbers, mail, addresses of the web, ids, birth dates and every other number that points at one person.

Each rule is a pattern without nested repetition and a check; what an earlier rule took, a later one does not see.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from web.redaction.view import MASK, Span, View

_ASCII_ID = "A-Za-z0-9._%+'-"
_DOT = r"(?:\.|ドット|どっと|\(dot\)|\[dot\])"
_AT = r"(?:\(at\)|\[at\]|<at>|あっと(?:まーく)?|アット(?:マーク)?|\((?:アット|あっと)(?:マーク|まーく)?\)|@| at )"
_MAIL = (
    rf"(?<![{_ASCII_ID}])[{_ASCII_ID}]{{1,64}} ?"
    rf"(?:@ ?[A-Za-z0-9-](?:[A-Za-z0-9.-]|。(?=[a-z])){{0,200}}|"
    rf"{_AT} ?[A-Za-z0-9-]{{1,63}} ?{_DOT} ?[A-Za-z0-9.-]{{1,100}})"
)
_TLD = (
    "com|net|org|jp|info|biz|co|io|gg|me|tv|ly|be|app|dev|xyz|site|online|shop|store|link|to|cc|us|uk|cn|kr|tw|vn|ph|br|"
    "np|id|th|in|edu|gov|ai|club|top|page|fm|st|eu|de|fr|ru|work|life|live|blog|asia|tokyo|moe|pw|gl|ee|am|mobi|pro"
)
_IN_PATH = "一-龯々ァ-ヴー"
_PATH = rf"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]|(?<=[/=_\-{_IN_PATH}])[{_IN_PATH}])*"
_URL = rf"[A-Za-z][A-Za-z0-9+.-]{{1,15}}://{_PATH}"
_SITE = (
    rf"(?<![A-Za-z0-9.@-])[A-Za-z0-9][A-Za-z0-9.-]{{0,100}}\.(?:{_TLD})(?![A-Za-z0-9-])(?:(?::\d{{2,5}})?[/?#]{_PATH})?"
)
_PAGE = (
    rf"(?<![A-Za-z0-9.@/-])[A-Za-z0-9-]{{2,40}}(?:\.[A-Za-z0-9-]{{2,40}}){{0,4}}\.[A-Za-z]{{2,12}}/[A-Za-z0-9]{_PATH}"
)
"""Whatever it ends in: a path behind it says that it is an address."""

_NETWORKS = (
    "インスタ(?:グラム)?|instagram|insta|ツイッター|twitter|LINE|ライン|らいん|カカオ(?:トーク)?|kakao ?(?:talk)?|"
    "tik ?tok|"
    "ティックトック|ディスコード|ディスコ|discord|スカイプ|skype|テレグラム|telegram|シグナル|signal|wechat|微信|ウィーチャット|"
    "facebook|フェイスブック|messenger|スナチャ|snapchat|mixi|threads|bereal|viber|zalo|whatsapp|youtube|"
    "(?<![A-Za-z])(?:X|fb|PSN)"
)
_OWN = "アカウント(?:名)?|アカ名|裏?アカ|裏?垢|ユーザー(?:名|ネーム)|ハンドル(?:ネーム)?|ID名?"
_LEADS = r" ?(?:は|が|:|=|→|、|「)? ?"
_ID = r"(?P<it>@?[A-Za-z0-9][A-Za-z0-9_.#-]{3,40})"
_ID_OF = rf"(?:{_NETWORKS})(?![A-Za-z])の? ?(?P<own>{_OWN})?(?P<leads>{_LEADS}){_ID}"
_ID_AFTER = rf"(?<![A-Za-z])(?:{_OWN}){_LEADS}{_ID}"
_HANDLE = r"(?<![A-Za-z0-9])@ ?[A-Za-z0-9_][A-Za-z0-9_.]{1,40}"
_NO_ID = re.compile(
    r"(?:line|instagram|twitter|facebook|discord|tiktok|youtube|skype|telegram|messenger|android|iphone|google|yahoo|"
    r"stop|open|help|block|group|gmail|game|chat|live|okay)$",
    re.IGNORECASE,
)

_GAP = r"[-.・/ ()の]{0,3}"
_PHONE = rf"(?<!\d)(?:\(0\d{{1,4}}\)(?:{_GAP}\d){{5,9}}|0(?:{_GAP}\d){{8,10}})(?!\d)"
_ABROAD = r"\+ ?\d(?:[-.() ]{0,2}\d){8,13}(?!\d)"
_LOCAL_PHONE = r"(?:電話|でんわ|tel|携帯|けいたい|ケータイ|スマホ|fax)[^\d\n#。]{0,6}(?P<it>\d(?:[- ]?\d){5,12})(?!\d)"
_CARD = r"(?<!\d)[2-6](?:[- ]?\d){12,18}(?!\d)"
_MY_NUMBER = r"(?<!\d)(?<!\d[- ])\d{4}[- ]?\d{4}[- ]?\d{4}(?![- ]?\d)"
_MY_NUMBER_SAID = r"(?:マイナンバー|個人番号)[^\d\n]{0,8}(?P<it>\d(?:[- ]?\d){11})(?!\d)"
_POSTAL = r"〒 ?(?P<it>\d{3} ?-? ?\d{4})(?!\d)"
_POSTAL_SAID = r"郵便番号[^\d\n]{0,4}(?P<it>\d{3} ?-? ?\d{4})(?!\d)"
_POSTAL_BARE = r"(?<![\d-])\d{3}-\d{4}(?![\d-])"

_NUMBER = r"[\d十百元]{1,4}"
_DAY = rf" ?{_NUMBER} ?[月./-] ?{_NUMBER}(?: ?日)?"
_OLD = rf"(?:(?:明治|大正|昭和) ?{_NUMBER} ?年|(?<![A-Za-z])[MTS]\.? ?\d{{1,2}} ?[年./-]){_DAY}"
_YEAR = (
    rf"(?:(?:明治|大正|昭和|平成|令和) ?{_NUMBER} ?年|(?<![A-Za-z])[MTSHR]\.? ?\d{{1,2}} ?[年./-]|"
    r"(?<!\d)(?:1[89]|20)\d\d ?[年./-])"
)
_BORN = r"(?= ?(?:に|の)?(?:生(?!活|命|徒)|う?まれ|産まれ|誕生))"
_BIRTH = rf"(?:{_YEAR}{_DAY}|(?<!\d)\d{{1,2}} ?[月/] ?\d{{1,2}} ?日?|(?<!\d)(?:19|20)\d{{6}}){_BORN}"
_BIRTH_SAID = (
    r"(?:生年月日|誕生日|たんじょうび|たんじょう日|バースデー|birthday|DOB)[^\d\n。MTSHR明大昭平令]{0,8}"
    rf"(?P<it>{_YEAR}{_DAY}|\d{{1,2}} ?[月/] ?\d{{1,2}} ?日?|(?:19|20)\d{{6}})"
)
_DATE = re.compile(r"(?:1[89]|20)\d\d[- ]\d{1,2}[- ]\d{1,2}$|(?:1[89]|20)\d\d[- ](?:1[89]|20)\d\d$")

_INSURANCE = r"記号[^\dA-Za-z\n。]{0,4}\d{1,8}[^\d\n。]{0,4}番号[^\d\n。]{0,4}(?P<it>\d{1,9})(?!\d)"
"""The two numbers of an insurance card, which may be short."""
_KEYED = (
    r"(?:番号|ナンバー|No\.?|№|コード|口座|暗証|パスワード|パス|PIN|受付|診察券|保険証|免許証|会員証|在留カード|パスポート)"
    r"[^\dA-Za-z\n#。]{0,6}(?P<it>[A-Za-z]{0,4}-?\d[\dA-Za-z-]{3,30})(?![\dA-Za-z])"
)
_LONG = r"(?<![\dA-Za-z])[A-Za-z]{0,4}-?\d{5,}(?:[A-Za-z]{1,4}(?![A-Za-z]))?"
_GROUPED = r"(?<![\dA-Za-z])[A-Za-z]{0,4}-?\d(?:[- ]?\d){6,}"
_UNITS = re.compile(
    r" ?(?:円|えん|万|億|兆|千|百|人|名|件|歩|回|個|枚|本|キロ|グラム|メートル|kg|km|g\b|m\b|ml|cc|k?cal|カロリー|"
    r"ドル|\$|ペソ|ウォン|元|ユーロ|ルピ|ドン|レアル|時間|分|秒|日|年|倍|票|世帯|戸|軒|%|パーセント|pt|ポイント|文字|字|マイル|歳|才|台|社|種|"
    r"坪|平米|平方|トン|単位|か所|ヶ所|ベクレル|フォロワー|いいね|再生|以上の人|度)",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[¥$]|家賃|給料|給与|月給|月収|年収|手取り|時給|収入|年金|借金|貯金|残高|残り|ローン|慰謝料|養育費|料金|費用|値段|お金|代|金額|"
    r"請求|保証金|敷金|礼金|賃金|生活費|仕送り)(?:[はがをでもに、:]|が月|は月|毎月|約|だいたい)? ?$"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`it`, or the whole, of the pattern in the uniform digits is of the kind, if the check agrees."""

    kind: str
    pattern: re.Pattern[str]
    agrees: Callable[[re.Match[str]], bool]


def _rule(kind: str, pattern: str, agrees: Callable[[re.Match[str]], bool] = lambda match: True) -> _Rule:
    return _Rule(kind, re.compile(pattern, re.IGNORECASE | re.ASCII), agrees)


def _only_digits(match: re.Match[str]) -> str:
    return "".join(c for c in _it(match) if c.isdecimal())


def _it(match: re.Match[str]) -> str:
    return match["it"] if "it" in match.re.groupindex else match[0]


def _is_card(match: re.Match[str]) -> bool:
    """The last digit agrees with the others by Luhn's rule."""
    total = 0
    for place, digit in enumerate(map(int, reversed(_only_digits(match)))):
        double = digit * 2 if place % 2 else digit
        total += double - 9 if double > 9 else double
    return total % 10 == 0


def _is_my_number(match: re.Match[str]) -> bool:
    """The last digit agrees with the eleven before it, weights 2 to 7 and 2 to 6 from the right."""
    *others, check = map(int, _only_digits(match))
    total = sum(digit * (place % 6 + 2) for place, digit in enumerate(reversed(others)))
    rest = total % 11
    return check == (0 if rest <= 1 else 11 - rest)


def _is_id(match: re.Match[str]) -> bool:
    """No word of every day, and no bare word behind the name of a network: LINE friend."""
    written, said = _it(match), match.groupdict()
    bare = "own" in said and not said["own"] and not (said["leads"] or "").strip()
    return not (_NO_ID.match(written) or written.isdecimal() or (bare and written.isalpha()))


def _has_four_digits(match: re.Match[str]) -> bool:
    return len(_only_digits(match)) >= 4 and not _is_counted(match)


def _is_counted(match: re.Match[str]) -> bool:
    """An amount: a unit behind it, money before it, or digits behind a decimal point or comma."""
    start, end, text = match.start(), match.end(), match.string
    before = text[max(start - 12, 0) : start]
    digits = re.search(r"\d+$", match[0])
    unit_inside = digits is None and _UNITS.match(re.sub(r"^[\d-]+", "", match[0]))
    return bool(_UNITS.match(text, end) or unit_inside or _MONEY.search(before) or re.search(r"\d[.,]$", before))


def _is_number(match: re.Match[str]) -> bool:
    return not _is_counted(match)


def _is_grouped_number(match: re.Match[str]) -> bool:
    """Groups as of a number of an account: long ones, or single digits; no date, no span of years, no list of ages."""
    written = match[0].strip()
    groups = re.findall(r"\d+", written)
    if _DATE.match(written) or _is_counted(match):
        return False
    return max(map(len, groups)) >= 3 or max(map(len, groups)) == 1


_RULES = (
    _rule("URL", _URL),
    _rule("メール", _MAIL),
    _rule("URL", _SITE),
    _rule("URL", _PAGE),
    _rule("ID", _ID_OF, _is_id),
    _rule("ID", _ID_AFTER, _is_id),
    _rule("ID", _HANDLE),
    _rule("マイナンバー", _MY_NUMBER_SAID),
    _rule("カード", _CARD, _is_card),
    _rule("生年月日", _BIRTH_SAID),
    _rule("生年月日", _BIRTH),
    _rule("生年月日", _OLD),
    _rule("電話", _ABROAD),
    _rule("電話", _PHONE),
    _rule("マイナンバー", _MY_NUMBER, _is_my_number),
    _rule("郵便番号", _POSTAL),
    _rule("郵便番号", _POSTAL_SAID),
    _rule("電話", _LOCAL_PHONE, _is_number),
    _rule("郵便番号", _POSTAL_BARE, _is_number),
    _rule("番号", _INSURANCE),
    _rule("番号", _KEYED, _has_four_digits),
    _rule("番号", _GROUPED, _is_grouped_number),
    _rule("番号", _LONG, _is_number),
)
_IN_LETTERS = frozenset({"URL", "メール", "ID"})
"""Read before kanji digits become digits: 一 in the path of an address."""


def numbers(view: View) -> list[Span]:
    """Every number, mail, address of the web, id and date of birth; without overlap."""
    found: list[Span] = []
    letters, digits = view.letters, view.digits
    for rule in _RULES:
        place = "it" if "it" in rule.pattern.groupindex else 0
        text = letters if rule.kind in _IN_LETTERS else digits
        spans = [Span(*match.span(place), rule.kind) for match in rule.pattern.finditer(text) if rule.agrees(match)]
        spans = [span for span in spans if MASK not in letters[span.start : span.end]]
        letters, digits = _without(spans, letters), _without(spans, digits)
        found += spans
    return found


def _without(spans: list[Span], text: str) -> str:
    """The text, of the same length, with the spans blanked."""
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += [text[at : span.start], MASK * (span.end - span.start)]
        at = span.end
    return "".join([*pieces, text[at:]])
