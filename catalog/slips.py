"""Typing slips in a data file, found line by line before the YAML parser sees it.

The parser would point at the wrong line (full-width colon, tab) or say nothing at all (`number: #8000` is empty to
it). Every slip that allows only one reading is mended, so that the rest of the file can be judged in the same run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

_INDENT = re.compile(r"[ \t\u3000\xa0]*")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)
_DASH = re.compile(r"(?P<space>-(?: +|$))|(?P<wide>[－ー‐―–—][ \u3000]+)|-(?:[\u3000\xa0]+|(?=[^\s-]))")
_KEY = re.compile(r"[^\s:：\"'#][^:：]*?(?=:(?:\s|$))")
_ASCII_KEY = r"[a-z][a-z0-9_-]*"
# In a list only what looks like one of our keys is a slip: `- LINE：友だち` is a text.
_WIDE_COLON = re.compile(rf"({_ASCII_KEY})[ \u3000]*：[ \u3000]*(.*)")
_ANY_WIDE_COLON = re.compile(r"([^\s:：\"'#]+?)[ \u3000]*：[ \u3000]*(.*)")
_NO_SPACE = re.compile(rf"({_ASCII_KEY}):(?!//)(\S.*)")
_ANY_NO_SPACE = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(?!//)(\S.*)")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_STRUCTURE = re.compile(r"\{.*\}$|\[.*\]$|[&*!][A-Za-z0-9_!]")
_RUBY = re.compile(r"\{[^{}|]+\|[^{}|]*\}")
_SPECIAL = "{}[]&*!|>%@`,"
_WIDE_SPACES = ("\u3000", "\xa0")

_BLOCK = "「|」「>」で始める複数行の書き方は使えません。一行に書いてください"
_NO_SPACE_AFTER_COLON = "コロン「:」のあとに半角の空白を一つ入れてください"
EMPTY_BY_HASH = '「#」で始まる値は、引用符で囲んでください(例:"{0}")。囲まないと、何も書いていないことになります'
FLOW_STYLE = "{ } や [ ] でまとめる書き方は使えません。項目ごとに行を分けてください"
CUT_BY_HASH = '「 #」から後ろは読まれません。言葉の一部なら、値の全体を引用符「"」で囲んでください'


class Line(NamedTuple):
    """One line after mending; `lost` means that the lines around it can no longer be judged."""

    text: str
    slips: tuple[str, ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Mended:
    """A whole text after mending: its slips as (line number, sentence), and whether the parser may go on."""

    text: str
    slips: tuple[tuple[int, str], ...]
    readable: bool


def mend(text: str) -> Mended:
    """Every typing slip of a text, and the text without them. Lines keep their numbers."""
    slips: list[tuple[int, str]] = []
    if text.startswith("\ufeff"):
        slips.append((1, "ファイルの先頭に見えない文字(BOM)があります。「UTF-8(BOMなし)」で保存し直してください"))
        text = text[1:]
    lines = list(_lines(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    slips += [(number, slip) for number, line in enumerate(lines, 1) for slip in line.slips]
    return Mended("\n".join(line.text for line in lines), tuple(slips), not any(line.lost for line in lines))


def _lines(texts: Iterable[str]) -> Iterator[Line]:
    """Each line mended; what stands indented under `|` or `[` is passed over, one sentence is enough for it."""
    block: int | None = None
    for text in texts:
        depth = len(text) - len(text.lstrip(" "))
        if block is not None and (depth > block or text.strip() in ("", "]", "}")):
            yield Line("")
            continue
        line = _line(text)
        block = depth if {_BLOCK, FLOW_STYLE} & {*line.slips} else None
        yield line


@lru_cache(maxsize=16_384)
def _line(line: str) -> Line:
    slips: list[str] = []
    if hidden := _INVISIBLE.search(line):
        before = line[: hidden.start()].strip()
        before = f"…{before[-16:]}" if len(before) > 16 else before
        where = f"「{before}」のうしろ" if before else "行の頭"
        slips.append(
            f"{where}に、文字化けした文字「\ufffd」があります。もとの字に直してください"
            if hidden[0] == "\ufffd"
            else f"{where}に、目に見えない文字(U+{ord(hidden[0]):04X})があります。消してください"
        )
        line = _INVISIBLE.sub("", line)
    indent = _INDENT.match(line)[0]  # type: ignore[index]  # matches the empty string too
    rest = line[len(indent) :].rstrip(" \t\u3000\xa0")
    if not rest or rest.startswith("#"):
        return Line("" if not rest else "#", tuple(slips))
    lost = False
    if "\t" in indent:
        slips.append("行の頭にタブがあります。半角の空白に直してください")
        lost = True
    elif indent.strip(" "):
        slips.append("行の頭に全角の空白があります。半角の空白に直してください")
        lost = True
    dashes = ""
    while dash := _DASH.match(rest):
        if dash["wide"]:
            slips.append("リストの印は半角のハイフン「-」にしてください")
        elif not dash["space"]:
            slips.append("ハイフン「-」のあとに半角の空白を一つ入れてください")
        dashes += dash["space"] or "- "
        rest = rest[dash.end() :]
    body = _body(rest, in_list=bool(dashes))
    return Line(indent + dashes + body.text, tuple(dict.fromkeys((*slips, *body.slips))), lost or body.lost)


def _body(rest: str, *, in_list: bool) -> Line:
    """What stands after indentation and hyphens: `key:`, `key: value`, or the plain value of a list."""
    if not rest:
        return Line("")
    if rest.startswith("---") or rest == "...":
        return Line("", ("「---」「...」は使いません。この行を消してください",))
    if rest[0] in "\"'" and (quoted := _quoted(rest)):
        after = rest[len(quoted) :]
        if after.startswith(":") and (after == ":" or after[1] == " "):
            return _joined(quoted, after[1:].lstrip(" \t"))
        return _value(rest) if in_list else Line(rest, _NOT_A_PAIR, lost=True)
    if key := _KEY.match(rest):
        if rest[0] in _SPECIAL:
            return _value(rest) if in_list and _RUBY.search(rest) else Line(rest)
        value = rest[key.end() + 1 :].lstrip(" \t")
        slips = (_NO_SPACE_AFTER_COLON,) if value[:1] in _WIDE_SPACES else ()
        return _joined(key[0], value.lstrip(" \t\u3000\xa0"), *slips)
    if rest[0] == "＃" and not in_list:
        return Line("", ("メモの印「＃」が全角です。半角の「#」に直してください",))
    if wide := (_WIDE_COLON if in_list else _ANY_WIDE_COLON).fullmatch(rest):
        return _joined(wide[1], wide[2], "コロンが全角「：」です。半角の「:」と空白一つに直してください")
    if tight := (_NO_SPACE if in_list else _ANY_NO_SPACE).fullmatch(rest):
        return _joined(tight[1], tight[2], _NO_SPACE_AFTER_COLON)
    return _value(rest) if in_list else Line(rest, _NOT_A_PAIR, lost=True)


_NOT_A_PAIR = ("この行は「項目: 値」や「- 値」の形ではありません(文は折り返さず、一行に書いてください)",)


def _joined(key: str, value: str, *slips: str) -> Line:
    body = _value(value)
    return Line(f"{key}: {body.text}".rstrip(" "), (*slips, *body.slips), body.lost)


def _quoted(text: str) -> str | None:
    found = (_DOUBLE if text[0] == '"' else _SINGLE).match(text)
    return found[0] if found else None


def _in_quotes(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _value(value: str) -> Line:
    """One scalar on one line, plain or quoted, perhaps with a comment behind it."""
    value = value.lstrip(" \t")
    if not value or value.startswith("# ") or value == "#":
        return Line("")
    if value[0] == "#":
        return Line(_in_quotes(value), (EMPTY_BY_HASH.format(value.split(" ", maxsplit=1)[0]),))
    if value[0] in "\"'":
        quoted = _quoted(value)
        if quoted is None:
            return Line(value, (f"引用符「{value[0]}」が閉じていません",), lost=True)
        after = value[len(quoted) :]
        if after.strip(" \t") and not after.lstrip(" \t").startswith("#"):
            return Line(quoted, ("閉じた引用符のうしろに文字があります。値の全体を引用符で囲んでください",))
        return Line(quoted)
    plain, hash_mark, comment = _before_comment(value)
    if hash_mark and not comment.startswith(" "):
        return Line(_in_quotes(value), (CUT_BY_HASH,))
    if plain in ("|", ">", "|-", ">-", "|+", ">+"):
        return Line(_in_quotes(plain), (_BLOCK,))
    if plain[0] in "{[" and plain.endswith(("{", "[", ",")):
        return Line(plain, (FLOW_STYLE,), lost=True)
    if _STRUCTURE.match(plain) and not _RUBY.search(plain):
        return Line(plain)  # the parser sees these as they are meant, and says so
    if plain[0] in _SPECIAL or plain.startswith(("? ", "- ")):
        return Line(_in_quotes(plain), (f'「{plain[0]}」で始まる値は、引用符「"」で囲んでください',))
    if ": " in plain or plain.endswith(":"):
        return Line(_in_quotes(plain), ('「: 」の入った値は、引用符「"」で囲んでください',))
    return Line(plain)


def _before_comment(value: str) -> tuple[str, str, str]:
    before, mark, after = value.partition(" #")
    return before.rstrip(" \t"), mark, after
