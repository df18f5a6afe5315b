from __future__ import annotations

from typing import Any

import pytest

from catalog.model import DAYS, Service
from catalog.reach import always_open, reachable
from tests.catalog.records import SERVICE

ALL_DAY = {"days": DAYS, "open": "00:00", "close": "24:00"}


def service(*channels: dict[str, Any], id: str = "kokoro") -> Service:
    return Service.model_validate({**SERVICE, "id": id, "channels": channels})


@pytest.mark.parametrize(
    ("channel", "reached"),
    [
        ({"type": "phone", "number": "110", "seen": True}, True),
        ({"type": "sms", "number": "110", "seen": True}, True),
        ({"type": "chat", "url": "https://chat.example.jp/", "seen": True}, True),
        ({"type": "line", "label": "ID:@kokoro", "seen": True}, True),
        ({"type": "phone", "number": "110", "seen": False}, False),
        ({"type": "phone", "number": "110"}, False),
        ({"type": "phone", "label": "代表電話", "seen": True}, False),
        ({"type": "chat", "url": "https://chat.example.jp/"}, False),
        ({"type": "visit", "label": "窓口", "seen": True}, False),
        ({"type": "mail", "url": "https://mail.example.jp/", "seen": True}, False),
        ({"type": "web", "url": "https://web.example.jp/", "seen": True}, False),
        ({"type": "letter", "label": "手紙", "seen": True}, False),
        ({"type": "fax", "label": "ファクス", "seen": True}, False),
    ],
)
def test_reachable_is_a_seen_number_or_chat(channel: dict[str, Any], reached: bool) -> None:
    assert reachable(service(channel)) is reached


def test_one_way_that_answers_is_enough() -> None:
    assert reachable(service({"type": "visit"}, {"type": "phone", "number": "110", "seen": True}))
    assert not reachable(service())


def test_an_emergency_call_by_web_counts() -> None:
    assert reachable(service({"type": "web"}, id="net-119"))
    assert always_open(service({"type": "web", "hours": [ALL_DAY]}, id="net-119"))


@pytest.mark.parametrize(
    ("hours", "always"),
    [
        ([ALL_DAY], True),
        ([{**ALL_DAY, "days": DAYS[:5]}, {**ALL_DAY, "days": DAYS[5:]}], True),
        ([{**ALL_DAY, "days": DAYS[:5]}], False),
        ([{**ALL_DAY, "close": "23:59"}], False),
        ([{**ALL_DAY, "open": "00:01"}], False),
        ([], False),
    ],
)
def test_always_open_is_all_day_on_seven_days(hours: list[dict[str, Any]], always: bool) -> None:
    assert always_open(service({"type": "phone", "number": "110", "hours": hours})) is always


def test_always_open_is_not_put_together_from_two_ways() -> None:
    week = {"type": "phone", "hours": [{**ALL_DAY, "days": DAYS[:5]}]}
    weekend = {"type": "chat", "hours": [{**ALL_DAY, "days": DAYS[5:]}]}
    assert not always_open(service(week, weekend))


def test_a_counter_open_day_and_night_is_no_line() -> None:
    assert not always_open(service({"type": "visit", "hours": [ALL_DAY]}))
