"""The finished pages to read: questions and answers, words for hard hours, privacy and the rest."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from catalog.fields import Record, Slug, Text, Url, WholeDate


class PageSection(Record):
    """A heading with paragraphs (`text`), then a list (`points`), then services to press."""

    id: Slug
    heading: Text
    text: tuple[Text, ...] = ()
    points: tuple[Text, ...] = ()
    services: tuple[Slug, ...] = ()


class PageSource(Record):
    """Where a statement of the page was seen, and the day."""

    url: Url
    supports: Text
    seen_on: WholeDate | None = None


class ContentPage(Record):
    """A page to read. `link` names it in the foot of every page, in the order of `order`.

    `audience`: `under18` pages carry furigana on every kanji and stand on the pages of the under-18 entrance.
    """

    id: Slug
    audience: Literal["all", "under18"] = "all"
    order: Annotated[int, Field(ge=1, le=99)]
    title: Text
    link: Text
    lead: Text
    services: tuple[Slug, ...] = ()
    sections: Annotated[tuple[PageSection, ...], Field(min_length=1, max_length=40)]
    sources: tuple[PageSource, ...] = ()
    updated_on: WholeDate


class Operator(Record):
    """Who runs this installation, and how to write to them about the site. It is no consultation window.

    Empty contact fields are told of as a notice by `catalog check`, and the page says that they are not given yet.
    """

    name: Text
    note: Text
    url: Url | None = None
    mail: Annotated[Text, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    post: Text | None = None
