"""Whatever goes wrong in the console becomes a kind page in Japanese, or JSON where a script asked. Never a trace."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from web import logs
from web.store import Conflict, StoreUnavailable

SENTENCES = {
    400: ("bad-request", "送られた内容を読みとれませんでした。前の画面にもどって、もう一度お試しください。"),
    403: ("forbidden", "この画面は、あなたの役割では開けません。"),
    404: ("not-found", "この画面は見つかりませんでした。なくなったか、アドレスがちがうようです。"),
    405: ("method-not-allowed", "この画面は、この開き方では使えません。"),
    413: ("too-big", "送られた内容が大きすぎます。小さく分けて、もう一度お試しください。"),
    429: ("busy", "いま混み合っています。すこし待ってから、もう一度お試しください。"),
    503: ("busy", "いま混み合っています。すこし待ってから、もう一度お試しください。"),
}
UNEXPECTED = ("server-error", "こちらの不具合で、画面を出せませんでした。時間をおいて、もう一度お試しください。")
UNAVAILABLE = (
    "store-unavailable",
    "記録をしまう場所(データベース)に届かないので、いまは見直しの画面を開けません。"
    "直前の操作が残ったかどうかは、もどってから確かめてください。相談に来た人の画面は、動きつづけています。",
)
CONFLICT = (
    "conflict",
    "ほかの人が先に進めたか、いまの状態ではできない操作でした。画面を開き直して、確かめてください。",
)
STALE = ("stale", "画面を開いてから時間がたったので、念のため送るのを止めました。入れたものは残っています。")
SECRETS = {
    "password": ("パスワード", "current-password", "password"),
    "current": ("いまのパスワード", "current-password", "password"),
    "fresh": ("新しいパスワード", "new-password", "password"),
    "again": ("新しいパスワード(もう一度)", "new-password", "password"),
    "code": ("確認コード", "one-time-code", "text"),
}
"""Fields that are never written into a page again; they are asked for anew."""
log = logs.get("console")


class Refused(Exception):  # noqa: N818
    """A request that is not carried out: HTTP status, a stable code and a Japanese sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.sentence = sentence


def install(app: Flask) -> None:
    """A handler for each kind of thing that can go wrong, and one for the rest."""

    def expected(error: HTTPException) -> Response:
        status = error.code or 500
        code, sentence = SENTENCES.get(status, UNEXPECTED if status >= 500 else SENTENCES[400])
        return answer(status, code, sentence)

    def refused(error: Refused) -> Response:
        if error.code == "signed-out":
            return once_more(error.status, error.code, error.sentence, signed_out=True)
        return answer(error.status, error.code, error.sentence)

    def stale(error: CSRFError) -> Response:
        return once_more(400, *STALE)

    def unavailable(error: StoreUnavailable) -> Response:
        log.error("the store is unavailable", cause=error.cause)
        return answer(503, *UNAVAILABLE)

    def conflict(error: Conflict) -> Response:
        log.info("conflict", rule=error.rule)
        return answer(409, *CONFLICT)

    def unexpected(error: Exception) -> Response:
        log.error("unexpected", **logs.of(error))
        return answer(500, *UNEXPECTED)

    app.register_error_handler(HTTPException, expected)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(StoreUnavailable, unavailable)
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(Exception, unexpected)


def answer(status: int, code: str, sentence: str) -> Response:
    """A page that says what happened and leads on; {"error": {"code", "message"}} where JSON was asked for."""
    if _for_a_script():
        response = jsonify({"error": {"code": code, "message": sentence}})
    else:
        response = make_response(render_template("console/error.html", sentence=sentence, code=code))
    response.status_code = status
    return response


def once_more(status: int, code: str, sentence: str, *, signed_out: bool = False) -> Response:
    """The form once more, with all that was typed and a fresh token. A script gets the token in `csrf_token`.

    Only a browser that says the form came from here gets a button: another page must not have its form sent by a press.
    """
    if _for_a_script():
        response = jsonify({"error": {"code": code, "message": sentence}, "csrf_token": generate_csrf()})
    else:
        try:
            sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
        except RequestEntityTooLarge:
            return answer(status, code, sentence)
        response = make_response(
            render_template(
                "console/again.html",
                sentence=sentence,
                signed_out=signed_out,
                kept=[(name, value) for name, value in sent if name not in SECRETS],
                asked={name: SECRETS[name] for name, _ in sent if name in SECRETS},
                files=bool(request.files),
                sendable=request.headers.get("Sec-Fetch-Site") == "same-origin" and not request.files,
            )
        )
    response.status_code = status
    return response


def _for_a_script() -> bool:
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html")
    return request.is_json or best == "application/json"
