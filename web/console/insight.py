"""How it goes: what waits, what is taken for what, how far certainty can be trusted, labels in doubt, what changes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from nlu import report_pictures
from nlu.corpus import NONE, Example
from nlu.evaluation import Coverage, Judged, bins, coverage, summed
from nlu.markdown import percent
from nlu.tokenizer import NOT
from web import drift as drifting
from web import measures
from web.console import blueprint, figures
from web.console.access import allowed, person
from web.console.queue import KIND_NAMES
from web.console.reviewing import names_of, veiled
from web.parts import parts
from web.store.audit import Entry
from web.store.phrases import Phrase
from web.store.queue import Filter

EVERYBODY = ("reviewer", "lead", "releaser", "admin")
READERS = ("reviewer", "lead", "releaser")
"""Those who may read phrases."""
NAV = (("console.insight", "ようす", EVERYBODY),)
SOURCES: Mapping[str, str] = {"people": "相談した人の文", "examination": "試験の文"}
ENOUGH = 50
"""With fewer reviewed phrases no curve is drawn over them."""
SETTING = measures.SURE
LOWEST, HIGHEST, STEP = measures.SURE_LOWEST, measures.SURE_HIGHEST, 0.005
"""The ends and the step of the slider."""
SHOWN = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)
PAGE = 30
MOST_REASON = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the matrix: how many, and the shade of its share of the row, from 0 to 6."""

    label: str
    answer: str
    count: int
    shade: int


@blueprint.get("/insight")
@allowed(*EVERYBODY)
def insight() -> ResponseReturnValue:
    """What waits, how fast it is worked off, and what people answered to the help they were shown."""
    store, counts = parts().store, figures.tallied()
    return render_template(
        "console/insight.html",
        kinds=[(*KIND_NAMES[kind], count) for kind, count in store.queue.counts(for_person=None).items()],
        backlog=figures.backlog(),
        tallied=counts,
        labels=[label for label in figures.LABELS if any(counts.get((what, label)) for what in figures.TALLIED)],
        least=drifting.LEAST,
        **_common(),
    )


@blueprint.get("/insight/confusion")
@allowed(*EVERYBODY)
def confusion() -> ResponseReturnValue:
    """What is taken for what: of people's phrases, or of the examination."""
    over, names = _over(), names_of(parts().catalog)
    if over == "people":
        found = parts().store.queue.confusions()
        counts = [[found.get((answer, label), 0) for answer in figures.LABELS] for label in figures.LABELS]
    else:
        judged = figures.examined()
        counts = (
            report_pictures.matrix(summed(judged), {label: names[label] for label in figures.LABELS}) if judged else []
        )
    rows = [
        (label, [_cell(label, place, line) for place in range(len(line))])
        for label, line in zip(figures.LABELS, counts, strict=bool(counts))
    ]
    wrong = sorted(
        (cell for _, cells in rows for cell in cells if cell.count and cell.label != cell.answer),
        key=lambda cell: -cell.count,
    )
    model = figures.in_use()
    return render_template(
        "console/confusion.html",
        over=over,
        rows=rows,
        whole=sum(map(sum, counts)),
        right=sum(line[place] for place, line in enumerate(counts)),
        worst=wrong[:10],
        folds=model.card.get("out_of_fold") if model else None,
        **_common(),
    )


@blueprint.get("/insight/confusion/phrases")
@allowed(*READERS)
def confused() -> ResponseReturnValue:
    """The phrases of one cell; 404 for a label there is not."""
    over, label, answer = _over(), request.args.get("label", ""), request.args.get("answer", "")
    if not {label, answer} <= set(figures.LABELS):
        abort(404)
    page = max(1, request.args.get("page", 1, type=int))
    first = (page - 1) * PAGE
    listed: list[tuple[Phrase | Example, bool, float]]
    store, wanted = parts().store, Filter(state="done", predicted=answer, label=label)
    if over == "people":
        phrases = store.queue.find(wanted, for_person=person(), limit=PAGE, offset=first)
        listed = [(phrase, veiled(phrase), phrase.ranked[0][1]) for phrase in phrases]
        size = store.queue.size(wanted, for_person=person())
        unseen = store.queue.size(wanted, for_person=None) - size
    else:
        judged = [one for one in figures.examined() if _cell_of(one) == (label, answer)]
        listed = [(one.example, False, one.confidence) for one in judged[first : first + PAGE]]
        size, unseen = len(judged), 0
    return render_template(
        "console/confused.html",
        over=over,
        label=label,
        answer=answer,
        listed=listed,
        size=size,
        unseen=unseen,
        page=page,
        pages=-(-size // PAGE),
        **_common(),
    )


@blueprint.get("/insight/curve")
@allowed(*EVERYBODY)
def curve() -> ResponseReturnValue:
    """How far certainty can be trusted, and what another threshold would mean."""
    over, model, judged = _over("examination"), figures.in_use(), _judged(_over("examination"))
    points = _points(judged, model.sure_margin) if model and judged else ()
    own = model.sure_probability if model else HIGHEST
    threshold = request.args.get("threshold", type=float)
    wanted = own if threshold is None else threshold
    return render_template(
        "console/curve.html",
        over=over,
        model=model,
        size=len(judged),
        enough=ENOUGH,
        people=figures.people_a_day(),
        points=points,
        points_json=json.dumps({"size": len(judged), "at": [(p.threshold, p.sure, p.right) for p in points]}),
        shown=[point for point in points if point.threshold in SHOWN],
        chosen=min(points, key=lambda point: abs(point.threshold - wanted), default=None),
        own=_own(judged, model) if model and judged else None,
        bins=bins(judged) if judged else (),
        few=report_pictures.FEW,
        ends=(LOWEST, HIGHEST, STEP),
        floor=measures.lowest_sure(parts().store),
        real=measures.real_sentences(parts().store),
        careful=measures.CAREFUL,
        enough_real=measures.ENOUGH_REAL,
        saved=_saved(),
        may_save=person().role == "releaser",
        **_common(),
    )


@blueprint.get("/insight/curve/<name>.svg")
@allowed(*EVERYBODY)
def picture(name: str) -> ResponseReturnValue:
    """The picture of the curve, or of reliability; 404 where there is nothing to draw."""
    model, judged = figures.in_use(), _judged(_over("examination"))
    if model is None or not judged or name not in ("coverage", "reliability"):
        abort(404)
    if name == "reliability":
        return Response(report_pictures.reliability(bins(judged)), mimetype="image/svg+xml")
    drawn = report_pictures.coverage(_points(judged, model.sure_margin), _own(judged, model))
    return Response(drawn, mimetype="image/svg+xml")


@blueprint.post("/insight/threshold")
@allowed("releaser")
def threshold() -> ResponseReturnValue:
    """Sets the floor of certainty for the models trained from now on; what is in use does not change.

    Below `measures.CAREFUL` only once enough sentences of real people have been reviewed.
    """
    value, reason = request.form.get("threshold", type=float), request.form.get("reason", "").strip()
    if value is None or not LOWEST <= value <= HIGHEST:
        flash(f"しきい値は、{LOWEST:.2f}から{HIGHEST:.3f}までの数にしてください。残していません。")
        return redirect(url_for("console.curve", over=_over("examination")), 303)
    if value < measures.CAREFUL and measures.real_sentences(parts().store) < measures.ENOUGH_REAL:
        flash(
            f"本当の相談の文が{measures.ENOUGH_REAL}文見直されるまでは、{measures.CAREFUL:.2f}より下にはできません。"
            "残していません。"
        )
    elif not reason or len(reason) > MOST_REASON:
        flash(f"理由を、{MOST_REASON}文字までで書いてください。まだ残していません。")
    else:
        parts().store.settings.set(SETTING, round(value, 3), actor=person().id, reason=reason)
        flash(f"下限を {value:.3f} にしました。次に学習するモデルから使います。いまの案内は、変わっていません。")
    return redirect(url_for("console.curve", over=_over("examination"), threshold=f"{value:.3f}"), 303)


@blueprint.get("/insight/errors")
@allowed(*READERS)
def errors() -> ResponseReturnValue:
    """Labels that could be slips, the likeliest first; phrases this person may not see are left out."""
    found, store = figures.reviewed(), parts().store
    page = max(1, request.args.get("page", 1, type=int))
    here = found.doubts[(page - 1) * PAGE : page * PAGE]
    phrases = ((doubt, store.queue.by_id(found.ids[doubt.place], for_person=person())) for doubt in here)
    return render_template(
        "console/errors.html",
        listed=[(doubt, phrase) for doubt, phrase in phrases if phrase and phrase.state == "done"],
        size=len(found.doubts),
        judged=len(found.judged),
        left_out=found.left_out,
        page=page,
        pages=-(-len(found.doubts) // PAGE),
        veiled=veiled,
        may_reconsider=person().role == "lead",
        **_common(),
    )


@blueprint.post("/insight/errors/<id>/again")
@allowed("lead")
def reconsider(id: str) -> ResponseReturnValue:
    """Puts a phrase that is done among those whose opinions differ, so that a lead decides once more."""
    phrase = parts().store.queue.by_id(id, for_person=person())
    if phrase is None or phrase.state != "done":
        abort(404)
    parts().store.phrases.set_state(id, "adjudicate", actor=person().id, reason="label in doubt")
    flash("「意見が分かれた文」に移しました。まだ見ていない「まとめる人」が、もう一度決めます。")
    return redirect(url_for("console.errors"), 303)


@blueprint.get("/insight/drift")
@allowed(*EVERYBODY)
def drift() -> ResponseReturnValue:
    """Words and categories by week."""
    return render_template(
        "console/drift.html",
        drift=figures.drifting(),
        recent=figures.RECENT_WEEKS,
        all_weeks=figures.WEEKS,
        least=drifting.LEAST,
        word=lambda what: f"{what[1:]}(ない・しない)" if what.startswith(NOT) else what,
        **_common(),
    )


def _common() -> dict[str, object]:
    return {
        "names": names_of(parts().catalog),
        "sources": SOURCES,
        "percent": percent,
        "no_worry": NONE,
        "reads": person().role in READERS,
    }


def _over(default: str = "people") -> str:
    over = request.args.get("over", default)
    return over if over in SOURCES else default


def _judged(over: str) -> tuple[Judged, ...]:
    """What is measured over; () where there is too little."""
    if over == "examination":
        return figures.examined()
    judged = figures.reviewed().judged
    return judged if len(judged) >= ENOUGH else ()


def _points(judged: tuple[Judged, ...], margin: float) -> tuple[Coverage, ...]:
    steps = round((HIGHEST - LOWEST) / STEP) + 1
    return coverage(judged, margin, [round(LOWEST + STEP * step, 3) for step in range(steps)])


def _own(judged: tuple[Judged, ...], model: figures.InUse) -> Coverage | None:
    if model.sure_probability > 1:
        return None
    return coverage(judged, model.sure_margin, (model.sure_probability,))[0]


def _saved() -> Entry | None:
    found = parts().store.audit.list(subject=f"setting:{SETTING}", limit=1)
    return found[0] if found else None


def _cell(label: str, place: int, line: list[int]) -> Cell:
    whole = sum(line)
    shade = round(6 * (line[place] / whole) ** 0.5) if whole else 0
    return Cell(label, figures.LABELS[place], line[place], shade)


def _cell_of(judged: Judged) -> tuple[str, str]:
    """Where an example stands in the matrix; right by an `also` is right."""
    label = judged.example.label
    return (label, label) if judged.right else (label, judged.answer)
