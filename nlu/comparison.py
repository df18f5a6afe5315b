"""The model in use and a candidate before the same texts: what the gate asks, and every answer that changes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Literal

from nlu.classifier import Model
from nlu.corpus import NEAR, Example
from nlu.danger_corpus import DangerExample
from nlu.evaluation import Judged, Report, judge, passes, summed
from nlu.gate import Case
from nlu.golden import Golden
from nlu.prediction import Prediction

Level = Callable[[str, Prediction], int]
"""How grave a text is taken to be, given what the model said of it: 0 to 4."""
TIMED = 300
"""So many texts are timed."""


@dataclass(frozen=True, slots=True)
class Material:
    """What models are examined on; none of it is ever learnt from, but `reviewed`, where changes are worth seeing."""

    held_out: tuple[Example, ...]
    hard: tuple[Example, ...]
    golden: Golden
    reviewed: tuple[Example, ...] = ()

    @property
    def examining(self) -> tuple[Example | DangerExample, ...]:
        """Every text that no model may have learnt."""
        return (*self.held_out, *self.hard, *self.golden.cases, *self.golden.danger)


@dataclass(frozen=True, slots=True)
class Change:
    """An answer that changes. `wanted`, `before` and `now` are labels, or levels of danger where `group` is danger.

    `confidence` is the candidate's, 0 to 1; `sure`: whether it acts on its answer without asking. The text of a phrase
    that somebody gave is not here: `where` then names its row.
    """

    group: str
    where: str
    text: str
    wanted: str
    before: str
    now: str
    effect: Literal["worse", "other", "better"]
    confidence: float
    sure: bool

    def as_json(self) -> dict[str, Any]:
        """The change as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found: the reports on the examination (`before` None without a model in use), cases, changes, pace.

    `reviewed`: what the model in use, if there is one, said of the newly learnt phrases.
    """

    before: Report | None
    now: Report
    judged: tuple[Judged, ...]
    hard: tuple[Judged, ...]
    cases: tuple[Case, ...]
    changes: tuple[Change, ...]
    reviewed: tuple[Judged, ...]
    pace: float


def compare(
    in_use: Model | None,
    candidate: Model,
    material: Material,
    *,
    level: Level,
    names: Mapping[str, str],
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Asks both models about everything once. `names`: readable names of the labels. Needs examination phrases.

    Without a model in use there is nothing to change: cases are then compared with themselves.
    """
    groups = {
        "golden": material.golden.cases,
        "hard": material.hard,
        "held_out": material.held_out,
        "reviewed": material.reviewed,
    }
    now = {group: judge(candidate.predict, examples) for group, examples in groups.items()}
    before = {group: judge(in_use.predict, examples) for group, examples in groups.items()} if in_use else now
    cases: list[Case] = []
    changes: list[Change] = []
    for group in groups:
        for old, new in zip(before[group], now[group], strict=True):
            if group in ("golden", "hard"):
                cases.append(_case(group, old, new, names))
            if old.answer != new.answer:
                changes.append(_change(group, old, new))
    for example in material.golden.danger:
        told = candidate.predict(example.text)
        is_now = level(example.text, told)
        was = level(example.text, in_use.predict(example.text)) if in_use else is_now
        cases.append(_danger_case(example, was, is_now))
        if was != is_now:
            changes.append(_danger_change(cases[-1], told))
    return Comparison(
        before=summed(before["held_out"]) if in_use else None,
        now=summed(now["held_out"]),
        judged=now["held_out"],
        hard=now["hard"],
        cases=tuple(cases),
        changes=worst_first(changes),
        reviewed=before["reviewed"] if in_use else (),
        pace=pace(in_use, candidate, [e.text for e in material.held_out], clock) if in_use else 1.0,
    )


def pace(in_use: Model, candidate: Model, texts: Sequence[str], clock: Callable[[], float]) -> float:
    """The candidate's median time for a text in times of the other's, both asked in turn, over at most TIMED texts."""
    spent: tuple[list[float], list[float]] = ([], [])
    for text in texts[:: max(1, len(texts) // TIMED)][:TIMED]:
        for times, model in zip(spent, (in_use, candidate), strict=True):
            start = clock()
            model.predict(text)
            times.append(clock() - start)
    return median(spent[1]) / median(spent[0]) if any(spent[0]) else 1.0


def leaks(learnt: Iterable[Example | DangerExample], examining: Iterable[Example | DangerExample]) -> list[str]:
    """A sentence for each text learnt from that examines as well, or nearly so. For the trainer only (scikit-learn)."""
    from nlu.nearness import near_pairs  # noqa: PLC0415 — scikit-learn: a second that no reader should wait
    from nlu.text import normalise  # noqa: PLC0415

    left, right = list(learnt), list(examining)
    if not left or not right:
        return []
    alike = {(i, j) for i, j, _ in near_pairs([e.text for e in left], [e.text for e in right], at_least=NEAR)}
    places = {normalise(e.text): j for j, e in enumerate(right)}
    alike |= {(i, places[text]) for i, e in enumerate(left) if (text := normalise(e.text)) in places}
    return [
        f"学んだ文 {_where(left[i])} が、試験の文 {_where(right[j])} と同じか、ほぼ同じです" for i, j in sorted(alike)
    ]


def worst_first(changes: Iterable[Change]) -> tuple[Change, ...]:
    """For the worse before all others, and of those danger first, then what is acted on without asking."""
    order = {"worse": 0, "other": 1, "better": 2}
    return tuple(
        sorted(changes, key=lambda c: (order[c.effect], c.group != "danger", not c.sure, -c.confidence, c.where))
    )


def _case(group: str, old: Judged, new: Judged, names: Mapping[str, str]) -> Case:
    worth = _worth if group == "golden" else _passes
    return Case(
        group=group,
        where=_where(new.example),
        text=new.example.text,
        wanted=names.get(new.example.label, new.example.label),
        before=names.get(old.answer, old.answer),
        now=names.get(new.answer, new.answer),
        before_worth=worth(old),
        now_worth=worth(new),
        best=2 if group == "golden" else 1,
    )


def _worth(one: Judged) -> int:
    """2: answered rightly, 1: among the three shown, 0: led wrong."""
    return 2 if one.right else _passes(one)


def _passes(one: Judged) -> int:
    return int(passes(one.prediction, one.example))


def _danger_case(example: DangerExample, was: int, is_now: int) -> Case:
    def worth(level: int) -> int:
        return min(level, example.level) if example.level else -level

    return Case(
        group="danger",
        where=_where(example),
        text=example.text,
        wanted=f"段階{example.level}",
        before=f"段階{was}",
        now=f"段階{is_now}",
        before_worth=worth(was),
        now_worth=worth(is_now),
        best=example.level,
    )


def _change(group: str, old: Judged, new: Judged) -> Change:
    return Change(
        group=group,
        where=_where(new.example),
        text="" if group == "reviewed" else new.example.text,
        wanted=new.example.label,
        before=old.answer,
        now=new.answer,
        effect=_effect(int(old.right), int(new.right)),
        confidence=round(new.confidence, 4),
        sure=new.prediction.sure,
    )


def _danger_change(case: Case, told: Prediction) -> Change:
    return Change(
        group="danger",
        where=case.where,
        text=case.text,
        wanted=case.wanted,
        before=case.before,
        now=case.now,
        effect=_effect(case.before_worth, case.now_worth),
        confidence=round(told.ranked[0].probability, 4),
        sure=False,
    )


def _effect(before: int, now: int) -> Literal["worse", "other", "better"]:
    return "worse" if now < before else "better" if now > before else "other"


def _where(example: Example | DangerExample) -> str:
    return f"{example.file}:{example.line}" if example.line else example.file
