"""A real Redis for tests: in memory only, on a free port of loopback, gone afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis, RedisError

from tests.support.ports import free_port

UP_WITHIN_SECONDS = 60


class RedisServer:
    """A running server: stop it, start it again where it was, let it hang."""

    def __init__(self, folder: str, certificate: Path | None = None) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._more = ["--port", str(self.port), "--dir", folder]
        if certificate:
            self.url = f"rediss://:secret@127.0.0.1:{self.port}/0?ssl_ca_certs={certificate}"
            told = f"--port 0 --tls-port {self.port} --tls-auth-clients no --requirepass secret --dir {folder}"
            told += f" --tls-cert-file {certificate} --tls-key-file {certificate.with_suffix('.key')}"
            self._more = told.split()
        self._client = Redis.from_url(self.url, socket_timeout=1, decode_responses=True)
        self.start()

    def start(self) -> None:
        """Starts it empty, and waits until it answers."""
        command = ["redis-server", *self._more, "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--daemonize", "no"]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        until = time.monotonic() + UP_WITHIN_SECONDS
        while not self.answers():
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it answers now."""
        try:
            return bool(self.client().ping())
        except RedisError:
            return False

    def client(self) -> Redis:
        """A client that does not wait long; always the same, closed when the server is gone."""
        return self._client

    def kill(self) -> None:
        """Gone at once, with all it held."""
        self._client.close()
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Takes connections and answers nothing, until `go_on`."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answers again."""
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def redis_server(certificate: Path | None = None) -> Iterator[RedisServer]:
    """The server; a test that needs it is skipped, by name, where the machine has none.

    `certificate`: a .pem, its .key beside it, for a server that speaks TLS only and asks for a password.
    """
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis on this machine (Debian: apt-get install redis-server)")
    with tempfile.TemporaryDirectory(prefix="hitorijanai-redis-") as folder:
        running = RedisServer(folder, certificate)
        try:
            yield running
        finally:
            running.kill()
