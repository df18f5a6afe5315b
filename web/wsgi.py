"""`web.wsgi:app`, the public application for gunicorn; deploy/gunicorn.conf.py holds the server's settings."""

from __future__ import annotations

from web.app import build
from web.searching import prepare
from web.serving import served

app = served(build)
prepare(app.extensions["parts"].catalog)
