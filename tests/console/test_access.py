"""Every role before every route; requests from elsewhere; stale forms; and what is said when something fails."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.console.conftest import form_token
from web.console import app, blueprint
from web.console.access import allowed
from web.console.app import ROOMS, build
from web.security import HEADERS
from web.store.people import Person
from web.store.tables import ROLES
from web.wiring import Parts

R, L, P, A = ROLES
ALL = frozenset(ROLES)
OPEN, HALF = "open to all", "half signed in"

TABLE: dict[str, frozenset[str] | str] = {
    "static": OPEN,
    "console.sign_in": OPEN,
    "console.sign_out": OPEN,
    "console.second_factor": HALF,
    "console.home": ALL,
    "console.account": ALL,
    "console.change_password": ALL,
    "console.offer_second_factor": ALL,
    "console.change_second_factor": ALL,
    "console.people": frozenset({A}),
    "console.change_role": frozenset({A}),
    "console.change_active": frozenset({A}),
    "console.audit": frozenset({A}),
    "console.verify_audit": frozenset({A}),
    "console.export_audit": frozenset({A}),
    "console.settings": frozenset({L, P, A}),
    "console.set_daily_cap": frozenset({L, A}),
    "console.set_learning_caps": frozenset({A}),
    "console.queue": frozenset({R, L}),
    "console.groups": frozenset({R, L}),
    "console.history": frozenset({R, L}),
    "console.label": frozenset({R, L}),
    "console.record": frozenset({R, L}),
    "console.undo": frozenset({R, L}),
    "console.keyboard": frozenset({R, L}),
    "console.choose_keys": frozenset({R, L}),
    "console.reset_keys": frozenset({R, L}),
    "console.bulk": frozenset({L}),
    "console.bulk_record": frozenset({L}),
    "console.exchange": frozenset({L}),
    "console.export": frozenset({L}),
    "console.import_form": frozenset({L}),
    "console.import_look": frozenset({L}),
    "console.import_files": frozenset({L}),
    "console.models": frozenset({L, P, A}),
    "console.model": frozenset({L, P, A}),
    "console.changes": frozenset({L, P, A}),
    "console.model_picture": frozenset({L, P, A}),
    "console.train": frozenset({L, P}),
    "console.stop_training": frozenset({L, P}),
    "console.release": frozenset({P}),
    "console.roll_back": frozenset({P}),
    "console.insight": ALL,
    "console.confusion": ALL,
    "console.confused": frozenset({R, L, P}),
    "console.curve": ALL,
    "console.picture": ALL,
    "console.threshold": frozenset({P}),
    "console.errors": frozenset({R, L, P}),
    "console.reconsider": frozenset({L}),
    "console.drift": ALL,
    "console.agreement": ALL,
}
"""Every endpoint of the console and whom it opens to. A new one without a row here fails."""
VALUES = {"id": 1, "kind": "all", "version": "0123456789abcdef", "name": "confusion", "filename": "console.css"}
OTHER = "of another browser"
JSON = {"Accept": "application/json"}


def ways(flask: Flask, endpoint: str) -> list[tuple[str, str]]:
    """Method and address of every way to an endpoint."""
    adapter = flask.url_map.bind("localhost")
    return [
        (method, adapter.build(endpoint, {name: VALUES[name] for name in rule.arguments}, method))
        for rule in flask.url_map.iter_rules(endpoint)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def outcome(client: FlaskClient, method: str, path: str) -> str:
    """Where a visitor is led, why they are refused, or "in". A form without its token is stopped after the door."""
    answer = client.open(path, method=method, headers=JSON if method == "POST" else {})
    answer.close()
    where = answer.headers.get("Location", "")
    if answer.status_code == 303 and where in ("/sign-in", "/second-factor"):
        return where
    code = answer.json["error"]["code"] if method == "POST" and answer.json else ""
    if answer.status_code in (401, 403):
        return code or str(answer.status_code)
    assert answer.status_code < 500, answer.status
    if method == "POST":
        assert code == "stale", "a change without the token of a form"
    return "in"


def expected(opens: frozenset[str] | str, visitor: str, method: str) -> str:
    if opens == OPEN:
        return "in"
    if visitor == "stranger":
        return "/sign-in" if method == "GET" else "signed-out"
    if visitor == "half":
        return "in" if opens == HALF else "/second-factor"
    if opens == HALF:
        return "in"  # that is: led on to the first page
    return "in" if visitor in opens else "403" if method == "GET" else "not-your-role"


@pytest.fixture
def half(console_app: Flask, console_parts: Parts, member: Callable[..., Person]) -> FlaskClient:
    """A browser in which an admin gave the password only."""
    client = console_app.test_client()
    client.set_cookie("console", console_parts.store.sign_ins.start(member("admin").id))
    return client


def test_the_table_names_every_endpoint(console_app: Flask) -> None:
    assert {rule.endpoint for rule in console_app.url_map.iter_rules()} == set(TABLE)


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_every_route_opens_to_whom_it_is_for_and_to_nobody_else(
    console_app: Flask, console: FlaskClient, half: FlaskClient, sign_in: Callable[..., FlaskClient], endpoint: str
) -> None:
    opens, found = TABLE[endpoint], {}
    visitors = {"stranger": console, "half": half} | {role: sign_in(role) for role in ROLES}
    for method, path in ways(console_app, endpoint):
        for visitor, client in visitors.items():
            if opens == HALF and visitor in ROLES:
                assert client.open(path, method=method).headers["Location"] == "/"
                continue
            found[visitor, method] = outcome(client, method, path)
    assert found == {(visitor, method): expected(opens, visitor, method) for visitor, method in found}
    assert found


def test_a_view_that_says_nothing_opens_to_nobody(
    console_parts: Parts, member: Callable[..., Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    flask = build(console_parts)
    flask.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    sign_ins = console_parts.store.sign_ins
    for role in ROLES:
        client = flask.test_client()
        client.set_cookie("console", sign_ins.confirm(sign_ins.start(member(role).id)))
        assert client.get("/forgotten").status_code == 403
    assert flask.test_client().get("/forgotten").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("roles", [(), ("king",), ("admin", "")])
def test_roles_that_do_not_exist_are_found_when_the_view_is_written(roles: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="roles are"):
        allowed(*roles)


def test_every_module_with_a_place_in_the_navigation_is_a_room() -> None:
    folder = Path(app.__file__).parent
    named = {path.stem for path in folder.glob("*.py") if re.search(r"^NAV\b", path.read_text("utf-8"), re.M)}
    assert named == set(ROOMS)
    for name in ROOMS:
        for endpoint, _, roles in import_module(f"web.console.{name}").NAV:
            assert set(roles) == TABLE[endpoint]


def test_the_public_application_has_no_console(console_parts: Parts) -> None:
    from web.app import build as build_public

    public = build_public(console_parts)
    assert blueprint.name not in public.blueprints
    assert public.test_client().get("/sign-in").status_code == 404


@pytest.mark.parametrize("site", ["cross-site", "same-site", "unheard-of"])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/account/password"])
def test_a_change_sent_by_another_page_is_refused(
    sign_in: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture, site: str, path: str
) -> None:
    client = sign_in()
    form = {"csrf_token": form_token(client)}
    with caplog.at_level(logging.WARNING):
        answer = client.post(path, data=form, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert "ほかのページ" in answer.text
    assert "cross-site" in caplog.text
    assert client.get("/account").status_code == 200


def test_a_link_from_another_page_may_be_followed(console: FlaskClient) -> None:
    assert console.get("/sign-in", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("token", [None, "", "forged", OTHER])
def test_a_change_without_the_token_of_this_browser_is_not_made(
    sign_in: Callable[..., FlaskClient], console_parts: Parts, member: Callable[..., Person], token: str | None
) -> None:
    admin, who = sign_in("admin"), member()
    form = {"role": "lead", "reason": "だいじな理由"}
    if token is not None:
        form["csrf_token"] = form_token(sign_in("admin")) if token == OTHER else token
    answer = admin.post(f"/people/{who.id}/role", data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 400
    assert console_parts.store.people.by_id(who.id) == who


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/sign-in"), ("GET", "/nowhere"), ("PUT", "/sign-in"), ("GET", "/static/console.css")]
)
def test_every_answer_carries_the_headers_and_is_never_kept(console: FlaskClient, method: str, path: str) -> None:
    answer = console.open(path, method=method)
    answer.close()
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_pages_hold_no_inline_script_and_no_inline_style(sign_in: Callable[..., FlaskClient]) -> None:
    for path in ("/account", "/people", "/audit", "/nowhere"):
        html = sign_in("admin").get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


def test_nothing_of_a_person_is_logged_when_a_role_is_refused(
    sign_in: Callable[..., FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in("reviewer")
    with caplog.at_level(logging.WARNING):
        client.get("/audit?action=家賃が払えません")
    [refused] = [record for record in caplog.records if record.name == "hitorijanai.console"]
    assert (refused.endpoint, refused.person) == ("console.audit", client.person.id)  # type: ignore[attr-defined]
    assert "家賃" not in str(vars(refused))
    assert client.person.name not in str(vars(refused))
