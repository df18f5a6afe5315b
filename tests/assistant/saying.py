"""What a person typed, as the engine meets it: a danger and a prediction, made up for a test."""

from __future__ import annotations

from assistant.conversation import Conversation, Event, Said
from assistant.crisis import NONE, Danger
from assistant.engine import respond, show
from assistant.reply import Reply
from catalog.model import CATEGORY_IDS, Catalog
from nlu.prediction import Prediction, Score


def predicted(*likeliest: str, sure: bool = False, none: float = 0.0) -> Prediction:
    """All twelve, `likeliest` first."""
    ids = (*likeliest, *(id for id in CATEGORY_IDS if id not in likeliest))
    weights = [2.0**-rank for rank in range(len(ids))]
    ranked = tuple(Score(id, (1 - none) * w / sum(weights)) for id, w in zip(ids, weights, strict=True))
    return Prediction(ranked=ranked, sure=sure, none_probability=none, model="made-up")


def worry(*likeliest: str, sure: bool = False, none: float = 0.0) -> Said:
    """A worry without danger."""
    return Said(danger=NONE, prediction=predicted(*likeliest, sure=sure, none=none))


def danger(level: int, kind: str | None = "suicide", *likeliest: str, sure: bool = False, weak: int = 0) -> Said:
    """A text that shows danger."""
    return Said(
        danger=Danger(level=level, kind=kind if level else None, weak=weak), prediction=predicted(*likeliest, sure=sure)
    )


UNREAD = Said(danger=NONE, prediction=None)
"""A text without danger, and no usable model."""


def after_events(catalog: Catalog, *events: Event) -> tuple[Conversation, Reply]:
    """The conversation and what is shown after these events."""
    conversation, reply = show(Conversation(), catalog=catalog)
    for event in events:
        conversation, reply = respond(conversation, event, catalog=catalog)
    return conversation, reply
