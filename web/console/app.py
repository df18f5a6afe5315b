"""The Flask application of the console, and the rooms it is made of."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

from web import metrics
from web.console import access, blueprint, errors, exchange
from web.console.errors import Refused
from web.console.guessing import Guesses
from web.security import HEADERS, allowed_hosts, asked_host, believe_proxies
from web.settings import Settings, secrets_of
from web.wiring import Parts

ROOMS = (
    "queue",
    "labelling",
    "keyboard",
    "bulk",
    "exchange",
    "insight",
    "agreement",
    "models",
    "settings",
    "people",
    "audit",
    "account",
    "signing_in",
    "access",
)
"""Modules of `web.console`, in the order of the navigation."""
MAX_BODY = 12_000_000
"""Bytes: an import of 10 MB and the form around it."""
MAX_FIELDS = 5_000
OWN_NAMES = ("localhost", "127.0.0.1", "::1")


class FormSession(SecureCookieSessionInterface):
    """The cookie that holds the secret of the forms: bound to the host where the way is encrypted."""

    def get_cookie_name(self, app: Flask) -> str:
        """Its name."""
        return "__Host-console-form" if request.is_secure else "console-form"

    def get_cookie_secure(self, app: Flask) -> bool:
        """Whether only encrypted ways carry it."""
        return request.is_secure


def build(parts: Parts, *, pause: Callable[[float], None] = time.sleep) -> Flask:
    """The console over these parts. `pause` waits so many seconds where guessing is slowed down."""
    app = Flask("web", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=secrets_of(parts.settings)[0],
        SECRET_KEY_FALLBACKS=list(secrets_of(parts.settings)[1:]),
        WTF_CSRF_SECRET_KEY=secrets_of(parts.settings)[::-1],  # the newest last: itsdangerous signs with that one
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # there is never a referrer; `access` looks at Sec-Fetch-Site instead
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        MAX_FORM_PARTS=MAX_FIELDS,
    )
    app.session_interface = FormSession()
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.debug = False  # whatever FLASK_DEBUG says
    app.url_map.merge_slashes = False  # or it would redirect, by whatever name it was asked
    app.extensions["parts"] = parts
    metrics.install(app)
    app.extensions["guesses"] = Guesses(parts.store, lambda: parts.guide.moment().now, pause)
    rooms = [import_module(f"web.console.{name}") for name in ROOMS]
    app.register_blueprint(blueprint)
    believe_proxies(app, parts.settings.proxy_hops)
    _refuse_unknown_hosts(app, parts.settings)
    access.install(app)
    app.before_request(exchange.widen)
    CSRFProtect(app)
    errors.install(app)
    app.after_request(_protect)
    _install_navigation(app, [entry for room in rooms for entry in room.NAV])
    return app


def navigation(app: Flask, role: str) -> list[tuple[str, str]]:
    """Endpoint and name of every room that opens to the role, in order."""
    entries = app.extensions["navigation"]
    return [(endpoint, name) for endpoint, name, roles in entries if role in roles]


def _install_navigation(app: Flask, entries: list[tuple[str, str, tuple[str, ...]]]) -> None:
    app.extensions["navigation"] = entries

    @app.context_processor
    def shown() -> dict[str, Any]:
        names = {"role_names": access.ROLE_NAMES}
        found = access.signed_in()
        if found is None or found.second_factor_at is None:
            return names | {"person": None, "nav": []}
        return names | {"person": found.person, "nav": navigation(app, found.person.role)}


def _refuse_unknown_hosts(app: Flask, settings: Settings) -> None:
    """By the names of this machine itself it may always be asked: that is how one comes through a tunnel."""
    allowed = allowed_hosts(settings)

    @app.before_request
    def refuse() -> None:
        if allowed and asked_host() not in (*allowed, *OWN_NAMES):
            raise Refused(400, "unknown-host", "このアドレスでは開けません。正しいアドレスを、管理者に聞いてください。")


def _protect(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Cache-Control"] = "no-store"
    return response
