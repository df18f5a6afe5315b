"""The jobs the compared systems are given, so that every one is given the same."""

from __future__ import annotations

import random
from typing import Any

from benchmarks.compare_texts import REWRITTEN, SINGLE, Split, rewritten


def chosen(split: Split) -> list[int]:
    """The places of the test texts that are rewritten and answered one by one, always the same."""
    places = list(range(len(split.test)))
    random.Random(0).shuffle(places)  # noqa: S311 - a choice of texts, not secrets
    return places[:REWRITTEN]


def job_of(split: Split) -> dict[str, Any]:
    """Everything of a job but the peer's name. `examples` is for ours, which also learns from the marks."""
    texts = [example.text for example in split.test]
    few = [texts[place] for place in chosen(split)]
    return {
        "labels": split.labels,
        "train": [[example.text, example.label] for example in split.train],
        "also": [list(example.also) for example in split.train],
        "calibration": [[example.text, example.label, list(example.also)] for example in split.calibration],
        "texts": {"as written": texts, **rewritten(few)},
        "single": few[:SINGLE],
    }
