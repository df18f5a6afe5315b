"""The signs of danger and the statistical second opinion, put together. Pure."""

from __future__ import annotations

from dataclasses import replace

from assistant.crisis import Danger
from nlu.prediction import Prediction


def more_careful(danger: Danger) -> Danger:
    """For the entrance of children, who say grave things in small words: levels 1 and 2 count one more."""
    return replace(danger, level=danger.level + 1) if danger.level in (1, 2) else danger


def graver(danger: Danger, prediction: Prediction | None) -> Danger:
    """What the signs say, raised to the second opinion where that is graver; never lowered by it."""
    opinion = prediction.danger if prediction else None
    if opinion is None or opinion.level <= danger.level:
        return danger
    return Danger(level=opinion.level, kind=opinion.kind, weak=danger.weak)
