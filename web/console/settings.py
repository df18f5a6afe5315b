"""What holds for everybody and is set here: the measure of a day, the caps of learning, the floor of certainty.

Each change has a reason; the audit keeps who, from what to what, and why.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.hours import JAPAN
from web import measures
from web.console import blueprint
from web.console.access import allowed, person
from web.console.people import LONGEST_REASON, NO_REASON
from web.measures import Number
from web.parts import parts

NAV = (("console.settings", "全体の設定", ("lead", "releaser", "admin")),)
TOGETHER_LESS = "「あわせて」は、「一人だけが決めた文」と同じか、それより大きくしてください。"


@dataclass(frozen=True, slots=True)
class Field:
    """A number as people fill it in: what it is, its unit, and how often the unit goes into the kept value."""

    number: Number
    label: str
    unit: str
    per: float = 1.0

    def shown(self, value: float) -> str:
        """The value as it stands in the field."""
        return f"{value * self.per:g}"

    def read(self, text: str) -> float | None:
        """The value of what was filled in; None if it cannot be one."""
        try:
            told = float(unicodedata.normalize("NFKC", text).strip().removesuffix(self.unit))
        except ValueError:
            return None
        value = round(told / self.per, 6)
        if self.number.whole and value.is_integer():
            value = int(value)
        return value if self.number.fits(value) else None

    def problem(self) -> str:
        """What to fill in instead."""
        low, high = self.shown(self.number.low), self.shown(self.number.high)
        kind = "整数" if self.number.whole else "数"
        return f"「{self.label}」は、{low}から{high}までの{kind}にしてください。"


DAY_FIELDS = (Field(measures.A_DAY, "一人が一日に見直す回数", "回"),)
CAP_FIELDS = (
    Field(measures.CAPS["per_cluster"], "にた文のひとまとまりから", "文"),
    Field(measures.CAPS["per_day"], "一つの分類で、一日に", "文"),
    Field(measures.CAPS["per_person"], "一人だけが決めた文は、その分類の例文の", "%", per=100),
    Field(measures.CAPS["together"], "あわせて、その分類の例文の", "%", per=100),
)


@blueprint.get("/settings")
@allowed("lead", "releaser", "admin")
def settings() -> ResponseReturnValue:
    """What is set, by whom and why, with the forms for those who may change it."""
    return _page()


@blueprint.post("/settings/day")
@allowed("lead", "admin")
def set_daily_cap() -> ResponseReturnValue:
    """Another measure of a day."""
    values, problems = _filled_in(DAY_FIELDS)
    return _done(measures.DAILY_CAP, values.get(measures.DAILY_CAP), problems, "一日の回数を変えました。")


@blueprint.post("/settings/caps")
@allowed("admin")
def set_learning_caps() -> ResponseReturnValue:
    """Other caps of learning, all together."""
    values, problems = _filled_in(CAP_FIELDS)
    if not problems and values["per_person"] > values["together"]:
        problems.append(TOGETHER_LESS)
    told = "学習に入れる文の上限を変えました。次の学習から使います。"
    return _done(measures.LEARNING_CAPS, values, problems, told)


def _filled_in(fields: tuple[Field, ...]) -> tuple[dict[str, float], list[str]]:
    """The values by name, and everything that is wrong, the reason too."""
    values = {field.number.name: field.read(request.form.get(field.number.name, "")) for field in fields}
    problems = [field.problem() for field in fields if values[field.number.name] is None]
    if not 1 <= len(_reason()) <= LONGEST_REASON:
        problems.append(NO_REASON)
    return {name: value for name, value in values.items() if value is not None}, problems


def _done(key: str, value: Any, problems: list[str], told: str) -> ResponseReturnValue:
    if problems:
        return _page(problem_at=key, problems=problems), 400
    parts().store.settings.set(key, value, actor=person().id, reason=_reason())
    flash(told)
    return redirect(url_for("console.settings"), 303)


def _page(*, problem_at: str = "", problems: list[str] | None = None) -> str:
    store = parts().store
    in_use: Mapping[str, float] = {measures.DAILY_CAP: measures.daily_cap(store), **measures.learning_caps(store)}
    role = person().role
    groups = (
        (measures.DAILY_CAP, "console.set_daily_cap", DAY_FIELDS, role in ("lead", "admin")),
        (measures.LEARNING_CAPS, "console.set_learning_caps", CAP_FIELDS, role == "admin"),
    )
    return render_template(
        "console/settings.html",
        groups=groups,
        in_use=in_use,
        lowest_sure=measures.lowest_sure(store),
        careful=measures.CAREFUL,
        real=measures.real_sentences(store),
        enough_real=measures.ENOUGH_REAL,
        last={key: _last(key) for key in (measures.DAILY_CAP, measures.LEARNING_CAPS, measures.SURE)},
        longest_reason=LONGEST_REASON,
        problem_at=problem_at,
        problems=problems or [],
        typed=request.form,
    )


def _last(key: str) -> dict[str, str] | None:
    """Who changed it last, when and why; None if nobody has."""
    found = parts().store.audit.list(action="set", subject=f"setting:{key}", limit=1)
    if not found:
        return None
    entry = found[0]
    who = None if entry.actor is None else parts().store.people.by_id(entry.actor)
    day = entry.at.astimezone(JAPAN).date().isoformat()
    return {"who": who.name if who else "コマンド", "day": day, "reason": entry.reason}


def _reason() -> str:
    return request.form.get("reason", "").strip()
