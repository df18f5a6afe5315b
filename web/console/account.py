"""One's own password and second factor."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from web import passwords
from web.console import access, blueprint
from web.console.access import allowed, person
from web.console.errors import SENTENCES, Refused
from web.console.guessing import Crowded, guesses
from web.console.signing_in import SLOWED, has_password
from web.parts import parts
from web.second_factor import new_secret, picture, step_of
from web.store.tables import ROLES

NAV = (("console.account", "自分の設定", ROLES),)

OFFER_SECONDS = 600
WRONG = "いまのパスワードがちがうようです。もう一度、お確かめください。"
NOT_TWICE = "新しいパスワードの2つの欄が、同じではありません。"
OFFER_OLD = "時間がたったので、もう一度、はじめから設定してください。"
CODE_WRONG = "確認コードが合いません。アプリに新しく加わったほうのコードを入れてください。"


@blueprint.get("/account")
@allowed(*ROLES)
def account() -> ResponseReturnValue:
    """The page with both forms."""
    return render_template("console/account.html", problems={}, offer=None)


@blueprint.post("/account/password")
@allowed(*ROLES)
def change_password() -> ResponseReturnValue:
    """Another password. Everywhere else the person is signed out."""
    who, fresh = person(), request.form.get("fresh", "")
    problems = [passwords.problem(fresh, name=who.name), NOT_TWICE if fresh != request.form.get("again", "") else None]
    found = [problem for problem in (_wrong_password(), *problems) if problem]
    if found:
        return render_template("console/account.html", problems={"password": found}, offer=None), 400
    parts().store.people.set_password(who.id, passwords.hashed(fresh), actor=who.id)
    response = access.renew(make_response(redirect(url_for("console.account"), 303)))
    flash("パスワードを変えました。ほかの端末では、サインアウトしています。")
    return response


@blueprint.post("/account/second-factor/new")
@allowed(*ROLES)
def offer_second_factor() -> ResponseReturnValue:
    """A new secret to read into a telephone, after the password; nothing has changed yet."""
    if problem := _wrong_password():
        return render_template("console/account.html", problems={"second": [problem]}, offer=None), 400
    return _offered(new_secret())


@blueprint.post("/account/second-factor")
@allowed(*ROLES)
def change_second_factor() -> ResponseReturnValue:
    """Takes the new secret into use, once a code shows that the telephone has it."""
    who = person()
    try:
        owner, secret = _offers().loads(request.form.get("offer", ""), max_age=OFFER_SECONDS)
    except BadData:
        owner, secret = None, ""
    if owner != who.id:
        return render_template("console/account.html", problems={"second": [OFFER_OLD]}, offer=None), 400
    step = step_of(secret, request.form.get("code", ""), access.now())
    if step is None:
        return _offered(secret, CODE_WRONG)
    people = parts().store.people
    people.set_totp(who.id, secret, actor=who.id)
    people.take_totp_step(who.id, step)
    response = access.renew(make_response(redirect(url_for("console.account"), 303)))
    flash("確認コードを新しくしました。前の設定は、もう使えません。")
    return response


def _wrong_password() -> str | None:
    people, who, current = parts().store.people, person(), request.form.get("current", "")
    try:
        tried = guesses().attempt(
            who.name,
            lambda: people.by_id(who.id),
            lambda known: has_password(known, current),
        )
    except Crowded:
        raise Refused(503, *SENTENCES[503]) from None
    if tried.person is not None:
        return None
    return SLOWED if tried.slowed else WRONG


def _offered(secret: str, problem: str | None = None) -> ResponseReturnValue:
    drawn = picture(secret, person().name).svg_inline(scale=6, border=4, omitsize=True)
    offer = {
        "signed": _offers().dumps([person().id, secret]),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "picture": Markup(drawn),  # noqa: S704  # made of black and white squares only
    }
    problems = {"second": [problem]} if problem else {}
    return render_template("console/account.html", problems=problems, offer=offer), 400 if problem else 200


def _offers() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="console second factor")
