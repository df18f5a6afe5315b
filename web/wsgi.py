"""`web.wsgi:app`, the public application for gunicorn; deploy/gunicorn.conf.py holds the server's settings."""

from __future__ import annotations

from web.app import build
from web.searching import prepare
from web.serving import served
from web.wiring import Parts

app = served(build)
_parts: Parts = app.extensions["parts"]
_parts.guide.prepare()
prepare(_parts.catalog)
