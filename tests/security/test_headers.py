"""Every answer of both applications, whatever the address, the method and the outcome, carries the same protection."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.security.ways import METHODS, ways
from web.app import build
from web.console.app import build as build_console
from web.security import HEADERS, PUBLIC_ENDPOINTS
from web.wiring import Parts

FORCED = {400: ("GET", "POST"), 403: ("GET", "POST"), 413: ("POST",), 429: ("GET", "POST"), 500: METHODS, 503: METHODS}
"""Statuses that every way is made to end with, by the methods tried; before a view, one method goes as another."""
SECRET_TEXT = "いえない ことば x0ss"  # noqa: S105
TRACES = ("Traceback", 'File "', "werkzeug", "site-packages", "RuntimeError", SECRET_TEXT)


def protected(answer: TestResponse) -> None:
    """Whether an answer carries all of it."""
    what = f"{answer.request.method} {answer.request.path} {answer.status}"
    for name, value in HEADERS.items():
        assert answer.headers.getlist(name) == [value], (what, name)
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert set(policy.values()) == {"'none'", "'self'"}, what
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers
    assert not any(name.lower().startswith("access-control-") for name, _ in answer.headers), what
    if answer.get_data():
        assert answer.mimetype in ("text/html", "application/json", "text/css", "text/javascript", "text/csv"), what
        assert answer.mimetype == "application/json" or answer.headers["Content-Type"].endswith("charset=utf-8"), what
        text = answer.get_data(as_text=True)
        assert not [trace for trace in TRACES if trace in text], what


def opened(
    client: FlaskClient, app: Flask, *, script: bool = False, methods: tuple[str, ...] = METHODS
) -> dict[int, set[str]]:
    """Opens every way, as a script would or as a page, and looks at each answer: the statuses seen, by endpoint."""
    seen = defaultdict(set)
    for endpoint, method, path in ways(app):
        if method not in methods:
            continue
        answer = client.open(path, method=method, headers={"Accept": "application/json"} if script else {})
        protected(answer)
        assert answer.headers["Cache-Control"] == "no-store"
        seen[answer.status_code].add(endpoint)
        answer.close()
    return seen


def test_every_public_answer_is_protected_and_sets_no_cookie(app: Flask, client: FlaskClient) -> None:
    seen = defaultdict(set)
    for endpoint, method, path in ways(app):
        answer = client.open(path, method=method)
        protected(answer)
        assert "Set-Cookie" not in answer.headers
        public = endpoint in PUBLIC_ENDPOINTS and answer.status_code == 200 and method in METHODS[:2]
        if answer.status_code != 200 or not public:
            assert answer.headers["Cache-Control"] == "no-store" or method == "OPTIONS"
        seen[answer.status_code].add(endpoint)
        answer.close()
    assert {200, 303, 400, 404, 405} <= set(seen)
    assert seen[405] == {rule.endpoint for rule in app.url_map.iter_rules()}, "no address takes every method"


@pytest.mark.parametrize("status", FORCED)
def test_every_public_error_is_protected_on_every_way(parts: Parts, status: int) -> None:
    app = build(parts)
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: abort(status))
    client = app.test_client()
    for _, method, path in ways(app):
        if method not in FORCED[status]:
            continue
        answer = client.open(path, method=method)
        assert answer.status_code == status, (method, path)
        protected(answer)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        if method in ("GET", "POST"):
            assert "119" in answer.get_data(as_text=True), "no number for danger on an error"


def test_no_public_failure_shows_where_or_what(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    app = build(parts)

    def fail(**_: object) -> str:
        raise RuntimeError(SECRET_TEXT)

    app.view_functions = dict.fromkeys(app.view_functions, fail)
    client = app.test_client()
    with caplog.at_level(logging.DEBUG):
        for endpoint in app.view_functions:
            for method, path in {(m, p) for e, m, p in ways(app) if e == endpoint}:
                answer = client.open(path, method=method, data={"text": SECRET_TEXT} if method == "POST" else None)
                if answer.status_code in (200, 405, 413):
                    continue
                assert answer.status_code >= 400
                protected(answer)
    assert "unexpected" in caplog.text
    assert SECRET_TEXT not in "".join(str(vars(record)) for record in caplog.records)


def test_every_console_answer_is_protected_and_never_kept(
    console_app: Flask, console: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    for client, statuses in ((console, {200, 303, 401, 405}), (sign_in("lead"), {200, 400, 403, 404, 405})):
        assert statuses <= set(opened(client, console_app))
    assert {200, 400, 403, 405} <= set(opened(sign_in("admin"), console_app, script=True))


@pytest.mark.parametrize("status", FORCED)
def test_every_console_error_is_protected(console_parts: Parts, status: int) -> None:
    app = build_console(console_parts)
    app.before_request_funcs.setdefault(None, []).insert(0, lambda: abort(status))
    seen = opened(app.test_client(), app, script=status == 500, methods=FORCED[status])
    assert set(seen) == {status}


def test_no_answer_of_the_console_lets_another_page_read_it(sign_in: Callable[..., FlaskClient]) -> None:
    answer = sign_in("admin").get("/people", headers={"Origin": "https://x0ss.invalid"})
    assert not any(name.lower().startswith("access-control-") for name, _ in answer.headers)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
