"""What a process writes about itself: JSON lines of listed keys, and never a word, an address or a path of a person.

Requests are not logged, they are counted (`web.metrics`). A line says what happened to the service. Of an exception it
holds the type and the places in the code, never the message; of a library's own line only the place that wrote it,
because libraries put addresses, paths and SQL into theirs. Lines written while a public request is answered carry the
hour, not the moment: the time at which somebody was here is theirs.
"""

from __future__ import annotations

import json
import logging
import logging.config
import os
import re
import resource
import sys
import threading
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from flask import Flask

KEYS = MappingProxyType(
    {
        "cause": "name of the class that made the store unavailable",
        "endpoint": "name of the route in the code",
        "error": "name of an exception's class",
        "job": "number of a job",
        "person": "number of a member of staff, in the console only",
        "place": "file and line of a library that wrote a line of its own",
        "port": "a port of this process",
        "rule": "the rule of the rows that forbade a change",
        "version": "version of a model",
        "where": "places in the code through which an exception came, the innermost first",
    }
)
"""All that a line may hold beside time, level, logger and event. Anything else is dropped."""
OURS = "hitorijanai"
CLIP = 500
"""Characters of a value."""
STRICT = "HITORIJANAI_STRICT_LOGS"
"""Where this variable is set, a key that is not listed is an error instead of being dropped: for tests."""
_ROOT = str(Path(__file__).resolve().parent.parent) + os.sep
_PACKAGES = re.compile(r"^.*/(?:site-packages|lib/python[\d.]+)/")
_NOT_PRINTED = re.compile(r"[^\x20-\x7e]")
_answering: ContextVar[bool] = ContextVar("answering somebody of the public", default=False)


class Unlisted(Exception):  # noqa: N818
    """A log call has a key that is not in KEYS."""


def get(room: str) -> structlog.stdlib.BoundLogger:
    """The log of a room. Events are fixed texts; what differs stands in keys: `log.error("job failed", job=3)`."""
    log: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(f"{OURS}.{room}"),
        processors=[structlog.stdlib.filter_by_level, _listed, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return log


def of(error: BaseException) -> dict[str, str]:
    """What a line may say of an exception: keys `error` and `where`. Its message may hold what a person typed."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return {
        "error": type(error).__name__,
        "where": " < ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames),
    }


def start() -> None:
    """From now on every line of this process, libraries' too, is one of ours on standard error. No core dumps either:
    a core holds what people are typing."""
    logging.config.dictConfig(config())
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written is not written elsewhere with its arguments
    threading.excepthook = _thread_ended
    sys.unraisablehook = _unraisable
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def config() -> dict[str, Any]:
    """The same for `logging.config.dictConfig`, and for gunicorn's setting `logconfig_dict`."""
    through: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "web.logs.Line"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            OURS: through | {"level": "INFO"},
            "gunicorn.error": through | {"level": "INFO"},
            "gunicorn.access": through | {"level": "CRITICAL"},
        },
    }


def install(app: Flask) -> None:
    """Lines written while this application answers carry the hour only: for the public one."""
    inner = app.wsgi_app

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        before = _answering.set(True)
        try:
            return inner(environ, start_response)
        finally:
            _answering.reset(before)

    app.wsgi_app = answer  # type: ignore[method-assign]


class Line(logging.Formatter):
    """A record as one line of JSON. Arguments of a message are never written, nor is any key that is not listed."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, in ASCII, without its end."""
        line: dict[str, Any] = {"time": _time(record.created), "level": record.levelname.lower()}
        line["logger"] = record.name
        if record.name.partition(".")[0] == OURS:
            line["event"] = _plain(record.msg)
            line |= {key: _plain(value) for key in KEYS if (value := getattr(record, key, None)) is not None}
        else:
            line["event"] = "said by a library"
            line["place"] = f"{_short(record.pathname)}:{record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            line |= {key: _plain(value) for key, value in of(record.exc_info[1]).items()}
        return json.dumps(line)


def _listed(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    unlisted = event.keys() - KEYS.keys() - {"event"}
    if unlisted and os.environ.get(STRICT):
        raise Unlisted(sorted(unlisted))
    return {key: value for key, value in event.items() if key not in unlisted}


def _plain(value: object) -> str | int | float:
    if isinstance(value, bool | int | float):
        return value
    if not isinstance(value, str):
        return type(value).__name__
    return _NOT_PRINTED.sub("?", value)[:CLIP]


def _time(created: float) -> str:
    moment = datetime.fromtimestamp(created, UTC)
    return moment.strftime("%Y-%m-%dT%H:00Z" if _answering.get() else "%Y-%m-%dT%H:%M:%SZ")


def _short(path: str) -> str:
    return _PACKAGES.sub("", path.removeprefix(_ROOT))


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        get("threads").error("a thread ended", **of(ended.exc_value))


def _unraisable(raised: sys.UnraisableHookArgs) -> None:
    if raised.exc_value is not None:
        get("threads").error("could not be raised", **of(raised.exc_value))
