"""Signing in with a password and then a code, signing out, and the way to the first room."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web.console import access, blueprint
from web.console.access import allowed, half_signed_in, open_to_all, person
from web.console.errors import SENTENCES, Refused
from web.console.guessing import Crowded, guesses
from web.parts import parts
from web.passwords import matches
from web.second_factor import step_of
from web.store.people import Person
from web.store.tables import ROLES

NAV: tuple[tuple[str, str, tuple[str, ...]], ...] = ()

WRONG = "名前かパスワードがちがうようです。もう一度、お確かめください。"
WRONG_CODE = "確認コードがちがうか、一度使ったコードです。次のコードが出たら、入れてください。"
SLOWED = "つづけて合わなかったので、すこしのあいだ確かめるのを止めています。1分ほど待ってから、もう一度お試しください。"
NO_SECRET = "確認コードの設定がまだないか、読めなくなっています。管理する人に、設定のやり直しを頼んでください。"  # noqa: S105


@blueprint.get("/")
@allowed(*ROLES)
def home() -> ResponseReturnValue:
    """To where somebody wanted to go before they had to sign in, else to the first room of their role."""
    rooms = current_app.extensions["navigation"]
    first = next(endpoint for endpoint, _, roles in rooms if person().role in roles)
    return redirect(session.pop("next", None) or url_for(first), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    """Name and password. The same answer for a wrong password, an unknown name and somebody kept out."""
    if request.method == "GET":
        return render_template("console/sign_in.html", name="", problem=None)
    store = parts().store
    name, password = request.form.get("name", ""), request.form.get("password", "")

    def find() -> Person | None:
        known = store.people.by_name(name)
        return known if known is not None and known.active else None

    try:
        tried = guesses().attempt(name, find, lambda who: has_password(who, password))
    except Crowded:
        raise Refused(503, *SENTENCES[503]) from None
    if tried.person is None:
        problem = SLOWED if tried.slowed else WRONG
        return render_template("console/sign_in.html", name=name, problem=problem), 400
    store.sign_ins.end(access.token())
    onward = make_response(redirect(url_for("console.second_factor"), 303))
    return access.give(onward, store.sign_ins.start(tried.person.id))


@blueprint.route("/second-factor", methods=["GET", "POST"])
@half_signed_in
def second_factor() -> ResponseReturnValue:
    """The code of the second factor; each one works once. With it the sign-in gets another token."""
    store, who = parts().store, person()
    missing = NO_SECRET if who.totp_secret is None else None
    if request.method == "GET":
        return render_template("console/second_factor.html", problem=missing)
    if missing:
        return render_template("console/second_factor.html", problem=missing), 400
    code = request.form.get("code", "")
    try:
        tried = guesses().attempt(who.name, lambda: store.people.by_id(who.id), lambda known: _takes(known, code))
    except Crowded:
        raise Refused(503, *SENTENCES[503]) from None
    if tried.person is None:
        problem = SLOWED if tried.slowed else WRONG_CODE
        return render_template("console/second_factor.html", problem=problem), 400
    store.people.clear_failures(who.id)
    fresh = store.sign_ins.confirm(access.token())
    store.audit.append("sign in", f"person:{who.id}", actor=who.id)
    return access.give(make_response(redirect(url_for("console.home"), 303)), fresh)


@blueprint.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    """Ends the sign-in, and says so."""
    parts().store.sign_ins.end(access.token())
    response = access.take_back(make_response(redirect(url_for("console.sign_in"), 303)))
    flash("サインアウトしました。")
    return response


def has_password(who: Person | None, password: str) -> bool:
    """Whether this is the person's password; False, after the same time, for nobody."""
    return matches(None if who is None else who.password_hash, password)


def _takes(known: Person | None, code: str) -> bool:
    if known is None or known.totp_secret is None:
        return False
    step = step_of(known.totp_secret, code, access.now())
    return step is not None and parts().store.people.take_totp_step(known.id, step)
