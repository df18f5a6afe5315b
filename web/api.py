"""/api/v1: the same two calls as the page, and the catalogue, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from assistant.conversation import Chose, Conversation, Event, Picked
from assistant.guide import Turn
from catalog import exchange
from web import shapes
from web.chat import ACTIONS
from web.errors import ApiError
from web.parts import parts
from web.rendering import notice_text
from web.typed import read_typed

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
OPENAPI = yaml.safe_load((Path(__file__).parent / "openapi.yaml").read_text(encoding="utf-8"))


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    state: str | None = None


Body = TypeVar("Body", bound=_Body)


class Message(_Body):
    """The body of POST /messages."""

    text: str


class Answer(_Body):
    """The body of POST /answers: one of question and option, category, or action."""

    question: str | None = None
    option: str | None = None
    category: str | None = None
    action: Literal["back", "restart", "not-this", "cannot-say", "fold-urgent", "go-on"] | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Answer:
        if (self.question is None) != (self.option is None):
            raise ValueError("question and option go together")
        if sum(given is not None for given in (self.question, self.category, self.action)) != 1:
            raise ValueError("give exactly one of question and option, category, or action")
        return self

    def event(self) -> Event:
        """What the body asks for."""
        if self.category is not None:
            return Picked(self.category)
        if self.question is not None and self.option is not None:
            return Chose(question=self.question, option=self.option)
        return ACTIONS[str(self.action)]


@blueprint.post("/messages")
def messages() -> Response:
    """A reply to something typed."""
    body = _read(Message)
    typed = read_typed(body.text)
    return _reply(parts().guide.hear(_conversation(body.state), typed.text))


@blueprint.post("/answers")
def answers() -> Response:
    """A reply to a button."""
    body = _read(Answer)
    turn = parts().guide.answer(_conversation(body.state), body.event())
    if turn.reply.notice is not None:
        raise ApiError(422, turn.reply.notice, notice_text(parts().catalog, turn.reply.notice))
    return _reply(turn)


@blueprint.get("/categories")
def categories() -> Response:
    """The twelve in display order, and the under-18 entrance."""
    catalog = parts().catalog
    return jsonify(
        {
            "categories": [shapes.category_shape(c) for c in catalog.categories],
            "under18": shapes.category_shape(catalog.under18),
        }
    )


@blueprint.get("/services")
def services() -> Response:
    """The active services, all or those of one category."""
    catalog = parts().catalog
    wanted = request.args.get("category")
    if wanted is not None and wanted not in {c.id for c in catalog.categories}:
        raise ApiError(422, "unknown-category", catalog.messages.error_unknown_option)
    shape = request.args.get("format", "json")
    if shape not in exchange.FORMATS:
        raise ApiError(422, "unknown-format", catalog.messages.error_unknown_option)
    moment = parts().guide.moment()
    offered = [s for s in catalog.offered(moment.now.date()) if wanted is None or wanted in s.categories]
    match shape:
        case "csv":
            return Response(exchange.as_csv(offered), mimetype="text/csv")
        case "hsds":
            return jsonify({"services": [exchange.hsds(s, catalog) for s in offered]})
        case "jsonld":
            return jsonify({"services": [exchange.jsonld(s) for s in offered]})
        case _:
            return jsonify({"services": [shapes.service_in_full(s, moment) for s in offered]})


@blueprint.get("/services/<id>")
def service(id: str) -> Response:
    """One service; an ended one says so in `status` and is offered nowhere."""
    catalog = parts().catalog
    if id not in catalog.services:
        raise ApiError(404, "not-found", catalog.messages.error_not_found)
    return jsonify(shapes.service_in_full(catalog.services[id], parts().guide.moment()))


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """This API's description, OpenAPI 3.1."""
    return jsonify(OPENAPI)


def _read(shape: type[Body]) -> Body:
    sentence = parts().catalog.messages.error_bad_text
    try:
        given: Any = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise ApiError(400, "bad-json", sentence) from None
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors())
        raise ApiError(422, "bad-body", f"{sentence} ({faults})") from None


def _conversation(state: str | None) -> Conversation:
    if not state:
        return Conversation()
    conversation = parts().signer.read(state)
    if conversation is None:
        raise ApiError(422, "bad-state", parts().catalog.messages.error_stale)
    return conversation


def _reply(turn: Turn) -> Response:
    here = parts()
    g.turn = turn
    return jsonify(shapes.reply(turn, here.signer.sign(turn.conversation), here.classifier.version))
