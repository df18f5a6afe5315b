"""How we speak to Redis: without patience, since nobody may wait for it. Everything works without it."""

from __future__ import annotations

from collections.abc import Mapping
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
        try:
            return _connecting.ask(super()._connect, 2 * PATIENCE)
        except Late:
            raise TimeoutError from None


class _EncryptedInTime(_InTime, SSLConnection):
    """The same by TLS."""


_IN_TIME = {"redis": _InTime, "rediss": _EncryptedInTime}
"""By the kind of address; a socket of the same machine has no name."""
