"""Counts by day, without a word and without a person: gathered in memory, written by a thread of its own.

A page never waits for the database to count, and is never refused because it cannot count.
"""

from __future__ import annotations

import atexit
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime

from web.store import Store, StoreUnavailable

EVERY_SECONDS = 10.0
MOST_KEPT = 10_000
"""Different counts held while the database is away; more are given up."""


class Tallying:
    """Counts for one process."""

    def __init__(self, store: Store, clock: Callable[[], datetime], *, every: float = EVERY_SECONDS) -> None:
        self._store = store
        self._clock = clock
        self._every = every
        self._counts: Counter[tuple[date, str, str, int]] = Counter()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def count(self, what: str, category: str = "", level: int = 0) -> None:
        """Counts one. `what`: heard, not-this, shown, helped, not-helped, shared, declined."""
        with self._lock:
            key = (self._clock().date(), what, category, level)
            if key in self._counts or len(self._counts) < MOST_KEPT:
                self._counts[key] += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="tallying", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def flush(self) -> bool:
        """Writes what was gathered; False, and nothing is lost, while the database is away."""
        with self._lock:
            gathered, self._counts = self._counts, Counter()
        while gathered:
            key, number = gathered.popitem()
            day, what, category, level = key
            try:
                self._store.tallies.count(day, what, category, level, by=number)
            except StoreUnavailable:
                gathered[key] = number
                with self._lock:
                    self._counts.update(gathered)
                return False
        return True

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.flush()
