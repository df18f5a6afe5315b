"""What one person has said and chosen so far, as ids only, and the things they can do next.

Never their words: a text is looked at once, and only what it led to (categories, a level of danger) arrives here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.crisis import Danger
from nlu.prediction import Prediction

CheckAnswer = Literal["yes", "no", "skip"]
CHECK_QUESTION = "gentle-check"
CHECK_ANSWERS: tuple[CheckAnswer, ...] = ("yes", "no", "skip")


@dataclass(frozen=True, slots=True)
class Conversation:
    """Ids only.

    `heard`: they typed something or said they cannot put it into words, so buttons come instead of the first page.
    `candidates`: the likeliest categories of what they typed, likeliest first. `rejected`: those they called wrong.
    `answers`: (question id, option id); answers that do not lie on the way from the start are dropped by `walk`.
    `read`: (category, question, option) that the words they typed answered; an answer of their own goes before it.
    `pair`: two categories that were both likely, to be looked at one after the other.
    `level`, `kind`: the gravest danger seen so far (0 to 4). `weak`: signs of level 1 seen so far, which add up.
    `for_other`: what they wrote of danger seems to be about somebody else.
    `check`: the gentle question is pending or was answered.
    `folded`: they said the danger card is wrong. `going_on`: after level 4 they chose to go on with the questions.
    """

    category: str | None = None
    answers: tuple[tuple[str, str], ...] = ()
    heard: bool = False
    candidates: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    read: tuple[tuple[str, str, str], ...] = ()
    pair: tuple[str, ...] = ()
    level: int = 0
    kind: str | None = None
    weak: int = 0
    for_other: bool = False
    check: Literal["pending"] | CheckAnswer | None = None
    folded: bool = False
    going_on: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """They typed something: what the danger signs and the classifier made of it (`None`: no usable model).

    `read`: (category, question, option) that the text answers without doubt. `for_other`: it seems to be about
    somebody else.
    """

    danger: Danger
    prediction: Prediction | None
    read: tuple[tuple[str, str, str], ...] = ()
    for_other: bool = False


@dataclass(frozen=True, slots=True)
class CannotSay:
    """They cannot put it into words."""


@dataclass(frozen=True, slots=True)
class Picked:
    """They chose a category, or the under-18 entrance, by a button."""

    category: str


@dataclass(frozen=True, slots=True)
class Chose:
    """They answered a question, the gentle question included; also how an earlier answer is changed."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class WentBack:
    """One step back."""


@dataclass(frozen=True, slots=True)
class StartedOver:
    """From the beginning. Only what is known of danger stays."""


@dataclass(frozen=True, slots=True)
class NotThis:
    """「ちがう」: this is not their concern."""


@dataclass(frozen=True, slots=True)
class FoldedUrgent:
    """「ちがいます」: the danger card does not fit. It is folded away, not forgotten."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """At level 4, where help stands alone: they want to see the other help too."""


Event = Said | CannotSay | Picked | Chose | WentBack | StartedOver | NotThis | FoldedUrgent | WentOn
