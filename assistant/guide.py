"""Catalogue, danger signs and classifier bound together: the two calls that the page, the API and the terminal share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.conversation import Conversation, Event, Said
from assistant.crisis import DangerSigns
from assistant.engine import respond, show
from assistant.reply import Notice, Reply
from catalog.model import Catalog
from nlu.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: the conversation after it, what to show, and, where something was typed, what the classifier made of it."""

    conversation: Conversation
    reply: Reply
    prediction: Prediction | None = None


class Guide:
    """What a person talks to. Holds nothing about them: the conversation comes in and goes out with every call."""

    def __init__(self, catalog: Catalog, predict: Callable[[str], Prediction | None]) -> None:
        self.catalog = catalog
        self._predict = predict
        self._signs = DangerSigns(catalog.signs)

    def hear(self, conversation: Conversation, text: str) -> Turn:
        """A reply to something typed. Danger is looked at first and does not wait for, or depend on, the classifier.

        A text without a letter, kana or digit is answered with the same step again and the notice `nothing-heard`.
        """
        danger = self._signs.look(text)
        if danger.level == 0 and not any(character.isalnum() for character in text):
            return self.again(conversation, notice="nothing-heard")
        prediction = self._predict(text)
        after, reply = respond(conversation, Said(danger=danger, prediction=prediction), catalog=self.catalog)
        return Turn(conversation=after, reply=reply, prediction=prediction)

    def answer(self, conversation: Conversation, event: Event) -> Turn:
        """A reply to a button. The classifier is not touched."""
        after, reply = respond(conversation, event, catalog=self.catalog)
        return Turn(conversation=after, reply=reply)

    def again(self, conversation: Conversation, notice: Notice | None = None) -> Turn:
        """The same step shown again."""
        after, reply = show(conversation, catalog=self.catalog, notice=notice)
        return Turn(conversation=after, reply=reply)
