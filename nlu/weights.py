"""A fitted model as plain arrays. Light: nothing here needs scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Trained:
    """A fitted model as plain arrays: rows are n-grams, columns are `labels`.

    `words` and `characters` map an n-gram to its row; `idf` is per row; probabilities are
    softmax((features @ weights + bias) / temperature).
    """

    labels: tuple[str, ...]
    words: dict[str, int]
    characters: dict[str, int]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    temperature: float
    sure_probability: float
    sure_margin: float
    card: dict[str, Any] = field(default_factory=dict)
