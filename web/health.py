"""Is it alive, is it ready. No secrets, nothing about people."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web.parts import parts

blueprint = Blueprint("health", __name__)


@blueprint.get("/livez")
def livez() -> Response:
    """200 while the process answers at all."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 with a catalogue and a model; 503 without a model, though pages and danger signs still work."""
    here = parts()
    here.classifier.predict("")
    model = here.classifier.version
    response = jsonify({"ready": model is not None, "catalog": len(here.catalog.services), "model": model})
    response.status_code = 200 if model is not None else 503
    return response
