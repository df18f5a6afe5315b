"""A real Redis for tests: in memory only, on a free port of loopback, gone afterwards."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis, RedisError

from tests.support.ports import free_port

UP_WITHIN_SECONDS = 60


class RedisServer:
    """A running server: stop it, start it again where it was, let it hang."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._client = Redis(port=self.port, socket_timeout=1, decode_responses=True)
        self.start()

    def start(self) -> None:
        """Starts it empty, and waits until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self._folder]
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
def redis_server() -> Iterator[RedisServer]:
    """The server; a test that needs it is skipped, by name, where the machine has none."""
    if shutil.which("redis-server") is None:
        pytest.skip("no Redis on this machine (Debian: apt-get install redis-server)")
    with tempfile.TemporaryDirectory(prefix="hitorijanai-redis-") as folder:
        running = RedisServer(folder)
        try:
            yield running
        finally:
            running.kill()
