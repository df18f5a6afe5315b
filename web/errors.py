"""Whatever goes wrong becomes a kind page, or a JSON error, in Japanese with the numbers for danger. Never a trace."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from assistant.reply import Urgent
from catalog.ruby import plain
from web import shapes
from web.typed import read_typed
from web.wiring import Parts

SHOWN_FROM = 2
"""From this level of danger on, an error page shows the help beside its own sentence; the strip is always there."""
log = logging.getLogger("hitorijanai")

SENTENCES = {
    400: ("bad-request", "error_bad_text"),
    404: ("not-found", "error_not_found"),
    405: ("method-not-allowed", "error_method"),
    413: ("too-big", "error_too_big"),
    429: ("busy", "error_busy"),
    503: ("busy", "error_busy"),
}
UNEXPECTED = ("server-error", "error_server")


class ApiError(Exception):
    """A request to the API that cannot be answered: HTTP status, a stable code and a Japanese sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.sentence = sentence


def install(app: Flask, parts: Parts) -> None:
    """One handler for what was expected, one for the rest."""
    catalog, guide = parts.catalog, parts.guide

    def answer(status: int, code: str, sentence: str) -> Response:
        urgent = guide.help_for(_typed())
        return _answer(parts, status, code, sentence, urgent if urgent.level >= SHOWN_FROM else Urgent())

    def expected(error: HTTPException) -> Response:
        status = error.code or 500
        code, field = SENTENCES.get(status, UNEXPECTED if status >= 500 else SENTENCES[400])
        return answer(status, code, getattr(catalog.messages, field))

    def refused(error: ApiError) -> Response:
        return answer(error.status, error.code, error.sentence)

    def unexpected(error: Exception) -> Response:
        log.error("unexpected %s at %s", type(error).__name__, _where(error))
        code, field = UNEXPECTED
        return answer(500, code, getattr(catalog.messages, field))

    app.register_error_handler(HTTPException, expected)
    app.register_error_handler(ApiError, refused)
    app.register_error_handler(Exception, unexpected)


def _where(error: Exception) -> str:
    """Places in the code only: an exception's own message may hold what a person typed."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))


def _typed() -> str:
    """What the person had typed, so that danger is met although the request failed; "" if it cannot be read."""
    try:
        given = request.get_json(silent=True) if request.is_json else request.form
        text = (given.get("text") or given.get("q", "")) if given else ""
    except (HTTPException, AttributeError, RecursionError):
        return ""
    return read_typed(text).text if isinstance(text, str) else ""


def _answer(parts: Parts, status: int, code: str, sentence: str, urgent: Urgent) -> Response:
    if request.path.startswith("/api/"):
        message = f"{plain(sentence)} {plain(parts.catalog.strip.say)}"
        body: shapes.Json = {"error": {"code": code, "message": message}}
        if urgent.level:
            body["urgent"] = shapes.urgent_help(urgent, parts.guide.moment())
        response = jsonify(body)
    else:
        response = make_response(
            render_template("error.html", sentence=sentence, urgent=urgent, moment=parts.guide.moment())
        )
    response.status_code = status
    return response
