"""What a compared system's answers are worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from benchmarks.compare_job import chosen
from benchmarks.compare_texts import Split
from nlu.corpus import Example

BINS = 10
PRECISION = 0.95
Measures = dict[str, float]


def judge(split: Split, result: dict[str, Any]) -> Measures:
    """All measures of one system, by name. Shares are 0 to 1, times in milliseconds and seconds, sizes in MB."""
    labels, few = split.labels, [split.test[place] for place in chosen(split)]
    scores = np.array(result["scores"]["as written"])
    times = result["milliseconds"]
    lenient = _right(scores, split.test, labels)
    return {
        "strict": float(np.mean(_strict(scores, split.test, labels))),
        "lenient": float(lenient.mean()),
        "macro_f1": _macro_f1(scores, split.test, labels),
        "top3": _top3(scores, split.test, labels),
        "ece": _calibration_error(scores.max(axis=1), lenient),
        "coverage": coverage(scores.max(axis=1), lenient),
        "few": float(_right(scores[chosen(split)], few, labels).mean()),
        **{
            name: float(_right(np.array(result["scores"][name]), few, labels).mean())
            for name in ("hiragana", "typos", "noise")
        },
        "p50": float(np.percentile(times, 50)),
        "p99": float(np.percentile(times, 99)),
        **{name: float(result[name]) for name in ("peak_mb", "disk_mb", "train_seconds")},
    }


def coverage(confidence: np.ndarray, right: np.ndarray) -> float:
    """The largest share of texts, the surest first, of which 95 % are right. Texts equally sure go together."""
    order = np.argsort(-confidence, kind="stable")
    precision = right[order].cumsum() / np.arange(1, len(order) + 1)
    last_of_equals = np.append(np.diff(confidence[order]) != 0, True)
    kept = np.flatnonzero((precision >= PRECISION) & last_of_equals & (confidence[order] > 0))
    return float(kept[-1] + 1) / len(order) if len(kept) else 0.0


def _answers(scores: np.ndarray, labels: Sequence[str]) -> list[str]:
    return [labels[row.argmax()] if row.max() > 0 else "" for row in scores]


def _strict(scores: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> list[bool]:
    return [a == e.label for a, e in zip(_answers(scores, labels), examples, strict=True)]


def _right(scores: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> np.ndarray:
    return np.array([a in e.right for a, e in zip(_answers(scores, labels), examples, strict=True)])


def _macro_f1(scores: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> float:
    true = [example.label for example in examples]
    return float(f1_score(true, _answers(scores, labels), labels=sorted(set(true)), average="macro", zero_division=0))


def _top3(scores: np.ndarray, examples: Sequence[Example], labels: Sequence[str]) -> float:
    shown = [{labels[n] for n in np.argsort(-row)[:3] if row[n] > 0} for row in scores]
    return float(np.mean([bool(three & e.right) for three, e in zip(shown, examples, strict=True)]))


def _calibration_error(confidence: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(confidence[bins == n].mean() - right[bins == n].mean()) * (bins == n).mean()
            for n in range(BINS)
            if (bins == n).any()
        )
    )
