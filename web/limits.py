"""How much one address may ask for: only writing is counted, never buttons, pages, numbers or help.

Counted together by Redis where REDIS_URL names one, else in each process for itself; so too while Redis is away: it is
looked for again after 1, 2, 4 … 32 seconds, by one request at a time. What is counted under is a keyed hash of the
address that nobody can compare with that of another day. Nothing of it is logged.

A request from this machine itself is not counted. It is a probe, a measurement, or a proxy that PROXY_HOPS does not
speak of, and then one count would be everybody's.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter

from web.redis import impatient
from web.settings import Settings, secrets_of
from web.wiring import Parts

TEXT = "400 per 10 seconds"
"""Three hundred pupils behind one address may all write at once; a program that writes fifty times a second may not."""
KEPT = "600 per hour"
"""What is kept costs more than an answer: every pupil twice in a lesson."""
LIMITED = {
    "chat.say": ("text", TEXT),
    "browsing.search": ("text", TEXT),
    "api.messages": ("text", TEXT),
    "chat.share": ("kept", KEPT),
    "contact.send": ("kept", KEPT),
}
"""Endpoint to what it is counted with, and how often that may be."""
_PREFIX = "hitorijanai"
_HOUSEHOLD = 64
"""Bits of an IPv6 address that one connection has for all its devices."""


def install(app: Flask, parts: Parts) -> None:
    """Counts the requests of LIMITED by POST; one too many is a 429 that says when to come again."""

    def today() -> date:
        return parts.guide.moment().now.date()

    limiter = Limiter(
        _key(_secret(parts.settings), today),
        app=app,
        strategy="fixed-window",
        in_memory_fallback_enabled=True,
        swallow_errors=True,
        key_prefix=_PREFIX,
        **_storage(parts.settings.redis_url),
    )
    limiter.logger.setLevel(logging.WARNING)
    limiter.request_filter(lambda: not (request.method == "POST" and request.endpoint in LIMITED and _client()))
    for endpoint, (scope, limit) in LIMITED.items():
        view: Any = limiter.shared_limit(limit, scope)(app.view_functions[endpoint])
        app.view_functions[endpoint] = view

    @app.after_request
    def say_when(response: Response) -> Response:
        if response.status_code == 429 and limiter.current_limit:
            response.headers["Retry-After"] = str(limiter.current_limit.limit.get_expiry())
        return response


def _storage(redis_url: str) -> dict[str, Any]:
    if not redis_url:
        return {"storage_uri": "memory://"}
    url = redis_url if redis_url.startswith("redis") else f"redis+{redis_url}"
    return {"storage_uri": url, "storage_options": dict(impatient(redis_url))}


def _secret(settings: Settings) -> bytes:
    """Where processes count together they must name an address alike; else each has a secret of its own."""
    if not settings.redis_url:
        return secrets.token_bytes(32)
    return hmac.digest(secrets_of(settings)[0].encode(), b"addresses that are counted", hashlib.sha256)


def _key(secret: bytes, today: Callable[[], date]) -> Callable[[], str]:
    @lru_cache(maxsize=2)
    def salt(day: date) -> bytes:
        return hmac.digest(secret, day.isoformat().encode(), hashlib.sha256)

    return lambda: hmac.digest(salt(today()), _client().encode(), hashlib.sha256).hex()[:32]


def _client() -> str:
    """The address, that of the household for IPv6; "" for this machine itself."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if address.is_loopback:
        return ""
    return str(address) if address.version == 4 else str(ip_network((address, _HOUSEHOLD), strict=False))
