"""The page of phone numbers alone: short, and the only one that a phone may keep, if the person wants it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template

from catalog.model import Catalog, Service
from web.parts import parts

blueprint = Blueprint("numbers", __name__)


@blueprint.get("/numbers")
def page() -> Response:
    """The lines for danger, then those who listen to anything."""
    here = parts()
    moment = here.guide.moment()
    return make_response(render_template("numbers.html", lines=_lines(here.catalog), moment=moment))


@blueprint.get("/numbers/worker.js")
def worker() -> Response:
    """The script that keeps this page on the phone; the browser takes it only from here."""
    response = current_app.send_static_file("numbers-worker.js")
    response.headers["Service-Worker-Allowed"] = "/numbers"
    return response


def _lines(catalog: Catalog) -> tuple[Service, ...]:
    ids = (*catalog.strip.services, *catalog.human_line.services, *catalog.voiceless.services, *catalog.crisis_numbers)
    return tuple(service for service in catalog.named(dict.fromkeys(ids)) if service.status == "active")
