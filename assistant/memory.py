"""A conversation to and from a short text that the web signs. Ids only; forgiving when read back."""

from __future__ import annotations

import json
from typing import Any

from assistant.conversation import CHECK_ANSWERS, Conversation
from assistant.crisis import WEAK_ADD_UP

VERSION = 1
MAX_ANSWERS = 8


def to_text(conversation: Conversation) -> str:
    """A compact JSON text; what is empty is left out."""
    kept: dict[str, Any] = {
        "c": conversation.category,
        "a": [f"{question}={option}" for question, option in conversation.answers],
        "h": int(conversation.heard),
        "n": list(conversation.candidates),
        "r": list(conversation.rejected),
        "d": ["=".join(entry) for entry in conversation.read],
        "p": list(conversation.pair),
        "l": conversation.level,
        "k": conversation.kind,
        "w": conversation.weak,
        "o": int(conversation.for_other),
        "q": conversation.check,
        "f": int(conversation.folded),
        "g": int(conversation.going_on),
    }
    return json.dumps({"v": VERSION, **{key: value for key, value in kept.items() if value}}, separators=(",", ":"))


def from_text(text: str) -> Conversation | None:
    """The conversation, or None if the text is not one of ours. Unknown ids are left to the engine to drop."""
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or kept.get("v") != VERSION:
        return None
    level = kept.get("l", 0)
    kind = _id(kept.get("k"))
    in_range = isinstance(level, int) and not isinstance(level, bool) and 0 < level <= 4 and kind is not None
    weak = kept.get("w")
    check = kept.get("q")
    return Conversation(
        category=_id(kept.get("c")),
        answers=_answers(kept.get("a")),
        heard=kept.get("h") == 1,
        candidates=_ids(kept.get("n")),
        rejected=_ids(kept.get("r")),
        read=_read(kept.get("d")),
        pair=_ids(kept.get("p"))[:2],
        level=level if in_range else 0,
        kind=kind if in_range else None,
        weak=weak if type(weak) is int and 0 < weak <= WEAK_ADD_UP else 0,
        for_other=kept.get("o") == 1,
        check=check if check in ("pending", *CHECK_ANSWERS) else None,
        folded=kept.get("f") == 1,
        going_on=kept.get("g") == 1,
    )


def _read(value: object) -> tuple[tuple[str, str, str], ...]:
    entries = (entry.split("=") for entry in _ids(value)[:MAX_ANSWERS])
    return tuple((entry[0], entry[1], entry[2]) for entry in entries if len(entry) == 3 and all(entry))


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _ids(value: object) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def _answers(value: object) -> tuple[tuple[str, str], ...]:
    pairs = (v.partition("=") for v in _ids(value)[:MAX_ANSWERS])
    return tuple((question, option) for question, equals, option in pairs if equals)
