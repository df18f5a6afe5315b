"""Answering asks nobody: no connection, no look-up of a name, no other program, whatever comes in."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.security.hostile import INJECTIONS
from tests.security.ways import BODIES, FORMS, pages, ways
from web.settings import ROOT

GOING_OUT = (
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.Request",
    "ftplib.connect",
    "smtplib.connect",
)
"""What Python tells of itself (sys.audit) when a program goes out."""
_seen: list[tuple[str, str]] = []
_watching = [False]


def _note(event: str, details: tuple[Any, ...]) -> None:
    if _watching[0] and event in GOING_OUT:
        _seen.append((event, repr(details)))


sys.addaudithook(_note)


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What went out while it was open."""
    _seen.clear()
    _watching[0] = True
    try:
        yield _seen
    finally:
        _watching[0] = False


def test_the_watch_sees_what_goes_out() -> None:
    with watched() as seen, socket.socket() as way, socket.create_server(("127.0.0.1", 0)) as other:
        way.connect(other.getsockname())
        subprocess.run(["true"], check=True)
    assert {"socket.connect", "subprocess.Popen"} <= {event for event, _ in seen}


def test_the_public_side_asks_nobody(app: Flask, client: FlaskClient) -> None:
    with watched() as seen:
        for path in pages(app):
            client.get(path).close()
        for text in ("家賃が払えない", "いま薬を全部飲んだ", "http://x0ss.invalid/", *INJECTIONS[18:22]):
            for path, fields in FORMS.items():
                client.post(path, data=dict.fromkeys(fields, text))
            for path, sets in BODIES.items():
                client.post(path, json=dict.fromkeys(sets[0], text))
    assert seen == []


def test_the_console_asks_nobody(console_app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    lead = sign_in("lead")
    with watched() as seen:
        for _, method, path in ways(console_app):
            if method in ("GET", "POST"):
                lead.open(path, method=method).close()
    assert seen == []


def test_a_running_server_connects_to_nobody(instance: Path, tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("no strace on this machine (Debian: apt-get install strace)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    written = tmp_path / "calls"
    command = [
        strace,
        "-D",
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-e",
        "trace=connect,sendto,sendmsg,execve",
        "-o",
        str(written),
    ]
    environment = {
        "HITORIJANAI_INSTANCE": str(instance),
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.sqlite",
        "PORT": str(port),
        "PATH": "/usr/bin:/bin",
    }
    server = subprocess.Popen(
        [*command, sys.executable, "-m", "web"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).read()
                break
            except OSError:
                if server.poll() is not None:
                    pytest.skip("strace may not follow a program on this machine")
                time.sleep(0.1)
        for path in ("/", "/services", "/readyz", "/nowhere"):
            asked(f"http://127.0.0.1:{port}{path}")
        for text in ("text=死にたい", "text=http://x0ss.invalid/"):
            assert asked(f"http://127.0.0.1:{port}/say", text.encode()) == 200
    finally:
        server.terminate()
        server.wait(20)
    calls = written.read_text(errors="replace")
    assert calls.count("execve(") == 1, "no other program"
    assert re.findall(r"connect\(\d+, \{sa_family=AF_INET6?, .*", calls) == []
    assert re.findall(r"send(?:to|msg)\(.*sin6?_port", calls) == []


def asked(address: str, body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(address, body, timeout=30) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
