"""What pydantic says about a wrong value, as one sentence a social worker understands."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_VALUE_ERRORS = {
    "url": "「https://」で始まるURLを、空白を入れずに書いてください",
    "date": "日付は「2026-11-24」の形で、実際にある日を書いてください",
    "exception-day": "「monthly_day」と「nth_weekday」は、どちらか一つだけを書いてください",
}
_PATTERNS = {
    "a-z0-9]+(": "半角の英小文字と数字を「-」でつないだ名前にしてください(例:kokoro-dial)",
    "[0-3]": "時刻は「09:00」「24:00」の形で書いてください",
    "[a-z]{2,3}": "言語は「ja」「en」のような英小文字2〜3字で書いてください",
    "{4}": "「2026」「2026-10」「2026-10-03」のどれかの形で書いてください",
}


def sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One Japanese sentence for one error found while checking a value against `model`."""
    name = _name(error["loc"])
    context = error.get("ctx", {})
    given = error.get("input")
    match error["type"]:
        case "missing":
            return f"「{name}」がありません。書き足してください"
        case "extra_forbidden":
            return f"「{name}」は使えない項目です{nearest(name, _known_keys(model, error['loc']))}"
        case "literal_error":
            allowed = [word.strip("'") for word in context["expected"].replace(" or ", ", ").split(", ")]
            return f"{name}「{given}」は使えません。{'・'.join(allowed)} のどれかにしてください"
        case "string_pattern_mismatch":
            return f"{name}「{_short(given)}」の書き方が正しくありません。{_pattern(context['pattern'])}"
        case "string_too_short":
            return f"「{name}」に何も書かれていません"
        case "string_too_long":
            return f"「{name}」が長すぎます({context['max_length']}文字までにしてください)"
        case "too_short":
            return f"「{name}」には{context['min_length']}個以上が必要です(いまは{context['actual_length']}個)"
        case "too_long":
            return f"「{name}」は{context['max_length']}個までです"
        case "value_error":
            return (
                f"{name}「{_short(given)}」:{_VALUE_ERRORS[str(context['error'])]}"
                if not _is_record(given)
                else _VALUE_ERRORS[str(context["error"])]
            )
        case "int_parsing" | "int_from_float" | "int_type" | "int_parsing_size":
            return f"{name}「{_short(given)}」は、半角の整数で書いてください"
        case "greater_than_equal":
            return f"{name}「{_short(given)}」が小さすぎます({context['ge']}以上にしてください)"
        case "less_than_equal":
            return f"{name}「{_short(given)}」が大きすぎます({context['le']}までにしてください)"
        case "bool_parsing" | "bool_type":
            return f"{name}「{_short(given)}」は、true(はい)か false(いいえ)で書いてください"
        case "string_type":
            return _empty(name) if given in (None, "") else f"「{name}」には、文字を一行で書いてください"
        case "tuple_type":
            return _empty(name) if given in (None, "") else f"「{name}」は、「- 」で始まる行を並べて書いてください"
        case "model_type" | "dict_type" | "mapping_type" | "model_attributes_type":
            return (
                _empty(name) if given in (None, "") else f"「{name}」には、「項目: 値」の行を字下げして書いてください"
            )
        case _:
            return f"「{name}」の書き方が正しくありません"


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word a person probably meant, as `(「…」のことですか)`; empty if none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"(「{near[0]}」のことですか)" if near else ""


def _empty(name: str) -> str:
    return f"「{name}」に何も書かれていません"


def _is_record(value: object) -> bool:
    return isinstance(value, (dict, BaseModel))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:40] + "…"


def _name(place: tuple[int | str, ...]) -> str:
    """The key a person sees, e.g. `days` or `options の2番目`."""
    keys = [part for part in place if part != "[key]"]
    if not keys:
        return "ファイルの中身"
    if isinstance(keys[-1], int):
        owner = next((str(key) for key in reversed(keys) if isinstance(key, str)), "リスト")
        return f"{owner} の{keys[-1] + 1}番目"
    return str(keys[-1])


def _pattern(pattern: str) -> str:
    return next((hint for mark, hint in _PATTERNS.items() if mark in pattern), "書き方を確かめてください")


def _known_keys(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    current: Any = model
    for part in place[:-1]:
        current = _step(current, part)
    found = _record_in(current)
    return set(found.model_fields) if found else set()


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
