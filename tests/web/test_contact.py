"""Messages to the operator: kept encrypted, nothing asked but the text, and danger in one is met with help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.pages import Page
from web.app import build
from web.wiring import Parts

MESSAGE = "よりそいホットラインの番号のボタンが押しにくいです"


@pytest.fixture
def client(here: Parts) -> FlaskClient:
    return build(here).test_client()


def sent(client: FlaskClient, text: str) -> Page:
    response = client.post("/contact", data={"text": text})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return Page(response.get_data(as_text=True))


def test_a_message_is_kept_for_the_operator(client: FlaskClient, here: Parts, tmp_path: Path) -> None:
    assert "受けとりました" in sent(client, MESSAGE).text
    (contact,) = here.store.contacts.list()
    assert contact.text == MESSAGE
    assert MESSAGE.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_page_says_that_it_is_no_consultation_and_shows_lines(client: FlaskClient) -> None:
    page = Page(client.get("/pages/contact").get_data(as_text=True))
    assert "ここは相談の窓口ではありません" in page.text
    assert page.numbers


def test_danger_in_a_message_is_met_with_help(client: FlaskClient) -> None:
    page = sent(client, "もう死にたい。今から飛び降ります")
    assert "0120-061-338".replace("-", "") in page.numbers


def test_nothing_is_lost_while_the_database_is_away(parts_on: Callable[[str], Parts], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    client = build(parts_on(f"sqlite:///{tmp_path}/file/x.sqlite")).test_client()
    response = client.post("/contact", data={"text": MESSAGE})
    assert "受けとれませんでした" in response.get_data(as_text=True)
    assert MESSAGE in response.get_data(as_text=True)


def test_an_empty_message_and_its_address_lead_on(client: FlaskClient, here: Parts) -> None:
    assert "まだ何も書かれていない" in sent(client, "  ").text
    assert client.get("/contact").status_code == 303
    assert here.store.contacts.list() == ()
