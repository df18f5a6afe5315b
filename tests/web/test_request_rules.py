"""What a request must be to be answered: not too big, by a name of ours, through our proxies, from our pages."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.pages import Page
from web.app import build
from web.console.app import build as build_console
from web.errors import MAX_BODY
from web.settings import Settings
from web.typed import beginning
from web.wiring import Parts

DANGER = "いま薬を全部飲んだ"
WORRY = "家賃が払えない"
STRIP = ["110", "119", "0120061338"]
SEEN_FROM = {"REMOTE_ADDR": "198.51.100.9"}


@pytest.fixture
def with_settings(parts: Parts) -> Callable[..., Parts]:
    """The parts with other settings."""
    return lambda **given: replace(parts, settings=Settings(**parts.settings.model_dump() | given))


def page_of(response: TestResponse) -> Page:
    return Page(response.get_data(as_text=True))


def json_of(response: TestResponse) -> Any:
    return json.loads(response.get_data())


def test_the_longest_text_the_boxes_take_is_read(client: FlaskClient, parts: Parts) -> None:
    held = "x" * 512
    for letter in ("家", "𠮟", "‰"):
        response = client.post("/say", data={"state": held, "carried": "y" * 4_000, "text": letter * 2_000})
        assert response.status_code == 200


@pytest.mark.parametrize(
    "path", ["/say", "/choose", "/services/search", "/contact", "/share", "/look", "/api/v1/answers"]
)
def test_more_than_64_kib_is_refused_everywhere_with_the_numbers(client: FlaskClient, path: str) -> None:
    response = client.post(path, data={"text": "x" * MAX_BODY})
    assert response.status_code == 413
    if path.startswith("/api/"):
        assert json_of(response)["error"]["code"] == "too-big"
    else:
        assert page_of(response).numbers[-3:] == STRIP


@pytest.mark.parametrize("field", ["text", "q"])
def test_danger_at_the_beginning_of_a_text_too_big_is_met(client: FlaskClient, field: str) -> None:
    path = "/say" if field == "text" else "/services/search"
    response = client.post(path, data={"state": "OD" * 200, field: DANGER + "。" * 40_000})
    assert response.status_code == 413
    page = page_of(response)
    assert page.numbers[0] == "119"
    assert DANGER not in page.text
    assert page_of(client.post(path, data={field: WORRY + "。" * 40_000})).numbers == STRIP


@pytest.mark.parametrize("ascii_only", [True, False])
def test_danger_in_json_too_big_is_met(client: FlaskClient, ascii_only: bool) -> None:
    body = json.dumps({"state": None, "text": DANGER + '\n"\\' * 40_000}, ensure_ascii=ascii_only)
    response = client.post("/api/v1/messages", data=body.encode(), content_type="application/json")
    assert (response.status_code, json_of(response)["urgent"]["level"]) == (413, 4)


def test_no_more_than_64_kib_are_taken_from_a_body_too_big(app: Flask) -> None:
    taken = []

    class Counted(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            taken.append(size)
            return b"text=" + b"x" * (size - 5)

    environ = {"CONTENT_LENGTH": "100000000", "wsgi.input": Counted()}
    kind = "application/x-www-form-urlencoded"
    response = app.test_client().post("/say", environ_overrides=environ, content_type=kind)
    assert response.status_code == 413
    assert taken == [MAX_BODY]


@pytest.mark.parametrize("cut", range(40))
def test_what_was_typed_is_found_wherever_it_is_cut(cut: int) -> None:
    form = b"state=a&text=%E6%AD%BB+%E3%81%AB&more=1"
    typed = json.dumps({"text": '死 "\\に'}).encode()
    assert "死 に".startswith(beginning(form[:cut], as_json=False))
    assert '死 "\\に'.startswith(beginning(typed[:cut], as_json=True))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://other.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Origin": "https://LOCALHOST"},
    ],
)
def test_our_own_pages_old_phones_and_programs_may_write(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/say", data={"text": WORRY}, headers=headers).status_code == 200
    assert client.post("/api/v1/messages", json={"text": WORRY}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "https://other.example"},
        {"Origin": "http://localhost.other.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://[broken"},
    ],
)
@pytest.mark.parametrize("path", ["/say", "/choose", "/share", "/contact", "/services/search", "/nothing-here"])
def test_a_page_of_others_cannot_write_here(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, data={"text": DANGER}, headers=headers)
    page = page_of(response)
    assert response.status_code == 403
    assert page.numbers[0] == "119"
    assert page.numbers[-3:] == STRIP
    assert page.button_or_door


def test_a_page_of_others_cannot_use_the_api(client: FlaskClient) -> None:
    response = client.post("/api/v1/messages", json={"text": DANGER}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (response.status_code, json_of(response)["error"]["code"]) == (403, "cross-site")
    assert json_of(response)["urgent"]["level"] == 4
    asked = client.options("/api/v1/messages", headers={"Origin": "https://other.example"})
    assert not [name for name, _ in asked.headers if name.startswith("Access-Control-")]


def test_a_link_from_another_page_leads_here(client: FlaskClient) -> None:
    for path in ("/", "/under18", "/services", "/numbers", "/say"):
        assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code in (200, 303)


@pytest.mark.parametrize("name", ["help.example", "HELP.example:8443", "[2001:db8::1]:80", "second.example"])
def test_by_a_name_of_ours_it_answers(with_settings: Callable[..., Parts], name: str) -> None:
    client = build(with_settings(allowed_hosts="help.example  Second.example 2001:db8::1")).test_client()
    assert client.get("/", headers={"Host": name}).status_code == 200


@pytest.mark.parametrize(
    "name", ["other.example", "help.example.other.example", "x.help.example", "[", "", "127.0.0.1"]
)
def test_by_another_name_it_says_the_numbers_and_no_more(with_settings: Callable[..., Parts], name: str) -> None:
    client = build(with_settings(allowed_hosts="help.example")).test_client()
    for path in ("/", "/static/site.css", "/exit", "/nothing-here"):
        response = client.get(path, headers={"Host": name})
        assert response.status_code == 400
        assert page_of(response).numbers == STRIP
        assert "Location" not in response.headers
        assert "example" not in response.get_data(as_text=True)
    assert client.post("/say", data={"text": DANGER}, headers={"Host": name}).status_code == 400
    assert json_of(client.get("/api/v1/categories", headers={"Host": name}))["error"]["code"] == "unknown-host"
    assert client.get("/livez", headers={"Host": name}).status_code == 200
    assert client.get("/readyz", headers={"Host": name}).status_code == 200


def test_without_a_list_any_name_will_do(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "anything.example"}).status_code == 200


@pytest.mark.parametrize(
    ("hops", "forwarded", "seen"),
    [
        (0, "203.0.113.5", "198.51.100.9"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "192.0.2.66, 203.0.113.5", "203.0.113.5"),
        (2, "192.0.2.66, 203.0.113.5, 10.0.0.1", "203.0.113.5"),
        (2, "203.0.113.5", "198.51.100.9"),
        (1, "", "198.51.100.9"),
    ],
)
@pytest.mark.parametrize("make", [build, build_console])
def test_only_our_own_proxies_say_who_asks(
    with_settings: Callable[..., Parts], make: Callable[[Parts], Flask], hops: int, forwarded: str, seen: str
) -> None:
    app, found = make(with_settings(proxy_hops=hops)), []
    app.before_request_funcs[None].insert(
        0, lambda: found.append((request.remote_addr, request.is_secure, request.host))
    )
    said = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "other.example"}
    said |= {"X-Forwarded-Prefix": "/evil", "Forwarded": "for=192.0.2.66;host=other.example"}
    app.test_client().get("/livez", headers=said, environ_base=SEEN_FROM)
    assert found == [(seen, hops > 0, "localhost")]


def test_the_console_answers_by_its_names_and_through_a_tunnel(with_settings: Callable[..., Parts]) -> None:
    app = build_console(with_settings(allowed_hosts="console.example", proxy_hops=1))
    said = {"X-Forwarded-Proto": "https"}
    for name in ("console.example", "localhost:8001", "127.0.0.1"):
        assert app.test_client().get("/sign-in", headers={"Host": name} | said).status_code == 200
    refused = app.test_client().get("/sign-in", headers={"Host": "other.example"} | said)
    assert refused.status_code == 400
    assert "このアドレスでは開けません" in refused.text


@pytest.mark.parametrize(
    "path", ["//other.example/", "/%2F%2Fother.example", "/\\other.example", "/say?next=//other.example", "/services/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_is_led_elsewhere(client: FlaskClient, parts: Parts, path: str, method: str) -> None:
    response = client.open(path, method=method, headers={"X-Forwarded-Host": "other.example"})
    where = response.headers.get("Location", "/")
    assert where.startswith(("/", "http://localhost/"))
    assert not where.startswith("//")


def test_the_exit_leads_only_where_the_operator_said(client: FlaskClient, parts: Parts) -> None:
    for query in ("", "?next=https://other.example", "?url=//other.example", "?exit_url=https://other.example"):
        assert client.get(f"/exit{query}").headers["Location"] == parts.settings.exit_url
