"""Two servers that share nothing but PostgreSQL: a second person releases a model while people write, and undoes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from nlu import instance
from nlu.registry import Registry
from tests.store.postgresql import Cluster
from tests.support.lessons import learnt
from tests.support.server_process import ROOT, ServerProcess, server_process
from web.releasing import Releasing
from web.store import Conflict, Store, migrating
from web.store.people import Person

SECRET = "a-secret-of-the-tests-of-more-than-32-letters"  # noqa: S105
WORKER = (sys.executable, "-c", "from web.cli import main; main()", "worker", "--no-training")
FOLLOWED_WITHIN_SECONDS = 10.0 if os.environ.get("FULL_NUMBERS") else 60.0
"""What is promised is ten, on a machine that has nothing else to do."""
WORRY = json.dumps({"text": "会社をクビになって家賃が払えません", "state": None}).encode()
JSON = {"Content-Type": "application/json"}


@dataclass
class Traffic:
    """Somebody who writes to a server again and again, and what came back: the model that answered, or the fault."""

    address: str
    answers: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def write(self, over: threading.Event) -> None:
        while not over.wait(0.03):
            self.write_once()

    def write_once(self) -> None:
        request = urllib.request.Request(f"{self.address}/api/v1/messages", WORRY, JSON)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                self.answers.append(json.load(answer)["model"])
        except (OSError, ValueError, KeyError) as fault:
            self.faults.append(repr(fault))


@contextmanager
def worker(server: ServerProcess, url: str) -> Iterator[None]:
    """The worker of that machine."""
    given = {
        "PATH": str(Path(sys.executable).parent),
        "PYTHONPATH": str(ROOT),
        "HITORIJANAI_INSTANCE": str(server.instance),
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "MODEL_SECONDS": os.environ["MODEL_SECONDS"],
    }
    with (server.folder / "worker.txt").open("wb") as printed:
        process = subprocess.Popen(WORKER, cwd=server.folder, env=given, stdout=printed, stderr=printed)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def written_to(servers: list[ServerProcess]) -> Iterator[list[Traffic]]:
    """Two people write to each server until the block ends."""
    over = threading.Event()
    traffic = [Traffic(server.address) for server in servers for _ in range(2)]
    for one in traffic:
        one.write_once()  # the first to write waits for the dictionary
    threads = [threading.Thread(target=one.write, args=(over,)) for one in traffic]
    for thread in threads:
        thread.start()
    try:
        yield traffic
    finally:
        over.set()
        for thread in threads:
            thread.join()


def followed(traffic: list[Traffic], version: str) -> None:
    """Waits until everybody is answered by the version, and sees that nobody is answered by another after that."""
    end = time.monotonic() + FOLLOWED_WITHIN_SECONDS
    while any(one.answers[-1:] != [version] for one in traffic):
        assert time.monotonic() < end, [one.answers[-1:] for one in traffic]
        time.sleep(0.05)
    seen = [len(one.answers) for one in traffic]
    time.sleep(1)
    assert {answer for one, count in zip(traffic, seen, strict=True) for answer in one.answers[count:]} == {version}


def candidate(store: Store, registry: Registry, trainer: Person) -> str:
    """A model that answers a little less surely, and passed the gate."""
    current = str(registry.current())
    version = registry.save(replace(registry.load(current).trained, temperature=1.7))
    gate = {"passed": True, "reasons": [], "compared_with": current}
    store.candidates.create(version, gate=gate, passed=True, actor=trainer.id)
    return version


@pytest.fixture
def url(cluster: Cluster) -> str:
    address = cluster.url(cluster.create())
    migrating.upgrade(address)
    return address


def test_all_replicas_follow_a_release_and_the_way_back_and_nobody_waits(tmp_path: Path, url: str, small: Path) -> None:
    with ExitStack() as stack:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        given = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "HITORIJANAI_CATALOG": str(small)}
        starting = [server_process(tmp_path / name, learnt() / "instance", **given) for name in ("a", "b")]
        with ThreadPoolExecutor(len(starting)) as pool:
            servers = list(pool.map(stack.enter_context, starting))
        for server in servers:
            stack.enter_context(worker(server, url))
        store = Store.open(url, [SECRET])
        stack.callback(store.close)
        here, there = (instance.registry(server.instance) for server in servers)
        former = str(here.current())
        trainer, releaser = (
            store.people.create(name, role=role, profession="公認心理師", password_hash="x", actor=None)  # noqa: S106
            for name, role in (("replica-lead", "lead"), ("replica-releaser", "releaser"))
        )
        version = candidate(store, here, trainer)
        releasing = Releasing(store, here, shared=True)
        for person in (trainer, releaser):
            releasing.see(version, actor=person.id)
        with pytest.raises(Conflict):
            releasing.release(version, actor=trainer.id)

        traffic = stack.enter_context(written_to(servers))
        followed(traffic, former)
        releasing.release(version, actor=releaser.id)
        followed(traffic, version)
        assert there.current() == version
        assert releasing.roll_back(version, actor=releaser.id) == former
        followed(traffic, former)

        assert [one.faults for one in traffic] == [[], [], [], []]
        assert min(len(one.answers) for one in traffic) > 20
        assert {answer for one in traffic for answer in one.answers} == {former, version}
        assert store.audit.verify() == ()
