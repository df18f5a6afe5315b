"""Answers over a flow: where they lead, and which of them still fit. The place is computed, never stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.conversation import Conversation
from assistant.reply import Answered
from catalog.model import Flow, Option


@dataclass(frozen=True, slots=True)
class Place:
    """The node the answers lead to, and the answers that lie on the way to it."""

    node: str
    trail: tuple[Answered, ...]

    @property
    def answers(self) -> tuple[tuple[str, str], ...]:
        """The fitting answers they gave by a button, as (question id, option id)."""
        return tuple((step.id, step.option.id) for step in self.trail if not step.read)


def option_of(flow: Flow, question: str, option: str) -> Option | None:
    """The option of that id, or None if the flow has no such question or option."""
    if question not in flow.questions:
        return None
    return next((o for o in flow.questions[question].options if o.id == option), None)


def walk(flow: Flow, answers: Iterable[tuple[str, str]], read: Iterable[tuple[str, str]] = ()) -> Place:
    """Follow the answers from the start as far as they go. Those off the way, or unknown to the flow, are dropped.

    `read` answers the questions that `answers` leaves open. The flow must be free of loops (the catalogue's checks see
    to it).
    """
    given, from_words = dict(answers), dict(read)
    trail: list[Answered] = []
    node = flow.start
    while node in flow.questions and (chosen := given.get(node, from_words.get(node))) is not None:
        option = option_of(flow, node, chosen)
        if option is None:
            break
        trail.append(Answered(id=node, question=flow.questions[node], option=option, read=node not in given))
        node = option.next
    return Place(node=node, trail=tuple(trail))


def place_of(conversation: Conversation, flow: Flow) -> Place:
    """Where a conversation stands in this flow: its answers, and what its words told of the flow's questions."""
    read = tuple((question, option) for category, question, option in conversation.read if category == flow.category)
    return walk(flow, conversation.answers, read)


def questions_left(flow: Flow, question: str) -> tuple[int, int]:
    """The fewest and the most questions from this one, itself counted, to the end of the flow."""
    ahead = [option.next for option in flow.questions[question].options]
    further = [questions_left(flow, node) if node in flow.questions else (0, 0) for node in ahead]
    return 1 + min(least for least, _ in further), 1 + max(most for _, most in further)
