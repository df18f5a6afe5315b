"""The public pages: type or tap, answer, see services. No script, no cookie, nothing typed in a URL or a log."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from assistant.conversation import (
    CannotSay,
    Chose,
    Conversation,
    Event,
    FoldedUrgent,
    NotThis,
    Picked,
    StartedOver,
    WentBack,
    WentOn,
)
from assistant.guide import Turn
from assistant.reply import Suggest
from catalog.model import UNDER18
from web.parts import parts
from web.rendering import page
from web.search_terms import LANGUAGES
from web.store import StoreUnavailable
from web.synthetic import synthetic
from web.takeaway import takeaway
from web.typed import Typed, read_typed
from web.ways import WAYS

blueprint = Blueprint("chat", __name__)

MAX_SEALED = 4_000
"""Characters; 400 of the longest letters, encrypted, are about 2,300."""

ACTIONS: dict[str, Event] = {
    "back": WentBack(),
    "restart": StartedOver(),
    "not-this": NotThis(),
    "cannot-say": CannotSay(),
    "fold-urgent": FoldedUrgent(),
    "go-on": WentOn(),
}
"""What a button may ask for, besides a category or an answer. The API takes the same words."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The conversation a form carried; `stale` if it carried one that could not be read."""

    conversation: Conversation
    stale: bool
    sealed: str
    """What they typed before, encrypted, for the question of consent (see web.sharing)."""


def _held() -> _Held:
    carried = request.form.get("state", "")
    conversation = parts().signer.read(carried) if carried else Conversation()
    sealed = request.form.get("carried", "")
    return _Held(
        conversation=conversation or Conversation(),
        stale=conversation is None,
        sealed=sealed if len(sealed) <= MAX_SEALED else "",
    )


@blueprint.get("/")
def start() -> Response:
    """The first page."""
    return page(parts().guide.again(Conversation()))


@blueprint.get("/under18")
def under18() -> Response:
    """The entrance for children and young people."""
    return page(parts().guide.answer(Conversation(), Picked(UNDER18)))


@blueprint.route("/say", methods=["GET", "POST"])
def say() -> Response:
    """Something typed."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    typed = read_typed(request.form.get("text", ""))
    if typed.unreadable or (not request.form and request.content_length):
        return page(parts().guide.again(held.conversation), notices=("bad-text",))
    turn = parts().guide.hear(held.conversation, typed.text)
    if turn.reply.notice:
        return page(turn, notices=_notices(typed, held), typed=typed.text, sealed=held.sealed)
    understood = turn.conversation.category or (turn.prediction.ranked[0].category if turn.prediction else "")
    _tally("heard", understood, turn.conversation.level)
    sealed = parts().sharing.sealed(typed.text, turn.conversation)
    return page(turn, notices=_notices(typed, held), sealed=sealed)


def _notices(typed: Typed, held: _Held) -> tuple[str, ...]:
    return (*(("stale",) if held.stale else ()), *(("shortened",) if typed.shortened else ()))


@blueprint.route("/choose", methods=["GET", "POST"])
def choose() -> Response:
    """A button pressed: a category, an answer or an action."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    if held.stale:
        return page(parts().guide.again(held.conversation), notices=("stale",))
    event = _event()
    guide = parts().guide
    turn: Turn = guide.answer(held.conversation, event) if event else guide.again(held.conversation)
    if isinstance(event, NotThis):
        _tally("not-this", held.conversation.category or "")
    if isinstance(turn.reply.step, Suggest) and isinstance(event, Chose | Picked):
        _tally("shown", turn.conversation.category or "")
    sealed = "" if isinstance(event, StartedOver) else held.sealed
    return page(turn if event else replace(turn, reply=replace(turn.reply, notice="unknown-option")), sealed=sealed)


@blueprint.route("/share", methods=["GET", "POST"])
def share() -> Response:
    """Yes or no to the one question about what they typed. Either way the results stay where they are."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    here = parts()
    notice = "declined"
    if request.form.get("share") == "yes":
        try:
            kept = here.sharing.keep(held.sealed, held.conversation, here.guide.moment().now.date())
            notice = "shared" if kept else "not-shared"
        except StoreUnavailable:
            notice = "not-shared"
    _tally(notice, held.conversation.category or "")
    notice = "stale" if held.stale else notice
    return page(here.guide.again(held.conversation), notices=(notice,), answered=True)


@blueprint.route("/helped", methods=["GET", "POST"])
def helped() -> Response:
    """Whether the result was of use: counted, with nothing about who said so."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    what = "helped" if request.form.get("helped") == "yes" else "not-helped"
    _tally(what, held.conversation.category or "")
    return page(
        parts().guide.again(held.conversation), notices=("stale",) if held.stale else ("thanks",), answered=True
    )


def _event() -> Event | None:
    if category := request.form.get("category"):
        return Picked(category)
    if answer := request.form.get("answer"):
        question, _, option = answer.partition("=")
        return Chose(question=question, option=option)
    return ACTIONS.get(request.form.get("action", ""))


@blueprint.route("/look", methods=["GET", "POST"])
def look() -> Response:
    """The same step shown otherwise: other letters or colours, or only services of one way of talking or language."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    way, tongue = request.form.get("way", ""), request.form.get("tongue", "")
    notices = ("stale",) if held.stale else ()
    turn = parts().guide.again(held.conversation)
    way, tongue = way if way in WAYS else "", tongue if tongue in LANGUAGES else ""
    return page(turn, notices=notices, way=way, tongue=tongue, sealed=held.sealed)


@blueprint.route("/sheet", methods=["GET", "POST"])
def sheet() -> Response:
    """The services suggested, to print on one sheet or to take to another phone. Nothing of it is in an address."""
    if request.method == "GET":
        return _to_start()
    held = _held()
    turn = parts().guide.again(held.conversation)
    if held.stale or not isinstance(turn.reply.step, Suggest):
        return page(turn, notices=("stale",) if held.stale else (), sealed=held.sealed)
    taken = [(service, takeaway(service)) for service in turn.reply.step.services]
    state = parts().signer.sign(turn.conversation)
    return make_response(
        render_template("sheet.html", taken=taken, state=state, sealed=held.sealed, moment=turn.moment)
    )


@blueprint.get("/exit")
def leave() -> Response:
    """Away from here, at once, to a page that says nothing about the person."""
    response = redirect(parts().settings.exit_url, code=303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response  # type: ignore[return-value]


def _tally(what: str, category: str = "", level: int = 0) -> None:
    """Counts one by day, unless the request says that nobody real is behind it."""
    if not synthetic():
        parts().tallying.count(what, category, level)


def _to_start() -> Response:
    return redirect(url_for("chat.start"), code=303)  # type: ignore[return-value]
