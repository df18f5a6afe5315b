from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.model import (
    CATEGORY_IDS,
    UNDER18,
    Catalog,
    Channel,
    DangerSign,
    ExceptionHours,
    Flow,
    Hours,
    Option,
    Outcome,
    Service,
    Source,
)
from tests.catalog.records import SERVICE


def service(**changes: Any) -> Service:
    return Service.model_validate({**SERVICE, **changes})


def flow() -> Flow:
    way_out = {"id": "unsure", "label": "わからない"}
    return Flow.model_validate(
        {
            "category": "work",
            "start": "first",
            "questions": {
                "first": {
                    "ask": "どれ？",
                    "options": [{"id": "a", "label": "あ", "next": "second"}, {**way_out, "next": "end"}],
                },
                "second": {
                    "ask": "どちら？",
                    "options": [{"id": "b", "label": "い", "next": "end"}, {**way_out, "next": "other-end"}],
                },
            },
            "outcomes": {id: {"say": "ここへ", "services": ["x", "y"]} for id in ("end", "other-end")},
        }
    )


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        service().name = "ほか"  # type: ignore[misc]


def test_a_record_refuses_unknown_keys() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        service(telephone="110")


@pytest.mark.parametrize("text", ["24:00", "no", "110", "#8000", "0x10", "1_000", "2026-11-24", "null", "~", "true"])
def test_text_stays_the_text_it_is(text: str) -> None:
    assert service(name=text).name == text


@pytest.mark.parametrize("text", ["", " ", "　", "あ" * 601])
def test_text_is_neither_empty_nor_endless(text: str) -> None:
    with pytest.raises(ValidationError):
        service(name=text)


def test_text_loses_the_space_around_it() -> None:
    assert service(name="　こころ ").name == "こころ"


@pytest.mark.parametrize("id", ["", "A", "a_b", "a--b", "-a", "a-", "a b", "あ", "ａ", "../a", "a" * 61])
def test_an_id_is_a_word_of_small_letters(id: str) -> None:
    with pytest.raises(ValidationError):
        service(id=id)


@pytest.mark.parametrize("clock", ["00:00", "09:00", "23:59", "24:00", "32:00", "47:59"])
def test_a_time_may_run_into_the_next_day(clock: str) -> None:
    assert Hours(days=("mon",), open=clock, close=clock).open == clock


@pytest.mark.parametrize("clock", ["9:00", "24:60", "48:00", "09:00:00", "0900", "09:00 ~", "０９:00", "09：00", ""])
def test_a_time_has_one_form(clock: str) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate({"days": ["mon"], "open": clock, "close": "24:00"})


@pytest.mark.parametrize("given", ["0", "1700000000", "2026-11-31", "20261124", "2026-W48-2", "2026/11/24", "明日"])
def test_a_date_has_one_form_and_exists(given: str) -> None:
    with pytest.raises(ValidationError):
        service(verified_on=given)


def test_a_date_is_read() -> None:
    assert service(verified_on="2026-11-24").verified_on == date(2026, 11, 24)


@pytest.mark.parametrize(
    "url",
    ["example.jp", "ftp://example.jp/", "javascript:alert(1)", "https://", "https://example", "https://a.jp/ b", ""],
)
def test_an_address_is_one_of_the_web(url: str) -> None:
    with pytest.raises(ValidationError):
        Source.model_validate({"url": url, "supports": "番号"})


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"monthly_day": "10", "close": "17:00"}, True),
        ({"nth_weekday": {"nth": "2", "day": "sat"}, "close": "17:00"}, True),
        ({"close": "17:00"}, False),
        ({"monthly_day": "10", "nth_weekday": {"nth": "2", "day": "sat"}, "close": "17:00"}, False),
        ({"monthly_day": "32", "close": "17:00"}, False),
        ({"nth_weekday": {"nth": "6", "day": "sat"}, "close": "17:00"}, False),
    ],
)
def test_an_exception_is_of_one_kind_of_day(given: dict[str, Any], right: bool) -> None:
    if right:
        ExceptionHours.model_validate(given)
    else:
        with pytest.raises(ValidationError):
            ExceptionHours.model_validate(given)


@pytest.mark.parametrize("count", [1, 7])
def test_an_outcome_holds_two_to_six_services(count: int) -> None:
    with pytest.raises(ValidationError):
        Outcome.model_validate({"say": "ここへ", "services": [f"s-{number}" for number in range(count)]})


def test_an_option_is_nothing_but_id_label_and_next() -> None:
    assert set(Option.model_fields) == {"id", "label", "next"}


@pytest.mark.parametrize("level", ["0", "5", "高い", "２"])
def test_a_danger_level_is_one_to_four(level: str) -> None:
    with pytest.raises(ValidationError):
        DangerSign.model_validate({"id": "a", "level": level, "kind": "dv", "any": ["たたく"]})


def test_a_channel_says_nothing_of_hours_unless_told() -> None:
    channel = Channel.model_validate({"type": "phone"})
    assert channel.hours == ()
    assert channel.seen is None


def test_paths_come_in_the_order_of_the_options() -> None:
    assert [(path.answers, path.outcome) for path in flow().paths()] == [
        ((("first", "a"), ("second", "b")), "end"),
        ((("first", "a"), ("second", "unsure")), "other-end"),
        ((("first", "unsure"),), "end"),
    ]


def test_a_category_is_found_by_its_id(good: Catalog) -> None:
    assert [good.category(id).id for id in (*CATEGORY_IDS, UNDER18)] == [*CATEGORY_IDS, UNDER18]
    with pytest.raises(KeyError):
        good.category("")


def test_a_flow_has_its_own_urgent_line_or_the_strip(good: Catalog) -> None:
    assert good.always_for(UNDER18) is good.flows[UNDER18].always
    assert good.always_for("work") is good.strip
    assert good.always_for("nowhere") is good.strip


def test_help_is_found_by_level_and_kind(good: Catalog) -> None:
    help_ = good.help_for(4, "dv")
    assert (help_.level, help_.kind) == (4, "dv")
