"""The real server with a model that raises, two views that raise, and what they raise holds what was typed."""

from __future__ import annotations

import waitress
from flask import request

from web import logs, metrics
from web.app import build
from web.settings import read
from web.wiring import wire


class Failing:
    """A model that fails with the person's words in the exception."""

    version = "failing"

    def predict(self, text: str) -> None:
        raise RuntimeError(f"cannot read {text}")

    why = heard = predict


def fails() -> None:
    raise ValueError(f"cannot answer {request.get_data()!r} {request.form!r} from {request.remote_addr}")


logs.start()
settings = read()
parts = wire(settings)
parts.classifier._registry = None
parts.classifier._model = Failing()  # type: ignore[assignment]
app = build(parts)
app.view_functions["browsing.search"] = app.view_functions["api.answers"] = fails
metrics.serve(parts)
waitress.serve(app, host=settings.host, port=settings.port, threads=settings.threads, ident="")
