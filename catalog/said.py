"""Words that answer a follow-up question without doubt, so that it need not be asked: data/said/<category>.yaml."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from catalog.fields import Record, Slug, Text


class SaidRule(Record):
    """One of `any`, one of `also` (if given) and none of `without` in one sentence: the question is answered so."""

    question: Slug
    option: Slug
    any: Annotated[tuple[Text, ...], Field(min_length=1)]
    also: tuple[Text, ...] = ()
    without: tuple[Text, ...] = ()


class SaidRules(Record):
    """The rules of one category, beside its flow."""

    category: Slug
    rules: Annotated[tuple[SaidRule, ...], Field(min_length=1)]
