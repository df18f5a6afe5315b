from __future__ import annotations

import logging

import pytest
from flask import Flask, abort

from assistant.conversation import Conversation
from assistant.guide import Guide
from nlu.classifier import Classifier
from tests.support.clocks import clock
from tests.support.pages import Page
from web.app import build
from web.wiring import Parts

WORDS = "家賃のことは夫に知られたくない"


class Broken:
    """A guide that fails, with the person's words in the exception."""

    def hear(self, conversation: object, text: str) -> None:
        raise RuntimeError(f"cannot handle {text}")


@pytest.fixture
def broken(parts: Parts) -> Flask:
    app = build(parts)
    app.extensions["parts"] = type(
        "BrokenParts", (), {"guide": Broken(), "catalog": parts.catalog, "signer": parts.signer}
    )
    return app


def test_a_failure_is_a_kind_page_and_its_log_holds_no_words(broken: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = broken.test_client().post("/say", data={"text": WORDS})
    assert response.status_code == 500
    page = Page(response.get_data(as_text=True))
    assert "こちらの調子が悪く" in page.text
    assert page.numbers[-3:] == ["110", "119", "0120061338"]
    logged = str([vars(record) for record in caplog.records])
    assert "'error': 'RuntimeError'" in logged
    assert WORDS not in logged
    assert "cannot handle" not in logged
    assert "Traceback" not in page.html


@pytest.mark.parametrize(
    ("text", "first"), [("いま薬を全部飲んだ", "119"), ("夫に殴られています", None), ("家賃", None)]
)
def test_danger_is_met_on_an_error_page(broken: Flask, text: str, first: str | None) -> None:
    page = Page(broken.test_client().post("/say", data={"text": text}).get_data(as_text=True))
    reply = broken.test_client().post("/api/v1/messages", json={"text": text}).json
    assert ("urgent" in reply) == (text != "家賃")
    assert text not in page.text
    if first:
        assert page.numbers[0] == first
        assert reply["urgent"]["level"] == 4


@pytest.mark.parametrize("status", [429, 503])
def test_danger_is_met_when_the_server_is_too_busy(parts: Parts, status: int) -> None:
    app = build(parts)
    app.before_request(lambda: abort(status))
    client = app.test_client()
    page = client.post("/say", data={"text": "首を吊ろうとしている"})
    assert page.status_code == status
    assert Page(page.get_data(as_text=True)).numbers[0] == "119"
    assert client.post("/api/v1/messages", json={"text": "首を吊ろうとしている"}).json["urgent"]["level"] == 4
    assert client.post("/api/v1/messages", data=b"\xff{", content_type="application/json").status_code == status
    assert client.post("/say", data={"text": "x" * 3_000_000}).status_code == status


def test_a_failing_model_leaves_buttons_and_the_signs(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        version = "broken"

        def predict(self, text: str) -> None:
            raise RuntimeError(text)

    classifier = Classifier(None)
    classifier._model = Failing()  # type: ignore[assignment]
    guide = Guide(parts.catalog, classifier.predict, clock, why=classifier.heard)
    assert guide.hear(Conversation(), WORDS).conversation.heard
    assert guide.hear(Conversation(), "いま薬を全部飲んだ").reply.urgent.level == 4
    logged = str([vars(record) for record in caplog.records])
    assert WORDS not in logged
    assert "'error': 'RuntimeError'" in logged


def test_a_failure_of_the_api_is_json(broken: Flask) -> None:
    response = broken.test_client().post("/api/v1/messages", json={"text": WORDS})
    assert response.status_code == 500
    assert response.json["error"]["code"] == "server-error"
    assert "119" in response.json["error"]["message"]
    assert WORDS not in response.get_data(as_text=True)


def test_a_page_of_errors_that_fails_itself_still_holds_the_numbers(parts: Parts) -> None:
    app = build(parts)
    app.jinja_env.filters["text"] = lambda source: 1 / 0
    response = app.test_client().get("/there-is-no-such-page")
    assert response.status_code == 500
    page = Page(response.get_data(as_text=True))
    assert page.numbers[-3:] == ["110", "119", "0120061338"]
    assert response.headers["Content-Security-Policy"]
