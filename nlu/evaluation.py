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
    predictions = [predict(example.text) for example in examples]
    answers = [answer(prediction) for prediction in predictions]
    right = [given in example.right for given, example in zip(answers, examples, strict=True)]
    worries = [(p, e) for p, e in zip(predictions, examples, strict=True) if e.label != NONE]
    others = [p for p, e in zip(predictions, examples, strict=True) if e.label == NONE]
    sure = [p.ranked[0].category in e.right for p, e in zip(predictions, examples, strict=True) if p.sure]
    labels = _labels(answers, examples)
    styles = dict.fromkeys(example.style for example in examples)
    confusions = Counter(
        (example.label, given) for given, example, ok in zip(answers, examples, right, strict=True) if not ok
    )
    return Report(
        model=predictions[0].model,
        examples=len(examples),
        strict=_share(given == example.label for given, example in zip(answers, examples, strict=True)),
        lenient=_share(right),
        top3=_share(bool(_shown(p) & e.right) for p, e in worries),
        macro_f1=sum(score.f1 for score in labels) / len(labels),
        sure=_share(p.sure for p in predictions),
        sure_right=_share(sure),
        none_sure=_share(p.sure for p in others),
        missed=_share(answer(p) == NONE for p, _ in worries),
        ece=_calibration_error([_confidence(p) for p in predictions], right),
        labels=tuple(labels),
        styles=tuple(
            (style, len(found), _share(found))
            for style in styles
            if (found := [ok for ok, example in zip(right, examples, strict=True) if example.style == style])
        ),
        confusions=tuple((*pair, count) for pair, count in sorted(confusions.items(), key=lambda item: -item[1])),
    )


def answer(prediction: Prediction) -> str:
    """The label that a prediction amounts to: its likeliest category, or none-of-these if that is likelier."""
    best = prediction.ranked[0]
    return NONE if prediction.none_probability > best.probability else best.category


def hard_failures(predict: Predict, cases: Iterable[Example]) -> list[Example]:
    """The hard cases that a person would be led wrong by, in the order given.

    A worry passes if it is right when sure, or a right category is among the three shown; none-of-these if not sure.
    """
    return [case for case in cases if not _passes(predict(case.text), case)]


def compare(old: Report, new: Report) -> list[Change]:
    """Each label's share found under both models, the greatest loss first."""
    before = {score.label: score.recall for score in old.labels}
    changes = [Change(score.label, before.get(score.label, 0.0), score.recall) for score in new.labels]
    return sorted(changes, key=lambda change: change.now - change.before)


def _passes(prediction: Prediction, case: Example) -> bool:
    if case.label == NONE:
        return not prediction.sure
    if prediction.sure:
        return prediction.ranked[0].category in case.right
    return bool(_shown(prediction) & case.right)


def _shown(prediction: Prediction) -> set[str]:
    return {score.category for score in prediction.ranked[:SHOWN]}


def _confidence(prediction: Prediction) -> float:
    return max(prediction.none_probability, prediction.ranked[0].probability)


def _labels(answers: Sequence[str], examples: Sequence[Example]) -> list[LabelScore]:
    scores = []
    for label in dict.fromkeys(example.label for example in examples):
        recall = _share(a in e.right for a, e in zip(answers, examples, strict=True) if e.label == label)
        precision = _share(label in e.right for a, e in zip(answers, examples, strict=True) if a == label)
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        count = sum(example.label == label for example in examples)
        scores.append(LabelScore(label, count, recall, precision, f1))
    return scores


def _calibration_error(confidence: Sequence[float], right: Sequence[bool]) -> float:
    error = 0.0
    for number in range(BINS):
        inside = [i for i, c in enumerate(confidence) if min(int(c * BINS), BINS - 1) == number]
        if inside:
            stated = sum(confidence[i] for i in inside) / len(inside)
            error += len(inside) / len(confidence) * abs(stated - _share(right[i] for i in inside))
    return error


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 0.0
