"""Waking the worker: a token in Redis, where REDIS_URL names one, saves it the wait until it next looks.

What there is to do stands in the table of jobs alone. A token that is lost, or comes twice, changes nothing but when
the worker looks.
"""

from __future__ import annotations

import threading
from time import monotonic

from redis import Redis, RedisError

from web.redis import PATIENCE, impatient

TOKENS = "hitorijanai:wake"
KEPT_SECONDS = 60
"""A token that nobody fetched is of no use any more: the worker has looked by itself."""


class Wake:
    """Either end of the bell: the console rings, the worker waits `every` so many seconds at most.

    Without Redis nothing rings, and waiting is a pause.
    """

    def __init__(self, redis_url: str, *, every: float = 2.0) -> None:
        options = impatient(redis_url)
        patient = {**options, "socket_timeout": every + PATIENCE}
        self._ringing = Redis.from_url(redis_url, **options) if redis_url else None
        self._waiting = Redis.from_url(redis_url, **patient) if redis_url else None
        self._every = every
        self._pause = threading.Event()

    def ring(self) -> None:
        """Wakes one worker that waits, or the next that will. Takes 0.4 s at most, and never fails."""
        if self._ringing is None:
            return
        try:
            with self._ringing.pipeline() as together:
                together.lpush(TOKENS, "1")
                together.ltrim(TOKENS, 0, 0)
                together.expire(TOKENS, KEPT_SECONDS)
                together.execute()
        except RedisError:
            return

    def wait(self) -> bool:
        """True as soon as somebody rings, False when the time is over; a Redis that is away makes it no shorter."""
        until = monotonic() + self._every
        if self._waiting is not None:
            try:
                if self._waiting.blpop([TOKENS], timeout=self._every):
                    return True
            except RedisError:
                pass
        self._pause.wait(max(0.0, until - monotonic()))
        return False
