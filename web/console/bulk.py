"""Many phrases at once, for leads: chosen by what is known of them, looked at first, and taken back as one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.console import blueprint, guideline
from web.console.access import allowed, now, person
from web.console.reviewing import names_of, veiled
from web.parts import parts
from web.store.judging import Judgement
from web.store.phrases import Phrase
from web.store.queue import Filter
from web.store.verdicts import MOST_AT_ONCE

NAV = (("console.bulk", "まとめて直す", ("lead",)),)
STATES: Mapping[str, str] = {"done": "決まった文", "waiting": "まだ、だれも見ていない文"}
"""What may be judged many at once. Second and third opinions are given one by one: they are blind, or need a look."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """What one press would do. `balance`: label to how many decided phrases have it, before and after."""

    phrases: tuple[Phrase, ...]
    changed: int
    same: int
    first_opinions: int
    balance: Mapping[str, tuple[int, int]]

    @property
    def digest(self) -> str:
        """Differs as soon as other phrases, or others' labels, would be changed."""
        stands = sorted(f"{phrase.id} {phrase.state} {phrase.label}" for phrase in self.phrases)
        return hashlib.sha256("\n".join(stands).encode()).hexdigest()[:16]


def wanted(given: Mapping[str, str], labels: Mapping[str, str]) -> Filter:
    """The filter of a form; what it does not know is not a condition."""
    named = {name: value for name in ("predicted", "label", "chosen") if (value := given.get(name)) in labels}
    state = given.get("state")
    level = given.get("level", "")
    return Filter(
        state=state if state in STATES else "done",
        predicted=named.get("predicted"),
        label=named.get("label") if state != "waiting" else None,
        chosen=named.get("chosen"),
        level=int(level) if level in ("1", "2", "3", "4") else None,
    )


def preview(found: tuple[Phrase, ...], label: str, counted: Mapping[tuple[str, str], int]) -> Preview:
    """What labelling these phrases does. `counted`: `store.queue.confusions()`."""
    before: Counter[str] = Counter()
    for (_, given), number in counted.items():
        before[given] += number
    after, same, first = Counter(before), 0, 0
    for phrase in found:
        if phrase.label == label and phrase.also is None:
            same += 1
        elif phrase.state == "waiting" and (phrase.level or phrase.kind or phrase.blind_second):
            first += 1
        else:
            if phrase.label is not None:
                after[phrase.label] -= 1
            after[label] += 1
    touched = {name: (before[name], after[name]) for name in {*before, *after}}
    return Preview(found, len(found) - same, same, first, dict(sorted(touched.items())))


@blueprint.get("/bulk")
@allowed("lead")
def bulk() -> ResponseReturnValue:
    """The phrases that fit the conditions and, where a label is named, what giving it to all of them would do."""
    store, someone, names = parts().store, person(), names_of(parts().catalog)
    conditions = wanted(request.args, names)
    size = store.queue.size(conditions, for_person=someone)
    page = max(1, request.args.get("page", 1, type=int))
    target = request.args.get("to", "")
    look = _preview(conditions, target) if target in names and 0 < size <= MOST_AT_ONCE else None
    listed = store.queue.find(conditions, for_person=someone, limit=PAGE, offset=(page - 1) * PAGE)
    return render_template(
        "console/bulk.html",
        filter=conditions,
        form=_form(conditions),
        states=STATES,
        names=names,
        size=size,
        most=MOST_AT_ONCE,
        target=target if target in names else "",
        look=look,
        phrases=listed,
        page=page,
        more=page * PAGE < size,
        veiled=veiled,
    )


@blueprint.post("/bulk")
@allowed("lead")
def bulk_record() -> ResponseReturnValue:
    """Gives the label to exactly the phrases that were looked at; if they are others by now, shows them first."""
    store, someone, names = parts().store, person(), names_of(parts().catalog)
    conditions, target = wanted(request.form, names), request.form.get("to", "")
    again = redirect(url_for("console.bulk", **_form(conditions), to=target or None), 303)
    if target not in names or store.queue.size(conditions, for_person=someone) > MOST_AT_ONCE:
        return again
    look = _preview(conditions, target)
    if look.digest != request.form.get("digest"):
        flash("そのあいだに、文が変わりました。もう一度たしかめてください。まだ何も変えていません。")
        return again
    settings = parts().settings
    made = store.verdicts.record_many(
        [phrase.id for phrase in look.phrases if not (phrase.label == target and phrase.also is None)],
        Judgement("label", target),
        actor=someone.id,
        guideline_version=guideline.read(settings.hitorijanai_training_data / "LABELS.md").version,
        seconds=0.0,
        keep_until=now().date() + timedelta(days=settings.labelled_days),
    )
    left = f" {len(made.left)} 文は、あなたが前に見た文なので、そのままです。" if made.left else ""
    flash(f"{len(made.judged)} 文を変えました。ここから、まとめてもどせます。{left}")
    return redirect(url_for("console.history"), 303)


def _preview(conditions: Filter, target: str) -> Preview:
    store = parts().store
    found = store.queue.find(conditions, for_person=person(), limit=MOST_AT_ONCE)
    return preview(found, target, store.queue.confusions())


def _form(conditions: Filter) -> dict[str, Any]:
    """The conditions as fields of a form or an address."""
    names = ("state", "predicted", "label", "chosen", "level")
    return {name: value for name in names if (value := getattr(conditions, name)) is not None}
