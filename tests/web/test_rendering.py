from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from catalog.hours import JAPAN
from catalog.model import Channel
from tests.support.clocks import clock
from tests.support.pages import Person
from web.filters import clock_time, day_and_time, ruby_html, shortlist, tel
from web.wiring import Parts


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("0120-279-338", "tel:0120279338"),
        ("#8891", "tel:%238891"),
        ("110", "tel:110"),
        ("050-3655-0279", "tel:05036550279"),
    ],
)
def test_numbers_become_addresses_that_dial(number: str, address: str) -> None:
    assert tel(number) == address


def test_furigana_is_ruby_and_the_rest_is_escaped() -> None:
    html = str(ruby_html("{家|いえ}の<b>"))
    assert html == "<ruby>家<rp>(</rp><rt>いえ</rt><rp>)</rp></ruby>の&lt;b&gt;"


def test_every_service_shown_for_danger_says_how_to_reach_it(parts: Parts) -> None:
    catalog = parts.catalog
    for entry in (*catalog.urgent.values(), catalog.human_line):
        for place, id in enumerate(entry.services):
            quick, _ = shortlist(catalog.services[id])
            assert all(channel.number or channel.url or (place and channel.label) for channel in quick), id
            assert quick, id


def test_the_quickest_ways_are_a_call_and_a_chat(parts: Parts) -> None:
    base = parts.catalog.services["inochi-sos"]
    channels = (
        Channel(type="web", url="https://a.example"),
        Channel(type="phone", number="0120-061-338"),
        Channel(type="phone", number="0120-279-338"),
        Channel(type="chat", url="https://b.example"),
        Channel(type="visit", label="窓口"),
    )
    quick, others = shortlist(base.model_copy(update={"channels": channels}))
    assert quick == [channels[1], channels[3]]
    assert others == [channels[2], channels[0]]


@pytest.mark.parametrize(
    ("at", "closing", "following"),
    [
        ("2026-11-25T17:00", "17時", "きょう17時"),
        ("2026-11-25T22:30", "22時30分", "きょう22時30分"),
        ("2026-11-26T00:00", "24時", "あした0時"),
        ("2026-11-26T05:00", "あした5時", "あした5時"),
        ("2026-11-30T09:00", "11月30日(月)9時", "11月30日(月)9時"),
    ],
)
def test_times_as_people_say_them(at: str, closing: str, following: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=JAPAN)
    assert clock_time(moment, clock()) == closing
    assert day_and_time(moment, clock()) == following


def test_the_page_says_what_is_open_now(client: FlaskClient) -> None:
    person = Person(client)
    person.press("仕事・職場")
    while "ここに相談できます" not in person.page.headings:
        button = next(b for b in person.page.buttons if b.name == "answer")
        person.send("/choose", {"state": button.state, "answer": button.value})
    assert "いまは時間外です。次は きょう17時" in person.page.text
    assert "つながらないとき" in person.page.text
