"""The key is changed as docs/operations/keys.md says, in the middle of everything; nobody notices."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clocks import clock
from tests.web.test_sharing import ASKED, Typist
from web import app as public
from web import passwords, second_factor
from web.commands.database import database
from web.console import app as console
from web.settings import Settings
from web.wiring import Parts, wire

OLD, NEW = "the-old-secret-" * 3, "the-new-secret-" * 3
PASSWORD = "あさのひかりと みなとのふね"  # noqa: S105
STALE = "前の画面のつづきを読みこめませんでした"
WORRY = "会社をクビになって家賃が払えません"


@pytest.fixture(scope="module")
def at(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Parts]]:
    """The installation as processes see it that were started with these secrets, the newest first."""
    home = tmp_path_factory.mktemp("rotation")
    (home / "keys").mkdir(mode=0o700)
    shutil.copy(instance / "keys" / "model.key", home / "keys")
    (home / "models").symlink_to(instance / "models")
    started: dict[tuple[str, ...], Parts] = {}

    def start(newest: str, *older: str) -> Parts:
        if (newest, *older) not in started:
            settings = Settings(
                hitorijanai_instance=home,
                database_url=f"sqlite:///{home}/store.sqlite",
                secret_key=newest,
                secret_key_fallbacks="\n".join(older),
            )
            started[newest, *older] = wire(settings, clock)
        return started[newest, *older]

    yield start
    for parts in started.values():
        parts.store.close()


def test_a_conversation_and_the_sentence_in_it_go_on(at: Callable[..., Parts]) -> None:
    person = Typist(public.build(at(OLD)).test_client())
    person.say(WORRY)

    # Another replica learns to read the new secret first, and is asked by people whose page the first one wrote.
    person.client = public.build(at(OLD, NEW)).test_client()
    first = next(b for b in person.page.buttons if b.name in ("answer", "category"))
    said = person.send("/choose", {"state": first.state, first.name: first.value})
    assert STALE not in said.text

    person.client = public.build(at(NEW, OLD)).test_client()
    person.to_results()
    assert ASKED in person.page.headings, "the sentence sealed with the old secret can be opened"
    person.press("使っていい")

    after = at(NEW)
    done = CliRunner().invoke(database, ["rotate"], obj=at(NEW, OLD).settings)
    assert (done.exit_code, done.output) == (0, "1 texts are encrypted with the newest secret.\n")
    after.store.phrases.release(clock().date() + timedelta(days=3), least=1)
    (phrase,) = after.store.queue.list("all", for_person=None, limit=5)
    assert phrase.text == WORRY
    assert after.store.audit.verify() == ()


def test_what_the_old_secret_wrote_cannot_be_read_once_it_is_taken_away(at: Callable[..., Parts]) -> None:
    person = Typist(public.build(at(OLD)).test_client())
    person.say(WORRY)
    person.client = public.build(at(NEW)).test_client()
    button = next(b for b in person.page.buttons if b.name in ("answer", "category"))
    page = person.send("/choose", {"state": button.state, button.name: button.value})
    assert STALE in page.text, "they start anew, and are told so"


def test_a_sign_in_and_a_form_that_is_being_filled_in_go_on(at: Callable[..., Parts]) -> None:
    before, after = at(OLD), at(NEW, OLD)
    secret = second_factor.new_secret()
    before.store.people.create(
        "sato",
        role="admin",
        profession="社会福祉士",
        password_hash=passwords.hashed(PASSWORD),
        totp_secret=secret,
        actor=None,
    )
    browser = Browser(console.build(before))
    browser.send("/sign-in", {"name": "sato", "password": PASSWORD}, page="/sign-in")
    form = browser.token("/second-factor")

    browser.app = console.build(after)
    code = pyotp.TOTP(secret).at(clock())
    assert browser.post("/second-factor", {"code": code, "csrf_token": form}).status_code == 303, "an old form"
    assert browser.get("/account").status_code == 200

    CliRunner().invoke(database, ["rotate"], obj=after.settings)
    browser.app = console.build(at(NEW))
    assert browser.get("/account").status_code == 200, "the sign-in outlives the old secret"
    assert browser.send("/sign-out", {}, page="/account").status_code == 303


def test_without_the_older_secret_the_open_form_would_have_been_refused(at: Callable[..., Parts]) -> None:
    browser = Browser(console.build(at(OLD)))
    form = browser.token("/sign-in")
    browser.app = console.build(at(NEW))
    assert browser.post("/sign-in", {"name": "x", "password": "y", "csrf_token": form}).status_code == 400
    browser = Browser(console.build(at(OLD)))
    form = browser.token("/sign-in")
    browser.app = console.build(at(NEW, OLD))
    refused = browser.post("/sign-in", {"name": "x", "password": "y", "csrf_token": form}).get_data(as_text=True)
    assert "名前かパスワード" in refused, "looked at, and not known"


class Browser:
    """A browser that keeps its cookies while the server is started anew."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> TestResponse:
        return self._sent("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> TestResponse:
        return self._sent("POST", path, form)

    def send(self, path: str, form: dict[str, str], *, page: str) -> TestResponse:
        """Sends a form with the token of the page it stands on."""
        return self.post(path, form | {"csrf_token": self.token(page)})

    def token(self, path: str) -> str:
        found = Token()
        found.feed(self.get(path).get_data(as_text=True))
        return found.value

    def _sent(self, method: str, path: str, form: dict[str, str] | None) -> TestResponse:
        held = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        client = self.app.test_client(use_cookies=False)
        response = client.open(path, method=method, data=form, headers={"Cookie": held})
        for line in response.headers.getlist("Set-Cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response


class Token(HTMLParser):
    """The token that the forms of a page carry."""

    value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("name") == "csrf_token":
            self.value = given["value"] or ""
