"""What is said when something fails: stale forms, lost sign-ins, no database; always kindly, never a trace."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.console.conftest import form_token
from web.console import access, app, errors
from web.console.app import build
from web.store import Store
from web.store.people import Person
from web.wiring import Parts

JSON = {"Accept": "application/json"}


def test_a_stale_form_comes_back_with_all_that_was_typed_and_can_be_sent_at_once(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, member: Callable[..., Person]
) -> None:
    admin, who = sign_in("admin"), member()
    typed = "\n二行の\n<理由> & 'そのまま'"
    form = {"role": "lead", "reason": typed, "csrf_token": "stale"}
    html = admin.post(f"/people/{who.id}/role", data=form, headers={"Sec-Fetch-Site": "same-origin"}).text
    assert "&lt;理由&gt;" in html
    again = {
        name: unescape(value).removeprefix("\n")
        for name, value in re.findall(r'<textarea name="(\w+)" hidden>(.*?)</textarea>', html, re.S)
    }
    assert again == {"role": "lead", "reason": typed}
    token = re.search(r'name="csrf_token" value="([^"]+)"', html.split("<main", 1)[1])
    assert token is not None
    action = re.search(r'action="(/people[^"]+)"', html)
    assert action is not None
    assert admin.post(action[1], data=again | {"csrf_token": token[1]}).status_code == 303
    assert console_parts.store.audit.list(action="set role")[0].reason == typed.strip()


def test_passwords_and_codes_are_asked_for_again_and_never_written_back(console: FlaskClient) -> None:
    form = {"name": "hanako", "password": "ひみつのことば", "csrf_token": "stale"}
    html = console.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}).text
    assert "hanako" in html
    assert "ひみつのことば" not in html
    assert 'name="password" type="password" autocomplete="current-password"' in html


def test_a_page_that_cannot_say_where_its_form_comes_from_gets_no_button(console: FlaskClient) -> None:
    html = console.post("/people/1/role", data={"role": "admin", "reason": "x"}).text
    assert "もう一度送る" not in html
    assert "<textarea" not in html


def test_what_was_typed_outlives_the_end_of_a_sign_in(
    sign_in: Callable[..., FlaskClient], member: Callable[..., Person], clock: Any
) -> None:
    admin, who = sign_in("admin"), member()
    form = {"role": "lead", "reason": "ながく考えた理由", "csrf_token": form_token(admin)}
    clock.on(minutes=16)
    answer = admin.post(f"/people/{who.id}/role", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 401
    assert answer.text.count("ながく考えた理由") == 2
    assert "サインイン" in answer.text


def test_a_script_with_a_stale_token_gets_a_fresh_one(sign_in: Callable[..., FlaskClient]) -> None:
    client = sign_in()
    answer = client.post("/account/password", json={}, headers={"X-CSRFToken": "stale"})
    assert answer.status_code == 400
    again = client.post("/account/password", json={}, headers={"X-CSRFToken": answer.json["csrf_token"]})
    assert again.status_code == 400
    assert not again.is_json  # past the token: the page says what is missing


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/people", 405),
        ("GET", "/static/../app.py", 404),
    ],
)
def test_what_is_not_there_is_told_kindly(
    sign_in: Callable[..., FlaskClient], method: str, path: str, status: int
) -> None:
    answer = sign_in("admin").open(path, method=method)
    assert answer.status_code == status
    assert "はじめの画面へ" in answer.text


def test_too_much_is_told_kindly(sign_in: Callable[..., FlaskClient]) -> None:
    answer = sign_in().post("/account/password", data=b"x" * (app.MAX_BODY + 1), content_type="text/plain")
    assert answer.status_code == 413


def broken(parts: Parts, folder: Path) -> Parts:
    """The parts over a store whose database is no database."""
    path = folder / "broken.sqlite"
    path.write_bytes(b"no database at all" * 100)
    return replace(parts, store=Store.open(f"sqlite:///{path}", ("a-secret-of-the-tests-of-32-letters",)))


def test_without_a_database_the_console_says_why_and_shows_no_trace(console_parts: Parts, tmp_path: Path) -> None:
    parts = broken(console_parts, tmp_path)
    client = build(parts).test_client()
    client.set_cookie("console", "anything")
    assert client.get("/sign-in").status_code == 200
    answers = [client.get("/people"), client.get("/")]
    form = {"name": "x", "password": "y", "csrf_token": form_token(client, "/sign-in")}
    answers.append(client.post("/sign-in", data=form))
    for answer in answers:
        assert answer.status_code == 503
        assert "データベース" in answer.text
        assert "Traceback" not in answer.text
        assert "sqlite" not in answer.text.lower()
    as_json = client.get("/people", headers=JSON)
    assert as_json.json["error"]["code"] == "store-unavailable"
    parts.store.close()


def test_an_unforeseen_failure_is_told_kindly_and_logged_without_its_words(
    console_parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    flask = build(console_parts)

    @access.open_to_all
    def fails() -> str:
        raise RuntimeError("家賃が払えません")

    flask.add_url_rule("/fails", "fails", fails)
    with caplog.at_level(logging.DEBUG):
        answer = flask.test_client().get("/fails")
    assert answer.status_code == 500
    assert errors.UNEXPECTED[1] in answer.text
    logged = str([vars(record) for record in caplog.records])
    assert "家賃" not in answer.text + logged
    assert "'error': 'RuntimeError'" in logged
