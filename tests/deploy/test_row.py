"""nginx, gunicorn, Redis and PostgreSQL under the files of deploy/: what somebody sees through all of them."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.deploy.conftest import Row, sites
from tests.deploy.installation import CONSOLE, PUBLIC, ROOT, Answer, Nginx
from web.security import HEADERS

CANARY = "ざらめ雪の日のことばです"
BUTTON = b"category=work"
WORRY = b"text=" + quote("家賃が払えなくて困っています").encode()


def test_nginx_takes_the_shipped_files_without_a_warning(row: Row) -> None:
    said = row.nginx.test()
    assert said.returncode == 0, said.stderr
    assert "[warn]" not in said.stderr, said.stderr


def test_nginx_makes_folders_in_run_alone_as_a_container_lets_it(row: Row, tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace on this machine (Debian: apt-get install strace)")
    nginx = Nginx(tmp_path, sites(row.folder, row.public, row.console))
    said = nginx.test("strace", "-f", "-e", "trace=mkdir")
    made = re.findall(r'mkdir\("([^"]+)"', said.stderr)
    assert len(made) >= 5
    assert [path for path in made if not path.startswith(f"{tmp_path}/nginx")] == []


@pytest.mark.parametrize("path", ["/", "/under18", "/numbers", "/services", "/pages", "/no-such-page"])
def test_a_page_comes_through_with_the_headers_of_the_application(row: Row, path: str) -> None:
    answer = row.nginx.ask(path)
    assert answer.status == (404 if path == "/no-such-page" else 200)
    assert "110" in answer.numbers
    assert {name: answer.headers[name.lower()] for name in HEADERS} == HEADERS
    assert answer.headers["server"] == "nginx", "no version"
    assert "set-cookie" not in answer.headers


def test_a_worry_is_answered_through_all_of_them(row: Row) -> None:
    answer = row.nginx.ask("/say", body=WORRY)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in answer.headers, "what a person typed is not packed beside what is secret"
    assert row.nginx.ask("/api/v1/messages", body=b'{"text": "x"}', headers={"Content-Type": "application/json"}).status


def test_the_application_sees_the_address_that_nginx_saw_whatever_a_client_claims(row: Row) -> None:
    claims = {"X-Forwarded-For": "203.0.113.77", "Forwarded": "for=203.0.113.77", "X-Forwarded-Proto": "http"}
    claims |= {"X-Forwarded-Host": "evil.example", "X-Real-IP": "203.0.113.77", "X_Forwarded_For": "203.0.113.77"}
    # The console knows that the way is encrypted from nginx alone: a false claim would be refused.
    assert row.nginx.ask("/sign-in", host=CONSOLE, headers=claims).status == 200
    # An address that is not this machine's would be counted, and refused after 400 texts in ten seconds.
    before = row.redis.client().dbsize()
    assert row.nginx.ask("/say", body=WORRY, headers=claims).status == 200
    assert row.redis.client().dbsize() == before


def test_behind_a_cdn_people_are_counted_one_by_one(row: Row, tmp_path: Path) -> None:
    told = {**sites(row.folder, row.public, row.console)}
    shipped = (ROOT / "deploy" / "nginx" / "site" / "cdn.conf").read_text(encoding="utf-8")
    told["cdn.conf"] = re.sub("^# (set_real_ip_from) .*", r"\1 127.0.0.1;", shipped, flags=re.MULTILINE)
    assert "\nset_real_ip_from 127.0.0.1;" in told["cdn.conf"]
    nginx = Nginx(tmp_path, told)
    nginx.start()
    try:
        before = row.redis.client().dbsize()
        for claimed, seen in (("192.0.2.1", "203.0.113.77"), ("192.0.2.2", "203.0.113.77"), ("", "203.0.113.78")):
            claims = {"X-Forwarded-For": f"{claimed}, {seen}".removeprefix(", ")}
            assert nginx.ask("/say", body=WORRY, headers=claims).status == 200
        assert row.redis.client().dbsize() == before + 2, "two people; what they claim themselves is not believed"
    finally:
        nginx.stop()


def test_a_replica_that_is_gone_is_left_out_and_asked_again_later(row: Row, tmp_path: Path) -> None:
    block = (ROOT / "deploy" / "README.md").read_text(encoding="utf-8").split("upstreams.conf <<'END'\n")[1]
    asked: list[float] = []
    with socket.create_server(("127.0.0.1", 0)) as gone:
        told = block.split("END\n")[0].replace("/run/hitorijanai-web/http.sock", str(row.public.socket))
        told = told.replace("10.0.0.12:8000", f"127.0.0.1:{gone.getsockname()[1]}")
        threading.Thread(target=_hanging_up, args=(gone, asked), daemon=True).start()
        nginx = Nginx(tmp_path, {**sites(row.folder, row.public, row.console), "upstreams.conf": told})
        nginx.start()
        try:
            assert [nginx.ask("/choose", body=BUTTON).status for _ in range(20)] == [200] * 20
            assert 1 <= len(asked) <= 1 + (asked[-1] - asked[0]) / 5
            before = len(asked)
            deadline = time.monotonic() + 30
            while len(asked) == before and time.monotonic() < deadline:
                assert nginx.ask("/choose", body=BUTTON).status == 200
            assert len(asked) > before
        finally:
            nginx.stop()


def _hanging_up(server: socket.socket, asked: list[float]) -> None:
    """Takes every connection and closes it, as what stands behind it is gone."""
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        asked.append(time.monotonic())
        connection.close()


def test_a_name_that_is_not_ours_is_not_answered(row: Row) -> None:
    with pytest.raises(ssl.SSLError):
        row.nginx.ask(host="evil.example")
    with socket.create_connection(("127.0.0.1", row.nginx.plain_port), 5) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            plain.recv(100)
    with socket.create_connection(("127.0.0.1", row.nginx.plain_port), 5) as plain:
        plain.sendall(b"GET /numbers HTTP/1.1\r\nHost: soudan.example.jp\r\n\r\n")
        assert b"Location: https://soudan.example.jp/numbers\r\n" in plain.recv(1000)


def test_what_is_public_is_packed_and_kept_and_what_somebody_chose_is_not(row: Row) -> None:
    packed = row.nginx.ask("/static/site.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.content) == row.nginx.ask("/static/site.css").content
    assert row.nginx.ask("/?v=en-150").status == 200
    row.nginx.ask("/say", body=WORRY)
    kept = b"".join(path.read_bytes() for path in (row.folder / "nginx-cache").rglob("*") if path.is_file())
    keys = set(re.findall(rb"^KEY: (.*)$", kept, re.MULTILINE))
    assert {b"gzip/static/site.css", b"/static/site.css", b"/"} <= keys
    assert not [key for key in keys if b"say" in key or b"v=" in key]


@pytest.mark.parametrize(
    ("kilobytes", "by_whom"), [(100, "the application"), (300, "nginx")], ids=["over 64 KiB", "over 256 KiB"]
)
def test_a_body_that_is_too_large_is_refused_with_a_page_that_holds_the_numbers(
    row: Row, kilobytes: int, by_whom: str
) -> None:
    answer = row.nginx.ask("/say", body=b"text=" + b"a" * 1024 * kilobytes)
    assert answer.status == 413, by_whom
    assert "110" in answer.numbers
    assert {name: answer.headers[name.lower()] for name in HEADERS} == HEADERS


def test_danger_at_the_beginning_of_too_large_a_body_is_met(row: Row) -> None:
    words = quote("もう死にたいです。くすりをたくさん飲みました。").encode()
    answer = row.nginx.ask("/say", body=b"text=" + words + b"a" * 1024 * 100)
    assert answer.status == 413
    assert "119" in answer.numbers


HEAD = b"POST /say HTTP/1.1\r\nHost: soudan.example.jp\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "words",
    [
        HEAD + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\ntext=a",
        HEAD + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nZ\r\n\r\n",
        HEAD + b"Content-Length: +6\r\n\r\ntext=a",
        HEAD + b"Content-Length: 6, 6\r\n\r\ntext=a",
        HEAD.replace(b"Host:", b"Host: other.example\r\nHost:") + b"Content-Length: 0\r\n\r\n",
    ],
    ids=["CL and TE", "TE and CL", "two CL", "blank before colon", "no number of a chunk", "plus", "list", "two hosts"],
)
def test_a_request_that_two_servers_could_read_differently_is_refused(row: Row, words: bytes) -> None:
    assert b" 400 " in row.nginx.raw(words)


@pytest.mark.parametrize("coding", [b"xchunked", b"chunked, chunked", b"identity, chunked", b"\x0bchunked", b"x"])
def test_an_unknown_coding_of_a_body_is_refused(row: Row, coding: bytes) -> None:
    answer = row.nginx.raw(HEAD + b"Transfer-Encoding: " + coding + b"\r\n\r\n0\r\n\r\n")
    assert re.search(rb" (400|501) ", answer), answer


def test_two_hundred_silent_and_two_hundred_dripping_connections_delay_nobody(row: Row) -> None:
    quiet = max(seconds(row, "/choose", BUTTON) for _ in range(5))
    with ExitStack() as held:
        dripping = []
        for number in range(400):
            near = held.enter_context(row.nginx.encrypted())
            if number % 2:
                near.sendall(HEAD + b"Content-Length: 1000\r\n\r\ntext=")
                dripping.append(near)
        for _ in range(3):
            for each in dripping:
                each.sendall(b"a")
            held_up = max(seconds(row, "/"), seconds(row, "/choose", BUTTON))
            assert held_up < max(5.0, 3 * quiet), "a busy machine is no bug; who is held up waits for the time-outs"


def test_a_worker_that_is_killed_is_replaced_and_no_request_is_lost(row: Row) -> None:
    before = row.public.workers
    with asking(lambda: row.nginx.ask("/choose", body=BUTTON)) as seen:
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: len(row.public.workers) == 2 and victim not in row.public.workers)
        wait_until(lambda: len(seen.get(200, ())) > 40)
    assert set(seen) == {200}


def test_a_reload_brings_new_workers_and_loses_no_request(row: Row) -> None:
    before = row.public.workers
    with asking(lambda: row.nginx.ask("/choose", body=BUTTON)) as seen:
        row.public.reload()
        wait_until(lambda: len(row.public.workers) == 2 and not row.public.workers & before)
    assert set(seen) == {200}
    assert len(seen[200]) > 20


def test_while_the_application_is_away_every_page_is_there_and_a_worry_gets_the_numbers(row: Row) -> None:
    row.public.stop()
    try:
        pages = ("/", "/?v=150", "/?v=en", "/under18?v=150", "/numbers?v=easy", "/services?v=150", "/pages?v=150")
        for path in (*pages, "/static/site.css", "/static/site.js?v=150"):
            answer = row.nginx.ask(path)
            assert answer.status == 200, path
            assert {name: answer.headers[name.lower()] for name in HEADERS} == HEADERS
            if not path.startswith("/static"):
                assert "110" in answer.numbers, path
        assert 'lang="en"' in row.nginx.ask("/?v=en").text
        told = row.nginx.ask("/api/v1/messages", body=b'{"text": "x"}', headers={"Content-Type": "application/json"})
        assert told.status == 503
        assert told.headers["content-type"] == "application/json"
        assert "119" in json.loads(told.text)["error"]["message"]
        for ask in (
            lambda: row.nginx.ask("/say", body=WORRY),
            lambda: row.nginx.ask("/contact", body=WORRY),
            lambda: row.nginx.ask("/no-such-page"),
        ):
            answer = ask()
            assert answer.status == 503
            assert "110" in answer.numbers
            assert "119" in answer.numbers
        # Somebody taps on in the mirror, and the application comes back meanwhile.
        first = row.nginx.ask("/?v=150").links("/steps/")[0]
        assert row.nginx.ask(first).status == 200
        service = row.nginx.ask("/services?v=150").links("/services/")[0]
        assert service.endswith("/")
    finally:
        row.public.start()
    assert row.nginx.ask(first).status == 200
    assert row.nginx.ask(service).status == 200
    assert row.nginx.ask("/say", body=WORRY).status == 200


def test_the_console_gives_way_first(row: Row) -> None:
    slow = HEAD.replace(PUBLIC.encode(), CONSOLE.encode()).replace(b"/say", b"/sign-in")
    with ExitStack() as held:
        for _ in range(12):
            held.enter_context(row.nginx.encrypted(CONSOLE)).sendall(slow + b"Content-Length: 1000\r\n\r\nname=")
        wait_until(lambda: row.nginx.ask("/sign-in", host=CONSOLE).status == 429)
        assert "110" in row.nginx.ask("/sign-in", host=CONSOLE).numbers
        assert row.nginx.ask("/choose", body=BUTTON).status == 200
        assert row.nginx.ask("/numbers?v=150").status == 200
    wait_until(lambda: row.nginx.ask("/sign-in", host=CONSOLE).status == 200)


def test_nothing_about_a_request_is_written_anywhere(row: Row) -> None:
    agent = {"User-Agent": "canary-browser/1.0", "X-Forwarded-For": "203.0.113.77"}
    row.nginx.ask("/say", body=b"text=" + quote(CANARY).encode(), headers=agent)
    row.nginx.ask("/no-such-page?canary", headers=agent)
    row.nginx.ask("/say", body=b"text=" + CANARY.encode() * 3000, headers=agent)
    row.nginx.raw(b"GET /canary HTTP/1.1\r\nHost: soudan.example.jp\r\nContent-Length: x\r\n\r\n")
    sought = [b"canary", b"203.0.113.77", b"127.0.0.1 ", CANARY.encode(), quote(CANARY).encode()]
    for path in row.folder.rglob("*"):
        if path.is_file() and "mirror" not in str(path) and "etc" not in path.parts:
            content = path.read_bytes()
            assert not [each for each in sought if each in content], path
    assert b"client" not in (row.folder / "error.log").read_bytes()
    assert not list((row.folder / "nginx-body").iterdir()), "what somebody wrote never becomes a file"


@contextmanager
def asking(ask: Callable[[], Answer], *, at_once: int = 3) -> Iterator[dict[int, list[Answer]]]:
    """Several people ask over and over, with time to read; the answers by their status, under 0 what broke instead."""
    seen: dict[int, list[Answer]] = {}
    over = threading.Event()

    def go_on() -> None:
        while not over.is_set():
            try:
                answer = ask()
            except OSError:
                answer = Answer(0, {}, b"")
            seen.setdefault(answer.status, []).append(answer)
            over.wait(0.03)

    people = [threading.Thread(target=go_on) for _ in range(at_once)]
    for each in people:
        each.start()
    try:
        yield seen
    finally:
        over.set()
        for each in people:
            each.join()


def seconds(row: Row, path: str, body: bytes | None = None) -> float:
    """Until the whole answer, a good one, is there."""
    began = time.monotonic()
    assert row.nginx.ask(path, body=body).status == 200
    return time.monotonic() - began


def wait_until(true: Callable[[], bool], *, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.05)
