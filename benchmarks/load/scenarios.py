"""What the servers go through. Each scenario gives the lines of its section of benchmarks/load.md."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.danger import table
from benchmarks.load import wrk
from benchmarks.load.journeys import Journey, Pulse, talk
from benchmarks.load.servers import HELLO, OURS, Server, Watch, copied, release, serving
from tests.store.postgresql import programs, started
from web.store import migrating

MIXED = "pages=80,say=15,api=5"
KINDS = {
    "pages": "pages=1",
    "buttons (POST /choose)": "choose=1",
    "free text (POST /say)": "say=1",
    "a button (POST /api/v1/answers)": "answers=1",
    "free text (POST /api/v1/messages)": "api=1",
    "mixed 80/15/5": MIXED,
}
CONNECTIONS = (32, 256)
URGENT = "/numbers"
TELLING = 300
"""Seconds; in less, memory rises and falls more by releases than it grows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long each part takes, in seconds; `every`: between two releases of a model or two reloads."""

    each: float
    spike: float
    reload: float
    soak: float
    every: float
    journeys: int


FULL = Plan(each=30, spike=120, reload=60, soak=600, every=60, journeys=200)
QUICK = Plan(each=4, spike=10, reload=12, soak=30, every=10, journeys=24)


@dataclass(frozen=True, slots=True)
class Ground:
    """What all scenarios stand on: the installation, a folder for copies of it, and the material for wrk."""

    source: Path
    folder: Path
    material: Path
    plan: Plan

    def home(self, name: str) -> Path:
        """A fresh copy of the installation."""
        return copied(self.source, self.folder / name)


@dataclass(frozen=True, slots=True)
class Cost:
    """One row of the first table: what wrk saw, and core milliseconds of the server for a request."""

    kind: str
    connections: int
    seen: wrk.Measured
    core_ms: float
    ratio: float


def throughput(ground: Ground, costs: list[Cost]) -> list[str]:
    """Every kind of request at every number of connections, each right behind the hello page; fills `costs`."""
    with serving(HELLO, _bare(ground)) as hello, serving(OURS, ground.home("throughput")) as ours:
        _measure(ours, ground, mix=MIXED, connections=8, seconds=ground.plan.each)
        for connections in CONNECTIONS:
            for kind, mix in KINDS.items():
                base = _measure(hello, _hello(ground), mix="pages=1", connections=connections, seconds=ground.plan.each)
                found = _measure(ours, ground, mix=mix, connections=connections, seconds=ground.plan.each)
                if kind == next(iter(KINDS)):
                    costs.append(Cost("hello", connections, *base, ratio=1.0))
                costs.append(Cost(kind, connections, *found, ratio=found[0].rate / base[0].rate))
                _say(f"{kind}, {connections} connections: {found[0].rate:.0f}/s, {costs[-1].ratio:.2f} of hello")
    rows = [
        (
            cost.kind,
            cost.connections,
            f"{cost.seen.rate:,.0f}",
            f"{cost.ratio:.2f}",
            f"{cost.seen.p50:.0f}",
            f"{cost.seen.p99:.0f}",
            cost.seen.refused,
            cost.seen.lost,
            f"{cost.core_ms:.2f}",
        )
        for cost in costs
    ]
    heads = ("what", "connections", "a second", "× hello", "p50 ms", "p99 ms", "refused", "lost", "core ms")
    return [
        "Each row stands beside a run of the hello page right before it, at the same number of connections. Every "
        "request has a connection of its own, as the shipped nginx asks; many that stay open may all lie with one "
        "worker.",
        "",
        *table(heads, rows),
    ]


def spike(ground: Ground) -> list[str]:
    """Ten connections, five hundred within a second, ten again; somebody looks at the urgent numbers all the while."""
    plan, rows = ground.plan, []
    with serving(OURS, ground.home("spike")) as ours:
        calm = max(plan.each / 2, 4)
        for name, connections, seconds in (("before", 10, calm), ("spike", 500, plan.spike), ("after", 10, calm)):
            pulse = Pulse(ours.address, URGENT)
            seen, _ = _measure(ours, ground, mix=MIXED, connections=connections, seconds=seconds)
            pulse.stop()
            urgent = (f"{pulse.p99():.0f}", pulse.failed)
            spent = (f"{seen.rate:,.0f}", f"{seen.p50:.0f}", f"{seen.p99:.0f}", seen.refused, seen.lost)
            rows.append((name, connections, *spent, *urgent))
            _say(f"spike, {name}: {seen.rate:.0f}/s, {seen.refused} refused, {seen.lost} lost")
    heads = (
        "phase", "connections", "a second", "p50 ms", "p99 ms", "refused", "lost", "urgent page p99 ms", "of it failed"
    )  # fmt: skip
    return [
        "Mixed requests. A refused one is a full page that says what to do and holds the numbers (503: free text is "
        "shed before anything else). The urgent page is opened ten times a second by somebody else, with a new "
        "connection each time.",
        "",
        *table(heads, rows),
    ]


def reloads(ground: Ground) -> list[str]:
    """New workers again and again while people ask, each request by a connection of its own, as behind nginx."""
    plan, count = ground.plan, 0
    with serving(OURS, ground.home("reload")) as ours:
        running = wrk.start(ours.address, ground.material, mix=MIXED, connections=32, seconds=plan.reload, close=True)
        while running.poll() is None:
            time.sleep(min(plan.every, 6) / 2)
            if running.poll() is None:
                ours.reload()
                count += 1
        seen = wrk.ended(running)
    _say(f"{count} reloads: {seen.refused} refused, {seen.lost} lost of {seen.requests}")
    return [f"{count} reloads (HUP) within {seen.seconds:.0f} s at 32 connections: {_outcome(seen)}"]


def soak(ground: Ground) -> list[str]:
    """Mixed requests for long, a model released again and again."""
    plan, releases = ground.plan, 0
    home = ground.home("soak")
    with serving(OURS, home) as ours:
        watch = Watch(ours)
        running = wrk.start(ours.address, ground.material, mix=MIXED, connections=32, seconds=plan.soak)
        start = time.monotonic()
        while running.poll() is None:
            time.sleep(0.5)
            if time.monotonic() - start > plan.every * (releases + 1) and running.poll() is None:
                release(home)
                releases += 1
        seen, looks, own = wrk.ended(running), watch.stop(), ours.own_megabytes()
    settled = [look for look in looks if look[0] > plan.soak / 3]
    times, sizes = np.array(settled).T
    slope = f"{float(np.polyfit(times, sizes, 1)[0]) * 600:+.1f} MB in ten minutes"
    if plan.soak < TELLING:
        slope = "an amount that so short a time cannot tell"
    _say(f"soak: {slope}, {releases} releases, {seen.refused} refused, {seen.lost} lost")
    return [
        f"{seen.seconds / 60:.1f} minutes of mixed requests at 32 connections, a model released every "
        f"{plan.every:.0f} s ({releases} times): {_outcome(seen)}",
        "",
        f"The largest worker holds {sizes.min():.0f} to {sizes.max():.0f} MB after the first third, SudachiPy's "
        f"dictionary included, {own:.0f} MB of it its own at the end, and grows by {slope}.",
    ]


def replicas(ground: Ground) -> list[str]:
    """Two servers on one PostgreSQL, people who are answered by both in turn, and one server that dies on the way."""
    found = programs()
    if found is None:
        return ["Not run: PostgreSQL's server is not installed."]
    texts = (ground.material / "texts.txt").read_text(encoding="utf-8").splitlines()
    texts = texts[:: max(1, len(texts) // ground.plan.journeys)][: ground.plan.journeys]
    with ExitStack() as open_:
        cluster = open_.enter_context(started(found))
        url = cluster.url(cluster.create())
        migrating.upgrade(url)
        more = {"DATABASE_URL": url}
        one = open_.enter_context(serving(OURS, ground.home("one"), more=more))
        other = open_.enter_context(serving(OURS, ground.home("other"), more=more))
        both = (one.address, other.address)
        alone = [talk((one.address,), text) for text in texts]
        together = [talk(both, text, first=number) for number, text in enumerate(texts)]
        half = len(texts) // 2
        bereft = [talk(both, text, first=number) for number, text in enumerate(texts[:half])]
        one.kill()
        bereft += [talk(both, text, first=number) for number, text in enumerate(texts[half:])]
    rows = [(name, *_compared(journeys, alone)) for name, journeys in (
        ("by one server", alone),
        ("by two in turn", together),
        ("by two, one killed half-way", bereft),
    )]  # fmt: skip
    _say(f"replicas: {rows}")
    heads = ("journeys", "begun", "steps", "ended well", "told otherwise than by one", "steps asked again elsewhere")
    return [
        "Each journey is a worry typed and buttons pressed until services are shown; after a server was killed the "
        "other takes its steps, as a proxy would have it.",
        "",
        *table(heads, rows),
    ]


SCENARIOS: dict[str, tuple[str, Callable[[Ground], list[str]]]] = {
    "spike": ("A spike: 10 → 500 → 10", spike),
    "reload": ("Graceful reload under load", reloads),
    "soak": ("A long time", soak),
    "replicas": ("Two replicas, one killed", replicas),
}


def _measure(
    server: Server, ground: Ground, *, mix: str, connections: int, seconds: float
) -> tuple[wrk.Measured, float]:
    before = server.core_seconds()
    asking = wrk.start(server.address, ground.material, mix=mix, connections=connections, seconds=seconds, close=True)
    seen = wrk.ended(asking)
    return seen, 1000 * (server.core_seconds() - before) / max(seen.requests, 1)


def _hello(ground: Ground) -> Ground:
    """The ground on which only the first page is asked for."""
    folder = ground.folder / "hello-material"
    if not folder.exists():
        folder.mkdir()
        for name in wrk.FILES:
            (folder / f"{name}.txt").write_text("/\n", encoding="utf-8")
    return Ground(ground.source, ground.folder, folder, ground.plan)


def _bare(ground: Ground) -> Path:
    return Path(tempfile.mkdtemp(prefix="hello-", dir=ground.folder))


def _compared(journeys: Sequence[Journey], alone: Sequence[Journey]) -> tuple[int, int, int, int, int]:
    return (
        len(journeys),
        sum(len(journey.told) for journey in journeys),
        sum(journey.finished for journey in journeys),
        sum(journey.told != right.told for journey, right in zip(journeys, alone, strict=True)),
        sum(journey.turned_away for journey in journeys),
    )


def _outcome(seen: wrk.Measured) -> str:
    return (
        f"{seen.requests:,} requests, {seen.refused} refused, {seen.lost} lost; p50 {seen.p50:.0f} ms, "
        f"p99 {seen.p99:.0f} ms, longest {seen.max:.0f} ms."
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}   (load {os.getloadavg()[0]:.1f})\n")
    sys.stdout.flush()
