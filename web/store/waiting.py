"""How long anybody waits for the database: never longer than said, whatever hangs below."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from web.store.errors import StoreUnavailable

T = TypeVar("T")
_PAUSE = 2.0
"""So many seconds nobody waits again after one has waited in vain."""


class Deadline:
    """The moment up to which somebody waits."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, at least 0."""
        return max(0.0, self._at - time.monotonic())

    def passed(self) -> bool:
        """Whether nobody waits any more."""
        return self.left() == 0.0


class Gate:
    """Lets `places` pieces of work through at once, each waited for at most `seconds`.

    The work runs on a thread of its own: no time-out of a driver reaches a server that takes bytes and never answers.
    After a wait in vain the gate is shut for two seconds and everybody is told at once.
    """

    def __init__(self, *, seconds: float, places: int) -> None:
        self._seconds = seconds
        self._places = threading.Semaphore(places)
        self._shut_until = 0.0

    def run(self, work: Callable[[Deadline], T]) -> T:
        """What the work returns or raises. StoreUnavailable if there is no place, or no answer, in time."""
        if time.monotonic() < self._shut_until:
            raise StoreUnavailable("Shut")
        deadline = Deadline(self._seconds)
        if not self._places.acquire(timeout=deadline.left()):
            raise self._in_vain()
        answer: Future[T] = Future()
        threading.Thread(target=self._work, args=(work, deadline, answer), daemon=True, name="store").start()
        try:
            return answer.result(deadline.left())
        except TimeoutError:
            pass
        raise self._in_vain()

    def _work(self, work: Callable[[Deadline], T], deadline: Deadline, answer: Future[T]) -> None:
        try:
            result = work(deadline)
        except BaseException as error:
            self._places.release()
            answer.set_exception(error)
        else:
            self._places.release()
            answer.set_result(result)

    def _in_vain(self) -> StoreUnavailable:
        self._shut_until = time.monotonic() + _PAUSE
        return StoreUnavailable("TimeoutError")
