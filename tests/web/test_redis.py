"""The way to Redis by TLS: taken with the certificate that stands in the address, refused without."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Connection, Redis, RedisError

from tests.support.redis_server import redis_server
from web.redis import impatient


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that speaks TLS only, with the certificate to check it by."""
    pem, key = tmp_path / "redis.pem", tmp_path / "redis.key"
    told = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    told += " -addext keyUsage=critical,digitalSignature,keyCertSign"
    subprocess.run(["openssl", *told.split(), "-keyout", key, "-out", pem], check=True, capture_output=True)
    with redis_server(pem) as running:
        yield running.url


def test_an_encrypted_way_is_checked(encrypted: str) -> None:
    bare = encrypted.partition("?")[0]
    until = time.monotonic() + 60
    while not _answers(encrypted):
        assert time.monotonic() < until, "a busy machine may need more than one try"
    assert not _answers(bare), "nobody vouches for this certificate"
    assert not _answers(encrypted.replace("127.0.0.1", "localhost")), "it is of another name"
    assert not _answers(bare.replace("rediss:", "redis:")), "it speaks TLS only"


def test_a_connection_that_comes_too_late_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = socket.socketpair()
    go_on = threading.Event()

    def slow(connection: Connection) -> socket.socket:
        go_on.wait(60)
        return here

    monkeypatch.setattr(Connection, "_connect", slow)
    with there:
        assert not _answers("redis://127.0.0.1:1/0")
        go_on.set()
        there.settimeout(60)
        assert there.recv(1) == b"", "nobody holds the other end"


def _answers(url: str) -> bool:
    with Redis.from_url(url, **impatient(url)) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False
