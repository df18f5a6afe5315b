"""No header and no address that a stranger makes up changes where a page leads, who is asked, or what is done.

What is refused by name, proxy and origin: tests/web/test_request_rules.py. Forms of the console: tests/console.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.security.ways import ASKED, FORMS, pages, ways
from web.wiring import Parts

EVIL = "x0ss.invalid"
FORGED = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-For": "203.0.113.77, 127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-Server": EVIL,
    "Forwarded": f"for=127.0.0.1;host={EVIL};proto=https",
    "X-Host": EVIL,
    "X-Original-URL": "/api/v1/openapi.json",
    "X-Rewrite-URL": "/api/v1/openapi.json",
    "X-HTTP-Method-Override": "DELETE",
    "X-Real-IP": "127.0.0.1",
    "X-User-ID": "1",
    "X-Remote-User": "admin",
    "Authorization": "Basic YWRtaW46YWRtaW4=",
}
TARGETS = (
    f"//{EVIL}",
    f"https://{EVIL}/",
    f"/\\{EVIL}",
    f"\\\\{EVIL}",
    f"///{EVIL}",
    f"https:{EVIL}",
    f"/\t/{EVIL}",
    f"%2f%2f{EVIL}",
    f"http://localhost@{EVIL}",
    "javascript:alert(1)",
    "/x\r\nLocation: https://x0ss.invalid",
)


def ours(place: str, leave: str) -> bool:
    """Whether an address that an answer leads to is one of ours, or the one to leave by."""
    return place == leave or (place.startswith("/") and place[1:2] not in ("/", "\\") and EVIL not in place)


@pytest.mark.parametrize(
    "path", [f"//{EVIL}", f"//{EVIL}/..", f"/{EVIL}//pages", "//pages//contact", "///", "/static//site.css"]
)
def test_slashes_in_a_row_are_no_way_elsewhere(app: Flask, path: str) -> None:
    answer = app.test_client().get("/", environ_overrides={"PATH_INFO": path}, headers={"Host": EVIL})
    assert answer.status_code in (200, 404)
    assert "Location" not in answer.headers


@pytest.mark.parametrize("target", TARGETS)
def test_no_address_leads_elsewhere(app: Flask, client: FlaskClient, parts: Parts, target: str) -> None:
    query = dict.fromkeys(ASKED, target)
    light = [path for path in pages(app) if not path.startswith("/services")]
    for path in [*light, "/share", "/sheet", f"/pages/{target}"]:
        answer = client.get(path, query_string=query, headers={"Host": EVIL, "Referer": f"https://{EVIL}/"})
        assert all(ours(place, parts.settings.exit_url) for place in answer.headers.getlist("Location")), path
        answer.close()
    for path, fields in FORMS.items():
        answer = client.post(path, query_string=query, data=dict.fromkeys((*fields, *ASKED), target))
        assert "Location" not in answer.headers, path


def test_no_page_repeats_the_name_by_which_it_was_asked(app: Flask, client: FlaskClient) -> None:
    for path in [*pages(app), "/nowhere"]:
        answer = client.get(path, headers=FORGED | {"Host": EVIL})
        assert EVIL not in answer.get_data(as_text=True), path
        assert EVIL not in str(answer.headers), path
        answer.close()


def test_made_up_headers_change_no_answer(app: Flask, client: FlaskClient) -> None:
    for path in [path for path in pages(app) if path not in ("/readyz", "/metrics")]:
        plain, forged = client.get(path), client.get(path, headers=FORGED)
        assert (plain.status_code, plain.get_data()) == (forged.status_code, forged.get_data()), path
        assert dict(plain.headers) == dict(forged.headers)
        plain.close()
        forged.close()


def test_the_console_believes_no_made_up_header(console_app: Flask, console: FlaskClient) -> None:
    for _, method, path in ways(console_app):
        if method in ("GET", "POST") and not path.startswith("/static"):
            answer = console.open(path, method=method, headers=FORGED)
            assert answer.status_code in (303, 400, 401, 405) or path == "/sign-in", (method, path)
            assert all(ours(place, "") for place in answer.headers.getlist("Location"))
            assert EVIL not in answer.text
    plain = console.get("/sign-in", base_url="http://minaoshi.example.jp", headers=FORGED)
    assert plain.status_code in (400, 403), "a word about encryption by a stranger makes no way encrypted"
    assert "__Host-" not in str(plain.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("target", TARGETS)
def test_signing_in_leads_to_no_other_site(
    console: FlaskClient, sign_in: Callable[..., FlaskClient], target: str
) -> None:
    for client in (console, sign_in("admin")):
        for path in ("/", "/sign-in", "/second-factor", "/people", "/audit"):
            answer = client.get(path, query_string=dict.fromkeys(ASKED, target))
            for place in answer.headers.getlist("Location"):
                assert ours(place.partition("?")[0], ""), place


def test_a_state_of_one_kind_is_no_state_of_another(app: Flask, parts: Parts, client: FlaskClient) -> None:
    """Two keys of one secret: what is signed for a conversation opens no sealed sentence, and the other way round."""
    from assistant.conversation import Conversation

    state = parts.signer.sign(Conversation(category="work"))
    sealed = parts.sharing.sealed("家賃が払えない", Conversation(category="work"))
    assert sealed
    assert parts.signer.read(sealed) is None
    assert not parts.sharing.asks(state, Conversation(category="work"))
    assert client.post("/say", data={"text": "", "state": sealed}).status_code == 200


def test_a_field_given_twice_is_one(client: FlaskClient) -> None:
    """The first of a name counts, and a query never stands in for a form."""
    asked = client.post("/choose?category=work", data={"category": ""}).text
    assert asked == client.post("/choose", data={"category": ""}).text
    one = client.get("/api/v1/services?category=work&category=childcare").get_data()
    assert one == client.get("/api/v1/services?category=work").get_data()
