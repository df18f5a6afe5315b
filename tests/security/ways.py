"""Every way into an application, by its map of addresses, and what the public forms and bodies take."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
VALUES = {"id": "1", "kind": "all", "version": "0123456789abcdef", "name": "confusion", "filename": "site.css"}
"""A value for every part of an address that varies."""
FORMS: dict[str, tuple[str, ...]] = {
    "/say": ("text", "state", "carried"),
    "/choose": ("category", "answer", "action", "state", "carried"),
    "/share": ("share", "state", "carried"),
    "/helped": ("helped", "state", "carried"),
    "/look": ("way", "tongue", "look", "state", "carried"),
    "/sheet": ("state", "carried"),
    "/services/search": ("q", "category", "way", "lang", "kind", "now"),
    "/contact": ("text",),
}
"""Address of every public form to its fields."""
BODIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "/api/v1/messages": (("text",), ("text", "state")),
    "/api/v1/answers": (("state", "category"), ("state", "question", "option"), ("category",), ("state", "action")),
}
"""Address of every body of the API to the sets of fields that may stand in it together."""
ASKED = ("v", "category", "way", "lang", "kind", "now", "format", "q", "next", "url", "return_to", "redirect")
"""What may stand in the query of an address, with what somebody hostile would try there."""


def ways(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of every rule with every method, also those that it does not take."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        wanted = {name: VALUES.get(name, "1") for name in rule.arguments}
        taken = next(iter((rule.methods or {"GET"}) - {"HEAD", "OPTIONS"}))
        path = adapter.build(rule.endpoint, wanted, taken)
        for method in METHODS:
            yield rule.endpoint, method, path


def pages(app: Flask) -> list[str]:
    """The addresses that are opened by GET."""
    return sorted({path for _, method, path in ways(app) if method == "GET"})
