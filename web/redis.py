"""How we speak to Redis: without patience, since nobody may wait for it. Everything works without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redis.backoff import NoBackoff
from redis.retry import Retry

PATIENCE = 0.2
"""Seconds for a connection, and for an answer."""
IMPATIENT: Mapping[str, Any] = {
    "socket_connect_timeout": PATIENCE,
    "socket_timeout": PATIENCE,
    "retry": Retry(NoBackoff(), 0),
}
"""Options of a client. Its own would try a failed call three times more, and wait longer before each."""
