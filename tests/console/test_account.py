"""One's own password and second factor."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.console.conftest import PASSWORD
from tests.support.clocks import Clock
from web import passwords
from web.console.account import CODE_WRONG, NOT_TWICE, OFFER_OLD, WRONG
from web.wiring import Parts

Send = Callable[..., TestResponse]
FRESH = "よるのうみに ほしがふる"


def test_an_own_password_is_changed_and_other_browsers_are_signed_out(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, send: Send
) -> None:
    here = sign_in()
    there = sign_in(person=here.person)
    form = {"current": PASSWORD, "fresh": FRESH, "again": FRESH}
    assert send(here, "/account/password", form).status_code == 303
    assert "変えました" in here.get("/account").text
    assert there.get("/account").status_code == 303
    kept = console_parts.store.people.by_id(here.person.id)
    assert kept is not None
    assert passwords.matches(kept.password_hash, FRESH)
    assert not passwords.matches(kept.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("current", "fresh", "again", "told"),
    [
        ("ちがうパスワードです", FRESH, FRESH, [WRONG]),
        (PASSWORD, "みじかい", "みじかい", ["12文字"]),
        (PASSWORD, "あ" * 30, "あ" * 30, ["同じ文字"]),
        ("ちがう", "みじかい", "ちがう", [WRONG, "12文字", NOT_TWICE]),
    ],
)
def test_a_password_that_cannot_be_is_told_with_every_reason(
    *, sign_in: Callable[..., FlaskClient], send: Send, current: str, fresh: str, again: str, told: list[str]
) -> None:
    client = sign_in()
    answer = send(client, "/account/password", {"current": current, "fresh": fresh, "again": again})
    assert answer.status_code == 400
    assert all(sentence in answer.text for sentence in told)
    assert fresh not in answer.text.replace("みじかい文", "")


def offered(client: FlaskClient, send: Send) -> tuple[str, str]:
    """The signed offer and the secret of the page that offers a second factor."""
    html = send(client, "/account/second-factor/new", {"current": PASSWORD}).text
    signed = html.split('name="offer" value="', 1)[1].split('"', 1)[0]
    secret = html.split("<code>", 1)[1].split("</code>", 1)[0].replace(" ", "")
    assert "<svg" in html
    assert "style=" not in html
    return signed, secret


def test_an_own_second_factor_is_replaced_once_the_telephone_shows_it(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, send: Send, clock: Clock
) -> None:
    here = sign_in()
    there = sign_in(person=here.person)
    signed, secret = offered(here, send)
    assert console_parts.store.people.by_id(here.person.id) == here.person
    refused = send(here, "/account/second-factor", {"offer": signed, "code": "000000"})
    assert CODE_WRONG in refused.text
    form = {"offer": signed, "code": pyotp.TOTP(secret).at(clock())}
    assert send(here, "/account/second-factor", form).status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert console_parts.store.people.by_id(here.person.id).totp_secret == secret  # type: ignore[union-attr]


def test_an_offer_is_for_the_person_it_was_made_for(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, send: Send, clock: Clock
) -> None:
    mine, other = sign_in(), sign_in()
    signed, secret = offered(other, send)
    form = {"offer": signed, "code": pyotp.TOTP(secret).at(clock())}
    for offer in (form, form | {"offer": "forged"}, {"code": form["code"]}):
        answer = send(mine, "/account/second-factor", offer)
        assert answer.status_code == 400
        assert OFFER_OLD in answer.text
    assert console_parts.store.people.by_id(mine.person.id) == mine.person


def test_no_offer_without_the_password(sign_in: Callable[..., FlaskClient], send: Send) -> None:
    answer = send(sign_in(), "/account/second-factor/new", {"current": "ちがうことば"})
    assert answer.status_code == 400
    assert "<svg" not in answer.text
