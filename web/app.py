"""The Flask application and the public addresses it answers."""

from __future__ import annotations

from flask import Flask

from web import (
    api,
    browsing,
    chat,
    contact,
    errors,
    fragments,
    health,
    limits,
    logs,
    metrics,
    numbers,
    reading,
    rendering,
    security,
    shedding,
    showing,
    translating,
)
from web.errors import MAX_BODY
from web.settings import read
from web.wiring import Parts, wire


def build(parts: Parts | None = None) -> Flask:
    """The application over the given parts, or over those the environment describes."""
    parts = parts or wire(read())
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=20)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.debug = False  # whatever FLASK_DEBUG says
    app.url_map.merge_slashes = False  # or it would redirect, by whatever name it was asked
    app.extensions["parts"] = parts
    logs.install(app)
    metrics.install(app)
    showing.install(app)
    translating.install(app)
    rendering.install(app, parts)
    fragments.install(app)
    app.register_blueprint(chat.blueprint)
    app.register_blueprint(reading.blueprint)
    app.register_blueprint(browsing.blueprint)
    app.register_blueprint(numbers.blueprint)
    app.register_blueprint(contact.blueprint)
    app.register_blueprint(api.blueprint)
    health.install(app, parts)
    security.install(app, parts)
    shedding.install(app)
    limits.install(app, parts)
    errors.install(app, parts)
    return app
