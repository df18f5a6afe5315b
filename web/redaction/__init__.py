"""What tells who somebody is, out of a text before it is kept. Pure: text in, value out; nothing is stored or logged.

`view` reads through width, invisible characters and kinds of hyphen; `numbers`, `places`, `organisations` and `names`
find; `rarity` counts what could still tell a person from others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from web.redaction.names import names
from web.redaction.numbers import numbers
from web.redaction.organisations import organisations
from web.redaction.places import places
from web.redaction.rarity import identifying
from web.redaction.view import KINDS, View

__all__ = ["KINDS", "Redacted", "identifying", "redact"]

_FINDERS = (numbers, places, organisations, names)
"""In this order: an address may hold a family name, and a firm may, but not the other way round."""

_ROUNDS = 12
"""What is masked may show more beside it, so the finders look again until nothing changes; two rounds nearly always."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """`text`: marks such as 〔名前〕 and 〔住所 東京都〕 in place of what was found. `found`: how many, by kind."""

    text: str
    found: Mapping[str, int]


def redact(text: str) -> Redacted:
    """The text without names, numbers, addresses and the like; never raises, and redacting again changes nothing.

    What is not masked stays as it was typed, to the character. Kinship and role words, prefectures, money, years,
    ages, times and emergency numbers (110, #9110) stay.
    """
    found: Counter[str] = Counter()
    view, unchanged = View(text), 0
    for find in _FINDERS * _ROUNDS:
        spans = find(view)
        if spans:
            found.update(span.kind for span in spans)
            view = View(view.masked(spans))
        unchanged = 0 if spans else unchanged + 1
        if unchanged == len(_FINDERS):
            break
    return Redacted(view.typed, MappingProxyType(dict(found)))
