"""Guessing: slowed down for every name alike, and without keeping anybody out for long."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.console.conftest import code, form_token, give_code, give_password
from tests.support.clocks import Clock
from web.console.guessing import FAILED_SECONDS, FREE, LONGEST, Guesses, wait_after
from web.console.signing_in import SLOWED, WRONG
from web.store.people import Person
from web.wiring import Parts

WRONG_PASSWORD = "ほかの人の ながいことば"  # noqa: S105


def test_known_unknown_and_kept_out_names_get_the_same_answers_however_often(
    console_app: Flask, console_parts: Parts, member: Callable[..., Person], pauses: list[float]
) -> None:
    known, out = member(), member()
    console_parts.store.people.set_active(out.id, False, actor=None)
    seen = {}
    for name in (known.name, out.name, "nobody-of-that-name"):
        client, tries = console_app.test_client(), []
        token = form_token(client, "/sign-in")
        pauses.clear()
        for _ in range(FREE + 3):
            form = {"name": name, "password": WRONG_PASSWORD, "csrf_token": token}
            answer = client.post("/sign-in", data=form)
            body = re.sub(r'(csrf_token" value=")[^"]+', r"\1", answer.text.replace(name, "NAME"))
            tries.append((answer.status_code, body, sorted(answer.headers.keys())))
        seen[name] = (tries, len(pauses))
    first, *others = seen.values()
    assert all(other == first for other in others)
    assert SLOWED in first[0][-1][1]
    assert WRONG in first[0][0][1]


def test_every_failure_waits_for_the_same_moment_and_success_does_not(
    console: FlaskClient, member: Callable[..., Person], pauses: list[float]
) -> None:
    who = member()
    for _ in range(FREE + 2):
        give_password(console, who.name, WRONG_PASSWORD)
    assert len(pauses) == FREE + 2
    assert all(0 <= pause <= FAILED_SECONDS for pause in pauses)
    assert pauses[-1] > 0
    give_password(console, member().name)
    assert len(pauses) == FREE + 2


def test_after_five_failures_even_the_right_password_waits_and_then_works(
    console: FlaskClient, member: Callable[..., Person], clock: Clock
) -> None:
    who = member()
    for _ in range(FREE):
        give_password(console, who.name, WRONG_PASSWORD)
    refused = give_password(console, who.name)
    assert refused.status_code == 400
    assert SLOWED in refused.text
    clock.on(seconds=1)
    assert give_password(console, who.name).status_code == 303


def test_guessing_without_end_gets_one_look_a_minute_and_never_more_than_one_a_second(
    console: FlaskClient, console_parts: Parts, member: Callable[..., Person], clock: Clock
) -> None:
    who = member()
    for _ in range(200):
        give_password(console, who.name, WRONG_PASSWORD)
        clock.on(seconds=0.3)
    failures = console_parts.store.people.by_id(who.id).failures  # type: ignore[union-attr]
    assert FREE <= failures <= FREE + 7
    assert [wait_after(n).total_seconds() for n in range(4, 13)] == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert wait_after(100_000) == LONGEST


def test_codes_are_guessed_no_faster_than_passwords_and_a_right_password_does_not_begin_anew(
    console: FlaskClient, member: Callable[..., Person], clock: Clock
) -> None:
    who = member()
    wrong = f"{(int(code(who, clock)) + 1) % 1_000_000:06}"
    for _ in range(3):
        give_password(console, who.name)
        give_code(console, wrong)
    give_password(console, who.name)
    give_code(console, wrong)
    give_code(console, wrong)
    assert SLOWED in give_code(console, code(who, clock)).text
    clock.on(seconds=1)
    assert give_code(console, code(who, clock)).status_code == 303


def test_a_sign_in_that_works_forgets_the_failures(
    console: FlaskClient, console_parts: Parts, member: Callable[..., Person], clock: Clock
) -> None:
    who = member()
    give_password(console, who.name, WRONG_PASSWORD)
    give_password(console, who.name)
    give_code(console, code(who, clock))
    assert console_parts.store.people.by_id(who.id).failures == 0  # type: ignore[union-attr]


def test_a_flood_of_tries_at_once_leaves_room_for_the_others(console_parts: Parts, clock: Clock) -> None:
    outcomes: list[str] = []

    def pause(_: float) -> None:
        if len(outcomes) < 4:
            outcomes.append("inside")
            try:
                guesses.attempt("nobody", lambda: None, lambda _: False)
            except Exception as crowded:
                outcomes.append(type(crowded).__name__)

    guesses = Guesses(console_parts.store, clock, pause)
    guesses.attempt("nobody", lambda: None, lambda _: False)
    assert outcomes == ["inside"] * 4 + ["Crowded"]
