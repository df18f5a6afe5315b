"""What the classifier says of a text. Light and pure: the engine may import it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """A category id and its calibrated probability (0 to 1)."""

    category: str
    probability: float


@dataclass(frozen=True, slots=True)
class DangerOpinion:
    """A second, statistical look at danger: level 0 to 4, and the likeliest kind.

    `bears_out`: it agrees with signs that see danger of level 2 or more.
    """

    level: int
    kind: str
    bears_out: bool


@dataclass(frozen=True, slots=True)
class Prediction:
    """`ranked`: all twelve categories, likeliest first; with `none_probability` they sum to 1.

    `sure` is true only when the likeliest may be acted on without asking. `model` is the version that answered.
    `danger` is None where the model has no opinion on it, or the text too few words for one.
    """

    ranked: tuple[Score, ...]
    sure: bool
    none_probability: float
    model: str
    danger: DangerOpinion | None = None
