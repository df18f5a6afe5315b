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
    """A second, statistical look at danger: level 1 to 4, and kind. It may raise what the signs say, never lower it."""

    level: int
    kind: str


@dataclass(frozen=True, slots=True)
class Prediction:
    """`ranked`: all twelve categories, likeliest first; with `none_probability` they sum to 1.

    `sure` is true only when the likeliest may be acted on without asking. `model` is the version that answered.
    """

    ranked: tuple[Score, ...]
    sure: bool
    none_probability: float
    model: str
    danger: DangerOpinion | None = None
