"""The static mirror: every public page that needs neither model nor database, as files for a plain web server.

The questions of every flow are pages to tap through, each at an address that says nothing. What depends on the moment
is left out: hours stand as text, and nothing is said to be open. In the place of a form stands a sentence.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, render_template

from assistant.guide import Guide
from assistant.walk import questions_left
from catalog.hours import JAPAN, Moment, Openness
from catalog.model import UNDER18, Channel, Flow
from web import browsing, numbers, reading, rendering, shapes, showing, translating
from web.errors import SENTENCES, UNEXPECTED
from web.filters import FURIGANA
from web.showing import LANGUAGES, Language
from web.ways import has, speaking_first
from web.wiring import Parts

STATIC = ("site.css", "site.js", "icon.svg")
ERRORS = {**{str(status): SENTENCES[status] for status in (404, 413, 429)}, "50x": UNEXPECTED}
"""What a web server says by itself, by the name of the page: code and message. Programs get the same as JSON."""
_PLACES: dict[str, Callable[[dict[str, str]], str]] = {
    "chat.start": lambda values: "",
    "chat.under18": lambda values: "under18",
    "reading.contents": lambda values: "pages",
    "reading.page": lambda values: f"pages/{values['id']}",
    "reading.contacts_under18": lambda values: "under18/contacts",
    "reading.service": lambda values: f"services/{values['id']}",
    "browsing.services": lambda values: "services",
    "numbers.page": lambda values: "numbers",
}
"""Endpoints to the folders of their pages: the addresses of the running application."""


class _Undated(Moment):
    """A day without an hour: no channel is said to be open or closed."""

    def of(self, channel: Channel) -> Openness:
        return Openness()


class _UndatedGuide(Guide):
    def moment(self) -> Moment:
        whole = super().moment()
        return _Undated(whole.now, whole.holidays)


@dataclass(frozen=True, slots=True)
class _Here:
    """The page being written: its language, its folder, and what links begin with instead of a relative path."""

    language: Language
    folder: str
    base: str


class Mirror:
    """All files of the mirror of a catalogue, as it is on `day`.

    `base_url`: what every link begins with, `https://…` or `/`; without one links are relative, so that the mirror
    works in any folder. Pages of errors stand at any address, so theirs begin with `/` then.
    """

    def __init__(
        self, parts: Parts, day: date, *, base_url: str = "", languages: Sequence[Language] = tuple(LANGUAGES)
    ) -> None:
        self._catalog = parts.catalog
        self._exit = parts.settings.exit_url
        self._day = day
        self._base = base_url
        self._languages = languages
        noon = datetime.combine(day, time(12), JAPAN)
        guide = _UndatedGuide(parts.catalog, lambda text: None, lambda: noon)
        self._moment = guide.moment()
        self._app = self._application(replace(parts, guide=guide))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of every file, one after the other."""
        for name in STATIC:
            yield f"static/{name}", (Path(self._app.static_folder or "") / name).read_bytes()
        for name, (code, message) in ERRORS.items():
            sentence = getattr(self._catalog.messages, message)
            show = self._template("error.html", sentence=sentence)
            yield f"{name}.html", self._page(_Here("ja", "", self._base or "/"), show)
            yield f"{name}.json", json.dumps(shapes.error(code, sentence, self._catalog), ensure_ascii=False).encode()
        for language in self._languages:
            for folder, show in self._pages(language):
                here = _Here(language, folder, self._base)
                yield posixpath.join(_tree(language), folder, "index.html"), self._page(here, show)

    def _application(self, parts: Parts) -> Flask:
        """The looks of the public application, with links of its own; it answers no request."""
        app = Flask("web", static_folder="static", template_folder="templates")
        app.extensions["parts"] = parts
        showing.install(app)
        translating.install(app)
        rendering.install(app, parts)
        app.jinja_env.globals.update(url_for=self._url, mirror={"day": self._day, "switch": self._switch})
        return app

    def _pages(self, language: Language) -> Iterator[tuple[str, Callable[[], str]]]:
        """(folder, what writes its page) of every page of one language."""
        catalog = self._catalog
        first = [(one, self._place(catalog.flows[one.id], catalog.flows[one.id].start)) for one in catalog.categories]
        human = catalog.named(catalog.human_line.services)
        yield "", self._template("mirror/start.html", categories=first, human_line=human)
        for flow in catalog.flows.values():
            yield from self._steps(flow, language)
        yield "under18/contacts", _view(reading.contacts_under18)
        yield "pages", _view(reading.contents)
        for id in catalog.pages:
            yield f"pages/{id}", _view(reading.page, id)
        yield "services", _view(browsing.services)
        for id in catalog.services:
            yield f"services/{id}", _view(reading.service, id)
        yield "numbers", _view(numbers.page)

    def _steps(self, flow: Flow, language: Language) -> Iterator[tuple[str, Callable[[], str]]]:
        """The questions and the results of a flow."""
        always = self._catalog.always_for(flow.category)
        common: dict[str, Any] = {
            "flow": flow,
            "category": self._catalog.category(flow.category),
            "strip": always,
            "strip_services": self._catalog.named(always.services),
        }
        for node, question in flow.questions.items():
            left = questions_left(flow, node)
            yield self._place(flow, node), self._template("mirror/ask.html", question=question, left=left, **common)
        for node, outcome in flow.outcomes.items():
            services = [one for one in self._catalog.named(outcome.services) if one.in_season(self._day)]
            if language == "en":
                services = list(speaking_first(services, "en"))
            words = flow.first_words if any(has(service, "phone") for service in services) else None
            show = self._template("mirror/suggest.html", outcome=outcome, shown=services, first_words=words, **common)
            yield self._place(flow, node), show

    def _template(self, name: str, **values: Any) -> Callable[[], str]:
        def show() -> str:
            flow: Flow | None = values.get("flow")
            g.setdefault(FURIGANA, flow is not None and flow.category == UNDER18)
            return render_template(name, moment=self._moment, place=self._place, **values)

        return show

    def _page(self, here: _Here, show: Callable[[], str]) -> bytes:
        with self._app.test_request_context(f"/?{showing.FIELD}={here.language}"):
            g.here = here
            return show().encode()

    @staticmethod
    def _place(flow: Flow, node: str) -> str:
        """The folder of a question or a result. It says nothing: addresses stay in the history of a phone."""
        if flow.category == UNDER18 and node == flow.start:
            return "under18"
        return "steps/" + hashlib.sha256(f"{flow.category}/{node}".encode()).hexdigest()[:12]

    def _url(self, endpoint: str, *, _anchor: str | None = None, **values: str) -> str:
        """The address of a page or a file from the page being written. KeyError for what needs the application."""
        here: _Here = g.here
        if endpoint == "chat.leave":
            return self._exit
        if endpoint == "static":
            return self._link(here, f"static/{values['filename']}")
        folder = values["to"] if endpoint == "mirror" else _PLACES[endpoint](values)
        address = self._link(here, posixpath.join(_tree(here.language), folder), folder=True)
        return f"{address}#{_anchor}" if _anchor else address

    def _switch(self) -> list[tuple[Language, str, str]]:
        """The languages with their names and the address of this page in each."""
        here: _Here = g.here
        return [
            (language, LANGUAGES[language], self._link(here, posixpath.join(_tree(language), here.folder), folder=True))
            for language in self._languages
        ]

    @staticmethod
    def _link(here: _Here, path: str, *, folder: bool = False) -> str:
        path = path.rstrip("/")
        end = "/" if folder and path else ""
        if here.base:
            return f"{here.base.rstrip('/')}/{path}{end}"
        start = posixpath.join(_tree(here.language), here.folder).rstrip("/")
        return posixpath.relpath(path or ".", start or ".") + ("/" if folder else "")


def _tree(language: Language) -> str:
    """The folder of a language: plain Japanese stands at the root."""
    return "" if language == "ja" else language


def _view(view: Callable[..., Response], *values: str) -> Callable[[], str]:
    return lambda: str(view(*values).get_data(as_text=True))
