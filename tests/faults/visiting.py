"""What somebody in trouble does while something is broken, and what a clinician sees then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import pytest

from assistant.conversation import Conversation
from catalog.model import UNDER18, Catalog
from web.wiring import Parts

PATIENCE = 12.0
"""Seconds after which a page counts as hanging. What is promised is one; a busy machine is no bug, and what hangs here
hangs for ever."""
ADDRESS = "203.0.113.7"
"""Of whoever asks: requests from this machine itself are not counted."""
WORRY, DANGER = "会社をクビになって家賃が払えない", "いまから死にます。くすりをたくさんのみました"
LINE = "119"
"""The number that stands first with those words."""


class Answer(Protocol):
    """What test clients and real servers have in common."""

    status_code: int
    text: str


Ask = Callable[[str, str, dict[str, str] | None, dict[str, object] | None], Answer]
"""(method, path, form, JSON) to the answer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The texts of the pages by name, and the seconds of the slowest."""

    pages: dict[str, str]
    slowest: float


def client(app: object) -> Ask:
    """Asks a WSGI application."""

    def ask(method: str, path: str, form: dict[str, str] | None, json: dict[str, object] | None) -> Answer:
        browser = app.test_client()  # type: ignore[attr-defined]
        answer: Answer = browser.open(path, method=method, data=form, json=json, environ_base={"REMOTE_ADDR": ADDRESS})
        return answer

    return ask


def opened(app: object, catalog: Catalog) -> Ask:
    """Asks a WSGI application that somebody has visited before: templates are made, and the index of the search."""
    visit(client(app), catalog, "none", patience=60.0)
    return client(app)


def visit(ask: Ask, catalog: Catalog, fault: str, *, patience: float = PATIENCE) -> Visit:
    """A public page of each kind: there, in time, with the numbers for danger; the first one has the twelve."""
    service = catalog.human_line.services[0]
    asked: dict[str, tuple[str, str, dict[str, str] | None, dict[str, object] | None]] = {
        "start": ("GET", "/", None, None),
        "under18": ("GET", "/under18", None, None),
        "contacts": ("GET", "/under18/contacts", None, None),
        "numbers": ("GET", "/numbers", None, None),
        "services": ("GET", "/services", None, None),
        "service": ("GET", f"/services/{service}", None, None),
        "page": ("GET", "/pages/faq", None, None),
        "search": ("POST", "/services/search", {"q": "家賃"}, None),
        "worry": ("POST", "/say", {"text": WORRY}, None),
        "danger": ("POST", "/say", {"text": DANGER}, None),
        "category": ("POST", "/choose", {"category": "work"}, None),
        "api": ("POST", "/api/v1/messages", None, {"text": WORRY, "state": None}),
        "api danger": ("POST", "/api/v1/messages", None, {"text": DANGER, "state": None}),
        "api categories": ("GET", "/api/v1/categories", None, None),
        "api services": ("GET", "/api/v1/services", None, None),
    }
    pages, slowest = {}, 0.0
    for name, request in asked.items():
        begun = time.monotonic()
        answer = ask(*request)
        took = time.monotonic() - begun
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        assert took < patience, f"{name} took {took:.1f} s"
        pages[name], slowest = answer.text, max(slowest, took)
        if request[1].startswith("/api/"):
            continue
        always = catalog.always_for({"under18": UNDER18, "category": "work"}.get(name, ""))
        for line in catalog.named(always.services):
            assert next(channel.number for channel in line.channels if channel.number) in answer.text, name
    assert all(category.label in pages["start"] for category in catalog.categories)
    assert catalog.services[service].name in pages["service"]
    assert LINE in pages["danger"].split('class="urgent level4"', 1)[1][:2_000]
    assert '"level":4' in pages["api danger"].replace(" ", "")
    assert catalog.flows["work"].questions[catalog.flows["work"].start].ask in pages["category"]
    sys.stdout.write(f"FAULT {fault}: slowest page {slowest:.2f} s\n")
    return Visit(pages, slowest)


def consenting(parts: Parts) -> dict[str, str]:
    """The form of somebody who has seen help and says yes to the question of consent."""
    conversation = Conversation(category="work", heard=True)
    carried = parts.sharing.sealed(WORRY, conversation)
    return {"state": parts.signer.sign(conversation), "carried": carried, "share": "yes"}


def kept(ask: Ask, parts: Parts) -> tuple[bool, bool]:
    """Whether a sentence given with consent, and a message to the operator, are kept. The pages say so, either way."""
    words = parts.catalog.messages
    shared = ask("POST", "/share", consenting(parts), None)
    sent = ask("POST", "/contact", {"text": "番号がちがうようです"}, None)
    assert shared.status_code == sent.status_code == 200
    assert (words.share_thanks in shared.text) != (words.share_unavailable in shared.text)
    assert (words.contact_thanks in sent.text) != (words.contact_unavailable in sent.text)
    assert words.contact_thanks in sent.text or "番号がちがうようです" in sent.text, "what was typed is given back"
    return words.share_thanks in shared.text, words.contact_thanks in sent.text


def comes_back(whole: Callable[[], bool], within: float = 30.0) -> float:
    """Waits until it is whole again by itself; the seconds that took."""
    begun = time.monotonic()
    while not whole():
        if time.monotonic() - begun > within:
            pytest.fail("it did not come back by itself")
        time.sleep(0.1)
    return time.monotonic() - begun


@contextmanager
def broken(mend: Callable[[], object]) -> Iterator[None]:
    """Whatever happens, what was broken is mended."""
    try:
        yield
    finally:
        mend()
