"""Guessing is slowed down: after five failures in a row each further try of a name waits longer, up to a minute.

Names that exist and names that do not are counted by the same rule and answered in the same words and the same time.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import current_app

from web.store import Store
from web.store.people import Person, login

FREE = 5
"""So many failures cost nothing but the time of an answer."""
LONGEST = timedelta(minutes=1)
"""Longer would let anybody keep a colleague out by typing their name."""
FAILED_SECONDS = 1.0
"""A failure is answered no sooner: longer than a look at a password takes, so that its time tells nothing."""
_PLACES = 4
"""So many may try at once; the other threads are for people who are signed in."""
_NAMES = 4096


class Crowded(Exception):  # noqa: N818
    """Too many try to sign in at this moment."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: the person where it was right, else None; `slowed`: there were five failures or more."""

    person: Person | None
    slowed: bool = False


@dataclass(frozen=True, slots=True)
class _Count:
    failures: int = 0
    locked_until: datetime | None = None


def wait_after(failures: int) -> timedelta:
    """How long nothing is looked at after so many failures in a row: 1, 2, 4 … 60 seconds from the fifth on."""
    return min(timedelta(seconds=2 ** min(failures - FREE, 10)), LONGEST) if failures >= FREE else timedelta()


class Guesses:
    """Counts failures. Tries are looked at one after the other, so that many at once are no way around the count."""

    def __init__(self, store: Store, now: Callable[[], datetime], pause: Callable[[float], None]) -> None:
        self._store = store
        self._now = now
        self._pause = pause
        self._nobodies: OrderedDict[str, _Count] = OrderedDict()
        self._one = threading.Lock()
        self._places = threading.BoundedSemaphore(_PLACES)

    def attempt(self, name: str, find: Callable[[], Person | None], right: Callable[[Person | None], bool]) -> Tried:
        """Looks at a try under this name. `find` gives the person, None for nobody; `right` says whether it is right.

        A name that is locked is not looked at and has failed. Crowded if too many try at once.
        """
        if not self._places.acquire(blocking=False):
            raise Crowded
        try:
            began = time.monotonic()
            with self._one:
                tried = self._look(name, find, right)
            if tried.person is None:
                self._pause(max(0.0, FAILED_SECONDS - (time.monotonic() - began)))
            return tried
        finally:
            self._places.release()

    def _look(self, name: str, find: Callable[[], Person | None], right: Callable[[Person | None], bool]) -> Tried:
        person = find()
        count = self._count(name, person)
        if count.locked_until is not None and self._now() < count.locked_until:
            return Tried(None, slowed=True)
        if right(person):
            return Tried(person)
        failures = count.failures + 1
        wait = wait_after(failures)
        self._keep(name, person, _Count(failures, self._now() + wait if wait else None))
        return Tried(None, slowed=failures >= FREE)

    def _count(self, name: str, person: Person | None) -> _Count:
        if person is not None:
            return _Count(person.failures, person.locked_until)
        return self._nobodies.get(_key(name), _Count())

    def _keep(self, name: str, person: Person | None, count: _Count) -> None:
        if person is not None:
            self._store.people.note_failure(person.id, locked_until=count.locked_until)
            if count.failures == FREE:
                self._store.audit.append("slow sign-in", f"person:{person.id}", actor=None)
            return
        self._nobodies[_key(name)] = count
        self._nobodies.move_to_end(_key(name))
        while len(self._nobodies) > _NAMES:
            self._nobodies.popitem(last=False)


def guesses() -> Guesses:
    """Those of the running console."""
    return cast(Guesses, current_app.extensions["guesses"])


def _key(name: str) -> str:
    return login(name)[:200]
