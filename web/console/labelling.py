"""One phrase at a time: what was read in it, what it is, and the way back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nlu.corpus import NONE
from web.console import blueprint, guideline, keys
from web.console.access import allowed, now, person
from web.console.keyboard import keyboard_of
from web.console.queue import KIND_NAMES, kind_named
from web.console.reviewing import (
    Action,
    actions,
    asked_for,
    certainty,
    done_today,
    mates,
    names_of,
    opinions,
    said_of,
    spoken,
    upcoming,
    veiled,
)
from web.measures import daily_cap
from web.parts import parts
from web.store import Conflict
from web.store.judging import Judgement
from web.store.phrases import Phrase

NAV = (("console.history", "もどす", ("reviewer", "lead")),)
LONGEST = 3600.0
"""Seconds. Whoever comes back to a card after more has not read it for so long."""
MOVED_ON = "この文は、そのあいだに先へ進んだので、変えませんでした。"


@blueprint.get("/label/<kind>")
@allowed("reviewer", "lead")
def label(kind: str) -> ResponseReturnValue:
    """The card of the next phrase of a kind, or of the phrase asked for; a kind page when there is none, or enough."""
    wanted, store, someone = kind_named(kind), parts().store, person()
    cap = daily_cap(store)
    mine = actions(store, someone, most=2 * cap)
    today = done_today(mine, now())
    way = _way(request.args)
    shown: dict[str, Any] = {
        "kind": wanted,
        "kind_name": KIND_NAMES[wanted][0],
        "way": way,
        "today": today,
        "cap": cap,
        "former": mine[0] if mine else None,
        "said_of": said_of,
        "names": names_of(parts().catalog),
        "board": keyboard_of(someone),
    }
    phrase = asked_for(store, request.args.get("phrase", ""), someone)
    if phrase is None and today >= cap and not way.get("more"):
        return render_template("console/card.html", card=None, enough=True, **shown)
    phrase = phrase or upcoming(store, wanted, someone, skipped=way.get("skipped", 0))
    if phrase is None:
        return render_template("console/card.html", card=None, enough=False, **shown)
    return render_template("console/card.html", card=phrase, **shown, **_beside(phrase))


@blueprint.post("/label/<kind>")
@allowed("reviewer", "lead")
def record(kind: str) -> ResponseReturnValue:
    """Records what is said of a phrase, and of the near-duplicates shown with it if so asked; then the next one."""
    wanted, someone, form = kind_named(kind), person(), request.form
    way = _way(form)
    if form.get("said") == "skip":
        way["skipped"] = way.get("skipped", 0) + 1
        return redirect(url_for("console.label", kind=wanted, **way), 303)
    said = _judgement(form)
    phrase = asked_for(parts().store, form.get("phrase", ""), someone)
    if phrase is None:
        flash(MOVED_ON)
    elif said is None:
        flash("分類を選んでから、もう一度押してください。二つのときは、ちがう二つを選んでください。")
        return redirect(url_for("console.label", kind=wanted, phrase=phrase.id, **way), 303)
    else:
        _record(phrase, said, form)
    return redirect(url_for("console.label", kind=wanted, **way), 303)


@blueprint.post("/undo")
@allowed("reviewer", "lead")
def undo() -> ResponseReturnValue:
    """Takes back one of the person's last fifty actions, the last one if none is named, all of it or nothing."""
    store, someone, form = parts().store, person(), request.form
    mine = actions(store, someone)
    asked = form.get("action") or (mine[0].id if mine else "")
    action = next((each for each in mine if each.id == asked), None)
    undone = action is not None and _undo(action)
    if undone:
        flash("もどしました。")
    else:
        flash(MOVED_ON if action else "もどせる操作が、ありません。")
    if not form.get("kind"):
        return redirect(url_for("console.history"), 303)
    way = _way(form) | ({"phrase": action.first.phrase} if action and undone else {})
    return redirect(url_for("console.label", kind=kind_named(form["kind"]), **way), 303)


@blueprint.get("/history")
@allowed("reviewer", "lead")
def history() -> ResponseReturnValue:
    """The person's last fifty actions; each can be taken back."""
    store, someone = parts().store, person()
    mine = actions(store, someone)
    read = {action.id: store.queue.by_id(action.first.phrase, for_person=someone) for action in mine}
    return render_template(
        "console/history.html",
        actions=mine,
        phrases=read,
        said_of=said_of,
        names=names_of(parts().catalog),
        veiled=veiled,
    )


def _beside(phrase: Phrase) -> dict[str, Any]:
    """Everything that stands on a card with the phrase."""
    running, someone = parts(), person()
    text = phrase.text or ""
    return {
        "veiled": veiled,
        "top": [(category, probability, certainty(probability)) for category, probability in phrase.ranked[:3]],
        "why": [(each, spoken(running.classifier.why(text, each))) for each, _ in phrase.ranked[:2]],
        "mates": mates(running.store, phrase, someone),
        "opinions": opinions(running.store, phrase, someone),
        "guideline": guideline.read(running.settings.hitorijanai_training_data / "LABELS.md"),
        "shown": f"{time.time():.1f}",
    }


def _way(given: Mapping[str, str]) -> dict[str, Any]:
    """What goes along from card to card: how many were put off, and that one goes on beyond the day's measure."""
    skipped = given.get("skipped", "")
    way: dict[str, Any] = {"skipped": int(skipped)} if skipped.isdecimal() and 0 < int(skipped[:9]) < 100_000 else {}
    return way | ({"more": 1} if given.get("more") == "1" else {})


def _judgement(form: Mapping[str, str]) -> Judgement | None:
    said = form.get("said", "")
    labels = {category.id for category in parts().catalog.categories}
    if said in (keys.CANNOT_JUDGE, keys.CONTAINS_NAME):
        return Judgement(said)
    if said == keys.TWO:
        one, other = form.get("label"), form.get("also")
        return Judgement("two", one, other) if one != other and {one, other} <= labels else None
    return Judgement("label", said) if said in labels | {NONE} else None


def _record(phrase: Phrase, said: Judgement, form: Mapping[str, str]) -> None:
    store, someone, settings = parts().store, person(), parts().settings
    today = now().date()
    told: dict[str, Any] = {
        "actor": someone.id,
        "guideline_version": guideline.read(settings.hitorijanai_training_data / "LABELS.md").version,
        "seconds": _seconds(form.get("shown", "")),
        "keep_until": today + timedelta(days=settings.labelled_days),
    }
    shown_mates = set(form.get("mates", "").split()) if form.get("together") else set()
    together = [each.id for each in mates(store, phrase, someone) if each.id in shown_mates]
    try:
        if not together:
            store.verdicts.record(phrase.id, said, **told)
        elif store.verdicts.record_many([phrase.id, *together], said, **told).left:
            flash("いくつかの文は、そのあいだに先へ進んだので、変えませんでした。")
    except Conflict:
        flash(MOVED_ON)


def _seconds(shown: str) -> float:
    try:
        passed = time.time() - float(shown)
    except ValueError:
        return 0.0
    return round(passed, 1) if 0 <= passed <= LONGEST else 0.0


def _undo(action: Action) -> bool:
    store, someone = parts().store, person()
    try:
        if action.first.bulk_id:
            store.verdicts.undo_bulk(action.first.bulk_id, actor=someone.id)
        else:
            store.verdicts.undo(action.first.id, actor=someone.id)
    except Conflict:
        return False
    return True
