"""What arrives from a text box, whatever it is, as text that can be read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import unquote, unquote_plus

MAX_TYPED = 10_000
"""Characters looked at. More is cut, and the person is told."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
NAMES = ("text", "q")
"""Of the fields in which people type."""
_HALF = re.compile(r"%.?\Z")
_TYPED_IN_JSON = re.compile(r'"(?:text|q)"\s*:\s*("(?:[^"\\]|\\(?:u[0-9a-fA-F]{4}|[^u]))*)')


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


def beginning(body: bytes, *, as_json: bool) -> str:
    """What was typed, as far as it stands in the first bytes of a form or of JSON; "" if it cannot be found."""
    text = body.decode("utf-8", "ignore")
    if not as_json:
        fields = (field.partition("=") for field in text.split("&"))
        given = next((value for name, _, value in fields if name in NAMES), "")
        return unquote_plus(_HALF.sub("", given), errors="ignore")
    found = _TYPED_IN_JSON.search(text)
    try:
        return str(json.loads(f'{found[1]}"', strict=False)) if found else ""
    except ValueError:
        return ""
