"""The signs of danger and the statistical second opinion, put together. Pure."""

from __future__ import annotations

from assistant.crisis import Danger
from nlu.prediction import Prediction


def graver(danger: Danger, prediction: Prediction | None) -> Danger:
    """What the signs say, raised to the second opinion where that is graver; never lowered by it."""
    opinion = prediction.danger if prediction else None
    if opinion is None or opinion.level <= danger.level:
        return danger
    return Danger(level=opinion.level, kind=opinion.kind, weak=danger.weak)
