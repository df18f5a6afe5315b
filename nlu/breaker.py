"""Answers in time or not at all: a circuit breaker around what may hang, so that nobody waits behind it."""

from __future__ import annotations

import os
import queue
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
_Job = tuple[Callable[[], Any], "Future[Any]"]


class Late(Exception):  # noqa: N818
    """No answer in time, or none was waited for because the last one did not come."""


class Breaker:
    """Asks on a few threads of its own. Whoever waits in vain opens it: for `pause` seconds nobody waits at all, then
    one at a time tries again, as long as a thread is free. The first answer in time closes it.
    """

    def __init__(self, *, pause: float = 2.0, places: int = 4) -> None:
        self._pause = pause
        self._places = places
        self._lock = threading.Lock()
        self._trying = threading.Lock()
        self._open_until: float | None = None
        self._process = 0
        self._free: list[int] = []
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()

    @property
    def closed(self) -> bool:
        """Whether answers come, as far as is known."""
        return self._open_until is None

    def ask(self, work: Callable[[], T], seconds: float) -> T:
        """What the work returns or raises. Late if that takes longer than `seconds`; the work goes on unheard."""
        if self._open_until is None:
            return self._wait(work, seconds)
        if time.monotonic() < self._open_until or not self._free or not self._trying.acquire(blocking=False):
            raise Late
        try:
            answer = self._wait(work, seconds)
        finally:
            self._trying.release()
        self._open_until = None
        return answer

    def give(self, work: Callable[[], object]) -> None:
        """Has something done that nobody waits for, if a thread is free."""
        self._start()
        if self._free:
            self._jobs.put((work, Future()))

    def _wait(self, work: Callable[[], T], seconds: float) -> T:
        self._start()
        answer: Future[T] = Future()
        self._jobs.put((work, answer))
        try:
            return answer.result(seconds)
        except TimeoutError:
            if answer.done():
                raise  # the work's own
        answer.cancel()
        self._open_until = time.monotonic() + self._pause
        raise Late

    def _start(self) -> None:
        """The threads, once in every process: they do not outlive a fork."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process == os.getpid():
                return
            self._jobs, self._free = queue.SimpleQueue(), []
            for number in range(self._places):
                self._free.append(number)
                given = (self._jobs, self._free, number)
                threading.Thread(target=_serve, args=given, daemon=True, name="breaker").start()
            weakref.finalize(self, _end, self._jobs, self._places)
            self._process = os.getpid()


def _serve(jobs: queue.SimpleQueue[_Job | None], free: list[int], number: int) -> None:
    while (job := jobs.get()) is not None:
        work, answer = job
        if not answer.set_running_or_notify_cancel():
            continue
        free.remove(number)
        try:
            result = work()
        except BaseException as error:
            free.append(number)
            answer.set_exception(error)
        else:
            free.append(number)
            answer.set_result(result)
            del result
        del job, work, answer  # nothing of what was asked stays behind while the thread waits for more


def _end(jobs: queue.SimpleQueue[_Job | None], places: int) -> None:
    for _ in range(places):
        jobs.put(None)
