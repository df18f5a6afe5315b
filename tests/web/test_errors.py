from __future__ import annotations

import logging

import pytest
from flask import Flask

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
    assert "unexpected RuntimeError at" in caplog.text
    assert WORDS not in caplog.text
    assert "cannot handle" not in caplog.text
    assert "Traceback" not in page.html


def test_a_failure_of_the_api_is_json(broken: Flask) -> None:
    response = broken.test_client().post("/api/v1/messages", json={"text": WORDS})
    assert response.status_code == 500
    assert response.json["error"]["code"] == "server-error"
    assert "119" in response.json["error"]["message"]
    assert WORDS not in response.get_data(as_text=True)
