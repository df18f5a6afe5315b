"""How well a classifier answers the examination: scores, certainty, confusions, and the cases that must pass. Light."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from nlu.corpus import NONE, Example
from nlu.prediction import Prediction

BINS = 10
SHOWN = 3
"""So many likely categories a person is shown when the classifier is not sure."""
Predict = Callable[[str], Prediction]


@dataclass(frozen=True, slots=True)
class Judged:
    """An example and what the classifier said of it."""

    example: Example
    prediction: Prediction

    @property
    def answer(self) -> str:
        """The label the prediction amounts to."""
        return answer(self.prediction)

    @property
    def right(self) -> bool:
        """Whether the answer is right (lenient)."""
        return self.answer in self.example.right

    @property
    def sure_right(self) -> bool:
        """Whether it would be right to act on the likeliest category (lenient)."""
        return self.prediction.ranked[0].category in self.example.right

    @property
    def confidence(self) -> float:
        """The probability of the answer."""
        return max(self.prediction.none_probability, self.prediction.ranked[0].probability)


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers with a probability from `low` up to `high`: how many, their mean probability, and the share right."""

    low: float
    high: float
    count: int
    promised: float
    right: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """If `threshold` were the least probability of a sure answer: how many would be sure, and how many of those right.

    `share` is of all texts, `right_share` of the sure ones (0 if there are none).
    """

    threshold: float
    sure: int
    right: int
    share: float
    right_share: float


@dataclass(frozen=True, slots=True)
class LabelScore:
    """One label: examples, share found (an `also` counts), share of its answers that are right, their harmonic mean."""

    label: str
    examples: int
    recall: float
    precision: float
    f1: float


@dataclass(frozen=True, slots=True)
class Report:
    """All shares are 0 to 1. `strict`: the label only; `lenient`: an `also` counts too; `top3`: among the three shown.

    `sure`: share of texts answered as sure, and `sure_right` the share of those that are right (lenient).
    `none_sure`: share of none-of-these that were taken for a sure worry. `missed`: worries taken for none-of-these.
    `ece`: expected calibration error of the likeliest answer over ten bins. `confusions`: (label, answer, count).
    """

    model: str
    examples: int
    strict: float
    lenient: float
    top3: float
    macro_f1: float
    sure: float
    sure_right: float
    none_sure: float
    missed: float
    ece: float
    labels: tuple[LabelScore, ...]
    styles: tuple[tuple[str, int, float], ...]
    confusions: tuple[tuple[str, str, int], ...]

    def as_json(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as a table for a terminal."""
        worst = ", ".join(f"{label} → {answer} ({count})" for label, answer, count in self.confusions[:8])
        return [
            f"model {self.model}, {self.examples} texts",
            f"right {self.lenient:.3f} (strict {self.strict:.3f}), worries among the three shown {self.top3:.3f}, "
            f"macro-F1 {self.macro_f1:.3f}",
            f"sure {self.sure:.3f}, right when sure {self.sure_right:.3f}, none-of-these taken as sure "
            f"{self.none_sure:.3f}, worries missed {self.missed:.3f}, ECE {self.ece:.3f}",
            "",
            f"{'label':<24}{'texts':>6}{'found':>8}{'right':>8}{'F1':>8}",
            *(f"{s.label:<24}{s.examples:>6}{s.recall:>8.2f}{s.precision:>8.2f}{s.f1:>8.2f}" for s in self.labels),
            "",
            f"{'style':<24}{'texts':>6}{'found':>8}",
            *(f"{style:<24}{count:>6}{share:>8.2f}" for style, count, share in self.styles),
            "",
            f"most confused: {worst}",
        ]


@dataclass(frozen=True, slots=True)
class Change:
    """One label under two models: share found before and now."""

    label: str
    before: float
    now: float


def evaluate(predict: Predict, examples: Sequence[Example]) -> Report:
    """The report on these examples, none of which the model may have been trained on. Needs at least one example."""
    return summed(judge(predict, examples))


def judge(predict: Predict, examples: Iterable[Example]) -> tuple[Judged, ...]:
    """Each example with its prediction, in the order given."""
    return tuple(Judged(example, predict(example.text)) for example in examples)


def summed(judged: Sequence[Judged]) -> Report:
    """The report on what was judged. Needs at least one example."""
    worries = [one for one in judged if one.example.label != NONE]
    others = [one for one in judged if one.example.label == NONE]
    labels = _labels(judged)
    styles = dict.fromkeys(one.example.style for one in judged)
    confusions = Counter((one.example.label, one.answer) for one in judged if not one.right)
    return Report(
        model=judged[0].prediction.model,
        examples=len(judged),
        strict=_share(one.answer == one.example.label for one in judged),
        lenient=_share(one.right for one in judged),
        top3=_share(bool(_shown(one.prediction) & one.example.right) for one in worries),
        macro_f1=sum(score.f1 for score in labels) / len(labels),
        sure=_share(one.prediction.sure for one in judged),
        sure_right=_share(one.sure_right for one in judged if one.prediction.sure),
        none_sure=_share(one.prediction.sure for one in others),
        missed=_share(one.answer == NONE for one in worries),
        ece=sum(part.count / len(judged) * abs(part.promised - part.right) for part in bins(judged)),
        labels=tuple(labels),
        styles=tuple(
            (style, len(found), _share(found))
            for style in styles
            if (found := [one.right for one in judged if one.example.style == style])
        ),
        confusions=tuple((*pair, count) for pair, count in sorted(confusions.items(), key=lambda item: -item[1])),
    )


def bins(judged: Sequence[Judged]) -> tuple[Bin, ...]:
    """Ten bins of equal width over the probability of the answer, empty ones too."""
    found = []
    for number in range(BINS):
        inside = [one for one in judged if min(int(one.confidence * BINS), BINS - 1) == number]
        promised = sum(one.confidence for one in inside) / len(inside) if inside else 0.0
        right = _share(one.right for one in inside)
        found.append(Bin(number / BINS, (number + 1) / BINS, len(inside), promised, right))
    return tuple(found)


def coverage(judged: Sequence[Judged], margin: float, thresholds: Iterable[float]) -> tuple[Coverage, ...]:
    """What each threshold would mean, with this margin over the next likeliest."""
    sure_from = []
    for one in judged:
        best, second = one.prediction.ranked[0].probability, one.prediction.none_probability
        if len(one.prediction.ranked) > 1:
            second = max(second, one.prediction.ranked[1].probability)
        if best > second and best - second >= margin:
            sure_from.append((best, one.sure_right))
    points = []
    for threshold in thresholds:
        kept = [right for best, right in sure_from if best >= threshold]
        points.append(Coverage(threshold, len(kept), sum(kept), len(kept) / len(judged), _share(kept)))
    return tuple(points)


def answer(prediction: Prediction) -> str:
    """The label that a prediction amounts to: its likeliest category, or none-of-these if that is likelier."""
    best = prediction.ranked[0]
    return NONE if prediction.none_probability > best.probability else best.category


def hard_failures(predict: Predict, cases: Iterable[Example]) -> list[Example]:
    """The hard cases that a person would be led wrong by, in the order given.

    A worry passes if it is right when sure, or a right category is among the three shown; none-of-these if not sure.
    """
    return [case for case in cases if not passes(predict(case.text), case)]


def compare(old: Report, new: Report) -> list[Change]:
    """Each label's share found under both models, the greatest loss first."""
    before = {score.label: score.recall for score in old.labels}
    changes = [Change(score.label, before.get(score.label, 0.0), score.recall) for score in new.labels]
    return sorted(changes, key=lambda change: change.now - change.before)


def passes(prediction: Prediction, case: Example) -> bool:
    """Whether a person with this hard case would not be led wrong (see hard_failures)."""
    if case.label == NONE:
        return not prediction.sure
    if prediction.sure:
        return prediction.ranked[0].category in case.right
    return bool(_shown(prediction) & case.right)


def _shown(prediction: Prediction) -> set[str]:
    return {score.category for score in prediction.ranked[:SHOWN]}


def _labels(judged: Sequence[Judged]) -> list[LabelScore]:
    scores = []
    for label in dict.fromkeys(one.example.label for one in judged):
        recall = _share(one.right for one in judged if one.example.label == label)
        precision = _share(one.right for one in judged if one.answer == label)
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        count = sum(one.example.label == label for one in judged)
        scores.append(LabelScore(label, count, recall, precision, f1))
    return scores


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
