"""The application as a process of its own, as `hitorijanai serve` starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.faults.visiting import Ask
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of a running server."""

    status_code: int
    text: str


@contextmanager
def serving(
    environment: Mapping[str, str], *, before: tuple[str, ...] = (), log: IO[bytes] | int = subprocess.DEVNULL
) -> Iterator[Ask]:
    """A server with these settings beside those it needs; what asks it. `before`: a command that it is started by."""
    port = free_port()
    command = [*before, str(Path(sys.executable).parent / "hitorijanai"), "serve"]
    given = {**os.environ, **environment, "PORT": str(port)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=given, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
    )
    try:
        ask = _asks(f"http://127.0.0.1:{port}")
        until = time.monotonic() + UP_WITHIN_SECONDS
        while not _up(ask):
            assert process.poll() is None, f"the server ended with {process.returncode}"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)
        yield ask
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # `faketime` stays beside what it starts
        process.wait(30)


def _asks(address: str) -> Ask:
    def ask(method: str, path: str, form: dict[str, str] | None, given: dict[str, object] | None) -> Told:
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        kind = "application/x-www-form-urlencoded"
        if given is not None:
            body, kind = json.dumps(given).encode(), "application/json"
        request = urllib.request.Request(f"{address}{path}", body, {"Content-Type": kind}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Told(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Told(error.code, error.read().decode())

    return ask


def _up(ask: Ask) -> bool:
    try:
        return ask("GET", "/livez", None, None).status_code == 200
    except OSError:
        return False
