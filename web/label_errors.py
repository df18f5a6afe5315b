"""Which labels are likeliest to be slips: those that a model which has not learnt the phrase finds least likely. Pure.

The list is advice. With the extra `hitorijanai[cleanlab]` installed, cleanlab's confident learning says which of them
are listed first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

import numpy as np

FEWEST = 20
"""Phrases of a label with fewer than this are not judged: what is usual for it is not known yet."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label in doubt: its place among the phrases given, how likely the model finds it, and what it says instead."""

    place: int
    given: float
    instead: str
    instead_probability: float


def doubts(
    labels: Sequence[frozenset[str]], probabilities: np.ndarray, names: Sequence[str], *, main: Sequence[str]
) -> tuple[Doubt, ...]:
    """The labels that the model contradicts, the one it finds least likely first.

    `labels`: what counts as right for each phrase; `main`: the first of them; `probabilities`: a row a phrase, a column
    a name, from a model that has not learnt the phrases.
    """
    if not len(labels):
        return ()
    columns = {name: place for place, name in enumerate(names)}
    right = np.array([[name in wanted for name in names] for wanted in labels])
    given = np.where(right, probabilities, 0.0).max(axis=1)
    others = np.where(right, -1.0, probabilities)
    instead = others.argmax(axis=1)
    against = others.max(axis=1)
    judged = np.array([main.count(label) >= FEWEST for label in main])
    order = np.lexsort((given, ~_flagged([columns[label] for label in main], probabilities)))
    return tuple(
        Doubt(int(place), float(given[place]), names[instead[place]], float(against[place]))
        for place in order
        if judged[place] and against[place] > given[place]
    )


def _flagged(main: Sequence[int], probabilities: np.ndarray) -> np.ndarray:
    """Which phrases cleanlab lists; none where it is not installed, or where it cannot judge so few phrases."""
    found = np.zeros(len(main), dtype=bool)
    try:
        cleanlab = import_module("cleanlab.filter")
    except ImportError:
        return found
    listed = cleanlab.find_label_issues(
        labels=np.array(main), pred_probs=probabilities, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    found[listed] = True
    return found
