"""The Flask application and the public addresses it answers."""

from __future__ import annotations

from flask import Flask

from web import (
    api,
    browsing,
    chat,
    contact,
    errors,
    health,
    numbers,
    reading,
    rendering,
    security,
    showing,
    translating,
)
from web.settings import read
from web.wiring import Parts, wire

MAX_BODY = 2_000_000
"""Bytes. 100,000 characters typed into a form are up to 1,200,000 bytes; more is refused with a kind page."""


def build(parts: Parts | None = None) -> Flask:
    """The application over the given parts, or over those the environment describes."""
    parts = parts or wire(read())
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=20)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["parts"] = parts
    showing.install(app)
    translating.install(app)
    rendering.install(app, parts)
    app.register_blueprint(chat.blueprint)
    app.register_blueprint(reading.blueprint)
    app.register_blueprint(browsing.blueprint)
    app.register_blueprint(numbers.blueprint)
    app.register_blueprint(contact.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(health.blueprint)
    security.install(app)
    errors.install(app, parts)
    return app
