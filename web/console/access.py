"""Who may open what. A view says which roles it is for (`allowed`); a view that says nothing opens to nobody.

The browser holds a random token in a cookie and nothing else; what it stands for is in `store.sign_ins`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from web import logs
from web.console.errors import Refused
from web.parts import parts
from web.store.people import Person
from web.store.sign_ins import SignIn
from web.store.tables import ROLES

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
_TOUCHED = timedelta(seconds=15)
"""So seldom is it written down that a sign-in is being used."""
_EVERYBODY, _HALF = "everybody", "half signed in"
ROLE_NAMES = {"reviewer": "見直す人", "lead": "まとめる人", "releaser": "公開する人", "admin": "管理する人"}
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

NAV: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

View = TypeVar("View", bound=Callable[..., Any])
log = logs.get("console")


def allowed(*roles: str) -> Callable[[View], View]:
    """The view is for people of these roles who gave their second factor. ValueError for an unknown role."""
    if not roles or not set(roles) <= set(ROLES):
        raise ValueError(f"roles are {ROLES}")
    return _admits(*roles)


def open_to_all(view: View) -> View:
    """The view opens to everybody, signed in or not."""
    return _admits(_EVERYBODY)(view)


def half_signed_in(view: View) -> View:
    """The view is for people who gave their password and not yet the second factor."""
    return _admits(_HALF)(view)


def person() -> Person:
    """Who is signed in. LookupError in a view that opens to people who are not."""
    found = signed_in()
    if found is None:
        raise LookupError("nobody is signed in")
    return found.person


def signed_in() -> SignIn | None:
    """The sign-in this request was let in with; None in a view that is open to all."""
    return cast("SignIn | None", g.get("sign_in"))


def now() -> datetime:
    """This moment, by the clock of the application."""
    return parts().guide.moment().now


def token() -> str:
    """What the browser holds; "" if nothing."""
    return request.cookies.get(cookie_name(), "")


def cookie_name() -> str:
    """The name of the cookie: bound to this host where the way is encrypted, plain on loopback."""
    return "__Host-console" if request.is_secure else "console"


def give(response: Response, fresh: str) -> Response:
    """The response with another token. The secret of the forms ends with the former one; where to go next stays."""
    wanted = session.get("next")
    session.clear()
    if wanted:
        session["next"] = wanted
    response.set_cookie(cookie_name(), fresh, secure=request.is_secure, httponly=True, samesite="Strict", path="/")
    return response


def take_back(response: Response) -> Response:
    """The response after which the browser holds no token."""
    session.clear()
    response.delete_cookie(cookie_name(), secure=request.is_secure, httponly=True, samesite="Strict", path="/")
    return response


def renew(response: Response) -> Response:
    """The response with a fresh sign-in of the same person, after all others of theirs have ended."""
    sign_ins, id = parts().store.sign_ins, person().id
    sign_ins.end_all_of(id)
    return give(response, sign_ins.confirm(sign_ins.start(id)))


def install(app: Flask) -> None:
    """Ask, before every view, whether it is for whoever asks."""
    app.view_functions["static"] = open_to_all(app.view_functions["static"])
    app.before_request(_guard)


def _admits(*whom: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.admits = frozenset(whom)  # type: ignore[attr-defined]
        return view

    return mark


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    _same_origin()
    _encrypted()
    admits: frozenset[str] = getattr(current_app.view_functions[request.endpoint], "admits", frozenset())
    if _EVERYBODY in admits:
        return None
    store, held = parts().store, token()
    found = store.sign_ins.find(held, idle=IDLE, absolute=ABSOLUTE) if held else None
    if found is None:
        return _sign_in_first()
    if found.second_factor_at is None:
        return None if _let_in(found, _HALF in admits) else redirect(url_for("console.second_factor"), 303)
    if _HALF in admits:
        return redirect(url_for("console.home"), 303)
    if found.person.role not in admits:
        log.warning("refused: not their role", endpoint=request.endpoint, person=found.person.id)
        raise Refused(
            403, "not-your-role", "この画面は、あなたの役割では開けません。必要なときは、管理者に相談してください。"
        )
    _let_in(found, True)
    if now() - found.seen > _TOUCHED:
        store.sign_ins.touch(held)
    return None


def _let_in(found: SignIn, admitted: bool) -> bool:
    if admitted:
        g.sign_in = found
    return admitted


def _sign_in_first() -> ResponseReturnValue:
    """To the sign-in, and back afterwards. What was sent in a form is shown again instead of being lost."""
    if request.method not in _SAFE_METHODS:
        raise Refused(401, "signed-out", "しばらく操作がなかったので、サインアウトしました。")
    if request.endpoint not in ("console.home", "console.second_factor"):
        session["next"] = request.full_path.removesuffix("?")
    return redirect(url_for("console.sign_in"), 303)


def _same_origin() -> None:
    """A browser says where a request comes from; another page may not change anything here."""
    if request.method not in _SAFE_METHODS and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        log.warning("refused: cross-site", endpoint=request.endpoint)
        raise Refused(403, "cross-site", "ほかのページから送られた操作なので、受けつけませんでした。")


def _encrypted() -> None:
    if not request.is_secure and not _loopback(urlsplit(f"//{request.host}").hostname or ""):
        raise Refused(
            403, "not-encrypted", "この接続は暗号化されていません。https:// で始まるアドレスで開いてください。"
        )


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
