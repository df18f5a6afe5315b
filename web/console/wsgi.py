"""`web.console.wsgi:app`, the console for gunicorn; deploy/gunicorn-console.conf.py holds the server's settings."""

from __future__ import annotations

from web.console.app import build
from web.serving import served

app = served(build)
