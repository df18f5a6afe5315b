"""Whether a candidate may go before the people who release models: every reason against it at once. Pure.

What was measured comes in, a verdict goes out; `nlu.comparison` measures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from nlu.evaluation import LabelScore, Report
from nlu.one_way import OneWay

OVERALL = 0.005
"""So much of the examination phrases may be lost over all (a share)."""
CATEGORY = 0.02
"""And so much of the phrases of one category."""
CALIBRATION = 0.01
"""So much more may the probabilities be off (expected calibration error)."""
SLOWER = 1.5
"""So many times the time of the model in use may be taken for a text."""
_ROUNDING = 1e-9
_SETS = {"golden": "守る文", "danger": "危険の守る文", "hard": "まちがえやすい文"}


@dataclass(frozen=True, slots=True)
class Case:
    """A case under the model in use and under the candidate. `group`: golden, danger or hard; `where`: file:line.

    `wanted`, `before` and `now` are answers in words; `before_worth` and `now_worth` say how well each serves, up to
    `best`: the right answer.
    """

    group: str
    where: str
    text: str
    wanted: str
    before: str
    now: str
    before_worth: int
    now_worth: int
    best: int

    @property
    def worse(self) -> bool:
        """Whether a person with this case would be served worse."""
        return self.now_worth < self.before_worth


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a candidate. `before` is None where no model is in use; the examination is the same for both.

    `names`: readable names of all labels that there must be. `labels`: those the candidate knows. `pace`: its median
    time for a text in times of the model in use. `leaks`: rows it learnt from that examine it, each as a sentence.
    `told_rows`: whether the rows it says it learnt from are those that were looked through for leaks.
    `cases_missing`: sets of cases without a single case. `one_way`: see nlu.one_way.
    """

    now: Report
    before: Report | None
    names: Mapping[str, str]
    labels: Sequence[str]
    cases: Sequence[Case] = ()
    pace: float = 1.0
    leaks: Sequence[str] = ()
    told_rows: bool = True
    cases_missing: Sequence[str] = ()
    one_way: Sequence[OneWay] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: the rule, and a Japanese sentence with the figures or the phrase."""

    rule: str
    say: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All reasons against a candidate, none where it passes."""

    reasons: tuple[Reason, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether people may release it."""
        return not self.reasons

    def as_json(self) -> list[dict[str, Any]]:
        """The reasons as plain values."""
        return [asdict(reason) for reason in self.reasons]


def judge(evidence: Evidence) -> Verdict:
    """The verdict on a candidate that could be opened."""
    return Verdict(tuple(Reason(rule, say) for rule, look in RULES.items() for say in look(evidence)))


def unusable(problem: str) -> Verdict:
    """The verdict on one that could not be opened: unsigned, touched, or of another dictionary or format."""
    return Verdict((Reason("usable", f"このモデルは開けません。{problem}"),))


def _labels(evidence: Evidence) -> Iterator[str]:
    for label, name in evidence.names.items():
        if label not in evidence.labels:
            yield f"「{name}」という分類を知りません"
    for label in evidence.labels:
        if label not in evidence.names:
            yield f"「{label}」という、使っていない分類を答えます"


def _rows(evidence: Evidence) -> Iterator[str]:
    if not evidence.told_rows:
        yield "何を学んだモデルか、確かめられません。学んだ文の指紋が、手もとの文と合いません"
    yield from evidence.leaks


def _sets(evidence: Evidence) -> Iterator[str]:
    for group in evidence.cases_missing:
        yield f"「{_SETS.get(group, group)}」が一つもないので、くらべられません"


def _overall(evidence: Evidence) -> Iterator[str]:
    before, now = evidence.before, evidence.now
    if before and before.lenient - now.lenient > OVERALL + _ROUNDING:
        yield (
            f"試験の文{now.examples}で正しく分けた割合が、{before.lenient:.1%}から{now.lenient:.1%}に下がりました"
            f"(下がってよいのは{_points(OVERALL)}まで)"
        )


def _categories(evidence: Evidence) -> Iterator[str]:
    if evidence.before is None:
        return
    before = {score.label: score for score in evidence.before.labels}
    for now in evidence.now.labels:
        for told, share in _SHARES.items():
            fell = share(before[now.label]) - share(now)
            if fell > CATEGORY + _ROUNDING:
                yield (
                    f"「{evidence.names.get(now.label, now.label)}」で{told}が、{share(before[now.label]):.1%}から"
                    f"{share(now):.1%}に下がりました(下がってよいのは{_points(CATEGORY)}まで)"
                )


_SHARES: Mapping[str, Callable[[LabelScore], float]] = {
    "見つけた割合": lambda score: score.recall,
    "F1": lambda score: score.f1,
}


def _calibration(evidence: Evidence) -> Iterator[str]:
    before, now = evidence.before, evidence.now
    if before and now.ece - before.ece > CALIBRATION + _ROUNDING:
        yield (
            f"自信のずれ(ECE)が、{before.ece:.1%}から{now.ece:.1%}に大きくなりました"
            f"(大きくなってよいのは{_points(CALIBRATION)}まで)"
        )


def _pace(evidence: Evidence) -> Iterator[str]:
    if evidence.before and evidence.pace > SLOWER:
        yield f"一つの文を読むのに、今のモデルの{evidence.pace:.1f}倍かかります({SLOWER:g}倍まで)"


def _cases(evidence: Evidence) -> Iterator[str]:
    for case in evidence.cases:
        if case.worse:
            kind = _SETS.get(case.group, case.group)
            yield (
                f"{kind}「{case.text}」({case.where})の答えが悪くなりました。今のモデルは「{case.before}」、"
                f"候補は「{case.now}」、正しくは「{case.wanted}」です"
                if case.before != case.now
                else f"{kind}「{case.text}」({case.where})で、人に見せる三つに「{case.wanted}」が出なくなりました"
            )


def _second_opinions(evidence: Evidence) -> Iterator[str]:
    for found in evidence.one_way:
        label = evidence.names.get(found.label, found.label)
        reading = evidence.names.get(found.reading, found.reading) if found.reading else "ほかの分類"
        yield (
            f"今のモデルが「{reading}」と読む文{len(found.where)}個を、一人の見立てだけで「{label}」と学ぼうとしています"
            f"(「{label}」の新しい文は、ぜんぶで{found.learnt}個)。二人目の見立てがそろえば、学べます"
        )


def _points(share: float) -> str:
    return f"{100 * share:g}ポイント"


RULES: Mapping[str, Callable[[Evidence], Iterator[str]]] = {
    "labels": _labels,
    "rows": _rows,
    "sets": _sets,
    "second-opinions": _second_opinions,
    "overall": _overall,
    "category": _categories,
    "cases": _cases,
    "calibration": _calibration,
    "pace": _pace,
}
"""Every rule by its name: what it looks at, and the sentences it has against the candidate."""
