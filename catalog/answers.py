"""Fixed answers to what is no worry: a greeting, a question about this assistant, another language."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.fields import Record, Slug, Text

OTHER_LANGUAGE = "other-language"


class FixedAnswer(Record):
    """What is said to a text that holds one of `any` and is no longer than `longest` characters.

    The one of id `other-language` has no words: it answers texts with hardly a Japanese letter.
    """

    id: Slug
    longest: Annotated[int, Field(ge=1, le=1000)]
    any: tuple[Text, ...] = ()
    say: Text
    services: Annotated[tuple[Slug, ...], Field(max_length=4)] = ()
    page: Slug | None = None
