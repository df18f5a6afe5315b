"""What is kept of a candidate's examination, as plain values: for the pages, and for whoever asks later why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from nlu import certainty, danger_training
from nlu.comparison import Comparison
from nlu.evaluation import Coverage, Judged, bins, coverage
from nlu.gate import Verdict
from nlu.model_card import Rules, model_card
from nlu.report import STEPS
from nlu.weights import Trained

RULES = Rules(certainty.SURE_TARGET, certainty.FOLD_TARGET, certainty.LOWEST_SURE, danger_training.FALSE_ALARMS)


def gate_record(
    verdict: Verdict,
    learnt: Mapping[str, Any],
    *,
    compared_with: str | None,
    seen: tuple[Comparison, Trained, Mapping[str, str]] | None = None,
) -> dict[str, Any]:
    """The record. It holds no word that a person gave: phrases of the console stand in it by their id.

    `seen`: what was found, the candidate, and readable names of the labels; None where it could not be opened.
    """
    record: dict[str, Any] = {
        "passed": verdict.passed,
        "reasons": verdict.as_json(),
        "compared_with": compared_with,
        "learnt": dict(learnt),
    }
    if seen is None:
        return record
    found, trained, names = seen
    return record | {
        "now": found.now.as_json(),
        "before": found.before.as_json() if found.before else None,
        "pace": round(found.pace, 3),
        "cases": _cases(found),
        "changes": [change.as_json() for change in found.changes],
        "bins": [asdict(part) for part in bins(found.judged)],
        "curve": [asdict(point) for point in coverage(found.judged, trained.sure_margin, STEPS)],
        "chosen": _chosen(found.judged, trained),
        "card": model_card(found.now, trained, names, RULES),
    }


def _cases(found: Comparison) -> list[dict[str, Any]]:
    """Each set of cases: how many, how many answered rightly before and now, those that are wrong now."""
    told = []
    for group in dict.fromkeys(case.group for case in found.cases):
        cases = [case for case in found.cases if case.group == group]
        wrong = [case for case in cases if case.now_worth < case.best]
        told.append(
            {
                "group": group,
                "count": len(cases),
                "before": sum(case.before_worth >= case.best for case in cases),
                "now": len(cases) - len(wrong),
                "worse": sum(case.worse for case in cases),
                "wrong": [asdict(case) for case in wrong],
            }
        )
    return told


def _chosen(judged: tuple[Judged, ...], trained: Trained) -> dict[str, Any] | None:
    """The model's own point on the curve; None if it is never sure."""
    if trained.sure_probability > 1:
        return None
    sure = [one for one in judged if one.prediction.sure]
    right = sum(one.sure_right for one in sure)
    share = right / len(sure) if sure else 0.0
    return asdict(Coverage(trained.sure_probability, len(sure), right, len(sure) / len(judged), share))
