"""The way to Redis by TLS: taken with the certificate that stands in the address, refused without."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Connection, Redis, RedisError

from tests.support.ports import free_port
from web.redis import impatient


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[str]:
    """The address of a Redis that speaks TLS only, without the certificate to check it by."""
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis on this machine (Debian: apt-get install redis-server)")
    pem, key, port = tmp_path / "redis.pem", tmp_path / "redis.key", free_port()
    told = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    told += " -addext keyUsage=critical,digitalSignature,keyCertSign"
    subprocess.run(["openssl", *told.split(), "-keyout", key, "-out", pem], check=True, capture_output=True)
    told = f"--port 0 --tls-port {port} --bind 127.0.0.1 --tls-cert-file {pem} --tls-key-file {key}"
    told += f" --tls-auth-clients no --requirepass secret --dir {tmp_path} --appendonly no"
    server = subprocess.Popen(["redis-server", *told.split(), "--save", ""], stdout=subprocess.DEVNULL)
    yield f"rediss://:secret@127.0.0.1:{port}/0"
    server.kill()
    server.wait()


def test_an_encrypted_way_is_checked(encrypted: str, tmp_path: Path) -> None:
    known = f"{encrypted}?ssl_ca_certs={tmp_path}/redis.pem"
    until = time.monotonic() + 60
    while not _answers(known):
        assert time.monotonic() < until
        time.sleep(0.05)
    assert not _answers(encrypted), "nobody vouches for this certificate"
    assert not _answers(known.replace("127.0.0.1", "localhost")), "it is of another name"
    assert not _answers(known.replace("rediss:", "redis:").partition("?")[0]), "it speaks TLS only"


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
