"""500 pieces of markup in every field of every public form, body and address: none becomes markup or a script."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.security.hostile import COMPUTED, INJECTIONS, markup
from tests.security.page_markup import Markup
from tests.security.ways import ASKED, BODIES, FORMS, pages
from tests.support.clocks import clock
from web.app import build
from web.settings import Settings
from web.wiring import wire

PAYLOADS = markup()
AT_ONCE = 10
"""So many payloads stand one after the other in a field that is not shown again."""
SHOWN_AT_ONCE = 5
"""And in one that is."""


def heaps(payloads: tuple[str, ...] = PAYLOADS, size: int = AT_ONCE) -> Iterator[str]:
    rest = iter(payloads)
    while heap := list(islice(rest, size)):
        yield "\n".join(heap)


@pytest.fixture(scope="module")
def names(app: Flask) -> set[str]:
    """Elements and attributes that stand on pages nobody has typed anything hostile for."""
    client, found = app.test_client(), set()
    for path in [*pages(app), "/nowhere", "/services?category=work&way=phone"]:
        answer = client.get(path)
        if answer.mimetype == "text/html":
            found |= Markup(answer.get_data(as_text=True)).names()
        answer.close()
    for path, fields in FORMS.items():
        for given in ("", "家賃が払えない", "死にたい", "いま薬を全部飲んだ", "hello", "yes", "work"):
            answer = client.post(path, data=dict.fromkeys(fields, given) | {"state": "", "carried": ""})
            found |= Markup(answer.get_data(as_text=True)).names()
    assert not any(name.startswith("on") for name in found)
    return found


def harmless(answer: TestResponse, names: set[str]) -> None:
    text = answer.get_data(as_text=True)
    answer.close()
    assert answer.status_code < 500, (answer.request.path, answer.status)
    assert "x0ss" not in str(answer.headers)
    if answer.mimetype == "text/html":
        page = Markup(text)
        assert page.foreign(names) == [], answer.request.path
    else:
        assert answer.mimetype in ("application/json", "text/csv", "text/css", "text/javascript"), answer.mimetype
        assert answer.mimetype == "application/json" or "x0ss" not in text
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_there_are_500_and_each_would_be_seen_if_it_got_through(names: set[str]) -> None:
    assert len(set(PAYLOADS)) == 500
    raw = [payload for payload in PAYLOADS[:400] if Markup(f"<p>{payload}</p>").foreign(names)]
    assert len(raw) > 330, "the rest are spellings that only a filter would turn into markup"
    assert Markup('<p title="" onmouseover="x">').foreign(names | {"title"}) != []


@pytest.mark.parametrize("path", sorted(FORMS))
def test_no_field_of_a_form_lets_markup_in(client: FlaskClient, names: set[str], path: str) -> None:
    for heap in heaps():
        harmless(client.post(path, data=dict.fromkeys(FORMS[path], heap)), names)
        if "text" in FORMS[path]:
            harmless(client.post(path, data={"text": heap}), names)


def test_what_a_search_shows_again_is_text(client: FlaskClient, names: set[str]) -> None:
    for heap in heaps(size=SHOWN_AT_ONCE):
        answer = client.post("/services/search", data={"q": heap})
        harmless(answer, names)
        boxes = "".join(Markup(answer.get_data(as_text=True)).values)
        assert all(payload.replace("\x00", " ").strip() in boxes for payload in heap.split("\n")), "shown again, whole"


def test_what_a_message_shows_again_is_text(instance: Path, tmp_path: Path, names: set[str]) -> None:
    (tmp_path / "file").touch()
    settings = Settings(hitorijanai_instance=instance, database_url=f"sqlite:///{tmp_path}/file/x.sqlite")
    client = build(wire(settings, clock)).test_client()
    for heap in heaps(size=SHOWN_AT_ONCE):
        answer = client.post("/contact", data={"text": heap})
        assert answer.get_data(as_text=True).count("x0ss") >= SHOWN_AT_ONCE, "given back, since it could not be kept"
        harmless(answer, names)


@pytest.mark.parametrize("path", sorted(BODIES))
def test_no_field_of_the_api_lets_markup_in(client: FlaskClient, names: set[str], path: str) -> None:
    for heap in heaps():
        for fields in BODIES[path]:
            harmless(client.post(path, json=dict.fromkeys(fields, heap)), names)
        harmless(client.post(path, json={heap: heap}), names)
        harmless(client.post(path, data=heap.encode(), content_type="text/html"), names)


def test_no_address_lets_markup_in(app: Flask, client: FlaskClient, names: set[str]) -> None:
    light = [path for path in pages(app) if path != "/services"]
    for number, heap in enumerate(heaps(size=5)):
        text = quote(heap, safe="")
        path = light[number % len(light)]
        harmless(client.get(path + "?" + "&".join(f"{name}={text}" for name in ASKED)), names)
        for place in ("/pages/", "/services/", "/api/v1/services/", "/static/", "/"):
            harmless(client.get(place + text[:3000]), names)
    harmless(client.get("/services?" + "&".join(f"{name}={quote(PAYLOADS[1])}" for name in ASKED)), names)
    harmless(client.get("/services?category=work&" + quote(PAYLOADS[1]) + "=" + quote(PAYLOADS[1])), names)


def test_no_header_lets_markup_in(client: FlaskClient, names: set[str]) -> None:
    for number, payload in enumerate(text for text in PAYLOADS if text.isprintable() and text.isascii()):
        headers = dict.fromkeys(("User-Agent", "Referer", "Accept-Language", "Accept", "Cookie", "Origin"), payload)
        harmless(client.get(("/pages/contact", "/nowhere", "/api/v1/nowhere")[number % 3], headers=headers), names)


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_means_something_elsewhere_is_text_here(
    client: FlaskClient, names: set[str], caplog: pytest.LogCaptureFixture, text: str
) -> None:
    with caplog.at_level("DEBUG"):
        answers = [client.post(path, data=dict.fromkeys(fields, text)) for path, fields in FORMS.items()]
        answers += [
            client.post(path, json=dict.fromkeys(fields, text)) for path, sets in BODIES.items() for fields in sets
        ]
        answers += [
            client.get(f"{place}{quote(text, safe='')}") for place in ("/pages/", "/services/", "/api/v1/services/")
        ]
        answers.append(client.get("/api/v1/services", query_string={"category": text, "format": text}))
    for answer in answers:
        harmless(answer, names)
        assert COMPUTED not in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers
        assert "root:" not in answer.get_data(as_text=True)
    if len(text) > 12:
        assert text[:12] not in "".join(str(vars(record)) for record in caplog.records)
    assert "forged" not in caplog.text
