"""What a request must be to be answered, and the headers of every answer.

Asked by a name of ours, through no more proxies than ours, from a page of ours: `install` says what is refused.
Answered with nothing from elsewhere, nothing kept, nothing framed, no referrer.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from web.errors import ApiError
from web.settings import Settings
from web.wiring import Parts

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; worker-src 'self'; "
    "style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PUBLIC_ENDPOINTS = (
    "static",
    "api.categories",
    "api.services",
    "api.service",
    "api.openapi",
    "browsing.services",
    "chat.start",
    "chat.under18",
    "numbers.page",
    "reading.contacts_under18",
    "reading.contents",
    "reading.page",
    "reading.service",
)
"""Answers that say nothing about a person; a cache may keep them for five minutes. All others are never kept."""


PACKED_FROM = 1_000
"""Bytes; a smaller answer gains nothing."""
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def install(app: Flask, parts: Parts) -> None:
    """Set the headers on every answer, errors included, and pack the public ones for slow lines.

    Refused, with a page that holds the numbers: a name that is not in ALLOWED_HOSTS (400; whether the server is alive
    and ready is told under any name, since those who ask that know only its address), and a POST that a browser says
    comes from a page of others (403), the API included: it is for programs, and for pages of ours.
    """
    allowed = allowed_hosts(parts.settings)
    believe_proxies(app, parts.settings.proxy_hops)
    sentence = parts.catalog.messages.error_method

    def refuse() -> None:
        if allowed and asked_host() not in allowed and request.blueprint != "health":
            raise ApiError(400, "unknown-host", sentence)
        if request.method not in SAFE_METHODS and from_elsewhere():
            raise ApiError(403, "cross-site", sentence)

    app.before_request(refuse)
    app.after_request(_protect)


def believe_proxies(app: Flask, hops: int) -> None:
    """The address is the one that the outermost of so many proxies of ours saw, the scheme what the innermost says.

    Other forwarded headers are never believed, and with no proxy none.
    """
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=1, x_host=0)  # type: ignore[method-assign]


def allowed_hosts(settings: Settings) -> frozenset[str]:
    """The names this installation answers to, in lower case; empty: any."""
    return frozenset(settings.allowed_hosts.lower().split())


def asked_host() -> str:
    """The name by which this request asks, in lower case and without a port; "" if it cannot be read."""
    try:
        return urlsplit(f"//{request.host}").hostname or ""
    except ValueError:
        return ""


def from_elsewhere() -> bool:
    """Whether the browser says that a page of others sends this.

    Old browsers, and programs, say nothing. `Origin: null` says nothing either: our own pages tell nobody where they
    are, and some browsers then send it from them.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin", "null")
    return origin != "null" and _netloc(origin) != request.host.lower()


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _protect(response: Response) -> Response:
    present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - pairs otherwise
    response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in present)
    public = request.endpoint in PUBLIC_ENDPOINTS and response.status_code == 200
    response.headers["Cache-Control"] = "public, max-age=300" if public else "no-store"
    if public:
        _packed(response)
    return response


def _packed(response: Response) -> None:
    """Packs an answer that holds nothing of a person: packing what somebody typed beside what is secret could tell of
    it by its length."""
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip") or response.content_encoding:
        return
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) >= PACKED_FROM:
        response.set_data(_gzipped(content))
        response.content_encoding = "gzip"


@lru_cache(maxsize=100)
def _gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)
