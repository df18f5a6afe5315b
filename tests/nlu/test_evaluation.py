from __future__ import annotations

import pytest

from nlu.corpus import NONE, Example
from nlu.evaluation import answer, compare, evaluate, hard_failures
from nlu.prediction import Prediction, Score

IDS = ("work", "childcare", "nursing-care", "covid19")


def example(text: str, label: str, *also: str, style: str = "short") -> Example:
    return Example(text, label, also, safety=False, style=style, file="x.txt", line=1)


def predicted(best: str, probability: float = 0.7, *, none: float = 0.1, sure: bool = False) -> Prediction:
    rest = (1 - probability - none) / (len(IDS) - 1)
    ranked = [Score(best, probability), *(Score(id, rest) for id in IDS if id != best)]
    return Prediction(tuple(ranked), sure, none, "m")


EXAMPLES = (
    example("a", "work"),
    example("b", "work", "childcare"),
    example("c", "childcare", style="long"),
    example("d", NONE),
)
ANSWERS = {
    "a": predicted("work", 0.9, sure=True),
    "b": predicted("childcare"),
    "c": predicted("nursing-care", 0.5, sure=True),
    "d": predicted("work", 0.2, none=0.6),
}


def test_the_report_counts_what_happened() -> None:
    report = evaluate(ANSWERS.__getitem__, EXAMPLES)
    assert (report.strict, report.lenient) == (0.5, 0.75)
    assert report.sure == 0.5
    assert report.sure_right == 0.5
    assert report.none_sure == 0
    assert report.missed == 0
    assert report.top3 == 1
    assert report.confusions == (("childcare", "nursing-care", 1),)
    assert {s.label: s.recall for s in report.labels} == {"work": 1.0, "childcare": 0.0, NONE: 1.0}
    assert {style: share for style, _, share in report.styles} == {"short": 1.0, "long": 0.0}
    assert report.ece == pytest.approx((0.1 + 0.3 + 0.5 + 0.4) / 4)
    assert "right 0.750" in "\n".join(report.lines())


def test_none_wins_only_when_it_is_likelier() -> None:
    assert answer(predicted("work", 0.4, none=0.5)) == NONE
    assert answer(predicted("work", 0.5, none=0.5)) == "work"


@pytest.mark.parametrize(
    ("prediction", "case", "passes"),
    [
        (predicted("work", sure=True), example("x", "work"), True),
        (predicted("work", sure=True), example("x", "covid19", "work"), True),
        (predicted("work", sure=True), example("x", "covid19"), False),
        (predicted("work"), example("x", "childcare"), True),
        (predicted("work"), example("x", "covid19"), False),
        (predicted("work", sure=True), example("x", NONE), False),
        (predicted("work"), example("x", NONE), True),
    ],
)
def test_hard_cases(prediction: Prediction, case: Example, passes: bool) -> None:
    assert (hard_failures(lambda text: prediction, [case]) == []) == passes


def test_the_greatest_loss_comes_first() -> None:
    old = evaluate(ANSWERS.__getitem__, EXAMPLES)
    new = evaluate(lambda text: predicted("childcare"), EXAMPLES)
    assert [change.label for change in compare(old, new)][-1] == "childcare"
    assert compare(old, new)[0].now < compare(old, new)[0].before
