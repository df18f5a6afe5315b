"""The audit trail, for those who manage people: filters, a check that nothing was touched, and a file to take along."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from catalog.hours import JAPAN
from web.console import access, blueprint
from web.console.access import allowed, person
from web.parts import parts
from web.store.audit import Entry, Fault
from web.store.columns import Json

NAV = (("console.audit", "記録", ("admin",)),)

PAGE = 50
_CHUNK = 1000
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
MACHINE = "(自動)"
ACTIONS = {
    "sign in": "サインインした",
    "slow sign-in": "サインインの失敗がつづいた",
    "create person": "人を加えた",
    "set role": "役割を変えた",
    "set active": "使える・止めるを変えた",
    "set password": "パスワードを変えた",
    "see changes": "悪くなる答えを見た",
    "roll back": "前のモデルにもどした",
    "set second factor": "確認コードを新しくした",
    "release phrases": "ことばを見直しに出した",
    "verdict": "見直した",
    "undo verdict": "見直しを取り消した",
    "set state": "ことばの状態を変えた",
    "ask second": "ことばを二人目の見立てに回した",
    "purge phrases": "期限のことばを消した",
    "ask for job": "学習を頼んだ",
    "stop job": "学習を止めた",
    "propose model": "モデルの候補ができた",
    "decide model": "モデルを決めた",
    "set": "設定を変えた",
    "read message": "連絡を読んだ",
    "purge messages": "期限の連絡を消した",
    "rotate keys": "かぎを替えた",
    "verify audit": "記録を確かめた",
    "export audit": "記録を書き出した",
}
"""In words for people; what is not here is shown by its own name."""
FAULTS = {
    "touched": "番の記録が、あとから書きかえられています。",
    "missing": "番の記録が、なくなっています。",
    "head": "番が最後のはずですが、記録の長さか印が合いません。終わりが切りとられたかもしれません。",
}
COLUMNS = ("番号", "日時", "人", "人の番号", "したこと", "相手", "前", "後", "理由", "前の印", "印")
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are asked for. `until` is included."""

    who: int | None = None
    action: str | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Wanted:
        """Out of a form or an address; what cannot be read is passed over."""
        who = given.get("who", "")
        return cls(
            int(who) if who.isdecimal() and len(who) < 10 else None,
            given.get("action") or None,
            _day(given.get("since", "")),
            _day(given.get("until", "")),
        )

    def entries(self, *, limit: int, offset: int) -> tuple[Entry, ...]:
        """The entries, the newest first."""
        return parts().store.audit.list(
            actor=self.who,
            action=self.action,
            since=_midnight(self.since),
            until=_midnight(self.until, after=1),
            limit=limit,
            offset=offset,
        )

    def all(self) -> Iterator[Entry]:
        """Every entry, the newest first; those added meanwhile are left out."""
        last, read = sys.maxsize, 0
        while chunk := self.entries(limit=_CHUNK, offset=read):
            older = [entry for entry in chunk if entry.seq < last]
            yield from older
            read, last = read + len(chunk), chunk[-1].seq


@blueprint.get("/audit")
@allowed("admin")
def audit() -> ResponseReturnValue:
    """One page of the trail."""
    return _page()


@blueprint.post("/audit/verify")
@allowed("admin")
def verify_audit() -> ResponseReturnValue:
    """Whether the trail is untouched; names every faulty row."""
    faults = parts().store.audit.verify()
    found = {"faults": len(faults), "rows": [fault.seq for fault in faults[:100]]}
    parts().store.audit.append("verify audit", "audit", actor=person().id, after=found)
    return _page(faults=faults)


@blueprint.post("/audit/export")
@allowed("admin")
def export_audit() -> ResponseReturnValue:
    """All entries asked for as CSV that spreadsheets read without mojibake and without running anything."""
    store, wanted = parts().store, Wanted.read(request.form)
    names, out = _names(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for entry in wanted.all():
        writer.writerow([defused(cell) for cell in _cells(entry, names)])
    store.audit.append("export audit", "audit", actor=person().id)
    name = f"audit-{access.now():%Y%m%d}.csv"
    return Response(
        "\ufeff" + out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def defused(cell: str) -> str:
    """The cell, marked as text where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _page(faults: tuple[Fault, ...] | None = None) -> str:
    wanted = Wanted.read(request.values)
    number = request.args.get("page", "1")
    page = max(1, int(number[:6])) if number.isdecimal() else 1
    entries = wanted.entries(limit=PAGE + 1, offset=(page - 1) * PAGE)
    return render_template(
        "console/audit.html",
        entries=entries[:PAGE],
        more=len(entries) > PAGE,
        page=page,
        wanted=wanted,
        names=_names(),
        actions=ACTIONS,
        machine=MACHINE,
        faults=faults,
        fault_words=FAULTS,
        local=_local,
        shown=_shown,
    )


def _names() -> dict[int | None, str]:
    return {None: MACHINE} | {one.id: one.name for one in parts().store.people.list()}


def _cells(entry: Entry, names: Mapping[int | None, str]) -> tuple[str, ...]:
    return (
        str(entry.seq),
        entry.at.astimezone(JAPAN).isoformat(timespec="seconds"),
        names.get(entry.actor, ""),
        "" if entry.actor is None else str(entry.actor),
        entry.action,
        entry.subject,
        _shown(entry.before),
        _shown(entry.after),
        entry.reason,
        entry.previous,
        entry.hash,
    )


def _shown(value: Json) -> str:
    """A value as one line: `key: value` pairs, or JSON."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_word(each)}" for key, each in value.items())
    return _word(value)


def _word(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST <= day <= _LAST else None


def _midnight(day: date | None, *, after: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=after), time(), JAPAN)
