"""The keys of labelling, as each person wants them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.console import blueprint
from web.console.access import allowed, person
from web.console.keys import Keyboard, typed, usual
from web.console.reviewing import names_of
from web.parts import parts
from web.store.people import Person

NAV: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
SETTING = "keys:{id}"
"""The setting that holds what a person chose otherwise than usual: the value of a button to its key."""


def usual_keyboard() -> Keyboard:
    """The keys before anybody chose others."""
    names = names_of(parts().catalog)
    ids = [category.id for category in parts().catalog.categories]
    return usual(ids, [names[id] for id in ids])


def keyboard_of(someone: Person) -> Keyboard:
    """The keys of a person; the usual ones where what was kept no longer fits them."""
    kept = parts().store.settings.get(SETTING.format(id=someone.id))
    known = usual_keyboard()
    if not isinstance(kept, dict):
        return known
    chosen = known.with_keys({value: str(key) for value, key in kept.items()})
    return known if chosen.faults() else chosen


@blueprint.get("/keys")
@allowed("reviewer", "lead")
def keyboard() -> ResponseReturnValue:
    """The person's keys, to be changed."""
    return render_template("console/keyboard.html", board=keyboard_of(person()), problems=[])


@blueprint.post("/keys")
@allowed("reviewer", "lead")
def choose_keys() -> ResponseReturnValue:
    """Other keys, all of them or, with everything that is wrong told, none."""
    known = usual_keyboard()
    wanted = known.with_keys({value: typed(request.form.get(f"key-{value}", "")) for value in known.by_value})
    if problems := wanted.faults():
        return render_template("console/keyboard.html", board=wanted, problems=problems), 400
    _keep({each.value: each.key for each in wanted.all if each.key != known.by_value[each.value]})
    flash("キーを変えました。次の文から、この割り当てです。")
    return redirect(url_for("console.keyboard"), 303)


@blueprint.post("/keys/reset")
@allowed("reviewer", "lead")
def reset_keys() -> ResponseReturnValue:
    """The usual keys again."""
    _keep({})
    flash("はじめの割り当てに、もどしました。")
    return redirect(url_for("console.keyboard"), 303)


def _keep(chosen: dict[str, str]) -> None:
    settings, key = parts().store.settings, SETTING.format(id=person().id)
    if settings.get(key, {}) != chosen:
        settings.set(key, dict(sorted(chosen.items())), actor=person().id)
