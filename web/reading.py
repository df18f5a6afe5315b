"""Pages to read: the finished content pages, and one service with its own address. No cookie, no script."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, make_response, render_template

from catalog.model import UNDER18, Service
from web.parts import parts
from web.ways import has

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


@blueprint.get("/under18/contacts")
def contacts_under18() -> Response:
    """Everyone whom children and young people can turn to: in writing first, then by phone, by letter, face to face."""
    here = parts()
    g.furigana = True
    moment = here.guide.moment()
    waiting = [service for service in here.catalog.offered(moment.now.date()) if UNDER18 in service.tags]
    groups: dict[str, list[Service]] = {}
    for way in ("chat", "phone", "mail", "visit"):
        groups[way] = [service for service in waiting if has(service, way)]
        waiting = [service for service in waiting if service not in groups[way]]
    groups["web"] = waiting
    return make_response(render_template("contacts_under18.html", groups=groups, moment=moment))


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
