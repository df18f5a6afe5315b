from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from catalog import fields, wording
from catalog.model import Flow, Record, Service, UrgentHelp
from tests.catalog.records import SERVICE


def told(model: type[Record], value: Any) -> list[str]:
    """Every sentence about `value`."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        return [wording.sentence(detail, model) for detail in wording.telling(error.errors(), model)]
    return []


def service(**changes: Any) -> list[str]:
    return told(Service, {**SERVICE, **changes})


CHANNEL = {"type": "phone", "number": "110"}
HOURS = {"days": ["mon"], "open": "09:00", "close": "17:00"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "madoguchi"}, "kind「madoguchi」は使えません。window・program のどれかにしてください"),
        ({"kind": ""}, "kind「」は使えません。window・program のどれかにしてください"),
        ({"kind": ["window"]}, "「kind」には、文字を一行で書いてください"),
        ({"name": ""}, "「name」に何も書かれていません"),
        ({"name": "　"}, "「name」に何も書かれていません"),
        ({"name": ["こころ"]}, "「name」には、文字を一行で書いてください"),
        ({"name": {"ja": "こころ"}}, "「name」には、文字を一行で書いてください"),
        ({"name": "あ" * 601}, "「name」が長すぎます(600文字までにしてください)"),
        ({"id": ""}, "「id」に何も書かれていません"),
        ({"url": "kokoro"}, "url「kokoro」:「https://」で始まるURLを、空白を入れずに書いてください"),
        ({"url": ""}, "「url」に何も書かれていません"),
        ({"url": ["a"]}, "「url」には、文字を一行で書いてください"),
        ({"verified_on": "明日"}, "verified_on「明日」:日付は「2026-11-24」の形で、実際にある日を書いてください"),
        ({"verified_on": ["2026-11-24"]}, "「verified_on」には、文字を一行で書いてください"),
        ({"age_min": "18歳"}, "age_min「18歳」は、半角の整数で書いてください"),
        ({"age_min": "1.5"}, "age_min「1.5」は、半角の整数で書いてください"),
        ({"age_min": ""}, "「age_min」に何も書かれていません"),
        ({"age_min": {"a": "b"}}, "「age_min」には、文字を一行で書いてください"),
        ({"age_min": "-1"}, "age_min「-1」が小さすぎます(0以上にしてください)"),
        ({"age_min": "121"}, "age_min「121」が大きすぎます(120までにしてください)"),
        (
            {"categories": ["仕事"]},
            "categories の1番目「仕事」の書き方が正しくありません。flows のファイルの名前から書いてください(例:work)",
        ),
        (
            {"tags": [{"夜": "休み"}]},
            "「tags の1番目」には、文字を一行で書いてください。"
            '文の中に半角の「: 」があるなら、全角「：」に直すか、文の全体を「"」で囲んでください',
        ),
        ({"languages": "ja"}, "「languages」には、「- 」で始まる行を並べて書いてください"),
        ({"languages": ""}, "「languages」に何も書かれていません"),
        ({"languages": []}, "「languages」には1個以上が必要です(いまは0個)"),
        (
            {"languages": ["ja", "English"]},
            "languages の2番目「English」の書き方が正しくありません。"
            "言語は「ja」「en」のような英小文字2〜3字で書いてください",
        ),
        ({"channels": ["110"]}, "「channels の1番目」には、「項目: 値」の行を字下げして書いてください"),
        ({"channels": [{**CHANNEL, "seen": "はい"}]}, "seen「はい」は、true(はい)か false(いいえ)で書いてください"),
        ({"channels": [{**CHANNEL, "seen": ["true"]}]}, "「seen」には、文字を一行で書いてください"),
        (
            {"channels": [{**CHANNEL, "hours": [{**HOURS, "open": "9:00"}]}]},
            "open「9:00」の書き方が正しくありません。時刻は「09:00」「24:00」の形で書いてください",
        ),
        (
            {"channels": [{**CHANNEL, "closing_days": [{"first": "8/13", "last": "08-15", "rule": "closed"}]}]},
            "first「8/13」の書き方が正しくありません。月と日は「08-13」の形で書いてください",
        ),
        (
            {"channels": [{**CHANNEL, "exceptions": [{"close": "17:00"}]}]},
            "「monthly_day」「nth_weekday」「first_open_day」のうち、どれか一つだけを書いてください",
        ),
        ({"telephone": "110"}, "「telephone」は使えない項目です"),
        (
            {"hours": [HOURS]},
            "「hours」は、ここでは使えません(「channels」の中の項目です。行の頭の空白の数を見てください)",
        ),
        (
            {"channels": [{**CHANNEL, "status": "active"}]},
            "「status」は、ここでは使えません(いちばん外側の項目です。行の頭の空白の数を見てください)",
        ),
        (
            {"channels": [{**CHANNEL, "close": "17:00"}]},
            "「close」は、ここでは使えません(「hours」の中の項目です。行の頭の空白の数を見てください)",
        ),
        ({"nama": "こころ"}, "「nama」は使えない項目です(「name」のことですか)"),
        ({"ＴＡＧＳ": "x"}, "「ＴＡＧＳ」は使えない項目です"),
        ({"ｔａｇｓ": "x"}, "「ｔａｇｓ」は使えない項目です(「tags」のことですか)"),
        (
            {"channels": [{**CHANNEL, "numbr": "110"}]},
            "「numbr」は使えない項目です(「number」のことですか)",
        ),
        (
            {"channels": [{**CHANNEL, "hours": [{**HOURS, "opens": "09:00"}]}]},
            "「opens」は使えない項目です(「open」のことですか)",
        ),
    ],
)
def test_each_slip_has_its_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert service(**changes) == [sentence]


def test_a_long_value_is_cut() -> None:
    (sentence,) = service(kind="あ" * 50)
    assert f"「{'あ' * 40}…」" in sentence


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert service(age_min="{今|いま}") == ["age_min「{今|いま}」は、半角の整数で書いてください"]


def test_what_is_missing_is_named() -> None:
    assert told(Service, {key: value for key, value in SERVICE.items() if key != "who"}) == [
        "「who」がありません。書き足してください"
    ]


def test_a_key_written_wrongly_is_not_also_missing() -> None:
    rest = {key: value for key, value in SERVICE.items() if key not in ("name", "who")}
    assert told(Service, {**rest, "nane": "こころ"}) == [
        "「who」がありません。書き足してください",
        "「nane」は使えない項目です(「name」のことですか)",
    ]


def test_a_key_in_another_place_is_not_also_missing() -> None:
    rest = {key: value for key, value in SERVICE.items() if key != "status"}
    assert told(Service, {**rest, "channels": [{**CHANNEL, "status": "active"}]}) == [
        "「status」は、ここでは使えません(いちばん外側の項目です。行の頭の空白の数を見てください)"
    ]


def test_a_key_written_wrongly_elsewhere_hides_nothing() -> None:
    option = {"id": "a", "label": "あ", "next": "end"}
    questions = {"first": {"ask": "どれ？", "options": [{"id": "a", "label": "あ"}, {**option, "nekst": "end"}]}}
    flow = {"category": "work", "start": "first", "questions": questions, "outcomes": {}}
    assert told(Flow, flow) == [
        "「next」がありません。書き足してください",
        "「nekst」は使えない項目です(「next」のことですか)",
    ]


def test_a_broken_entry_does_not_make_the_list_short() -> None:
    help_ = {"level": "1", "kind": "dv", "say": "だいじょうぶ", "services": ["A", "b-1"]}
    assert [sentence[:17] for sentence in told(UrgentHelp, help_)] == ["services の1番目「A」の"]
    assert told(UrgentHelp, {**help_, "services": ["a"]}) == ["「services」には2個以上が必要です(いまは1個)"]
    assert told(UrgentHelp, {**help_, "services": list("abcdef")}) == ["「services」は5個までです"]


def test_a_name_that_cannot_be_one_is_told_as_a_name() -> None:
    flow = {"category": "work", "start": "a", "questions": {"A B": {"ask": "?", "options": []}}, "outcomes": {}}
    assert told(Flow, flow)[0].startswith("名前「A B」の書き方が正しくありません。半角の英小文字")


def test_a_file_that_is_a_list_is_told() -> None:
    assert told(Service, ["a"]) == ["「ファイルの中身」には、「項目: 値」の行を字下げして書いてください"]
    assert told(Service, "a") == ["「ファイルの中身」には、「項目: 値」の行を字下げして書いてください"]


def test_an_unforeseen_error_still_gets_a_sentence() -> None:
    error: Any = {"type": "finite_number", "loc": ("age_min",), "msg": "?", "input": "inf"}
    assert wording.sentence(error, Service) == "「age_min」の書き方が正しくありません"


@pytest.mark.parametrize("name", [name for name in vars(fields) if name.endswith("_PATTERN")])
def test_every_pattern_says_how_to_write(name: str) -> None:
    error: Any = {
        "type": "string_pattern_mismatch",
        "loc": ("key",),
        "msg": "?",
        "input": "x",
        "ctx": {"pattern": getattr(fields, name)},
    }
    assert "書き方を確かめてください" not in wording.sentence(error, Service)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("wrok", "work"),
        ("chilcare", "childcare"),
        ("covid-20s", None),
        ("ｗｏｒｋ", "work"),
        ("みかん", None),
        ("", None),
    ],
)
def test_the_nearest_word_is_offered_only_if_near(word: str, meant: str | None) -> None:
    known = ["work", "childcare", "covid19"]
    assert wording.meant(word, known) == meant
    assert wording.nearest(word, known) == (f"(「{meant}」のことですか)" if meant else "")


def test_an_unknown_name_says_where_the_names_stand() -> None:
    assert wording.no_such("相談先", "wrok", ["work"], "services") == "相談先「wrok」がありません(「work」のことですか)"
    assert wording.no_such("相談先", "freelance-110", ["ambulance-119"], "services") == (
        "相談先「freelance-110」がありません。services のファイルの名前から書いてください"
    )
