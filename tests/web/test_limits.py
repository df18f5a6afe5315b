"""How much one address may ask for, and what gives way when there is too much. Redis is a real one."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from assistant.guide import Guide
from catalog.model import CATEGORY_IDS
from nlu.prediction import Prediction
from tests.support.clocks import clock
from tests.support.pages import Page
from tests.support.redis_server import RedisServer, redis_server
from web import shedding
from web.app import build
from web.limits import LIMITED
from web.settings import Settings
from web.shedding import LANES, Lane
from web.wiring import Parts

SCHOOL, OTHER = "203.0.113.7", "198.51.100.20"
AT_ONCE = 400
"""Texts of one address within ten seconds."""
TAKEN = 400
"""The status of a message in which nothing stands: it is counted like any other, and costs next to nothing."""
DANGER = "いま薬を全部飲んだ"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture
def app(parts: Parts) -> Flask:
    """An application that has counted nothing yet."""
    return build(parts)


@pytest.fixture
def with_redis(parts: Parts, redis: RedisServer) -> Callable[[], FlaskClient]:
    """One more process of an installation that counts in Redis."""
    redis.client().flushall()
    settings = Settings(**parts.settings.model_dump() | {"redis_url": redis.url, "secret_key": "k" * 32})
    return lambda: build(replace(parts, settings=settings)).test_client()


def write(client: FlaskClient, address: str = SCHOOL, path: str = "/say", **form: str) -> TestResponse:
    """Something sent from an address; without a text it costs next to nothing and is counted all the same."""
    return client.post(path, data=form, environ_overrides={"REMOTE_ADDR": address})


def write_often(client: FlaskClient, times: int, address: str = SCHOOL, path: str = "/api/v1/messages") -> Counter[int]:
    """How many of so many, in which nothing stands, were answered with which status. A browser of the tests would cost
    more than the answers."""
    asked = create_environ(path, method="POST") | {"REMOTE_ADDR": address}
    sent = (run_wsgi_app(client.application, asked | {"wsgi.input": BytesIO()}, buffered=True) for _ in range(times))
    return Counter(int(status[:3]) for _, status, _ in sent)


@pytest.fixture
def used_up(app: Flask) -> FlaskClient:
    """The application after one address wrote as much as it may."""
    client = app.test_client()
    assert write_often(client, AT_ONCE) == {TAKEN: AT_ONCE}
    return client


def test_three_hundred_pupils_behind_one_address_write_at_once(app: Flask) -> None:
    texts = [f"{number}番です。学校に行けない" for number in range(300)]
    answered = Counter(write(app.test_client(), text=text).status_code for text in texts)
    assert answered == {200: 300}


def test_who_writes_more_is_told_to_wait_and_shown_the_numbers_and_the_buttons(used_up: FlaskClient) -> None:
    response = write(used_up, text="家賃が払えない")
    assert (response.status_code, response.headers["Retry-After"]) == (429, "10")
    page = Page(response.get_data(as_text=True))
    assert "いま混みあっています" in page.text
    assert page.numbers == ["110", "119", "0120061338"]
    assert [button.value for button in page.buttons if button.name == "category"] == list(CATEGORY_IDS)
    assert not any(name in str(response.headers) for name in ("X-RateLimit", SCHOOL))


def test_danger_is_met_although_it_was_too_much(used_up: FlaskClient) -> None:
    page = Page(write(used_up, text=DANGER).get_data(as_text=True))
    assert page.numbers[0] == "119"
    assert not [button for button in page.buttons if button.name == "category"]
    reply = used_up.post("/api/v1/messages", json={"text": DANGER}, environ_overrides={"REMOTE_ADDR": SCHOOL})
    error = reply.json or {}
    assert (reply.status_code, error["error"]["code"], error["urgent"]["level"]) == (429, "busy", 4)
    assert reply.headers["Retry-After"] == "10"


def test_the_conversation_goes_on_by_buttons_from_there(used_up: FlaskClient, parts: Parts) -> None:
    asked = Page(used_up.post("/choose", data={"category": "work"}).get_data(as_text=True))
    state = next(button.state for button in asked.buttons if button.name == "answer")
    refused = Page(write(used_up, text="夫に殴られています", state=state).get_data(as_text=True))
    held = parts.signer.read(refused.buttons[0].state)
    assert held is not None
    assert (held.category, held.level, held.kind) == ("work", 2, "dv")
    pressed = write(used_up, path="/choose", state=refused.buttons[0].state, category="food-housing")
    page = Page(pressed.get_data(as_text=True))
    assert pressed.status_code == 200
    assert "0120279889" in page.numbers  # DV相談+


def test_buttons_pages_numbers_and_help_are_never_limited(used_up: FlaskClient) -> None:
    assert write(used_up).status_code == 429
    seen = {"REMOTE_ADDR": SCHOOL}
    for path in ("/", "/under18", "/under18/contacts", "/numbers", "/services", "/pages", "/static/site.css", "/livez"):
        with used_up.get(path, environ_overrides=seen) as response:
            assert response.status_code == 200, path
    for path in ("/choose", "/look", "/helped", "/sheet"):
        assert write_often(used_up, 10, path=path) == {200: 10}, path
    pressed = [
        used_up.post("/api/v1/answers", json={"category": "work"}, environ_overrides=seen).status_code
        for _ in range(AT_ONCE + 50)
    ]
    assert Counter(pressed) == {200: AT_ONCE + 50}
    assert used_up.get("/say", environ_overrides=seen).status_code == 303


def test_only_the_five_ways_to_write_are_limited(app: Flask) -> None:
    writing = {"chat.say", "browsing.search", "api.messages", "chat.share", "contact.send"}
    assert set(LIMITED) == writing == {endpoint for _, endpoints in LANES.values() for endpoint in endpoints}
    assert writing <= set(app.view_functions)


def test_texts_count_together_and_what_is_kept_apart(used_up: FlaskClient) -> None:
    assert write(used_up, path="/services/search").status_code == 429
    assert write_often(used_up, 600, path="/contact") == {200: 600}
    assert write(used_up, path="/share").status_code == 429
    assert write(used_up, path="/share").headers["Retry-After"] == "3600"


def test_others_are_not_met_by_the_limit_of_one(used_up: FlaskClient) -> None:
    assert write(used_up, OTHER).status_code == 200


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_this_machine_itself_is_not_counted(app: Flask, address: str) -> None:
    assert write_often(app.test_client(), AT_ONCE + 20, address) == {TAKEN: AT_ONCE + 20}


def test_a_household_with_ipv6_counts_as_one(app: Flask) -> None:
    client = app.test_client()
    texts = sum((write_often(client, 1, f"2001:db8:1:2::{device:x}") for device in range(AT_ONCE)), Counter())
    assert texts == {TAKEN: AT_ONCE}
    assert write(client, "2001:db8:1:2:ffff::1").status_code == 429
    assert write(client, "2001:db8:1:3::1").status_code == 200
    assert write_often(client, AT_ONCE, "::ffff:192.0.2.5") == {TAKEN: AT_ONCE}
    assert write(client, "192.0.2.5").status_code == 429


def test_behind_a_proxy_of_ours_each_person_counts(parts: Parts) -> None:
    settings = Settings(**parts.settings.model_dump() | {"proxy_hops": 1})
    client = build(replace(parts, settings=settings)).test_client()
    statuses = [
        client.post("/api/v1/messages", headers={"X-Forwarded-For": f"192.0.2.{number}, {SCHOOL}"}).status_code
        for number in range(AT_ONCE + 1)
    ]
    assert Counter(statuses) == {TAKEN: AT_ONCE, 429: 1}
    assert client.post("/say", headers={"X-Forwarded-For": OTHER}).status_code == 200


def test_who_makes_up_forwarded_addresses_is_counted_as_one(app: Flask) -> None:
    client = app.test_client()
    sent = {"environ_overrides": {"REMOTE_ADDR": SCHOOL}}
    for number in range(AT_ONCE):
        client.post("/api/v1/messages", headers={"X-Forwarded-For": f"192.0.2.{number}"}, **sent)
    assert client.post("/say", headers={"X-Forwarded-For": OTHER}, **sent).status_code == 429


def test_processes_count_together_in_redis(with_redis: Callable[[], FlaskClient]) -> None:
    one, two = with_redis(), with_redis()
    assert write_often(one, AT_ONCE // 2) + write_often(two, AT_ONCE // 2) == {TAKEN: AT_ONCE}
    assert (write(one).status_code, write(two).status_code) == (429, 429)
    assert write(one, OTHER).status_code == 200


def test_redis_holds_no_address_and_nothing_for_longer_than_its_window(
    with_redis: Callable[[], FlaskClient], redis: RedisServer
) -> None:
    write(with_redis(), text="家賃が払えない")
    (key,) = map(str, redis.client().keys())
    assert re.fullmatch(r"LIMITS:LIMITER/hitorijanai/[0-9a-f]{32}/text/400/10/second", key)
    assert 0 < redis.client().ttl(key) <= 10


def test_an_address_has_another_name_every_day(
    parts: Parts, redis: RedisServer, with_redis: Callable[[], FlaskClient]
) -> None:
    settings = Settings(**parts.settings.model_dump() | {"redis_url": redis.url, "secret_key": "k" * 32})
    tomorrow = Guide(parts.catalog, parts.classifier.predict, lambda: clock() + timedelta(days=1))
    write(with_redis())
    write(build(replace(parts, settings=settings, guide=tomorrow)).test_client())
    assert len(redis.client().keys()) == 2


def test_without_redis_at_the_start_each_process_counts_for_itself(parts: Parts) -> None:
    nowhere = Settings(**parts.settings.model_dump() | {"redis_url": "redis://127.0.0.1:1/0"})
    client = build(replace(parts, settings=nowhere)).test_client()
    assert write_often(client, AT_ONCE) == {TAKEN: AT_ONCE}
    assert write(client).status_code == 429


def test_redis_may_die_and_come_back(with_redis: Callable[[], FlaskClient], redis: RedisServer) -> None:
    client = with_redis()
    assert write_often(client, 100) == {TAKEN: 100}
    redis.kill()
    try:
        assert write_often(client, AT_ONCE) == {TAKEN: AT_ONCE}
        assert write(client).status_code == 429
    finally:
        redis.start()
    until = time.monotonic() + 20
    while not redis.client().keys():
        assert time.monotonic() < until, "never counted in Redis again"
        write(client, OTHER)
        time.sleep(0.1)


def test_a_redis_that_hangs_is_waited_for_once_and_not_by_everybody(
    with_redis: Callable[[], FlaskClient], redis: RedisServer
) -> None:
    client = with_redis()
    write(client)
    redis.hang()
    try:
        began = time.monotonic()
        assert write_often(client, 300) == {TAKEN: 300}
        assert time.monotonic() - began < 30  # it would be 60 s if each waited 0.2 s
    finally:
        redis.go_on()


class Slow:
    """A classifier that answers only when it is told to."""

    def __init__(self) -> None:
        self.asked = threading.Semaphore(0)
        self.answers = threading.Event()

    def predict(self, text: str) -> Prediction | None:
        self.asked.release()
        assert self.answers.wait(60)
        return None


@pytest.fixture
def stuck(parts: Parts) -> Iterator[Flask]:
    """An application whose places for texts are all taken."""
    slow = Slow()
    app = build(replace(parts, guide=Guide(parts.catalog, slow.predict, clock)))
    app.extensions["parts"] = replace(parts, guide=Guide(parts.catalog, slow.predict, clock))
    places, _ = LANES["text"]
    with ThreadPoolExecutor(places) as pool:
        answers = [pool.submit(write, app.test_client(), text="家賃が払えない") for _ in range(places)]
        for _ in range(places):
            assert slow.asked.acquire(timeout=60)
        try:
            yield app
        finally:
            slow.answers.set()
            assert [answer.result(60).status_code for answer in answers] == [200] * places


def test_a_text_too_many_is_a_page_with_buttons_and_numbers(stuck: Flask) -> None:
    response = write(stuck.test_client(), text="会社を辞めたい")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    page = Page(response.get_data(as_text=True))
    assert page.numbers == ["110", "119", "0120061338"]
    tile = next(button for button in page.buttons if button.value == "work")
    pressed = write(stuck.test_client(), path=tile.action, state=tile.state, category="work")
    assert pressed.status_code == 200
    assert [button for button in Page(pressed.get_data(as_text=True)).buttons if button.name == "answer"]


def test_danger_is_met_although_there_is_no_place(stuck: Flask) -> None:
    page = write(stuck.test_client(), text=DANGER)
    assert (page.status_code, Page(page.get_data(as_text=True)).numbers[0]) == (503, "119")
    found = write(stuck.test_client(), path="/services/search", q=DANGER)
    assert (found.status_code, Page(found.get_data(as_text=True)).numbers[0]) == (503, "119")
    reply = stuck.test_client().post("/api/v1/messages", json={"text": DANGER})
    assert (reply.status_code, (reply.json or {})["urgent"]["level"]) == (503, 4)


def test_buttons_pages_and_numbers_go_on_meanwhile(stuck: Flask) -> None:
    client = stuck.test_client()
    assert write(client, text="会社を辞めたい").status_code == 503
    for path in ("/", "/under18", "/numbers", "/services", "/services/yorisoi-hotline", "/pages", "/readyz"):
        assert client.get(path).status_code == 200, path
    for path in ("/choose", "/look", "/sheet", "/helped", "/share", "/contact"):
        assert write(client, path=path).status_code == 200, path
    assert client.post("/api/v1/answers", json={"category": "work"}).status_code == 200


def test_afterwards_texts_are_read_again() -> None:
    lane = Lane(1, patience=0.01)
    assert lane.enter()
    assert not lane.enter()
    lane.leave()
    assert lane.enter()
    assert not lane.enter()


def test_who_came_first_is_read_first() -> None:
    lane, read = Lane(1, patience=60), []

    def wait(number: int) -> None:
        assert lane.enter()
        read.append(number)
        lane.leave()

    assert lane.enter()
    with ThreadPoolExecutor(8) as pool:
        for number in range(8):
            pool.submit(wait, number)
            while len(lane._waiting) <= number:
                time.sleep(0.001)
        lane.leave()
        assert lane.enter()
    assert read == list(range(8))


def test_once_one_waited_in_vain_no_other_waits() -> None:
    lane = Lane(1, patience=1)
    assert lane.enter()
    began = time.monotonic()
    assert not any(lane.enter() for _ in range(60))
    assert time.monotonic() - began < 30  # it would be 60 s if each waited


def test_a_mere_rush_loses_nobody(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is: nobody is left out of the row."""
    monkeypatch.setattr(shedding, "Lane", partial(Lane, patience=60))
    app = build(parts)
    texts = ["会社をクビになって家賃が払えない", "親の介護がつらい", "夫が口をきいてくれない", "赤ちゃんが泣きやまない"]

    def one(number: int) -> int:
        return write(app.test_client(), text=texts[number % len(texts)]).status_code

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(one, range(160))) == {200: 160}
