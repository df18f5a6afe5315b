"""Headers of every answer: nothing from elsewhere, nothing kept, nothing framed, no referrer."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

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


def install(app: Flask) -> None:
    """Set the headers on every answer, errors included, and pack the public ones for slow lines."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
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
        response.set_data(gzip.compress(content, 6, mtime=0))
        response.content_encoding = "gzip"
