"""The audit page: what happened, whether it was touched, and a file to take along."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.clocks import Clock
from web.console.audit import ACTIONS, COLUMNS, PAGE, defused
from web.store.people import Person
from web.store.verdicts import Judgement
from web.wiring import Parts

Send = Callable[..., TestResponse]


@pytest.fixture
def admin(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in("admin")


def rows(html: str) -> list[str]:
    return html.split("<tbody>", 1)[1].split("</tbody>", 1)[0].split("<tr>")[1:] if "<tbody>" in html else []


def test_who_did_what_when_and_why_is_shown(
    admin: FlaskClient, console_parts: Parts, member: Callable[..., Person]
) -> None:
    who = member()
    console_parts.store.people.set_role(who.id, "lead", actor=admin.person.id, reason="交代のため")
    newest = rows(admin.get("/audit").text)[0]
    for shown in (
        ACTIONS["set role"],
        admin.person.name,
        f"person:{who.id}",
        "role: reviewer",
        "role: lead",
        "交代のため",
        "2026-11-25 10:00:00",
    ):
        assert shown in newest


def test_no_page_of_the_trail_holds_the_words_of_a_phrase(
    admin: FlaskClient,
    console_parts: Parts,
    member: Callable[..., Person],
    phrase: Callable[..., str],
    send: Send,
) -> None:
    id = phrase(text="ひみつの相談のことば")
    said = Judgement("label", "work")
    console_parts.store.verdicts.record(id, said, actor=member().id, guideline_version="x", seconds=2)
    for answer in (admin.get("/audit"), send(admin, "/audit/export")):
        assert f"phrase:{id}" in answer.text
        assert "ひみつの" not in answer.text


def test_filters_by_person_action_and_day(
    admin: FlaskClient, console_parts: Parts, clock: Clock, member: Callable[..., Person]
) -> None:
    who = member()
    audit = console_parts.store.audit
    for number in range(3):
        audit.append("verdict", f"phrase:{number}", actor=who.id)
        clock.on(days=1)
    audit.append("verdict", "phrase:other", actor=admin.person.id)
    # three days have passed; whoever was signed in signs in anew
    admin.set_cookie(
        "console", console_parts.store.sign_ins.confirm(console_parts.store.sign_ins.start(admin.person.id))
    )
    found = rows(admin.get(f"/audit?who={who.id}&action=verdict&since=2026-11-26&until=2026-11-26").text)
    assert len(found) == 1
    assert "phrase:1" in found[0]
    assert len(rows(admin.get("/audit?action=verdict").text)) == 4
    assert "この条件の記録はありません" in admin.get("/audit?since=2030-01-01").text


@pytest.mark.parametrize(
    "query",
    [
        "who=abc&since=yesterday&until=9999-12-31&page=-3",
        "who=²&page=²",
        "page=99999999999999999999999999",
        "who=99999999999999999999",
        "since=0001-01-01&until=0001-01-01",
        "action=%00%27%22%3Cscript%3E",
    ],
)
def test_filters_that_make_no_sense_are_no_error(admin: FlaskClient, query: str) -> None:
    answer = admin.get(f"/audit?{query}")
    assert answer.status_code == 200
    assert "<script>" not in answer.text


def test_long_trails_have_pages_that_keep_the_filter(admin: FlaskClient, console_parts: Parts) -> None:
    for number in range(PAGE + 5):
        console_parts.store.audit.append("verdict", f"phrase:{number}", actor=admin.person.id)
    first = admin.get("/audit?action=verdict").text
    assert len(rows(first)) == PAGE
    assert "action=verdict&amp;page=2" in first
    second = admin.get("/audit?action=verdict&page=2").text
    assert len(rows(second)) == 5
    assert "古いほうへ" not in second


def test_an_untouched_trail_is_said_to_be_so_and_the_check_is_in_the_trail(
    admin: FlaskClient, console_parts: Parts, send: Send
) -> None:
    assert "書きかえられたところはありません" in send(admin, "/audit/verify").text
    newest = console_parts.store.audit.list(limit=1)[0]
    assert (newest.action, newest.actor, newest.after) == ("verify audit", admin.person.id, {"faults": 0, "rows": []})


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET reason = 'ほかの理由' WHERE seq = 2", "2番の記録が、あとから書きかえられています"),
        ("DELETE FROM audit WHERE seq = 2", "2番の記録が、なくなっています"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", "番の記録が、なくなっています"),
    ],
)
def test_a_touched_row_is_named(
    *,
    admin: FlaskClient,
    console_parts: Parts,
    member: Callable[..., Person],
    send: Send,
    tmp_path: Path,
    statement: str,
    told: str,
) -> None:
    member()
    member()
    with sqlite3.connect(tmp_path / "store.sqlite") as connection:
        connection.execute(statement)
    connection.close()
    html = send(admin, "/audit/verify").text
    assert told in html
    assert "書きかえられたところはありません" not in html


def test_the_file_opens_in_a_spreadsheet_without_mojibake_and_without_running_anything(
    admin: FlaskClient, console_parts: Parts, member: Callable[..., Person], send: Send
) -> None:
    hostile = '=HYPERLINK("http://example.org","x")'
    who = member(name="=cmd|' /C calc'!A0")
    console_parts.store.people.set_role(who.id, "lead", actor=who.id, reason=hostile)
    answer = send(admin, "/audit/export")
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-20261125.csv"'
    table = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert tuple(table[0]) == COLUMNS
    changed = next(row for row in table if row[4] == "set role")
    assert changed[8] == f"'{hostile}"
    assert changed[2].startswith("'=")
    assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) for row in table for cell in row)


def test_the_file_holds_every_entry_asked_for_and_only_those(
    admin: FlaskClient, console_parts: Parts, send: Send
) -> None:
    for number in range(1100):
        console_parts.store.audit.append("verdict", f"phrase:{number}", actor=admin.person.id)
    text = send(admin, "/audit/export", {"action": "verdict"}).get_data().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["相手"] for row in table] == [f"phrase:{number}" for number in reversed(range(1100))]
    assert console_parts.store.audit.list(limit=1)[0].action == "export audit"


@pytest.mark.parametrize("first", list("=+-@＝＋－＠\t\r\n"))
def test_what_begins_like_a_formula_is_marked_as_text(first: str) -> None:
    assert defused(f"{first}1") == f"'{first}1"


@pytest.mark.parametrize("cell", ["", "12", "家賃", "a=b", "'"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


def test_hostile_values_are_shown_as_text(admin: FlaskClient, console_parts: Parts) -> None:
    payload = "</bdi><script>alert(1)</script>"
    console_parts.store.audit.append(
        payload, payload, actor=admin.person.id, before={payload: payload}, after=payload, reason=payload
    )
    html = admin.get("/audit").text
    assert "<script>" not in html
    assert html.count("&lt;/bdi&gt;&lt;script&gt;") >= 5
