"""Redis gone or hung: each process counts for itself, and nobody waits."""

from __future__ import annotations

from tests.faults.conftest import Wiring
from tests.faults.visiting import broken, kept, opened, visit
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
