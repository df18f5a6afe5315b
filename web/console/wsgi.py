"""`web.console.wsgi:app`, the console for gunicorn: deploy/gunicorn.conf.py with what deploy/README.md adds to it."""

from __future__ import annotations

from web.console.app import build
from web.serving import served

app = served(build)
