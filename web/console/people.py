"""The people of the console, for those who manage them: roles, and who is kept out.

New people, passwords and second factors are made on the server (`hitorijanai people`), where no page shows a secret.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.console import access, blueprint
from web.console.access import ROLE_NAMES, allowed, person
from web.console.errors import SENTENCES, Refused
from web.parts import parts
from web.store.people import Person

NAV = (("console.people", "人", ("admin",)),)

LONGEST_REASON = 200
NO_REASON = f"理由を、{LONGEST_REASON}文字までで書いてください。あとで見る人の助けになります。"
NO_ROLE = "役割を選んでください。"
YOURSELF = "自分の役割と、自分を止めることは、ほかの管理する人に頼んでください。"


@blueprint.get("/people")
@allowed("admin")
def people() -> ResponseReturnValue:
    """Everybody, with what may be changed."""
    return _page()


@blueprint.post("/people/<int(max=2147483647):id>/role")
@allowed("admin")
def change_role(id: int) -> ResponseReturnValue:
    """Another role. The person signs in anew."""
    who, role, reason = _other(id), request.form.get("role", ""), _reason()
    problems = [NO_ROLE] if role not in ROLE_NAMES else []
    if problems or not reason:
        return _page(problem_at=id, problems=[*problems, *([] if reason else [NO_REASON])]), 400
    if role != who.role:
        parts().store.people.set_role(id, role, actor=person().id, reason=reason)
    flash(f"役割を「{ROLE_NAMES[role]}」にしました。")
    return redirect(url_for("console.people"), 303)


@blueprint.post("/people/<int(max=2147483647):id>/active")
@allowed("admin")
def change_active(id: int) -> ResponseReturnValue:
    """Keeps the person out at once, or lets them in again."""
    who, reason, active = _other(id), _reason(), request.form.get("active") == "yes"
    if not reason:
        return _page(problem_at=id, problems=[NO_REASON]), 400
    if active != who.active:
        parts().store.people.set_active(id, active, actor=person().id, reason=reason)
    flash("また使えるようにしました。" if active else "使えないようにしました。サインインも、いま終わりました。")
    return redirect(url_for("console.people"), 303)


def _page(*, problem_at: int | None = None, problems: list[str] | None = None) -> str:
    return render_template(
        "console/people.html",
        everybody=parts().store.people.list(),
        problem_at=problem_at,
        problems=problems or [],
        typed=request.form,
        now=access.now(),
    )


def _other(id: int) -> Person:
    found = parts().store.people.by_id(id)
    if found is None:
        raise Refused(404, *SENTENCES[404])
    if id == person().id:
        raise Refused(409, "yourself", YOURSELF)
    return found


def _reason() -> str:
    reason = request.form.get("reason", "").strip()
    return reason if len(reason) <= LONGEST_REASON else ""
