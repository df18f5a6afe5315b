"""How long anybody waits for the database: never longer than said, whatever hangs below."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from web.store.errors import StoreUnavailable

T = TypeVar("T")
_PAUSE = 2.0
"""So many seconds nobody waits again after one has waited in vain."""
_DOUBT = 1.0
"""Seconds of waiting after which it is asked whether the database answers at all."""


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


class Pulse:
    """Whether the database answers at all, found by asking it for next to nothing on a thread of its own."""

    def __init__(self, ask: Callable[[], object], *, seconds: float = 2.0) -> None:
        """`ask` returns if the database answers, and raises or hangs otherwise. It is waited for `seconds` at most."""
        self._ask = ask
        self._seconds = seconds
        self._lock = threading.Lock()
        self._asked: Future[None] | None = None
        self._patience = Deadline(0)

    def beats(self, deadline: Deadline) -> bool:
        """Whether an answer came in time. While one question hangs no other is asked, and nobody waits for it again."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked, self._patience = Future(), Deadline(self._seconds)
                threading.Thread(target=self._work, args=(self._asked,), daemon=True, name="pulse").start()
            asked, left = self._asked, min(self._patience.left(), deadline.left())
        try:
            asked.result(left)
        except Exception:
            return False
        return True

    def _work(self, asked: Future[None]) -> None:
        try:
            self._ask()
        except BaseException as error:
            asked.set_exception(error)
        else:
            asked.set_result(None)


class Gate:
    """Lets `places` pieces of work through at once, each waited for at most `seconds`.

    The work runs on a thread of its own: no time-out of a driver reaches a server that takes bytes and never answers.
    Who has waited for a second takes the pulse, so that a database that hangs is told from work that is long. After a
    wait in vain the gate is shut for two seconds; then it opens again if there is a pulse. While it is shut everybody
    is told at once.
    """

    def __init__(self, *, seconds: float, places: int, pulse: Pulse | None = None) -> None:
        self._seconds = seconds
        self._places = threading.Semaphore(places)
        self._pulse = pulse or Pulse(lambda: None)
        self._shut_until: float | None = None
        self._trying = threading.Lock()

    def run(self, work: Callable[[Deadline], T]) -> T:
        """What the work returns or raises. StoreUnavailable if there is no place, or no answer, in time."""
        deadline = Deadline(self._seconds)
        if self._shut_until is not None and not self._opens(deadline):
            raise StoreUnavailable("Shut")
        if not self._granted(lambda seconds: self._places.acquire(timeout=seconds), deadline):
            raise self._in_vain()
        answer: Future[T] = Future()
        threading.Thread(target=self._work, args=(work, deadline, answer), daemon=True, name="store").start()
        if not self._granted(lambda seconds: bool(wait((answer,), seconds).done), deadline):
            raise self._in_vain()
        return answer.result()

    def _opens(self, deadline: Deadline) -> bool:
        """Whether the gate is open again: one of those who come after the pause finds out, the others do not wait."""
        if time.monotonic() < (self._shut_until or 0.0) or not self._trying.acquire(blocking=False):
            return False
        try:
            if self._pulse.beats(deadline):
                self._shut_until = None
                return True
            self._in_vain()
            return False
        finally:
            self._trying.release()

    def _granted(self, ask: Callable[[float], bool], deadline: Deadline) -> bool:
        """What `ask` says after so many seconds, or within the whole time where the database has a pulse."""
        if ask(min(_DOUBT, deadline.left())):
            return True
        return not deadline.passed() and self._pulse.beats(deadline) and ask(deadline.left())

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
