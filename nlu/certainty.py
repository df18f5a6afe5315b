"""How sure a model may be: the temperature of its probabilities, and the threshold from which it acts without asking.

Both are fitted on texts the model has not learnt from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from nlu.corpus import NONE, Example

SURE_TARGET = 0.97
"""So many of the calibration texts answered as sure are right."""
FOLD_TARGET = 0.93
"""And so many of the phrases, out of fold. They are far harder than what people mostly write (look-alikes, feelings,
marks missing), so this second curve is the careful one until real sentences have been reviewed."""
LOWEST_SURE = 0.90
"""Never sure below this, however good the curves: authored phrases promise more than real people keep."""
TRIED = (*(step / 100 for step in range(50, 99)), *(step / 1000 for step in range(990, 1000)))
"""Thresholds in the order in which they are tried, from the lowest allowed on; finer where most certain texts lie."""
NEVER = 1.01
MARGIN = 0.30


@dataclass(frozen=True, slots=True)
class Answers:
    """What models said of examples they had not seen: the likeliest probability, and how it compares."""

    best: np.ndarray
    margin: np.ndarray
    strict: np.ndarray
    right: np.ndarray
    worry: np.ndarray

    @classmethod
    def of(cls, logits: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> Answers:
        """`logits`: a row an example, a column a label, already divided by the temperature."""
        probabilities = softmax(logits)
        answers = [labels[place] for place in probabilities.argmax(axis=1)]
        ordered = np.sort(probabilities, axis=1)
        return cls(
            best=ordered[:, -1],
            margin=ordered[:, -1] - ordered[:, -2],
            strict=np.array([answer == e.label for answer, e in zip(answers, examples, strict=True)]),
            right=_right(logits, examples, labels),
            worry=np.array([answer != NONE for answer in answers]),
        )

    def sure(self, threshold: float) -> np.ndarray:
        """Which examples would be answered as sure."""
        found: np.ndarray = (self.best >= threshold) & (self.margin >= MARGIN) & self.worry
        return found

    def keeps(self, threshold: float, target: float) -> bool:
        """Whether of those sure from this threshold on so large a share is right."""
        sure = self.sure(threshold)
        return bool(sure.any() and self.right[sure].mean() >= target)

    def summary(self, threshold: float) -> dict[str, float]:
        """Shares right and sure, for the card of a model."""
        sure = self.sure(threshold)
        return {
            "accuracy": round(float(self.strict.mean()), 4),
            "accuracy_with_marks": round(float(self.right.mean()), 4),
            "sure_share": round(float(sure.mean()), 4),
            "sure_precision": round(float(self.right[sure].mean()) if sure.any() else 0.0, 4),
        }


def least_sure(folds: Answers, calibration: Answers | None, *, lowest: float = LOWEST_SURE) -> float:
    """The lowest probability, of `lowest` and those of TRIED above it, from which on every curve keeps its target.

    NEVER if none does.
    """
    for threshold in (lowest, *(step for step in TRIED if step > lowest)):
        if folds.keeps(threshold, FOLD_TARGET) and (not calibration or calibration.keeps(threshold, SURE_TARGET)):
            return threshold
    return NEVER


def fitting_temperature(logits: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> float:
    """The temperature at which the probability of the likeliest answer best tells how often it is right."""
    right = _right(logits, examples, labels)

    def loss(log_temperature: float) -> float:
        best = softmax(logits / np.exp(log_temperature)).max(axis=1).clip(1e-6, 1 - 1e-6)
        return float(-np.where(right, np.log(best), np.log(1 - best)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 2), method="bounded").x))


def softmax(logits: np.ndarray) -> np.ndarray:
    """Probabilities, row by row."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return result


def _right(logits: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    places = logits.argmax(axis=1)
    return np.array([labels[place] in example.right for place, example in zip(places, examples, strict=True)])
