"""The real console over a real store on SQLite, at a clock that tests set."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.clocks import Clock
from tests.support.databases import empty_store
from web import second_factor
from web.console.app import build
from web.settings import Settings
from web.store import Store
from web.store.people import Person
from web.store.phrases import NewPhrase
from web.wiring import Parts, wire

__all__ = ["empty_store"]

PASSWORD = "あさのひかりと みなとのふね"  # noqa: S105
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash says what it costs to look at it: this one little, which is all the same to whoever looks."""
TODAY = date(2026, 11, 25)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def wired(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The parts over the installation of the tests; each test puts a store of its own into them."""
    nowhere = tmp_path_factory.mktemp("nowhere") / "store.sqlite"
    return wire(Settings(hitorijanai_instance=instance, database_url=f"sqlite:///{nowhere}"))


@pytest.fixture
def console_parts(wired: Parts, empty_store: Path, tmp_path: Path, clock: Clock) -> Iterator[Parts]:
    """The real parts with an empty store of their own, all at the clock of the test."""
    url = f"sqlite:///{shutil.copy(empty_store, tmp_path / 'store.sqlite')}"
    settings = wired.settings.model_copy(
        update={
            "hitorijanai_instance": tmp_path,
            "secret_key": "a-secret-of-the-tests-of-32-letters",
            "database_url": url,
        }
    )
    guide = type(wired.guide)(wired.catalog, wired.classifier.predict, clock, why=wired.classifier.heard)
    store = Store.open(url, ("a-secret-of-the-tests-of-32-letters",), clock=clock)
    yield replace(wired, settings=settings, store=store, guide=guide)
    store.close()


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that the console has waited."""
    return []


@pytest.fixture
def console_app(console_parts: Parts, pauses: list[float]) -> Flask:
    """The console; it does not really wait."""
    return build(console_parts, pause=pauses.append)


@pytest.fixture
def console(console_app: Flask) -> FlaskClient:
    """A browser that is not signed in."""
    return console_app.test_client()


@pytest.fixture
def member(console_parts: Parts) -> Callable[..., Person]:
    """Makes a person of a role; the password is PASSWORD."""
    numbers = count(1)

    def make(role: str = "reviewer", name: str = "") -> Person:
        return console_parts.store.people.create(
            name or f"{role}{next(numbers)}",
            role=role,
            profession="公認心理師",
            password_hash=HASH,
            totp_secret=second_factor.new_secret(),
            actor=None,
        )

    return make


@pytest.fixture
def sign_in(console_app: Flask, console_parts: Parts, member: Callable[..., Person]) -> Callable[..., FlaskClient]:
    """A browser in which a new person of the role is signed in, with both factors; `client.person` tells who."""

    def start(role: str = "reviewer", person: Person | None = None) -> FlaskClient:
        who = person or member(role)
        sign_ins = console_parts.store.sign_ins
        client = console_app.test_client()
        client.set_cookie("console", sign_ins.confirm(sign_ins.start(who.id)))
        client.person = who
        return client

    return start


@pytest.fixture
def phrase(console_parts: Parts) -> Callable[..., str]:
    """Keeps a phrase in the state "waiting"; gives its id. Any field of NewPhrase may be changed, also `state`."""
    numbers = count(1)

    def keep(*, state: str = "waiting", **changes: Any) -> str:
        text = changes.get("text", f"家賃が払えない {next(numbers)}")
        values: dict[str, Any] = {
            "text": text,
            "day": TODAY - timedelta(days=3),
            "expires_on": TODAY + timedelta(days=30),
            "consent": "2026-11",
            "model": "0123456789abcdef",
            "ranked": (("living-medical-costs", 0.55), ("food-housing", 0.35), ("work", 0.05)),
            "margin": 0.2,
            "cluster": text,
        }
        phrases = console_parts.store.phrases
        id = phrases.add(NewPhrase(**values | changes))
        if state != "held":
            phrases.release(TODAY, least=1)
        if state not in ("held", "waiting"):
            phrases.set_state(id, state, actor=None)
        return id

    return keep


def form_token(client: FlaskClient, path: str = "/account") -> str:
    """The token that the forms of a page carry."""
    html = client.get(path).get_data(as_text=True)
    return html.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def code(person: Person, clock: Clock) -> str:
    """What the person's telephone shows."""
    return pyotp.TOTP(person.totp_secret or "").at(clock())


def give_password(client: FlaskClient, name: str, password: str = PASSWORD) -> TestResponse:
    form = {"name": name, "password": password, "csrf_token": form_token(client, "/sign-in")}
    return client.post("/sign-in", data=form)


def give_code(client: FlaskClient, digits: str) -> TestResponse:
    return client.post("/second-factor", data={"code": digits, "csrf_token": form_token(client, "/second-factor")})


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def send() -> Callable[..., Any]:
    """Sends a form as a person would: with the token of the page it stands on."""

    def post(client: FlaskClient, path: str, form: dict[str, Any] | None = None, *, page: str = "/account") -> Any:
        return client.post(path, data={**(form or {}), "csrf_token": form_token(client, page)})

    return post
