"""Headers of every answer: nothing from elsewhere, nothing kept, nothing framed, no referrer."""

from __future__ import annotations

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
    "reading.contents",
    "reading.page",
    "reading.service",
)
"""Answers that say nothing about a person; a cache may keep them for five minutes. All others are never kept."""


def install(app: Flask) -> None:
    """Set the headers on every answer, errors included."""
    app.after_request(_protect)


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    public = request.endpoint in PUBLIC_ENDPOINTS and response.status_code == 200
    response.headers["Cache-Control"] = "public, max-age=300" if public else "no-store"
    return response
