"""What people write is nowhere afterwards: a thousand sentences through every way in and every fault, then the search.

With FULL_NUMBERS in the environment, what is broken and gunicorn are asked twice by every way.
Searched are the logs, every file of the database, temporary files (those without a name too), metrics, heads and
addresses in answers. Only what somebody agreed to give, and messages to the operator, are kept, and both encrypted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.privacy.asking import WAYS, Asker, consented
from tests.privacy.canaries import (
    ADDRESS,
    BIRD,
    TAG,
    found,
    found_deleted,
    found_under,
    worry,
    written,
)
from tests.store.postgresql import Cluster, cluster
from tests.store.proxy import proxied
from tests.support.redis_server import redis_server
from tests.support.server_process import ServerProcess, server_process
from web.settings import ROOT
from web.store import Store, migrating
from web.store.queue import Filter

__all__ = ["cluster"]

FULL = bool(os.environ.get("FULL_NUMBERS"))
PHRASES = 1_000
ROUNDS = 2 if FULL else 1
"""So often every way is gone where something is broken, and in gunicorn."""
LIMIT = 600
"""So often an address may give something to keep in an hour; see web.limits."""
AGREED, DECLINED, MESSAGES = 6, 4, 12
SECRET = "kanaria-" * 5
GUNICORN = (sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy" / "gunicorn.conf.py"))


def test_the_search_finds_a_canary_however_it_is_written(tmp_path: Path) -> None:
    for mark in (BIRD, TAG):
        for number, form in enumerate(set(written(mark))):
            assert found(b"\x00\xff before " + form + b" behind"), form
            (tmp_path / f"{number}").write_bytes(form)
    assert found(worry(7).encode())
    assert found(TAG.upper().encode())
    assert not found("家賃が払えません".encode() * 1_000 + os.urandom(1_000_000))
    assert len(found_under(tmp_path)) == len(list(tmp_path.iterdir()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("canaries")


@pytest.fixture(scope="module")
def well(instance: Path, folder: Path) -> Iterator[ServerProcess]:
    """The server of `make run`, behind a proxy that tells where people come from."""
    with server_process(
        folder / "well",
        instance,
        SECRET_KEY=SECRET,
        DATABASE_URL=f"sqlite:///{folder / 'well' / 'store.sqlite'}",
        PROXY_HOPS="1",
    ) as running:
        yield running


def everything(running: ServerProcess, numbers: range) -> Asker:
    """Each number typed on the page, and sent one other way, all ways in turn."""
    asker = Asker(running.port)
    ways = list(WAYS.values())
    with closing(asker):
        for number in numbers:
            asker.form("/say", text=worry(number))
            ways[number % len(ways)](asker, number)
    return asker


def assert_nothing_is_left(running: ServerProcess, askers: list[Asker]) -> None:
    assert found_deleted(running.process.pid) == []
    metrics = running.metrics()
    assert "hitorijanai_requests_total" in metrics
    assert not found(metrics.encode())
    assert found_under(running.folder, but=("models",)) == []
    for asker in askers:
        assert not [text for text in asker.seen if found(text.encode())]
        assert not [text for text in asker.seen if "set-cookie" in text.lower()]


def lines_of(running: ServerProcess) -> list[dict[str, object]]:
    """The lines of the log; whatever else was printed is the greeting, or the refusal of a wrong setting."""
    lines = []
    for line in running.printed.read_text("utf-8").splitlines():
        if line.startswith("{"):
            lines.append(json.loads(line))
        else:
            assert re.match(r"ひとりじゃない  http://127\.0\.0\.1:\d+/", line), line
    return lines


def test_a_thousand_sentences_by_every_way_leave_nothing(well: ServerProcess) -> None:
    with ThreadPoolExecutor(2) as people:
        half = PHRASES // 2
        askers = list(people.map(lambda numbers: everything(well, numbers), (range(half), range(half, PHRASES))))
    with closing(Asker(well.port)) as one:
        for number in range(LIMIT + 10):
            one.ask("POST", "/share", f"share=yes&carried={TAG}{number}", X_Forwarded_For=f"{ADDRESS}77")
        for number in range(MESSAGES):
            one.form("/contact", text=f"ご意見です。{worry(number)}")
        agreed = [consented(one, number, True) for number in range(AGREED)]
        for number in range(AGREED, AGREED + DECLINED):
            consented(one, number, False)
        much = b"POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\ntext="
        one.raw(much + worry(1).encode() * 40_000)

    came = {status for asker in (*askers, one) for status in asker.statuses}
    assert {200, 303, 400, 403, 404, 405, 413, 422, 429} <= came
    assert sum(asker.statuses[200] for asker in askers) > PHRASES
    assert_nothing_is_left(well, [*askers, one])
    lines_of(well)
    rows_are_exactly(well.folder / "store.sqlite", agreed)


def rows_are_exactly(path: Path, agreed: list[str]) -> None:
    """Kept are the sentences that were given, redacted, and the messages; both encrypted; and counts by day."""
    with sqlite3.connect(path) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608 - our tables
    database.close()
    filled = {name: len(found_rows) for name, found_rows in rows.items() if found_rows}
    tallied = filled.pop("tallies", 0)
    assert filled == {"phrases": AGREED, "contacts": MESSAGES, "alembic_version": 1, "audit_head": 1}
    assert tallied < 200
    assert not found(repr(rows).encode())
    store = Store.open(f"sqlite:///{path}", [SECRET])
    kept = [phrase.text or "" for phrase in store.queue.find(Filter(), for_person=None, limit=100)]
    messages = [message.text or "" for message in store.contacts.list(limit=100)]
    store.close()
    assert len(kept) == len(agreed)
    assert all(BIRD in text for text in kept)
    assert sorted(text[:12] for text in kept) == sorted(text[:12] for text in agreed)
    assert sorted(messages) == sorted(f"ご意見です。{worry(number)}" for number in range(MESSAGES))


def test_a_model_that_raises_views_that_raise_and_no_database_leave_nothing(instance: Path, folder: Path) -> None:
    (folder / "no-folder").touch()
    with server_process(
        folder / "failing",
        instance,
        command=(sys.executable, str(ROOT / "tests" / "privacy" / "failing_server.py")),
        DATABASE_URL=f"sqlite:///{folder / 'no-folder' / 'store.sqlite'}",
    ) as running:
        asker = everything(running, range(ROUNDS * len(WAYS)))
        with closing(asker):
            assert {asker.form("/contact", text=worry(number))[0] for number in range(MESSAGES)} == {200}
        assert asker.statuses[500] >= 4
        assert_nothing_is_left(running, [asker])
        told = lines_of(running)
        assert {line.get("error") for line in told} >= {"RuntimeError", "ValueError"}
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00Z", str(line["time"])) for line in told if "where" in line)
        running.process.send_signal(signal.SIGABRT)
        running.process.wait(30)
        assert not list(running.folder.rglob("core*"))


def test_gunicorn_and_postgresql_leave_nothing(instance: Path, folder: Path, cluster: Cluster) -> None:
    url = cluster.url(cluster.create())
    migrating.upgrade(url)
    began = time.time() - 1  # the folder of the server was large before anybody wrote
    counts = folder / "counts"
    counts.mkdir()
    with server_process(
        folder / "gunicorn",
        instance,
        command=GUNICORN,
        SECRET_KEY=SECRET,
        DATABASE_URL=url,
        WEB_CONCURRENCY="1",
        PROMETHEUS_MULTIPROC_DIR=str(counts),
    ) as running:
        asker = everything(running, range(ROUNDS * len(WAYS)))
        with closing(asker):
            asker.form("/contact", text=worry(1))
            consented(asker, 2, True)
        assert_nothing_is_left(running, [asker])
        store = Store.open(url, [SECRET])
        assert len(store.queue.find(Filter(), for_person=None)) == 1
        assert len(store.contacts.list()) == 1
        store.close()
        lines_of_gunicorn = [line for line in running.printed.read_text("utf-8").splitlines() if line]
        assert all(line.startswith(("{", "[")) for line in lines_of_gunicorn), lines_of_gunicorn[:3]
        cluster.execute("CHECKPOINT")
        assert found_under(cluster._folder, since=began) == []
        assert found_under(counts) == []


def test_redis_a_hung_database_and_a_hung_redis_leave_nothing(instance: Path, folder: Path, cluster: Cluster) -> None:
    name = cluster.create()
    migrating.upgrade(cluster.url(name))
    counts = folder / "other-counts"
    counts.mkdir()
    began = time.time() - 1
    with (
        redis_server() as redis,
        proxied(cluster.port) as proxy,
        server_process(
            folder / "hanging",
            instance,
            command=GUNICORN,
            SECRET_KEY=SECRET,
            DATABASE_URL=cluster.url(name, port=proxy.port),
            REDIS_URL=redis.url,
            PROXY_HOPS="1",
            WEB_CONCURRENCY="1",
            PROMETHEUS_MULTIPROC_DIR=str(counts),
        ) as running,
    ):
        askers = [everything(running, range(ROUNDS * len(WAYS)))]
        with closing(Asker(running.port)) as one:
            for number in range(20):
                one.ask("POST", "/say", urlencode({"text": worry(number)}), X_Forwarded_For=f"{ADDRESS}{number}")
        keys = redis.client().keys("*")
        assert keys, "people are counted"
        assert not found(repr((keys, redis.client().mget(keys))).encode())
        proxy.flowing.clear()
        askers.append(everything(running, range(len(WAYS))))
        with closing(Asker(running.port)) as one:
            consented(one, 1, True)
            assert one.form("/contact", text=worry(2))[0] == 200
        proxy.flowing.set()
        redis.hang()
        askers.append(everything(running, range(len(WAYS))))
        redis.go_on()
        assert_nothing_is_left(running, askers)
        cluster.execute("CHECKPOINT")
        assert found_under(cluster._folder, since=began) == []


@pytest.fixture(autouse=True, scope="module")
def swept(folder: Path) -> Iterator[None]:
    """The models copied here are large."""
    yield
    shutil.rmtree(folder, ignore_errors=True)
