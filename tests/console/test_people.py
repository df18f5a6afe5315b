"""Managing people, one's own account, and the commands that make people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from web.console.people import NO_REASON, NO_ROLE, YOURSELF
from web.store.people import Person
from web.wiring import Parts

Send = Callable[..., TestResponse]


@pytest.fixture
def admin(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in("admin")


def test_the_list_shows_everybody_and_no_secret(admin: FlaskClient, member: Callable[..., Person]) -> None:
    others = [member("reviewer"), member("lead")]
    html = admin.get("/people").text
    for one in others:
        assert one.name in html
        assert one.password_hash not in html
        assert (one.totp_secret or "") not in html


def test_a_role_is_changed_with_a_reason_that_the_trail_keeps(
    admin: FlaskClient, console_parts: Parts, member: Callable[..., Person], send: Send
) -> None:
    who = member()
    form = {"role": "lead", "reason": "四月からまとめ役"}
    assert send(admin, f"/people/{who.id}/role", form).status_code == 303
    assert console_parts.store.people.by_id(who.id).role == "lead"  # type: ignore[union-attr]
    entry = console_parts.store.audit.list(action="set role")[0]
    assert (entry.actor, entry.reason) == (admin.person.id, "四月からまとめ役")
    assert (entry.before, entry.after) == ({"role": "reviewer"}, {"role": "lead"})


def test_keeping_out_and_letting_in_again(
    admin: FlaskClient, sign_in: Callable[..., FlaskClient], console_parts: Parts, send: Send
) -> None:
    worker = sign_in("reviewer")
    id = worker.person.id
    assert worker.get("/account").status_code == 200
    send(admin, f"/people/{id}/active", {"active": "no", "reason": "退職"})
    assert worker.get("/account").status_code == 303
    send(admin, f"/people/{id}/active", {"active": "yes", "reason": "もどった"})
    assert console_parts.store.people.by_id(id).active  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("role", {"role": "lead", "reason": " "}, [NO_REASON]),
        ("role", {"role": "king", "reason": ""}, [NO_ROLE, NO_REASON]),
        ("role", {}, [NO_ROLE, NO_REASON]),
        ("active", {"active": "no", "reason": "あ" * 201}, [NO_REASON]),
    ],
)
def test_all_that_is_missing_is_told_at_once_and_nothing_changes(
    *,
    admin: FlaskClient,
    console_parts: Parts,
    member: Callable[..., Person],
    send: Send,
    path: str,
    form: dict[str, str],
    told: list[str],
) -> None:
    who = member()
    answer = send(admin, f"/people/{who.id}/{path}", form)
    assert answer.status_code == 400
    assert all(sentence in answer.text for sentence in told)
    assert console_parts.store.people.by_id(who.id) == who


def test_what_was_typed_stays_where_it_was_typed(admin: FlaskClient, member: Callable[..., Person], send: Send) -> None:
    html = send(admin, f"/people/{member().id}/role", {"role": "king", "reason": '"たいせつな<b>理由'}).text
    assert 'value="&#34;たいせつな&lt;b&gt;理由"' in html


def test_nobody_manages_themselves(admin: FlaskClient, console_parts: Parts, send: Send) -> None:
    for path, form in (("role", {"role": "lead", "reason": "x"}), ("active", {"active": "no", "reason": "x"})):
        answer = send(admin, f"/people/{admin.person.id}/{path}", form)
        assert answer.status_code == 409
        assert YOURSELF in answer.text
    assert console_parts.store.people.by_id(admin.person.id) == admin.person


@pytest.mark.parametrize("id", ["999", "0", "9223372036854775808", "99999999999999999999999999999999"])
def test_somebody_who_is_not_there_is_not_found(admin: FlaskClient, send: Send, id: str) -> None:
    assert send(admin, f"/people/{id}/role", {"role": "lead", "reason": "x"}).status_code == 404


def test_hostile_names_are_shown_as_text(admin: FlaskClient, member: Callable[..., Person]) -> None:
    member(name="<img src=x onerror=alert(1)>\u202e")
    html = admin.get("/people").text
    assert "<img" not in html
    assert "<bdi>&lt;img src=x onerror=alert(1)&gt;</bdi>" in html


def test_the_navigation_shows_only_what_opens(console_app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    shown = {role: sign_in(role).get("/account").text for role in ("reviewer", "admin")}
    assert 'href="/people"' not in shown["reviewer"]
    assert 'href="/people"' in shown["admin"]
    assert 'aria-current="page"' in shown["reviewer"]
