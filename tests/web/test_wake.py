"""The worker is woken by Redis, and goes on without it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.redis_server import RedisServer, redis_server
from web import learning
from web.settings import ROOT
from web.store import Store, migrating
from web.store.jobs import Job
from web.wake import TOKENS, Wake

KEY = "a-secret-of-the-tests-32-letters"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Waits until it is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "never came true"
        time.sleep(0.05)


def state(store: Store, asked: Job) -> str:
    found = store.jobs.by_id(asked.id)
    return found.state if found else ""


def waiting(redis: RedisServer) -> bool:
    return int(redis.client().info("clients")["blocked_clients"]) == 1


def test_who_waits_is_woken(redis: RedisServer) -> None:
    with ThreadPoolExecutor(1) as pool:
        woken: Future[bool] = pool.submit(Wake(redis.url, every=120).wait)
        until(lambda: waiting(redis))
        Wake(redis.url).ring()
        assert woken.result(60)


def test_a_ring_before_anybody_waits_is_heard_once(redis: RedisServer) -> None:
    wake = Wake(redis.url, every=1)
    for _ in range(5):
        wake.ring()
    assert 0 < redis.client().ttl(TOKENS) <= 60
    assert wake.wait()
    assert not wake.wait()


def test_one_ring_wakes_one(redis: RedisServer) -> None:
    Wake(redis.url).ring()
    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(lambda _: Wake(redis.url, every=1).wait(), range(3))) == [False, False, True]


def test_a_redis_killed_while_waiting_only_ends_the_waking(redis: RedisServer) -> None:
    wake = Wake(redis.url, every=3)
    with ThreadPoolExecutor(1) as pool:
        woken: Future[bool] = pool.submit(wake.wait)
        until(lambda: waiting(redis))
        redis.kill()
        wake.ring()
        assert not woken.result(60)
    assert not Wake(redis.url, every=0.1).wait()
    redis.start()
    wake.ring()
    assert wake.wait()


def test_a_redis_that_hangs_only_ends_the_waking(redis: RedisServer) -> None:
    wake = Wake(redis.url, every=0.5)
    redis.hang()
    try:
        wake.ring()
        assert not wake.wait()
    finally:
        redis.go_on()


@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0"])
def test_without_redis_waiting_is_a_pause(url: str) -> None:
    wake = Wake(url, every=0.3)
    wake.ring()
    began = time.monotonic()
    assert not wake.wait()
    assert time.monotonic() - began >= 0.29


@pytest.fixture
def worker(redis: RedisServer, tmp_path: Path) -> Iterator[Store]:
    """The store of a worker that runs as a process of its own, and can train on nothing, so that each job fails."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrating.upgrade(url)
    (tmp_path / "nothing").mkdir()
    given = {
        "REDIS_URL": redis.url,
        "DATABASE_URL": url,
        "SECRET_KEY": KEY,
        "HITORIJANAI_INSTANCE": str(tmp_path),
        "HITORIJANAI_TRAINING_DATA": str(tmp_path / "nothing"),
    }
    command = [learning.WORKER[0], "-c", "from web.cli import main; main()", "worker"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    store = Store.open(url, (KEY,))
    try:
        yield store
    finally:
        process.terminate()
        process.wait()
        store.close()


def test_the_worker_fetches_the_token_and_works_on_when_redis_is_gone(redis: RedisServer, worker: Store) -> None:
    until(lambda: waiting(redis))
    asked = learning.ask(worker, None)
    Wake(redis.url).ring()
    until(lambda: redis.client().llen(TOKENS) == 0)
    until(lambda: state(worker, asked) == "failed")
    redis.kill()
    again = learning.ask(worker, None)
    assert again.id != asked.id
    until(lambda: state(worker, again) == "failed")
