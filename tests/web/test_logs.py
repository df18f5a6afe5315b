"""What a process writes about itself: listed keys, places instead of messages, hours instead of moments."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from web import logs
from web.settings import ROOT

WORDS = "家賃のことは夫に知られたくない 090-1234-5678"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Every line of our logs, and of a library's, as it would be written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.Line())
    rooms = [logging.getLogger(name) for name in (logs.OURS, "a.library")]
    for room in rooms:
        room.addHandler(handler)
        room.setLevel("INFO")
    yield written
    for room in rooms:
        room.removeHandler(handler)
        room.setLevel("NOTSET")


def parsed(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def failing(text: str) -> Exception:
    try:
        raise RuntimeError(f"cannot handle {text}")
    except RuntimeError as error:
        return error


def test_a_line_is_json_with_the_listed_keys(lines: io.StringIO) -> None:
    logs.get("room").warning("a job failed", job=7, cause="OperationalError")
    [line] = parsed(lines)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", line.pop("time"))
    assert line == {
        "level": "warning",
        "logger": "hitorijanai.room",
        "event": "a job failed",
        "job": 7,
        "cause": "OperationalError",
    }


def test_an_unlisted_key_is_an_error_in_tests_and_dropped_elsewhere(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(logs.Unlisted, match="text"):
        logs.get("room").error("heard", text=WORDS)
    monkeypatch.delenv(logs.STRICT)
    logs.get("room").error("heard", text=WORDS)
    logging.getLogger("hitorijanai.nlu").error("heard", extra={"text": WORDS, "error": "KeyError"})
    assert "text" not in lines.getvalue()
    assert [line["event"] for line in parsed(lines)] == ["heard", "heard"]
    assert "090" not in lines.getvalue()


def test_of_an_exception_only_its_type_and_the_places_are_written(lines: io.StringIO) -> None:
    logs.get("room").error("unexpected", **logs.of(failing(WORDS)))
    logging.getLogger("hitorijanai.nlu").error("unexpected", exc_info=failing(WORDS))
    for line in parsed(lines):
        assert line["error"] == "RuntimeError"
        assert re.fullmatch(r"tests/web/test_logs\.py:\d+", line["where"])
    assert "cannot handle" not in lines.getvalue()
    assert "090" not in lines.getvalue()


def test_of_a_line_of_a_library_only_its_place_is_written(lines: io.StringIO) -> None:
    library = logging.getLogger("a.library")
    library.error("GET /say?q=%s from %s", WORDS, "203.0.113.77")
    library.error(f"GET /say?q={WORDS}", exc_info=failing(WORDS))
    written = lines.getvalue()
    assert [line["event"] for line in parsed(lines)] == ["said by a library"] * 2
    assert all(line["place"].startswith("tests/web/test_logs.py:") for line in parsed(lines))
    assert "203.0.113.77" not in written
    assert "say" not in written.replace("said", "")
    assert "090" not in written


@pytest.mark.parametrize("value", ["x" * 5_000, "家賃", "two\nlines", {"家賃": 1}, WORDS.encode(), "\x1b[31m\u202e"])
def test_a_value_is_short_plain_and_on_one_line(lines: io.StringIO, value: object) -> None:
    logs.get("room").error("odd", cause=value)
    [line] = parsed(lines)
    assert len(line["cause"]) <= logs.CLIP
    assert re.fullmatch(r"[\x20-\x7e]*", line["cause"])
    assert lines.getvalue().count("\n") == 1
    assert "090" not in lines.getvalue()


def test_while_a_public_request_is_answered_lines_carry_only_the_hour(lines: io.StringIO) -> None:
    app = Flask("public")
    app.add_url_rule("/", "fails", lambda: logs.get("web").error("unexpected") or "")
    app.test_client().get("/")
    logs.install(app)
    app.test_client().get("/")
    logs.get("web").error("afterwards")
    times = [line["time"] for line in parsed(lines)]
    assert [len(time) for time in times] == [
        len("2026-11-25T10:00:00Z"),
        len("2026-11-25T10:00Z"),
        len("2026-11-25T10:00:00Z"),
    ]
    assert times[1].endswith(":00Z")


def test_no_key_hides_what_every_record_has() -> None:
    assert not logs.KEYS.keys() & vars(logging.makeLogRecord({})).keys()
    assert not logs.KEYS.keys() & {"time", "level", "logger", "event"}


def log_calls() -> list[tuple[str, ast.Call]]:
    """Every call of a log in our packages, with its place."""
    calls = []
    for package in ("web", "nlu", "catalog", "assistant"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in ("debug", "info", "warning", "error", "exception", "critical", "log")
                    and re.fullmatch(
                        r"log|logger|logging|logs\.get\(.*\)|.*getLogger\(.*\)", ast.unparse(node.func.value)
                    )
                ):
                    calls.append((f"{path.relative_to(ROOT)}:{node.lineno}", node))
    return calls


def test_every_log_call_says_a_fixed_text_and_listed_keys() -> None:
    calls = log_calls()
    assert len(calls) >= 10
    for place, call in calls:
        assert len(call.args) == 1, place
        assert isinstance(call.args[0], ast.Constant), place
        for keyword in call.keywords:
            if keyword.arg is None:
                continue  # **logs.of(error)
            given = {keyword.arg}
            if keyword.arg == "extra":
                assert isinstance(keyword.value, ast.Dict), place
                given = {key.value for key in keyword.value.keys if isinstance(key, ast.Constant)}
            assert given <= logs.KEYS.keys(), place


WHOLE = """
import logging, sys, threading, warnings, resource
from web import logs
logs.start()
WORDS = "kanaria 090-1234-5678"
logging.getLogger("waitress").error("Exception while serving /" + WORDS)
logging.getLogger("sqlalchemy.engine.Engine").error("SELECT %r", WORDS)
logging.getLogger("werkzeug").error('"GET /%s HTTP/1.1" 200', WORDS)
logging.getLogger("gunicorn.error").error("Error handling request /%s", WORDS)
logging.getLogger("gunicorn.access").error("GET /%s", WORDS)
logging.getLogger("hitorijanai").error("too few %s %s", WORDS)
warnings.warn(WORDS)
def fails():
    raise ValueError(WORDS)
thread = threading.Thread(target=fails)
thread.start(); thread.join()
class Lost:
    def __del__(self):
        raise KeyError(WORDS)
Lost()
assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)
"""


def test_a_process_writes_nothing_else_whoever_speaks() -> None:
    """Servers, the database library, warnings, threads and destructors that fail: all of it, in a real process."""
    done = subprocess.run([sys.executable, "-c", WHOLE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == 8
    assert {line.get("error") for line in lines} == {None, "ValueError", "KeyError"}
    assert "kanaria" not in done.stderr
    assert "090" not in done.stderr
