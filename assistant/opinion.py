"""The signs of danger and the statistical second opinion, put together. Pure.

Signs know words, the opinion knows sentences; each errs where the other seldom does. So a graver opinion is believed by
itself, and signs are where the opinion agrees, where three of them agree with each other, or where nobody can be asked:
without a model, and of a text too short for statistics. Signs that nothing bears out are told as level 1.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.crisis import Danger
from nlu.prediction import Prediction

GENTLE = 1


def more_careful(danger: Danger) -> Danger:
    """For the entrance of children, who say grave things in small words: levels 1 and 2 count one more."""
    return replace(danger, level=danger.level + 1) if danger.level in (1, 2) else danger


def together(danger: Danger, prediction: Prediction | None) -> Danger:
    """How grave a text is of which the signs say `danger`, and a model this."""
    opinion = prediction.danger if prediction else None
    if opinion is None:
        return danger
    if danger.level > GENTLE and not danger.agreed and not opinion.bears_out:
        danger = replace(danger, level=GENTLE)
    if opinion.level > danger.level:
        danger = Danger(level=opinion.level, kind=opinion.kind, weak=danger.weak)
    return danger
