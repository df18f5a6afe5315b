"""The figures of a candidate's record, read back. Light: pages draw from it without loading the trainer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlu.evaluation import LabelScore, Report


def report(told: Mapping[str, Any]) -> Report:
    """The report that `Report.as_json` told, after its way through JSON."""
    lists = {
        "labels": tuple(LabelScore(**score) for score in told["labels"]),
        "styles": tuple((style, count, share) for style, count, share in told["styles"]),
        "confusions": tuple((label, answer, count) for label, answer, count in told["confusions"]),
    }
    return Report(**{**told, **lists})
