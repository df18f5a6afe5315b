"""What stands beside urgent help: ways to call without a voice, and a sentence for those who write about another."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.fields import Record, Text, UrgentKind


class NeverSay(Record):
    """Words that hurt or that cannot be kept, and why; `(a|b)` is a or b."""

    word: Text
    why: Text


class KindSay(Record):
    """A sentence for one kind of danger."""

    kind: UrgentKind
    say: Text


class ForOther(Record):
    """One of `words` and none of `unless` in a text: it seems to be about another person. `(a|b)` is a or b.

    The sentence is added to the help, never put in its place: it says by itself for whom it is.
    """

    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    unless: tuple[Text, ...] = ()
    say: Annotated[tuple[KindSay, ...], Field(min_length=1)]

    def for_kind(self, kind: str | None) -> str:
        """The sentence for a kind of danger, "" if there is none."""
        return next((entry.say for entry in self.say if entry.kind == kind), "")
