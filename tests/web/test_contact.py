"""Messages to the operator: kept encrypted, nothing asked but the text, and danger in one is met with help."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from tests.support.clocks import clock
from tests.support.pages import Page
from web.app import build
from web.settings import Settings
from web.wiring import Parts, wire

MESSAGE = "よりそいホットラインの番号のボタンが押しにくいです"


def opened(instance: Path, folder: Path, name: str = "store.sqlite") -> tuple[FlaskClient, Parts]:
    parts = wire(Settings(hitorijanai_instance=instance, database_url=f"sqlite:///{folder}/{name}"), clock)
    return build(parts).test_client(), parts


def sent(client: FlaskClient, text: str) -> Page:
    response = client.post("/contact", data={"text": text})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return Page(response.get_data(as_text=True))


def test_a_message_is_kept_for_the_operator(instance: Path, tmp_path: Path) -> None:
    client, parts = opened(instance, tmp_path)
    assert "受けとりました" in sent(client, MESSAGE).text
    (contact,) = parts.store.contacts.list()
    assert contact.text == MESSAGE
    assert MESSAGE.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_the_page_says_that_it_is_no_consultation_and_shows_lines(instance: Path, tmp_path: Path) -> None:
    client, _ = opened(instance, tmp_path)
    page = Page(client.get("/pages/contact").get_data(as_text=True))
    assert "ここは相談の窓口ではありません" in page.text
    assert page.numbers


def test_danger_in_a_message_is_met_with_help(instance: Path, tmp_path: Path) -> None:
    client, _ = opened(instance, tmp_path)
    page = sent(client, "もう死にたい。今から飛び降ります")
    assert "0120-061-338".replace("-", "") in page.numbers


def test_nothing_is_lost_while_the_database_is_away(instance: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    client, _ = opened(instance, tmp_path, "file/x.sqlite")
    response = client.post("/contact", data={"text": MESSAGE})
    assert "受けとれませんでした" in response.get_data(as_text=True)
    assert MESSAGE in response.get_data(as_text=True)


def test_an_empty_message_and_its_address_lead_on(instance: Path, tmp_path: Path) -> None:
    client, parts = opened(instance, tmp_path)
    assert "まだ何も書かれていない" in sent(client, "  ").text
    assert client.get("/contact").status_code == 303
    assert parts.store.contacts.list() == ()
