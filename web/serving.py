"""An application for a server that starts it by itself: over the parts the environment describes, ready to answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

from flask import Flask
from jinja2 import TemplateAssertionError

from catalog.loading import CatalogError
from web import logs, metrics
from web.settings import SettingsError, read
from web.wiring import Parts, wire

CANNOT_START = 4
"""The exit status by which gunicorn understands that another try would not help."""


def served(build: Callable[[Parts], Flask]) -> Flask:
    """The application, with dictionary, model and templates in memory: nobody waits for them, and while files are
    exchanged by an upgrade it does not become half a new one.

    A missing model is no reason not to start. Wrong settings or a broken catalogue end the process with everything
    that is wrong, line by line.
    """
    logs.start()
    try:
        parts = wire(read())
    except (SettingsError, CatalogError) as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(CANNOT_START) from None
    parts.classifier.predict("")
    app = build(parts)
    for name in app.jinja_env.list_templates():
        with suppress(TemplateAssertionError):  # one of the other application's
            app.jinja_env.get_template(name)
    metrics.serve(parts)
    return app
