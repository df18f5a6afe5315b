"""Counts for operators, in the form of Prometheus: of requests and of the service, never of a person.

Every label is one of a closed set: endpoints are names of routes, never addresses. What people needed is counted apart
from where and when: kinds of danger and categories not at all, levels and steps by the hour. A count that moved at
03:12 would tell that somebody was here at 03:12.

Under gunicorn the processes count together through files in PROMETHEUS_MULTIPROC_DIR, which has to be set before
Python starts. Whichever process gets METRICS_PORT tells the counts of all.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator

from flask import Flask, Response, g, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    multiprocess,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant.guide import Turn
from web import health, learning, logs
from web.store import StoreUnavailable
from web.synthetic import synthetic
from web.wiring import Parts

disable_created_metrics()  # type: ignore[no-untyped-call]  # they tell to the second when something first happened
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Upper ends of the classes of time."""
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
OTHER = "other"
"""An address that leads nowhere, or a method that nothing takes."""
REFUSALS = {429: "limited", 503: "shed", 413: "too-big", 403: "cross-site", 400: "bad-request"}
ANSWERS = ("chat.say", "chat.choose", "chat.under18", "api.messages", "api.answers")
"""Endpoints at which a person gets a step; others show the same one again."""
TRY_EVERY_SECONDS = 5.0

registry = CollectorRegistry(auto_describe=False)
REQUESTS = Counter(
    "hitorijanai_requests",
    "Requests by route, method and class of status.",
    ("endpoint", "method", "status"),
    registry=registry,
)
TIMES = Histogram(
    "hitorijanai_request_seconds", "Time to an answer, by route.", ("endpoint",), buckets=SECONDS, registry=registry
)
REFUSED = Counter(
    "hitorijanai_refused", "Requests that were not carried out, by reason.", ("reason",), registry=registry
)
STEPS = Counter(
    "hitorijanai_answers",
    "Steps that were shown, by kind and by what was made of the words; added by the hour.",
    ("step", "understood"),
    registry=registry,
)
DANGER = Counter(
    "hitorijanai_danger",
    "Texts by the level of help that was shown, 0 to 4; added by the hour.",
    ("level",),
    registry=registry,
)
log = logs.get("metrics")


class Hourly:
    """Holds counts back until their hour is over. Those of an hour in which the process ends are given up."""

    def __init__(self, *, hour: Callable[[], int]) -> None:
        self._hour = hour
        self._held: Tally[tuple[Counter, tuple[str, ...]]] = Tally()
        self._since = hour()
        self._lock = threading.Lock()

    def count(self, counter: Counter, *labels: str) -> None:
        """One more, to be told when the hour is over."""
        with self._lock:
            self._held[counter, labels] += 1

    def tell(self) -> None:
        """Adds what was held if its hour is over."""
        now = self._hour()
        if now == self._since:
            return
        with self._lock:
            if now == self._since:
                return
            held, self._held, self._since = self._held, Tally(), now
        for (counter, labels), number in held.items():
            counter.labels(*labels).inc(number)


def install(app: Flask, *, hour: Callable[[], int] = lambda: int(time.time() // 3600)) -> None:
    """Counts every request of an application. To be installed before whatever refuses requests."""
    hourly = Hourly(hour=hour)
    app.extensions["hourly"] = hourly

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        hourly.tell()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or OTHER
        method = request.method if request.method in METHODS else OTHER
        REQUESTS.labels(endpoint, method, f"{response.status_code // 100}xx").inc()
        if response.status_code in REFUSALS:
            REFUSED.labels(REFUSALS[response.status_code]).inc()
        if "began" in g:
            TIMES.labels(endpoint).observe(time.perf_counter() - g.began)
        if "turn" in g and endpoint in ANSWERS and not synthetic():
            _count_answer(hourly, g.turn)
        return response


def scraped(parts: Parts) -> CollectorRegistry:
    """All that is told: the counts of this process, or of all that count together, and how the parts stand."""
    told = CollectorRegistry(auto_describe=False)
    if os.environ.get(TOGETHER):
        multiprocess.MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(registry)
    told.register(Facts(parts))
    return told


def serve(parts: Parts) -> None:
    """Tells the metrics on METRICS_HOST and METRICS_PORT, from a thread of its own; nothing if the port is 0.

    Where another process has the port this one tries again: when that one ends, somebody else tells the counts.
    """
    if parts.settings.metrics_port:
        threading.Thread(target=_serve, args=(parts,), name="metrics", daemon=True).start()


class Facts(Collector):
    """How the parts stand, asked when somebody scrapes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._looking = health.Looking(parts)

    def collect(self) -> Iterator[Metric]:
        """One gauge for each fact."""
        seen, settings = self._looking.standing(), self._parts.settings
        about = {
            "version": health.program_version(),
            "model": seen.model or "",
            "catalog": health.catalog_fingerprint(settings.hitorijanai_catalog),
        }
        info = GaugeMetricFamily(
            "hitorijanai_info", "What answers here: program, model, catalogue.", labels=tuple(about)
        )
        info.add_metric(tuple(about.values()), 1)
        yield info
        yield _gauge("ready", "Whether people get the whole answer.", seen.ready)
        yield _gauge("model_up", "Whether a model is in use.", seen.model is not None)
        yield _gauge("database_up", "Whether the database answers in time.", seen.database)
        if seen.redis is not None:
            yield _gauge("redis_up", "Whether Redis answers in time.", seen.redis)
        yield _gauge("disk_free_bytes", "Free bytes under the instance folder.", seen.disk_free)
        yield _gauge("services", "Services of the catalogue.", seen.services)
        if seen.database:
            yield from self._jobs()

    def _jobs(self) -> Iterator[Metric]:
        try:
            job = learning.open_job(self._parts.store)
        except StoreUnavailable:
            return
        jobs = GaugeMetricFamily("hitorijanai_jobs", "Trainings that are open, by state.", labels=("state",))
        for state in ("waiting", "running"):
            jobs.add_metric((state,), job is not None and job.state == state)
        yield jobs


def _count_answer(hourly: Hourly, turn: Turn) -> None:
    said = request.endpoint in ("chat.say", "api.messages")
    if turn.reply.notice:
        return
    prediction = turn.prediction
    understood = "sure" if prediction and prediction.sure else "unsure" if prediction else "no-model"
    hourly.count(STEPS, type(turn.reply.step).__name__.lower(), understood if said else "button")
    if said:
        hourly.count(DANGER, str(turn.reply.urgent.level))


def _serve(parts: Parts) -> None:
    told = scraped(parts)
    warned = False
    while True:
        try:
            start_http_server(parts.settings.metrics_port, addr=parts.settings.metrics_host, registry=told)
        except OSError as error:
            if not warned and (error.errno != errno.EADDRINUSE or not os.environ.get(TOGETHER)):
                log.warning("cannot tell metrics", port=parts.settings.metrics_port, **logs.of(error))
                warned = True
            time.sleep(TRY_EVERY_SECONDS)
        else:
            return


def _gauge(name: str, what: str, value: float) -> Metric:
    gauge = GaugeMetricFamily(f"hitorijanai_{name}", what)
    gauge.add_metric((), float(value))
    return gauge
