"""What the load benchmark sends is what people send, and its arithmetic can be checked by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from benchmarks.load import growth, wrk

TEXTS = ["家賃が払えない", 'quote " and \\ and\ttab', "a&b=c%20+d", "🏠 50% しか"]
COSTS = {"pages": 1.0, "free text (POST /say)": 6.0, "buttons (POST /choose)": 3.0}


class Listener(ThreadingHTTPServer):
    """A server that keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, bytes]] = []
        super().__init__(("127.0.0.1", 0), Listening)


class Listening(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        assert isinstance(self.server, Listener)
        self.server.asked.append((self.command, self.path, body))
        self.send_response(200 if self.path != "/missing" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST = answer  # noqa: N815 - names of the base class

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_worries_arrive_as_they_were_written_and_wrong_answers_are_counted(listener: Listener, tmp_path: Path) -> None:
    if not wrk.available():
        pytest.skip("wrk is not installed (Debian: apt install wrk)")
    given = (["/", "/missing"], TEXTS, ["category=work"], ['{"category": "work"}'])
    for name, lines in zip(wrk.FILES, given, strict=True):
        (tmp_path / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    address = f"http://127.0.0.1:{listener.server_port}"
    mix = "pages=1,say=1,api=1,choose=1,answers=1"
    seen = wrk.ended(wrk.start(address, tmp_path, mix=mix, connections=2, seconds=1, close=True))
    asked = list(listener.asked)
    assert seen.requests > 0
    assert 0 < seen.refused < seen.requests
    assert {path for method, path, _ in asked if method == "GET"} == {"/", "/missing"}
    forms = {parse_qs(body.decode(), strict_parsing=True)["text"][0] for _, path, body in asked if path == "/say"}
    messages = {json.loads(body)["text"] for _, path, body in asked if path == "/api/v1/messages"}
    assert forms == messages == set(TEXTS)
    assert {body for _, path, body in asked if path == "/choose"} == {b"category=work"}
    assert {body for _, path, body in asked if path == "/api/v1/answers"} == {b'{"category": "work"}'}


def test_what_is_asked_for_is_every_page_every_worry_and_every_first_answer(tmp_path: Path) -> None:
    folder = wrk.material(tmp_path)
    pages, texts, buttons, answers = (
        (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in wrk.FILES
    )
    assert {"/", "/under18", "/numbers", "/services"} < set(pages)
    assert len(pages) > 290
    assert len(texts) > 1_000
    assert {"category=work", "category=under18"} < set(buttons)
    assert sum(button.startswith("state=") for button in buttons) > 30
    assert len(answers) == len(buttons), "the same buttons, pressed by a program"
    assert {"category": "work"} in [json.loads(answer) for answer in answers]


def test_the_arithmetic_of_growth_can_be_done_by_hand() -> None:
    case = growth.Case("x", visits=86_400, seconds=86_400, peak=10, cached=0.9)
    assert case.rate("pages") == pytest.approx(3 * 10 * 0.1)
    assert case.rate("free text (POST /say)") == 10
    assert case.rate("buttons (POST /choose)") == 40
    assert case.cores(COSTS) == pytest.approx((3 * 1 + 10 * 6 + 40 * 3) / 1000 / 0.6)


def test_figures_go_into_their_place_and_nothing_else_changes(tmp_path: Path) -> None:
    page = tmp_path / "growth.md"
    page.write_text(growth.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    growth.renew(COSTS, page)
    once = page.read_text(encoding="utf-8")
    growth.renew(COSTS, page)
    assert page.read_text(encoding="utf-8") == once
    assert "| free text (POST /say) | 1 | 6.00 | 167 |" in once
    before = growth.PAGE.read_text(encoding="utf-8")
    assert once.partition(growth.BEGIN)[0] == before.partition(growth.BEGIN)[0]
    assert once.partition(growth.END)[2] == before.partition(growth.END)[2]
    page.write_text("no place", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        growth.renew(COSTS, page)
