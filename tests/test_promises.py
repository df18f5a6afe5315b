"""What must never happen, asked of the whole application."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assistant.conversation import Conversation
from catalog.model import URGENT_KINDS, Catalog, Service
from tests.support.clocks import clock
from tests.support.pages import Page
from web.app import build
from web.settings import ROOT, Settings
from web.wiring import Parts, wire

WORDS = "ざらめ雪の日に夫がわたしの電話を調べるので家賃も払えず困っている"


@pytest.fixture(scope="module")
def parts(instance: Path) -> Parts:
    return wire(Settings(hitorijanai_instance=instance), clock)


@pytest.fixture(scope="module")
def client(parts: Parts) -> FlaskClient:
    return build(parts).test_client()


@pytest.fixture(scope="module")
def every_page(client: FlaskClient, parts: Parts) -> list[Page]:
    """Every question and outcome of every flow, every urgent card at every level, the doors and the error pages."""
    conversations = [
        Conversation(category=category, answers=path.answers[:depth], going_on=True)
        for category, flow in parts.catalog.flows.items()
        for path in flow.paths()
        for depth in range(len(path.answers) + 1)
    ]
    conversations += [
        Conversation(heard=True, level=level, kind=kind, going_on=level < 4)
        for kind in URGENT_KINDS
        for level in (1, 2, 3, 4)
    ]
    pages = []
    for state in sorted({parts.signer.sign(conversation) for conversation in conversations}):
        pages.append(client.post("/say", data={"state": state, "text": ""}))
    pages += [client.get(path) for path in ("/", "/under18", "/no-such-page")]
    return [Page(response.get_data(as_text=True)) for response in pages]


def test_every_number_to_press_is_in_the_catalogue_with_a_source(every_page: list[Page], catalog: Catalog) -> None:
    sourced = {
        digits(channel.number)
        for service in catalog.services.values()
        if service.status == "active" and service.sources
        for channel in service.channels
        if channel.number
    }
    pressed = {number for page in every_page for number in page.numbers}
    assert len(pressed) > 60
    assert pressed <= sourced


def test_no_dead_or_seasonal_number_is_shown(every_page: list[Page], catalog: Catalog) -> None:
    dead = [digits(entry.number) for entry in catalog.dead_numbers if digits(entry.number)]
    assert {"#9999"} <= set(dead)
    for page in every_page:
        shown = re.sub(r"(?<=\d)[-()ー‐ ]+(?=\d)", "", page.text)
        for number in dead:
            assert not re.search(rf"(?<![\d#]){re.escape(number)}(?!\d)", shown), number


def test_every_page_has_the_urgent_numbers_and_the_quick_exit(every_page: list[Page]) -> None:
    for page in every_page:
        assert page.numbers[-3:-1] == ["110", "119"]
        assert ("すぐ閉じる", "/exit") in page.links


def test_every_result_says_what_to_do_if_nobody_answers(every_page: list[Page]) -> None:
    ends = [page for page in every_page if any("ここに相談できます" in heading for heading in page.headings)]
    assert len(ends) > 300
    assert all("つながらないときは" in page.text for page in ends)


def test_every_page_but_the_first_has_a_way_back(every_page: list[Page]) -> None:
    for page in every_page:
        labels = [button.label for button in page.buttons]
        assert "はじめから" in labels or "ほかの相談先も見る" in labels or page.button_or_door


def test_only_active_services_are_offered(every_page: list[Page], catalog: Catalog) -> None:
    gone = [service for service in catalog.services.values() if service.status != "active"]
    assert gone
    for page in every_page:
        assert not {s.name for s in gone if unlike_any_active(s, catalog)} & set(page.headings)


def test_no_cookie_nothing_kept_nobody_else(client: FlaskClient) -> None:
    for response in (
        client.get("/"),
        client.get("/under18"),
        client.get("/exit"),
        client.post("/say", data={"text": WORDS}),
        client.post("/choose", data={"category": "work"}),
        client.post("/api/v1/messages", json={"text": WORDS}),
        client.get("/no-such-page"),
        client.get("/api/v1/services/yorisoi-hotline"),
    ):
        assert "Set-Cookie" not in response.headers
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert response.headers["Referrer-Policy"] == "no-referrer"
        public = response.request.path in ("/", "/under18") or response.request.path.startswith("/api/v1/services")
        assert response.headers["Cache-Control"] == ("public, max-age=300" if public else "no-store")


def test_what_was_typed_is_not_on_the_page_that_answers(client: FlaskClient) -> None:
    response = client.post("/say", data={"text": WORDS})
    assert WORDS[:6] not in response.get_data(as_text=True)
    assert WORDS[:6] not in str(response.headers)
    reply = client.post("/api/v1/messages", json={"text": WORDS})
    assert WORDS[:6] not in reply.get_data(as_text=True)


@pytest.fixture
def served(tmp_path: Path, instance: Path) -> Iterator[tuple[str, Path, Path]]:
    """The real server in a process of its own: its address, its instance folder, the file of all it printed."""
    copy = tmp_path / "instance"
    shutil.copytree(instance, copy)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    printed = tmp_path / "printed.txt"
    environment = {"HITORIJANAI_INSTANCE": str(copy), "PORT": str(port), "PATH": "/usr/bin:/bin"}
    with printed.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "web"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(1200):
            try:
                urllib.request.urlopen(f"{address}/livez", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None, printed.read_text()
                time.sleep(0.05)
        yield address, copy, printed
        server.terminate()
        server.wait(60)


def test_no_word_of_a_person_is_printed_or_stored(served: tuple[str, Path, Path]) -> None:
    address, kept_folder, printed = served
    form = urllib.parse.urlencode({"text": WORDS}).encode()
    assert "はじめから" in urllib.request.urlopen(f"{address}/say", form, timeout=60).read().decode()
    body = json.dumps({"text": WORDS}).encode()
    assert b"ranked" in urllib.request.urlopen(f"{address}/api/v1/messages", body, timeout=60).read()
    for path in ("/say", "/no-such-page", "/api/v1/answers"):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(
                urllib.request.Request(f"{address}{path}", data=WORDS.encode("cp932"), method="PUT"), timeout=60
            )
    kept = {path: path.read_bytes() for path in (printed, *(p for p in kept_folder.rglob("*") if p.is_file()))}
    for word in (WORDS[:4], urllib.parse.quote(WORDS[:4]), json.dumps(WORDS[:4])[1:-1]):
        for path, content in kept.items():
            assert word.encode() not in content, path


def digits(number: str) -> str:
    return re.sub(r"[^\d#]", "", number)


def unlike_any_active(service: Service, catalog: Catalog) -> bool:
    return service.name not in {s.name for s in catalog.services.values() if s.status == "active"}
