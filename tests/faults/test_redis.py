"""Redis gone or hung: each process counts for itself, and nobody waits."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest

from tests.faults.conftest import Wiring
from tests.faults.visiting import broken, comes_back, kept, opened, visit
from tests.support.redis_server import redis_server
from web.app import build


def test_redis_hung_and_gone(wiring: Wiring) -> None:
    with redis_server() as redis:
        parts = wiring(redis_url=redis.url)
        ask = opened(build(parts), parts.catalog)
        visit(ask, parts.catalog, "Redis well")
        redis.hang()
        with broken(redis.go_on):
            visit(ask, parts.catalog, "Redis hung")
            assert kept(ask, parts) == (True, True)
        redis.kill()
        visit(ask, parts.catalog, "Redis gone")
        assert kept(ask, parts) == (True, True)
        redis.start()
        visit(ask, parts.catalog, "Redis back")


def test_a_name_server_that_says_nothing_of_redis(wiring: Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    silent, asked, answers = threading.Event(), [], socket.getaddrinfo

    def named(host: Any, *more: Any, **others: Any) -> Any:
        if host != "redis.inside":
            return answers(host, *more, **others)
        if not silent.is_set():
            return answers("127.0.0.1", *more, **others)
        asked.append(host)
        time.sleep(5)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", named)
    with redis_server() as redis:
        parts = wiring(redis_url=f"redis://redis.inside:{redis.port}/0")
        ask = opened(build(parts), parts.catalog)
        redis.kill()
        silent.set()
        assert visit(ask, parts.catalog, "Redis's name unknown").slowest < 5
        assert kept(ask, parts) == (True, True)
        assert asked
        silent.clear()
        redis.start()
        assert comes_back(lambda: bool(visit(ask, parts.catalog, "Redis's name known") and redis.client().keys("*")))
