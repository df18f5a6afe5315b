"""How we speak to Redis: without patience, since nobody may wait for it. Everything works without it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from socket import socket
from typing import Any

from redis import Connection, SSLConnection
from redis.backoff import NoBackoff
from redis.retry import Retry

from nlu.breaker import Breaker, Late

PATIENCE = 0.2
"""Seconds for a connection, and for an answer."""
_connecting = Breaker()


def impatient(url: str) -> Mapping[str, Any]:
    """Options of a client at this address. Its own would try a failed call three times more, wait longer before each,
    and wait for a name server as long as that likes."""
    options: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
    }
    if kind := _IN_TIME.get(url.partition("://")[0]):
        options["connection_class"] = kind
    return options


class _InTime(Connection):
    """A connection made in time or not at all, with the question for the address behind a name."""

    def _connect(self) -> Any:
        made: list[socket] = []
        too_late = threading.Event()

        def connect() -> socket:
            made.append(super(_InTime, self)._connect())  # type: ignore[no-untyped-call]
            if too_late.is_set():
                made[0].close()
            return made[0]

        try:
            return _connecting.ask(connect, 2 * PATIENCE)
        except (Late, TimeoutError):
            too_late.set()
            for each in made:
                each.close()
            raise TimeoutError from None


class _EncryptedInTime(_InTime, SSLConnection):
    """The same by TLS."""


_IN_TIME = {"redis": _InTime, "rediss": _EncryptedInTime}
"""By the kind of address; a socket of the same machine has no name."""
