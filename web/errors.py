"""Whatever goes wrong becomes a kind page, or a JSON error, in Japanese with the numbers for danger. Never a trace."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from catalog.model import Catalog
from catalog.ruby import plain
from web.wiring import Parts

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
    catalog = parts.catalog

    def expected(error: HTTPException) -> Response:
        status = error.code or 500
        code, field = SENTENCES.get(status, UNEXPECTED if status >= 500 else SENTENCES[400])
        return _answer(catalog, status, code, getattr(catalog.messages, field))

    def refused(error: ApiError) -> Response:
        return _answer(catalog, error.status, error.code, error.sentence)

    def unexpected(error: Exception) -> Response:
        log.error("unexpected %s at %s", type(error).__name__, _where(error))
        code, field = UNEXPECTED
        return _answer(catalog, 500, code, getattr(catalog.messages, field))

    app.register_error_handler(HTTPException, expected)
    app.register_error_handler(ApiError, refused)
    app.register_error_handler(Exception, unexpected)


def _where(error: Exception) -> str:
    """Places in the code only: an exception's own message may hold what a person typed."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))


def _answer(catalog: Catalog, status: int, code: str, sentence: str) -> Response:
    if request.path.startswith("/api/"):
        message = f"{plain(sentence)} {plain(catalog.strip.say)}"
        response = jsonify({"error": {"code": code, "message": message}})
    else:
        response = make_response(render_template("error.html", sentence=sentence))
    response.status_code = status
    return response
