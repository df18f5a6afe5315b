"""Signing in: two factors, no guessing, no telling who exists, and an end to every sign-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.console.conftest import PASSWORD, code, give_code, give_password, signed_in
from tests.support.clocks import Clock
from web.console import access
from web.console.guessing import FREE
from web.console.signing_in import WRONG, WRONG_CODE
from web.second_factor import STEP
from web.store.people import Person
from web.wiring import Parts

Send = Callable[..., TestResponse]
WRONG_PASSWORD = "ほかの人の ながいことば"  # noqa: S105


def held(client: FlaskClient) -> str | None:
    cookie = client.get_cookie("console")
    return cookie.value if cookie else None


def test_password_and_code_lead_in(console: FlaskClient, member: Callable[..., Person], clock: Clock) -> None:
    who = member()
    assert give_password(console, who.name).headers["Location"] == "/second-factor"
    assert not signed_in(console)
    assert give_code(console, code(who, clock)).headers["Location"] == "/"
    assert signed_in(console)


@pytest.mark.parametrize("written", ["REVIEWER1", "  reviewer1 ", "ｒｅｖｉｅｗｅｒ１"])
def test_width_and_case_of_a_name_and_width_of_a_code_do_not_matter(
    console: FlaskClient, member: Callable[..., Person], clock: Clock, written: str
) -> None:
    who = member()
    assert give_password(console, written, PASSWORD.replace(" ", "\u3000")).status_code == 303
    digits = code(who, clock)
    wide = digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert give_code(console, f" {wide[:3]} {wide[3:]} ").status_code == 303


def test_the_token_changes_at_each_step_and_the_former_ones_are_dead(
    console_app: Flask, member: Callable[..., Person], clock: Clock
) -> None:
    who, client = member(), console_app.test_client()
    client.set_cookie("console", "planted-by-somebody-else")
    give_password(client, who.name)
    half = held(client)
    give_code(client, code(who, clock))
    full = held(client)
    assert half not in (None, "planted-by-somebody-else", full)
    assert len(full or "") >= 43
    for dead in ("planted-by-somebody-else", half or ""):
        other = console_app.test_client()
        other.set_cookie("console", dead)
        assert other.get("/account").status_code == 303


def test_a_second_sign_in_in_the_same_browser_ends_the_first(
    console_app: Flask, sign_in: Callable[..., FlaskClient], member: Callable[..., Person]
) -> None:
    client = sign_in("admin")
    first = held(client) or ""
    give_password(client, member().name)
    other = console_app.test_client()
    other.set_cookie("console", first)
    assert not signed_in(other)


def test_fifteen_idle_minutes_end_it_and_work_keeps_it(sign_in: Callable[..., FlaskClient], clock: Clock) -> None:
    client = sign_in()
    for _ in range(4):
        clock.on(minutes=14)
        assert signed_in(client)
    clock.on(minutes=15)
    assert not signed_in(client)


def test_eight_hours_end_it_whatever_is_done(sign_in: Callable[..., FlaskClient], clock: Clock) -> None:
    client = sign_in()
    for _ in range(8 * 6 - 1):
        clock.on(minutes=10)
        assert signed_in(client)
    clock.on(minutes=10)
    assert not signed_in(client)


def test_signing_out_ends_it_on_the_server_too(
    console_app: Flask, sign_in: Callable[..., FlaskClient], send: Send
) -> None:
    client = sign_in()
    token = held(client)
    send(client, "/sign-out")
    assert held(client) is None
    thief = console_app.test_client()
    thief.set_cookie("console", token or "")
    assert not signed_in(thief)


@pytest.mark.parametrize("change", ["kept out", "role", "password"])
def test_whoever_loses_a_right_is_out_at_once(
    console_parts: Parts, sign_in: Callable[..., FlaskClient], change: str
) -> None:
    client, people = sign_in(), console_parts.store.people
    id = client.person.id
    assert signed_in(client)
    {
        "kept out": lambda: people.set_active(id, False, actor=None),
        "role": lambda: people.set_role(id, "lead", actor=None),
        "password": lambda: people.set_password(id, "$argon2id$other", actor=None),
    }[change]()
    assert not signed_in(client)


def test_somebody_kept_out_does_not_get_in_with_the_right_password(
    console: FlaskClient, console_parts: Parts, member: Callable[..., Person]
) -> None:
    who = member()
    console_parts.store.people.set_active(who.id, False, actor=None)
    answer = give_password(console, who.name)
    assert answer.status_code == 400
    assert WRONG in answer.text


def test_a_code_works_once(console_app: Flask, member: Callable[..., Person], clock: Clock) -> None:
    who, answers = member(), []
    digits = code(who, clock)
    for _ in range(2):
        client = console_app.test_client()
        give_password(client, who.name)
        answers.append(give_code(client, digits))
    assert [answer.status_code for answer in answers] == [303, 400]
    assert WRONG_CODE in answers[1].text


@pytest.mark.parametrize(("late", "status"), [(0, 303), (STEP, 303), (2 * STEP, 400), (-2 * STEP, 400)])
def test_a_code_of_a_neighbouring_step_passes_and_no_older_one(
    console: FlaskClient, member: Callable[..., Person], clock: Clock, late: int, status: int
) -> None:
    who = member()
    give_password(console, who.name)
    digits = code(who, clock)
    clock.on(seconds=late)
    assert give_code(console, digits).status_code == status


@pytest.mark.parametrize("digits", ["", "000000000", "12345", "²²²²²²", "abcdef", "๑๒๓๔๕๖"])
def test_what_is_no_code_is_told_so(console: FlaskClient, member: Callable[..., Person], digits: str) -> None:
    give_password(console, member().name)
    assert give_code(console, digits).status_code == 400


def test_without_a_secret_nobody_passes_the_second_step_and_learns_why(
    console: FlaskClient, console_parts: Parts, member: Callable[..., Person]
) -> None:
    who = member()
    console_parts.store.people.set_totp(who.id, None, actor=None)
    give_password(console, who.name)
    assert "管理する人" in console.get("/second-factor").text
    assert give_code(console, "123456").status_code == 400
    assert not signed_in(console)


def test_what_is_typed_as_a_name_comes_back_escaped_and_the_password_never(console: FlaskClient) -> None:
    answer = give_password(console, '"><script>alert(1)</script>', WRONG_PASSWORD)
    assert "<script>alert" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert WRONG_PASSWORD not in answer.text


def test_after_signing_in_the_wanted_page_opens_and_never_one_elsewhere(
    console: FlaskClient, member: Callable[..., Person], clock: Clock
) -> None:
    who = member("admin")
    console.get("/audit?action=verdict")
    give_password(console, who.name)
    give_code(console, code(who, clock))
    assert console.get("/").headers["Location"] == "/audit?action=verdict"
    assert console.get("/?next=https://example.org").headers["Location"].startswith("/")


def test_a_step_of_signing_in_is_no_page_to_come_back_to(
    console: FlaskClient, member: Callable[..., Person], clock: Clock
) -> None:
    who = member("admin")
    assert console.get("/second-factor").headers["Location"] == "/sign-in"
    give_password(console, who.name)
    give_code(console, code(who, clock))
    assert console.get("/").headers["Location"] != "/second-factor"


def test_the_cookies_are_for_this_host_over_https_only_and_out_of_the_reach_of_scripts(
    console_app: Flask, member: Callable[..., Person]
) -> None:
    who, client = member(), console_app.test_client()
    base = "https://minaoshi.example.jp"
    page = client.get("/sign-in", base_url=base)
    token = page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    form = {"name": who.name, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/sign-in", data=form, base_url=base)
    cookies = page.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
    named = {cookie.split("=", 1)[0] for cookie in cookies}
    assert named == {"__Host-console", "__Host-console-form"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_an_unencrypted_way_from_elsewhere_is_refused(console: FlaskClient) -> None:
    answer = console.get("/sign-in", base_url="http://minaoshi.example.jp")
    assert answer.status_code == 403
    assert "https://" in answer.text
    assert console.get("/sign-in", base_url="http://127.0.0.1:8001").status_code == 200


def test_signing_in_is_in_the_trail_and_so_is_a_row_of_failures(
    console: FlaskClient, console_parts: Parts, member: Callable[..., Person], clock: Clock
) -> None:
    who = member()
    for _ in range(FREE):
        give_password(console, who.name, WRONG_PASSWORD)
    clock.on(minutes=2)
    give_password(console, who.name)
    give_code(console, code(who, clock))
    trail = console_parts.store.audit.list(subject=f"person:{who.id}")
    assert [(entry.action, entry.actor) for entry in trail[:2]] == [("sign in", who.id), ("slow sign-in", None)]


def test_the_times_are_those_promised() -> None:
    assert timedelta(minutes=15) == access.IDLE
    assert timedelta(hours=8) == access.ABSOLUTE


@pytest.mark.parametrize("path", ["/sign-in", "/second-factor"])
def test_password_managers_and_pasting_are_welcome(
    console: FlaskClient, member: Callable[..., Person], path: str
) -> None:
    give_password(console, member().name) if path == "/second-factor" else None
    html = console.get(path).text
    assert 'autocomplete="off"' not in html
    assert "onpaste" not in html
    wanted = ("username", "current-password") if path == "/sign-in" else ("one-time-code",)
    assert all(f'autocomplete="{each}"' in html for each in wanted)
