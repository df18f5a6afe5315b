"""Models: which is in use, what each candidate changes, training, release by a second person, and the way back."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.hours import JAPAN
from nlu import instance, report_pictures
from nlu.evaluation import Bin, Coverage
from nlu.registry import Registry, UnusableModel
from web import learning
from web.console import blueprint
from web.console.access import allowed, now, person
from web.console.errors import Refused
from web.console.model_words import GROUPS, LEFT, STATES, card_html, change_rows, job_words, score_rows
from web.gate_json import report
from web.learning import label_names
from web.parts import parts
from web.releasing import Releasing
from web.store import Conflict
from web.store.candidates import Candidate

NAV = (("console.models", "モデル", ("lead", "releaser", "admin")),)
VERSION = re.compile(r"[0-9a-f]{16}")
PER_PAGE = 50


@blueprint.get("/models")
@allowed("lead", "releaser", "admin")
def models() -> ResponseReturnValue:
    """The model in use, the candidates with the gate's verdict, and the training that runs."""
    store, problem, in_use = parts().store, None, None
    try:
        in_use = _registry().current()
    except UnusableModel as error:
        problem = str(error)
    jobs = store.jobs.list(kind=learning.KIND, limit=5)
    return render_template(
        "console/models.html",
        in_use=in_use,
        problem=problem,
        candidates=store.candidates.list(),
        states=STATES,
        names=_people(),
        open_job=learning.open_job(store),
        jobs=[job_words(job, now()) for job in jobs],
        may_train=person().role in ("lead", "releaser"),
        may_release=person().role == "releaser",
        watching=bool(request.args.get("watch")),
        day=_day,
    )


@blueprint.get("/models/<version>")
@allowed("lead", "releaser", "admin")
def model(version: str) -> ResponseReturnValue:
    """One candidate: the gate's reasons, figures beside those of the model in use, pictures, card, release."""
    candidate = _candidate(version)
    gate = candidate.gate
    names = label_names(parts().catalog)
    releaser = person().role == "releaser"
    releasing = _releasing()
    return render_template(
        "console/model.html",
        candidate=candidate,
        gate=gate,
        names=names,
        people=_people(),
        states=STATES,
        groups=GROUPS,
        left_words=LEFT,
        scores=score_rows(gate, names),
        card=card_html(gate.get("card", [])),
        in_use=_in_use(),
        may_release=releaser,
        hindrances=releasing.hindrances(version, actor=person().id) if releaser else [],
    )


@blueprint.get("/models/<version>/changes")
@allowed("lead", "releaser", "admin")
def changes(version: str) -> ResponseReturnValue:
    """Every phrase that the candidate answers otherwise than the model it was compared with, the worst first."""
    candidate = _candidate(version)
    found = candidate.gate.get("changes", [])
    page = max(request.args.get("page", 1, type=int), 1)
    _releasing().see(version, actor=person().id)
    part = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "console/changes.html",
        candidate=candidate,
        count=len(found),
        worse=sum(change["effect"] == "worse" for change in found),
        better=sum(change["effect"] == "better" for change in found),
        rows=change_rows(part, parts().store, label_names(parts().catalog), for_lead=person().role == "lead"),
        page=page,
        more=page * PER_PAGE < len(found),
    )


@blueprint.get("/models/<version>/<any(confusion, reliability, coverage):name>.svg")
@allowed("lead", "releaser", "admin")
def model_picture(version: str, name: str) -> ResponseReturnValue:
    """A picture of the report; the same figures stand in the tables of the page."""
    gate = _candidate(version).gate
    if "now" not in gate:
        abort(404)
    if name == "confusion":
        drawn = report_pictures.confusion(report(gate["now"]), label_names(parts().catalog))
    elif name == "reliability":
        drawn = report_pictures.reliability([Bin(**part) for part in gate["bins"]])
    else:
        chosen = Coverage(**gate["chosen"]) if gate["chosen"] else None
        drawn = report_pictures.coverage([Coverage(**point) for point in gate["curve"]], chosen)
    return Response(drawn, mimetype="image/svg+xml")


@blueprint.post("/models/train")
@allowed("lead", "releaser")
def train() -> ResponseReturnValue:
    """Asks for a training and starts a process that does it; one that died is done again."""
    learning.ask(parts().store, person().id)
    learning.start_apart(parts().settings)
    flash("学習を頼みました。進みぐあいは、この画面に出ます。")
    return redirect(url_for("console.models", watch=1), 303)


@blueprint.post("/models/stop")
@allowed("lead", "releaser")
def stop_training() -> ResponseReturnValue:
    """Stops the training that waits or runs."""
    job = learning.open_job(parts().store)
    if job and parts().store.jobs.stop(job.id, actor=person().id):
        flash("学習を止めました。")
    else:
        flash("止める学習は、もうありませんでした。")
    return _back()


@blueprint.post("/models/<version>/release")
@allowed("releaser")
def release(version: str) -> ResponseReturnValue:
    """Puts a candidate into use."""
    releasing = _releasing()
    candidate = _candidate(version)
    told = [] if candidate.state == "released" else releasing.hindrances(version, actor=person().id)
    if told:
        raise Refused(409, "hindered", " ".join(told))
    try:
        releasing.release(version, actor=person().id, reason=request.form.get("reason", "").strip())
    except UnusableModel as error:
        raise Refused(409, "unusable", f"このモデルは使い始められません。{error}") from None
    flash("このモデルを使い始めました。動いている画面は、数秒のうちにこのモデルに替わります。")
    return _back()


@blueprint.post("/models/roll-back")
@allowed("releaser")
def roll_back() -> ResponseReturnValue:
    """Puts the model used before back into use."""
    leaving = request.form.get("in_use", "")
    try:
        version = _releasing().roll_back(leaving, actor=person().id, reason=request.form.get("reason", "").strip())
    except UnusableModel as error:
        raise Refused(409, "unusable", f"前のモデルにもどせません。{error}") from None
    except Conflict:
        raise Refused(
            409, "moved-on", "使っているモデルは、もう替わっています。画面を開き直して、確かめてください。"
        ) from None
    flash(f"前のモデル({version})にもどしました。")
    return _back()


def _candidate(version: str) -> Candidate:
    found = parts().store.candidates.by_version(version) if VERSION.fullmatch(version) else None
    if found is None:
        abort(404)
    return found


def _registry() -> Registry:
    return instance.registry(parts().settings.hitorijanai_instance)


def _in_use() -> str | None:
    try:
        return _registry().current()
    except UnusableModel:
        return None


def _releasing() -> Releasing:
    try:
        return Releasing.of(parts().settings, parts().store, _registry())
    except UnusableModel as error:
        raise Refused(409, "unusable", f"モデルをしまう場所を開けません。{error}") from None


def _day(moment: datetime) -> str:
    return moment.astimezone(JAPAN).date().isoformat()


def _people() -> dict[Any, str]:
    return {None: "コマンド", **{one.id: one.name for one in parts().store.people.list()}}


def _back() -> ResponseReturnValue:
    return redirect(url_for("console.models"), 303)
