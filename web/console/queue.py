"""What waits for a verdict: the kinds with their counts, and near-duplicates in groups."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from web.console import blueprint
from web.console.access import allowed, now, person
from web.console.reviewing import actions, done_today, judgeable, names_of, veiled
from web.measures import daily_cap
from web.parts import parts
from web.store.people import Person
from web.store.queue import KINDS, Group, Kind

NAV = (("console.queue", "見直す文", ("reviewer", "lead")),)
_LABEL = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
GROUPS = 30
"""So many groups on a page."""
KIND_NAMES: Mapping[Kind, tuple[str, str]] = {
    "danger": ("命や安全にかかわりそうな文", "危険の知らせがある文です。重いものから出ます。ふたりの目で決めます。"),
    "disagreements": ("意見が分かれた文", "ふたりの分類がちがった文です。まとめ役が決めます。"),
    "unsure": ("案内が迷った文", "一番目と二番目の差が小さい文です。迷いの大きいものから出ます。"),
    "new": ("はじめて見る文", "にた文を、まだだれも見直していない文です。"),
    "random": ("くじで選んだ文", "かたよりなく選んだ、およそ20文に1文です。正しさを測るもとになります。"),
    "all": ("すべて", "急ぐものから順に、待っている文がすべて出ます。"),
}
"""Name and one line of explanation of each kind."""


def kinds_for(someone: Person) -> tuple[Kind, ...]:
    """The kinds a person may open: opinions that differ are for leads."""
    return tuple(kind for kind in KINDS if kind != "disagreements" or someone.role == "lead")


def kind_named(name: str) -> Kind:
    """The kind of that name if whoever is signed in may open it; 404 otherwise."""
    found = next((kind for kind in kinds_for(person()) if kind == name), None)
    return found if found is not None else abort(404)


@blueprint.app_template_filter("labels_in_words")
def labels_in_words(text: str) -> str:
    """A line of the guideline with the categories' names in place of their ids."""
    names = names_of(parts().catalog)
    return _LABEL.sub(lambda match: names.get(match[0], match[0]), text)


@blueprint.get("/queue")
@allowed("reviewer", "lead")
def queue() -> ResponseReturnValue:
    """The kinds of phrases that wait, with counts, and what was done today."""
    store, someone = parts().store, person()
    counts, cap = store.queue.counts(for_person=someone), daily_cap(store)
    if someone.role != "lead":
        counts["all"] -= counts["disagreements"]
    return render_template(
        "console/queue.html",
        kinds=[(kind, *KIND_NAMES[kind], counts[kind]) for kind in kinds_for(someone)],
        today=done_today(actions(store, someone, most=2 * cap), now()),
        cap=cap,
    )


@blueprint.get("/queue/<kind>/groups")
@allowed("reviewer", "lead")
def groups(kind: str) -> ResponseReturnValue:
    """Near-duplicates of a kind together, the largest group first."""
    wanted, store, someone = kind_named(kind), parts().store, person()
    page = max(1, request.args.get("page", 1, type=int))
    found = store.queue.groups(wanted, for_person=someone, limit=GROUPS + 1, offset=(page - 1) * GROUPS)
    return render_template(
        "console/groups.html",
        kind=wanted,
        kind_name=KIND_NAMES[wanted][0],
        groups=[group for group in found[:GROUPS] if _shown(group, someone)],
        page=page,
        more=len(found) > GROUPS,
        names=names_of(parts().catalog),
        veiled=veiled,
    )


def _shown(group: Group, someone: Person) -> bool:
    return judgeable(parts().store, group.first, someone)
