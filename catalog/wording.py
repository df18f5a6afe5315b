"""What pydantic says about a wrong value, as one sentence a social worker understands."""

from __future__ import annotations

import difflib
import typing
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_VALUE_ERRORS = {
    "url": "「https://」で始まるURLを、空白を入れずに書いてください",
    "date": "日付は「2026-11-24」の形で、実際にある日を書いてください",
    "exception-day": "「monthly_day」「nth_weekday」「first_open_day」のうち、どれか一つだけを書いてください",
}
_SLUG = "a-z0-9]+("
_PATTERNS = {
    _SLUG: "半角の英小文字と数字を「-」でつないだ名前にしてください(例:kokoro-dial)",
    "[0-3]": "時刻は「09:00」「24:00」の形で書いてください",
    "[a-z]{2,3}": "言語は「ja」「en」のような英小文字2〜3字で書いてください",
    "(0[1-9]|1[0-2])-": "月と日は「08-13」の形で書いてください",
    "{4}": "「2026」「2026-10」「2026-10-03」のどれかの形で書いてください",
}
_NAMED = {
    "categories": "flows のファイルの名前から書いてください(例:work)",
    "services": "services のファイルの名前から書いてください(例:yorisoi-hotline)",
    "instead": "services のファイルの名前から書いてください(例:yorisoi-hotline)",
}
"""Lists whose entries are names of files."""
_COLON_INSIDE = '。文の中に半角の「: 」があるなら、全角「：」に直すか、文の全体を「"」で囲んでください'
_WANTED = {
    "string_type": "文字を一行で書いてください",
    "tuple_type": "「- 」で始まる行を並べて書いてください",
    **dict.fromkeys(
        ("model_type", "model_attributes_type", "dict_type", "mapping_type"),
        "「項目: 値」の行を字下げして書いてください",
    ),
}
_SENTENCES = {
    "string_too_short": "「{name}」に何も書かれていません",
    "string_too_long": "「{name}」が長すぎます({max_length}文字までにしてください)",
    "too_short": "「{name}」には{min_length}個以上が必要です(いまは{actual_length}個)",
    "too_long": "「{name}」は{max_length}個までです",
    **dict.fromkeys(
        ("int_parsing", "int_from_float", "int_parsing_size"), "{name}「{given}」は、半角の整数で書いてください"
    ),
    "greater_than_equal": "{name}「{given}」が小さすぎます({ge}以上にしてください)",
    "less_than_equal": "{name}「{given}」が大きすぎます({le}までにしてください)",
    "bool_parsing": "{name}「{given}」は、true(はい)か false(いいえ)で書いてください",
}
_ONE_LINE = frozenset({"int_type", "bool_type", "literal_error", "date_type"})
"""What is said of a list or of further keys where a single value belongs."""


def sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One Japanese sentence for one error found while checking a value against `model`."""
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    name = _name(error["loc"])
    if kind == "missing":
        return f"「{name}」がありません。書き足してください"
    if kind == "extra_forbidden":
        if home := _home(model, name):
            return f"「{name}」は、ここでは使えません({home}の項目です。行の頭の空白の数を見てください)"
        return f"「{name}」は使えない項目です{nearest(name, _known_keys(model, error['loc']))}"
    if given in (None, "") and kind != "literal_error":
        return f"「{name}」に何も書かれていません"
    if kind in _WANTED or (kind in _ONE_LINE and not isinstance(given, str)):
        colon = (
            _COLON_INSIDE
            if isinstance(given, dict) and isinstance(error["loc"][-1], int) and kind == "string_type"
            else ""
        )
        return f"「{name}」には、{_WANTED.get(kind, _WANTED['string_type'])}{colon}"
    short = _short(given)
    if kind == "literal_error":
        allowed = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
        return f"{name}「{short}」は使えません。{'・'.join(allowed)} のどれかにしてください"
    if kind == "string_pattern_mismatch":
        return f"{name}「{short}」の書き方が正しくありません。{_pattern(context['pattern'], error['loc'])}"
    if kind == "value_error":
        hint = _VALUE_ERRORS[str(context["error"])]
        return hint if isinstance(given, dict | BaseModel) else f"{name}「{short}」:{hint}"
    words = {**context, "name": name, "given": short}
    return _SENTENCES.get(kind, "「{name}」の書き方が正しくありません").format_map(words)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word a person probably meant, as `(「…」のことですか)`; empty if none is near."""
    near = meant(word, known)
    return f"(「{near}」のことですか)" if near else ""


def no_such(kind: str, word: str, known: Iterable[str], folder: str) -> str:
    """That there is no such category or service, and what to write: the one meant, or where the names stand."""
    return f"{kind}「{word}」がありません{nearest(word, known) or f'。{folder} のファイルの名前から書いてください'}"


def no_reading(kanji: str) -> str:
    """That kanji have no furigana, and how to give it."""
    return f"ふりがなのない漢字があります:{kanji}。{{話|はな}} のように、よみをつけてください"


def telling(errors: Sequence[ErrorDetails], model: type[BaseModel]) -> list[ErrorDetails]:
    """The errors without those that only follow from another: one slip is one line.

    A key written wrongly, or in another place, is also missing where it belongs; a broken list entry also makes the
    list too short.
    """
    extra = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
    misplaced = {place[-1] for place in extra}
    misnamed = {(*place[:-1], meant(str(place[-1]), _known_keys(model, place))) for place in extra}
    lists = {error["loc"][:end] for error in errors for end in range(len(error["loc"]))}
    return [
        error
        for error in errors
        if not (error["type"] == "missing" and (error["loc"] in misnamed or error["loc"][-1] in misplaced))
        and not (error["type"] == "too_short" and error["loc"] in lists)
    ]


def meant(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to `word`; None if none is near."""
    near = difflib.get_close_matches(unicodedata.normalize("NFKC", word), sorted(known), n=1, cutoff=0.65)
    return near[0] if near else None


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _name(place: tuple[int | str, ...]) -> str:
    """The key a person sees, e.g. `days` or `options の2番目`."""
    if not place:
        return "ファイルの中身"
    last = place[-1]
    if last == "[key]":
        return "名前"
    if isinstance(last, int):
        owner = next((key for key in reversed(place) if isinstance(key, str)), "リスト")
        return f"{owner} の{last + 1}番目"
    return last


def _pattern(pattern: str, place: Sequence[int | str]) -> str:
    if _SLUG in pattern and isinstance(place[-1], int):
        owner = next((part for part in reversed(place) if isinstance(part, str)), "")
        if owner in _NAMED:
            return _NAMED[owner]
    return next((hint for mark, hint in _PATTERNS.items() if mark in pattern), "書き方を確かめてください")


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    current: Any = model
    for part in place[:-1]:
        current = _step(current, part)
    found = _record_in(current)
    return set(found.model_fields) if found else set()


def _home(model: type[BaseModel], key: str, around: str = "いちばん外側") -> str | None:
    """Where in `model` a key of this name belongs, in words; None if nowhere."""
    if key in model.model_fields:
        return around
    inner = ((name, _record_in(field.annotation)) for name, field in model.model_fields.items())
    return next((home for name, record in inner if record and (home := _home(record, key, f"「{name}」の中"))), None)


def _step(annotation: Any, part: int | str) -> Any:
    record = _record_in(annotation)
    if record is not None and isinstance(part, str) and not _container(annotation):
        field = record.model_fields.get(part)
        return field.annotation if field else None
    inner = [argument for argument in typing.get_args(annotation) if argument not in (Ellipsis, type(None))]
    return inner[-1] if inner else annotation


def _container(annotation: Any) -> bool:
    return typing.get_origin(annotation) is not None


def _record_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in typing.get_args(annotation):
        found = _record_in(argument)
        if found is not None:
            return found
    return None
