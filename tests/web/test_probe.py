"""The synthetic person against real servers: one that is well, and some that are not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask, Response, request
from werkzeug.serving import make_server

from tests.support.clocks import clock
from tests.support.server_process import server_process
from web import wiring
from web.app import build
from web.cli import main
from web.commands import probing
from web.wiring import Parts

STEPS = ["ready", "start", "worry", "danger", "under18", "numbers", "search", "exit", "api-worry", "api-danger"]
STRIP = re.compile(r'<aside class="strip".*?</aside>', re.DOTALL)
PAGES = ["start", "worry", "danger", "under18", "numbers", "search"]


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command has the catalogue that the tests have read."""
    monkeypatch.setattr(probing, "load", wiring.load_catalog)


def probed(address: str) -> tuple[int, dict[str, str], str]:
    """The exit status, each step that broke with what was said of it, and the last line."""
    result = CliRunner().invoke(main, ["probe", address, "--within", "30"])
    lines = [line for line in result.output.splitlines() if line.startswith(("✓", "✗"))]
    assert [line.split()[1] for line in lines] == STEPS, result.output
    broken = {line.split()[1]: line.partition(" ms  ")[2] for line in lines if line.startswith("✗")}
    return result.exit_code, broken, result.output.splitlines()[-1]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_person_who_comes_now_reaches_help(instance: Path, tmp_path: Path) -> None:
    with server_process(tmp_path, instance) as running:
        status, broken, _ = probed(running.address)
    assert broken == {}
    assert status == 0


def test_without_a_model_the_worry_is_what_breaks(without_model: Flask) -> None:
    with served(without_model) as address:
        status, broken, last = probed(address)
    assert status == 1
    assert list(broken) == ["ready", "worry", "api-worry"]
    assert "without model" in broken["ready"]
    assert last == "Broken: ready, worry, api-worry"


def test_where_nobody_answers_every_step_is_broken() -> None:
    status, broken, _ = probed("http://127.0.0.1:9")
    assert status == 1
    assert list(broken) == STEPS
    assert all("no answer" in fault for fault in broken.values())


def without_strip(app: Flask) -> None:
    @app.after_request
    def change(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.set_data(STRIP.sub("", response.get_data(as_text=True)))
        return response


def changed(old: str, new: str, *, path: str = "") -> Callable[[Flask], None]:
    def install(app: Flask) -> None:
        @app.after_request
        def change(response: Response) -> Response:
            if response.mimetype == "text/html" and path in ("", request.path):
                response.set_data(response.get_data(as_text=True).replace(old, new))
            return response

    return install


def with_cookie(app: Flask) -> None:
    @app.after_request
    def follow(response: Response) -> Response:
        response.set_cookie("who", "7")
        return response


def without_search(app: Flask) -> None:
    def fails() -> None:
        raise RuntimeError("no search")

    app.view_functions["browsing.search"] = fails


def never_leaving(app: Flask) -> None:
    app.view_functions["chat.leave"] = lambda: ("", 303, {"Location": "/"})


@pytest.mark.parametrize(
    ("break_it", "steps", "said"),
    [
        (without_strip, PAGES, "missing"),
        (changed('href="tel:119"', 'href="tel:118"'), PAGES, "110 118"),
        (changed("tel:0570", "tel:0579", path="/numbers"), ["numbers"], "not in the catalogue: 0579"),
        (changed('href="/exit"', 'href="/"'), PAGES, "no quick exit"),
        (changed('name="category" value="work"', ""), ["start"], "work"),
        (with_cookie, STEPS, "cookie"),
        (without_search, ["search"], "answers 500"),
        (never_leaving, ["exit"], "does not lead away"),
    ],
)
def test_what_is_broken_is_named(parts: Parts, break_it: Callable[[Flask], None], steps: list[str], said: str) -> None:
    app = build(parts)
    break_it(app)
    with served(app) as address:
        status, broken, last = probed(address)
    assert status == 1
    assert list(broken) == steps
    assert last == f"Broken: {', '.join(steps)}"
    assert all(said in fault for fault in broken.values()), broken


def test_a_synthetic_person_is_counted_by_nobody(parts_on: Callable[[str], Parts], database: str) -> None:
    parts = parts_on(database)
    app = build(parts)
    with served(app) as address:
        assert probed(address)[0] == 0
    assert not app.extensions["hourly"]._held
    app.test_client().post("/say", data={"text": "家賃が払えません"})
    assert app.extensions["hourly"]._held
    assert parts.tallying.flush()
    today = clock().date()
    assert [(row.what, row.count) for row in parts.store.tallies.read(today, today)] == [("heard", 1)]


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "127.0.0.1:8000", "file:///etc/passwd"])
def test_an_address_of_another_kind_is_wrong_use(address: str) -> None:
    assert CliRunner().invoke(main, ["probe", address]).exit_code == 2
