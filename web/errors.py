"""Whatever goes wrong becomes a kind page, or a JSON error, in Japanese with the numbers for danger. Never a trace."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from assistant.conversation import Conversation
from assistant.reply import Urgent, Welcome
from web import logs, shapes
from web.typed import beginning, read_typed
from web.wiring import Parts

MAX_BODY = 65_536
"""Bytes. The text boxes take 2,000 characters, which are at most 24,000 bytes; more is refused with a kind page."""
SHOWN_FROM = 2
"""From this level of danger on, an error page shows the help beside its own sentence; the strip is always there."""
ALONE_FROM = 4
"""From this level on nothing else is offered beside the help."""
log = logs.get("web")

SENTENCES = {
    400: ("bad-request", "error_bad_text"),
    403: ("refused", "error_method"),
    404: ("not-found", "error_not_found"),
    405: ("method-not-allowed", "error_method"),
    413: ("too-big", "error_too_big"),
    429: ("busy", "error_busy"),
    503: ("busy", "error_busy"),
}
UNEXPECTED = ("server-error", "error_server")
BUSY = (429, 503)
"""With these the page offers the categories: buttons work when writing does not."""


class ApiError(Exception):
    """A request that is not answered: HTTP status, a stable code for the API, and a Japanese sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.sentence = sentence


def install(app: Flask, parts: Parts) -> None:
    """One handler for what was expected, one for the rest."""
    guide = parts.guide
    with app.test_request_context():
        last_resort = _answer(parts, 500, *_told(parts, UNEXPECTED), Urgent()).get_data()

    def answer(status: int, code: str, sentence: str) -> Response:
        try:
            urgent = guide.help_for(_typed())
            return _answer(parts, status, code, sentence, urgent if urgent.level >= SHOWN_FROM else Urgent())
        except Exception as again:
            log.error("no page", **logs.of(again))
            return make_response(last_resort, 500)

    def expected(error: HTTPException) -> Response:
        status = error.code or 500
        told = SENTENCES.get(status, UNEXPECTED if status >= 500 else SENTENCES[400])
        return answer(status, *_told(parts, told))

    def refused(error: ApiError) -> Response:
        return answer(error.status, error.code, error.sentence)

    def unexpected(error: Exception) -> Response:
        log.error("unexpected", **logs.of(error))
        return answer(500, *_told(parts, UNEXPECTED))

    app.register_error_handler(HTTPException, expected)
    app.register_error_handler(ApiError, refused)
    app.register_error_handler(Exception, unexpected)


def _told(parts: Parts, error: tuple[str, str]) -> tuple[str, str]:
    code, field = error
    return code, getattr(parts.catalog.messages, field)


def _typed() -> str:
    """What the person had typed, so that danger is met although the request failed; "" if it cannot be read."""
    try:
        given = request.get_json(silent=True) if request.is_json else request.form
        text = (given.get("text") or given.get("q", "")) if given else ""
    except RequestEntityTooLarge:
        text = beginning(request.environ["wsgi.input"].read(MAX_BODY), as_json=request.is_json)
    except (HTTPException, AttributeError, RecursionError):
        return ""
    return read_typed(text).text if isinstance(text, str) else ""


def _carried(parts: Parts, urgent: Urgent) -> str:
    """The conversation that the refused form held, to go on with, and the danger in what was typed."""
    try:
        held = parts.signer.read(request.form.get("state", "")) or Conversation()
    except RequestEntityTooLarge:
        held = Conversation()
    if urgent.level > held.level:
        held = replace(held, level=urgent.level, kind=urgent.kind)
    return parts.signer.sign(held)


def _answer(parts: Parts, status: int, code: str, sentence: str, urgent: Urgent) -> Response:
    if request.path.startswith("/api/"):
        body = shapes.error(code, sentence, parts.catalog)
        if urgent.level:
            body["urgent"] = shapes.urgent_help(urgent, parts.guide.moment())
        response = jsonify(body)
    else:
        offered = {}
        if status in BUSY and urgent.level < ALONE_FROM:
            offered = {"step": Welcome(parts.catalog.categories), "state": _carried(parts, urgent)}
        response = make_response(
            render_template("error.html", sentence=sentence, urgent=urgent, moment=parts.guide.moment(), **offered)
        )
    response.status_code = status
    return response
