from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from catalog.model import CATEGORY_IDS
from tests.support.clocks import clock
from web.api import OPENAPI
from web.wiring import Parts

Json = dict[str, Any]
STRIP = "今あぶない 110 ／ けが・薬 119"


def fits(body: object, shape: str) -> bool:
    """Whether a body is as the API's own description says."""
    schema = {"$ref": f"#/components/schemas/{shape}", "components": OPENAPI["components"]}
    errors = list(Draft202012Validator(schema).iter_errors(body))
    assert not errors, errors[0].message[:500]
    return True


def say(client: FlaskClient, text: str, state: str | None = None) -> Json:
    response = client.post("/api/v1/messages", json={"text": text, "state": state})
    assert response.status_code == 200, response.get_data(as_text=True)
    assert fits(response.json, "Reply")
    return dict(response.json)


def answer(client: FlaskClient, state: str, **given: str) -> Json:
    response = client.post("/api/v1/answers", json={"state": state, **given})
    assert response.status_code == 200, response.get_data(as_text=True)
    assert fits(response.json, "Reply")
    return dict(response.json)


def test_the_description_is_served_and_sound(client: FlaskClient) -> None:
    described = client.get("/api/v1/openapi.json").json
    validate(described)
    served = {rule.rule.replace("<id>", "{id}") for rule in client.application.url_map.iter_rules()}
    api = {path for path in served if path.startswith("/api/") and not path.endswith("openapi.json")}
    assert api == set(described["paths"])


def test_a_worry_leads_to_services(client: FlaskClient) -> None:
    reply = say(client, "会社をクビになって家賃が払えない")
    assert reply["understood"]["ranked"][0]["category"] in CATEGORY_IDS
    assert len(reply["understood"]["ranked"]) == 12
    if reply["step"]["kind"] == "clarify":
        assert {c["id"] for c in reply["step"]["candidates"]} & {"food-housing", "work", "living-medical-costs"}
        reply = answer(client, reply["state"], category="food-housing")
    depth = 0
    while reply["step"]["kind"] == "ask":
        depth += 1
        assert reply["step"]["depth"] == depth
        question = reply["step"]["question"]
        reply = answer(client, reply["state"], question=question["id"], option=question["options"][0]["id"])
    assert reply["step"]["kind"] == "suggest"
    assert any(channel.get("number") for s in reply["step"]["services"] for channel in s["channels"])
    assert reply["model"]


@pytest.mark.parametrize("category", [*CATEGORY_IDS, "under18"])
def test_every_outcome_of_every_category_is_reached(client: FlaskClient, parts: Parts, category: str) -> None:
    flow = parts.catalog.flows[category]
    for path in flow.paths():
        reply = answer(client, "", category=category)
        for question, option in path.answers:
            reply = answer(client, reply["state"], question=question, option=option)
        assert reply["step"]["outcome"] == path.outcome
        shown = [s["id"] for s in reply["step"]["services"]]
        offered = [parts.catalog.services[id] for id in flow.outcomes[path.outcome].services]
        assert sorted(shown) == sorted(s.id for s in offered if s.in_season(clock().date()))
        assert len(reply["state"]) <= 512


def test_actions(client: FlaskClient) -> None:
    asked = answer(client, "", category="nursing-care")
    question = asked["step"]["question"]
    deeper = answer(client, asked["state"], question=question["id"], option=question["options"][0]["id"])
    assert answer(client, deeper["state"], action="back")["step"] == asked["step"]
    assert answer(client, deeper["state"], action="restart")["step"]["kind"] == "welcome"
    assert answer(client, deeper["state"], action="not-this")["step"]["kind"] == "clarify"
    assert answer(client, deeper["state"], action="cannot-say")["step"]["kind"] == "clarify"


def test_danger_is_a_field_of_every_later_reply(client: FlaskClient) -> None:
    reply = say(client, "薬を大量に飲んでしまった")
    assert reply["urgent"]["level"] == 4
    assert reply["urgent"]["kind"] == "overdose"
    assert reply["urgent"]["services"][0]["id"] == "ambulance-119"
    assert reply["step"]["kind"] == "suggest"
    later = answer(client, reply["state"], action="go-on")
    assert later["urgent"]["level"] == 4
    assert answer(client, later["state"], category="work")["urgent"]["level"] == 4
    assert answer(client, later["state"], action="restart")["urgent"]["level"] == 4


def test_the_gentle_question(client: FlaskClient) -> None:
    reply = say(client, "もう限界です、何もかも")
    assert reply["urgent"]["level"] == 1
    assert reply["step"]["kind"] == "check"
    question = reply["step"]["question"]
    yes = answer(client, reply["state"], question=question["id"], option="yes")
    assert yes["urgent"]["level"] == 2
    no = answer(client, reply["state"], question=question["id"], option="no")
    assert no["step"]["kind"] in ("clarify", "ask")


def test_without_a_model(without_model: Flask) -> None:
    reply = say(without_model.test_client(), "家賃が払えない")
    assert reply["understood"] is None
    assert reply["model"] is None
    assert reply["step"]["kind"] == "clarify"
    assert without_model.test_client().get("/readyz").status_code == 503


def test_nothing_typed_loses_nothing(client: FlaskClient) -> None:
    asked = answer(client, "", category="work")
    again = say(client, "  ", asked["state"])
    assert again["notice"] == "nothing-heard"
    assert again["step"] == asked["step"]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("messages", b"", 400, "bad-json"),
        ("messages", b"{", 400, "bad-json"),
        ("messages", b"\xff\xfe", 400, "bad-json"),
        ("messages", b"[" * 60_000, 400, "bad-json"),
        ("messages", b"[]", 422, "bad-body"),
        ("messages", b'{"text": 5}', 422, "bad-body"),
        ("messages", b'{"text": "a", "colour": 1}', 422, "bad-body"),
        ("messages", b'{"text": "a", "state": "tampered"}', 422, "bad-state"),
        ("answers", b'{"state": null}', 422, "bad-body"),
        ("answers", b'{"state": null, "category": "work", "action": "back"}', 422, "bad-body"),
        ("answers", b'{"state": null, "question": "a"}', 422, "bad-body"),
        ("answers", b'{"state": null, "category": "cooking"}', 422, "unknown-category"),
        ("answers", b'{"state": null, "question": "a", "option": "b"}', 422, "unknown-option"),
        ("answers", b'{"state": null, "action": "explode"}', 422, "bad-body"),
        ("answers", b'{"state": "eyJ2IjoxfQ.AAAA", "action": "back"}', 422, "bad-state"),
    ],
)
def test_what_cannot_be_understood(client: FlaskClient, path: str, body: bytes, status: int, code: str) -> None:
    response = client.post(f"/api/v1/{path}", data=body, content_type="application/json")
    assert response.status_code == status
    assert fits(response.json, "Error")
    assert response.json["error"]["code"] == code
    assert STRIP in response.json["error"]["message"]


def test_lone_surrogates_are_read(client: FlaskClient) -> None:
    body = json.dumps({"text": "\ud800家賃が払えない"}).encode()
    assert client.post("/api/v1/messages", data=body).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "messages", 405),
        ("get", "nothing", 404),
        ("get", "services/nobody", 404),
        ("get", "services?category=x", 422),
    ],
)
def test_wrong_addresses_are_json_too(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = getattr(client, method)(f"/api/v1/{path}")
    assert response.status_code == status
    assert fits(response.json, "Error")
    assert STRIP in response.json["error"]["message"]


def test_too_big_is_json_too(client: FlaskClient) -> None:
    response = client.post("/api/v1/messages", json={"text": "あ" * 1_000_000})
    assert response.status_code == 413
    assert fits(response.json, "Error")


def test_the_catalogue(client: FlaskClient, parts: Parts) -> None:
    categories = client.get("/api/v1/categories").json
    assert [c["id"] for c in categories["categories"]] == list(CATEGORY_IDS)
    services = client.get("/api/v1/services").json["services"]
    assert [s["id"] for s in services] == [s.id for s in parts.catalog.offered(clock().date())]
    assert all(fits(s, "FullService") for s in services)
    care = client.get("/api/v1/services?category=nursing-care").json["services"]
    assert care
    assert all("nursing-care" in s["categories"] for s in care)
    ended = next(s.id for s in parts.catalog.services.values() if s.status == "ended")
    assert client.get(f"/api/v1/services/{ended}").json["status"] == "ended"


def test_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/livez").status_code == 200
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json["ready"]) == (200, True)


def test_the_catalogue_in_the_formats_of_others(client: FlaskClient) -> None:
    count = len(client.get("/api/v1/services").json["services"])
    hsds = client.get("/api/v1/services?format=hsds").json["services"]
    assert len(hsds) == count
    assert all(record["status"] == "active" for record in hsds)
    assert len(client.get("/api/v1/services?format=jsonld&category=work").json["services"]) < count
    table = client.get("/api/v1/services?format=csv")
    assert table.mimetype == "text/csv"
    assert table.get_data(as_text=True).startswith("\ufeffid,name,")
    assert client.get("/api/v1/services?format=xml").status_code == 422


def test_open_now_is_told(client: FlaskClient) -> None:
    shown = {s["id"]: s for s in client.get("/api/v1/services").json["services"]}
    office = shown["houterasu-support-dial"]["channels"][0]
    assert office["open"] == "open"
    assert office["open_until"] == "2026-11-25T21:00:00+09:00"
    evening = next(c for c in shown["roudou-jouken-hotline"]["channels"] if c.get("number"))
    assert (evening["open"], evening["next_open"]) == ("closed", "2026-11-25T17:00:00+09:00")


def test_json_that_calls_itself_a_form_is_read_all_the_same(client: FlaskClient) -> None:
    told = client.post(
        "/api/v1/messages", data='{"text": "家賃が払えない"}', content_type="application/x-www-form-urlencoded"
    )
    assert told.status_code == 200
