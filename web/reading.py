"""Pages to read: the finished content pages, and one service with its own address. No cookie, no script."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template

from web.parts import parts

blueprint = Blueprint("reading", __name__)


@blueprint.get("/pages")
def contents() -> Response:
    """All pages to read, as a list."""
    return make_response(render_template("contents.html"))


@blueprint.get("/pages/<id>")
def page(id: str) -> Response:
    """One page to read; 404 for an unknown one."""
    catalog = parts().catalog
    if id not in catalog.pages:
        abort(404)
    return make_response(render_template("content.html", page=catalog.pages[id], moment=parts().guide.moment()))


@blueprint.get("/services/<id>")
def service(id: str) -> Response:
    """One service. One that has ended, or is out of season, says so and names where to go instead."""
    catalog = parts().catalog
    found = catalog.services.get(id)
    if found is None:
        abort(404)
    moment = parts().guide.moment()
    offered = found in catalog.offered(moment.now.date())
    instead = catalog.named(found.instead or catalog.human_line.services)
    return make_response(
        render_template("service.html", service=found, offered=offered, instead=instead, moment=moment)
    )
