"""The learning loop seen from outside the work: asking for a training, watching it, keeping it alive.

It runs apart from requests, one at a time, and starts again by its state: a job whose heart has stopped is claimed
anew. `web.training_job` does the work.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType

from catalog.model import CATEGORY_IDS, Catalog
from catalog.ruby import plain
from nlu.corpus import NONE
from web import logs
from web.settings import ROOT, SECRETS, Settings
from web.store import Store, StoreUnavailable
from web.store.jobs import DEAD_AFTER, Job
from web.wake import Wake

KIND = "train"
BEAT_SECONDS = 5.0
WORKER = (sys.executable, "-c", "from web.cli import main; main()", "worker", "--once")
"""The command that does the training that is due, whatever it is installed as."""
log = logs.get("learning")


class Stopped(Exception):  # noqa: N818
    """The job was stopped, or is somebody else's by now."""


def ask(store: Store, actor: int | None) -> Job:
    """The training that waits or runs, or a new one asked for by `actor`."""
    return open_job(store) or store.jobs.add(KIND, actor=actor)


def open_job(store: Store) -> Job | None:
    """The training that waits or runs."""
    return next((job for job in store.jobs.list(kind=KIND) if job.state in ("waiting", "running")), None)


def dead(job: Job, now: datetime) -> bool:
    """Whether the job runs by its state, and nobody does it any more: it will be claimed anew."""
    return job.state == "running" and (job.heartbeat is None or job.heartbeat < now - DEAD_AFTER)


def start_apart(settings: Settings) -> None:
    """Wakes the worker, and starts a process that does the training if nobody else does; it outlives its starter."""
    Wake(settings.redis_url).ring()
    process = subprocess.Popen(  # noqa: S603 - our own command
        WORKER,
        cwd=ROOT,
        env=os.environ | environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()


def environment(settings: Settings) -> Mapping[str, str]:
    """The variables that give another process the same settings."""
    given = {name.upper(): str(value) for name, value in settings.model_dump().items()}
    return given | {f"{name.upper()}_FILE": "" for name in SECRETS}


def label_names(catalog: Catalog) -> dict[str, str]:
    """Readable names of all labels, in their order, none-of-these last."""
    labels = {category.id: plain(category.label) for category in catalog.categories}
    return {id: labels[id] for id in CATEGORY_IDS} | {NONE: "どれでもない"}


class Heart:
    """Beats for a job while it is done, and tells the work when the job is no longer its own."""

    def __init__(self, store: Store, job: Job, *, every: float = BEAT_SECONDS) -> None:
        self._store = store
        self._job = job
        self._every = every
        self._told = (0, 0, "")
        self._over = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, done: int, total: int, what: str) -> None:
        """Says how far the work is. Raises Stopped if it is to end."""
        self._told = (done, total, what)
        self._beat()
        if self._lost.is_set():
            raise Stopped

    def _beat_on(self) -> None:
        while not self._over.wait(self._every):
            self._beat()

    def _beat(self) -> None:
        done, total, what = self._told
        try:
            if not self._store.jobs.beat(self._job, done=done, total=total, what=what):
                self._lost.set()
        except StoreUnavailable:
            log.warning("the store is unavailable, the work goes on", job=self._job.id)
