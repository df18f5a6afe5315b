"""A conversation as a signed text for a hidden field or the API's `state`: ids only, never in a URL or a cookie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from itsdangerous import BadData, URLSafeSerializer

from assistant import memory
from assistant.conversation import Conversation
from assistant.walk import option_of, place_of
from catalog.model import Catalog

MAX_STATE = 512


class StateSigner:
    """Signs conversations with the key, and reads what it or an older one has signed. Anything else reads as None."""

    def __init__(self, key: str, catalog: Catalog, *, older: Sequence[str] = ()) -> None:
        self._serializer = URLSafeSerializer([*reversed(older), key], salt="conversation")
        self._catalog = catalog

    def sign(self, conversation: Conversation) -> str:
        """At most 512 ASCII characters; what the words told is left out where it would be more."""
        state = str(self._serializer.dumps(memory.to_text(conversation)))
        if len(state) > MAX_STATE and conversation.read:
            return self.sign(replace(conversation, read=conversation.read[:-1]))
        return state

    def read(self, state: str) -> Conversation | None:
        """The conversation, fitted to the catalogue of today: what is gone is dropped, answers are replayed."""
        if len(state) > 2 * MAX_STATE:
            return None
        try:
            text = self._serializer.loads(state)
        except (BadData, UnicodeError, ValueError):
            return None
        conversation = memory.from_text(text) if isinstance(text, str) else None
        return None if conversation is None else fit(conversation, self._catalog)


def fit(conversation: Conversation, catalog: Catalog) -> Conversation:
    """The conversation without the ids that the catalogue does not know."""
    known = {category.id for category in catalog.categories}
    flow = catalog.flows.get(conversation.category or "")
    level_known = conversation.level == 0 or (conversation.level, conversation.kind) in catalog.urgent
    read = tuple(
        (id, question, option)
        for id, question, option in conversation.read
        if id in catalog.flows and option_of(catalog.flows[id], question, option)
    )
    kept = replace(conversation, read=read)
    return replace(
        kept,
        category=conversation.category if flow else None,
        answers=place_of(kept, flow).answers if flow else (),
        pair=tuple(c for c in conversation.pair if c in known),
        candidates=tuple(c for c in conversation.candidates if c in known),
        rejected=tuple(c for c in conversation.rejected if c in known),
        level=conversation.level if level_known else 0,
        kind=conversation.kind if level_known else None,
    )
