from __future__ import annotations

import numpy as np
import pytest

from nlu.certainty import LOWEST_SURE, NEVER, Answers, fitting_temperature, least_sure, softmax
from nlu.corpus import NONE, Example

LABELS = ("a", "b", NONE)


def example(label: str, *also: str) -> Example:
    return Example("x", label, also, False, "short", "f", 1)


def answers(*rows: tuple[float, str]) -> Answers:
    """(probability of `a`, the true label) a row."""
    logits = np.log(np.array([[p, (1 - p) * 0.6, (1 - p) * 0.4] for p, _ in rows]))
    return Answers.of(logits, [example(label) for _, label in rows], LABELS)


def test_a_marked_second_label_counts_as_right() -> None:
    found = Answers.of(np.log(np.array([[0.2, 0.7, 0.1]])), [example("a", "b")], LABELS)
    assert found.right.tolist() == [True]
    assert found.strict.tolist() == [False]


def test_none_of_these_is_never_sure() -> None:
    found = Answers.of(np.log(np.array([[0.001, 0.001, 0.998]])), [example(NONE)], LABELS)
    assert not found.sure(0.5).any()


def test_the_lowest_threshold_that_keeps_both_promises_is_taken() -> None:
    good = answers(*[(0.985, "a")] * 97, *[(0.915, "b")] * 9)
    assert least_sure(good, None) == 0.92
    strict = answers(*[(0.985, "a")] * 50, *[(0.955, "b")] * 5)
    assert least_sure(good, strict) == 0.96
    assert least_sure(answers(*[(0.999, "b")] * 9), None) == NEVER


def test_never_sure_below_the_floor() -> None:
    assert least_sure(answers(*[(0.4, "a")] * 9, *[(0.91, "a")] * 9), None) == LOWEST_SURE


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_the_temperature_makes_promises_true(share: float) -> None:
    right = round(share * 200)
    logits = np.tile([3.0, 0.0, 0.0], (200, 1))
    examples = [example("a")] * right + [example("b")] * (200 - right)
    found = softmax(logits / fitting_temperature(logits, examples, LABELS)).max(axis=1)
    assert found.mean() == pytest.approx(share, abs=0.02)
