"""What arrives from a text box, whatever it is, as text that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

MAX_TYPED = 10_000
"""Characters looked at. More is cut, and the person is told."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Typed:
    """`shortened`: it was longer than is looked at. `unreadable`: much of it is no letters (a wrong encoding)."""

    text: str
    shortened: bool
    unreadable: bool


def read_typed(raw: str) -> Typed:
    """The text to look at. Never raises; lone surrogates become the replacement character."""
    text = raw.encode("utf-8", "replace").decode("utf-8").replace("\x00", " ")
    # A form field in a wrong encoding arrives with its bytes still escaped: %89%C6…
    meant = unquote(text, errors="replace").strip()
    unreadable = meant.count(REPLACEMENT) * 3 > len(meant) > 0
    return Typed(text=text[:MAX_TYPED], shortened=len(text) > MAX_TYPED, unreadable=unreadable)
