"""How a page is shown: language, letter size, colours, furigana. Kept in the address only, forgotten on leaving.

No cookie and no storage: every link of a page carries the choice on (see `install`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from flask import Flask, g, request, url_for

Language = Literal["ja", "easy", "en"]
Theme = Literal["auto", "light", "dark", "contrast"]
SIZES = (100, 125, 150, 200)
LANGUAGES: dict[Language, str] = {"ja": "日本語", "easy": "やさしい日本語", "en": "English"}
"""Each in its own words, as a person looks for it."""
THEMES: tuple[Theme, ...] = get_args(Theme)
RUBY = "ruby"
FIELD = "v"
CHOSEN = ("category", "way", "lang", "kind", "now")
"""What else an address may hold: the filters of the list of services (see web.browsing)."""
_AN_ID = re.compile(r"[a-z0-9-]{1,80}")
_HTML = ("chat.", "reading.", "browsing.", "numbers.", "contact.")


@dataclass(frozen=True, slots=True)
class Showing:
    """The choices of one page view. `size`: per cent of the letters the browser would show."""

    language: Language = "ja"
    size: int = 100
    theme: Theme = "auto"
    ruby: bool = False

    @classmethod
    def read(cls, code: str) -> Showing:
        """Out of an address; what is unknown in it is passed over."""
        found = cls()
        for word in code[:40].split("-"):
            if word in LANGUAGES:
                found = replace(found, language=word)
            elif word in THEMES:
                found = replace(found, theme=word)
            elif word == RUBY:
                found = replace(found, ruby=True)
            elif word.isdecimal() and word.isascii() and int(word) in SIZES:
                found = replace(found, size=int(word))
        return found

    @property
    def code(self) -> str:
        """As it stands in an address: only what differs from the usual."""
        words = [
            self.language if self.language != "ja" else "",
            str(self.size) if self.size != 100 else "",
            self.theme if self.theme != "auto" else "",
            RUBY if self.ruby else "",
        ]
        return "-".join(word for word in words if word)

    def but(self, **changed: Any) -> str:
        """The code of these choices with some changed."""
        return replace(self, **changed).code

    @property
    def lang(self) -> str:
        """The language of the page, for its `lang` attribute."""
        return "en" if self.language == "en" else "ja"


def showing() -> Showing:
    """The choices of this request."""
    found = g.get("showing")
    if found is None:
        found = g.showing = Showing.read(request.args.get(FIELD, ""))
    return cast(Showing, found)


def here_with(code: str) -> str:
    """The address of this page shown otherwise; the start page where this one answers a form, or is no page of ours."""
    named = request.view_args or {}
    if request.method != "GET" or request.endpoint is None or not all(map(_AN_ID.fullmatch, named.values())):
        return url_for("chat.start", v=code or None)
    # Nothing else of an address goes into another one: it may be somebody's words, or mean something to url_for.
    chosen: dict[str, Any] = {name: id for name in CHOSEN if _AN_ID.fullmatch(id := request.args.get(name, ""))}
    return url_for(request.endpoint, v=code or None, **{**chosen, **named})


def install(app: Flask) -> None:
    """Every address made for a page carries the choices of the page it stands on."""

    @app.url_defaults
    def carry(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint.startswith(_HTML) and FIELD not in values and (code := showing().code):
            values[FIELD] = code

    @app.context_processor
    def shown() -> dict[str, Any]:
        return {
            "showing": showing(),
            "here_with": here_with,
            "languages": LANGUAGES,
            "themes": THEMES,
            "sizes": SIZES,
        }
