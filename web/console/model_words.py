"""Figures and states of models in words and rows for the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import groupby
from re import compile as pattern
from typing import Any

from markupsafe import Markup

from nlu.reviewed import PHRASE
from web import learning
from web.store import Store
from web.store.jobs import Job
from web.store.queue import IDENTIFYING_FROM

STATES = {
    "waiting": "関門を通りました。使い始めるのを待っています",
    "refused": "関門で止まりました",
    "released": "使い始めました",
    "withdrawn": "取り下げました",
}
GROUPS = {
    "golden": "守る文",
    "danger": "危険の守る文",
    "hard": "まちがえやすい文",
    "held_out": "試験の文",
    "reviewed": "見なおした文",
}
EFFECTS = {"worse": "悪くなる", "other": "どちらもちがう", "better": "よくなる"}
JOB_STATES = {
    "waiting": "始まるのを待っています",
    "running": "学習しています",
    "done": "終わりました",
    "failed": "うまくいきませんでした",
    "stopped": "止めました",
}
LEFT = {
    "unreadable": "読めない文(鍵がないか、伏せ字だけ)",
    "unknown-label": "いまはない分類",
    "examination": "試験の文や守る文と、同じか、ほぼ同じ",
    "written": "例文に、同じ文がもうある",
    "contradicts": "ほぼ同じ例文が、ちがう分類に入っている(例文かラベルを見なおす)",
    "same": "同じ文がもう入った",
    "cluster": "にた文が多い",
    "day": "同じ日の、同じ分類の文が多い",
    "person": "一人の判断だけの文が多い",
    "share": "見なおした文の割合が、上限にとどいた",
}
"""Why a verdict was not learnt from (web.admission.REASONS)."""
_FIGURES = (
    ("正しく分けた", "lenient", "up"),
    ("きびしく数えて正しい", "strict", "up"),
    ("言い切った", "sure", ""),
    ("言い切った時に正しい", "sure_right", "up"),
    ("悩みを「どれでもない」とした", "missed", "down"),
    ("自信のずれ(ECE)", "ece", "down"),
)
_CODE = pattern(r"`([^`]*)`")
_BOLD = pattern(r"\*\*([^*]*)\*\*")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure before and now, as words; `before` is a dash without a model to compare with."""

    name: str
    before: str
    now: str
    change: str


@dataclass(frozen=True, slots=True)
class JobWords:
    """A training for the page. `share`: done, 0 to 1, None where nobody knows; `dead`: nobody does it any more."""

    job: Job
    state: str
    share: float | None
    dead: bool
    problem: str
    version: str | None


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """An answer that changes, in words. `text` is None where the phrase is gone or not for this reader."""

    effect: str
    effect_name: str
    group: str
    text: str | None
    wanted: str
    before: str
    now: str
    confidence: str
    sure: bool


def score_rows(gate: Mapping[str, Any], names: Mapping[str, str]) -> tuple[list[Row], list[Row]]:
    """The figures over all, and the share found of each category."""
    if "now" not in gate:
        return [], []
    now, before = gate["now"], gate["before"]
    whole = [_row(name, before and before[key], now[key]) for name, key, _ in _FIGURES]
    was = {score["label"]: score["recall"] for score in before["labels"]} if before else {}
    found = {score["label"]: score["recall"] for score in now["labels"]}
    return whole, [_row(name, was.get(label), found[label]) for label, name in names.items() if label in found]


def job_words(job: Job, now: datetime) -> JobWords:
    """A training in words."""
    gone = learning.dead(job, now)
    told = job.result if isinstance(job.result, dict) else {}
    return JobWords(
        job=job,
        state="止まってしまったようです" if gone else JOB_STATES[job.state],
        share=job.done / job.total if job.total else None,
        dead=gone,
        problem=str(told.get("problem", "")),
        version=told.get("version"),
    )


def change_rows(
    changes: Iterable[Mapping[str, Any]], store: Store, names: Mapping[str, str], *, for_lead: bool
) -> list[ChangeRow]:
    """Changes for the page. Texts that people gave are read from the store now, and only if the reader may see them."""
    return [
        ChangeRow(
            effect=change["effect"],
            effect_name=EFFECTS[change["effect"]],
            group=GROUPS[change["group"]],
            text=_text(change, store, for_lead=for_lead),
            wanted=names.get(change["wanted"], change["wanted"]),
            before=names.get(change["before"], change["before"]),
            now=names.get(change["now"], change["now"]),
            confidence=f"{change['confidence']:.0%}" if change["group"] != "danger" else "",
            sure=change["sure"],
        )
        for change in changes
    ]


def card_html(lines: Sequence[str]) -> Markup:
    """The card of a model: headings, tables, lists and paragraphs of our own Markdown. All text is escaped."""
    parts = []
    for kind, block in groupby(lines, key=_kind):
        texts = list(block)
        if kind == "heading":
            parts += [f"<h3>{_inline(text.lstrip('# '))}</h3>" for text in texts if not text.startswith("## ")]
        elif kind == "table":
            parts.append(_table(texts))
        elif kind == "list":
            parts.append("<ul>" + "".join(f"<li>{_inline(text[2:])}</li>" for text in texts) + "</ul>")
        elif kind == "text":
            parts.append("<p>" + "<br>".join(_inline(text) for text in texts) + "</p>")
    return Markup("\n".join(parts))  # noqa: S704 - every piece of text went through escape


def _row(name: str, before: float | None, now: float) -> Row:
    if before is None:
        return Row(name, "—", f"{now:.1%}", "")
    moved = 100 * (now - before)
    return Row(name, f"{before:.1%}", f"{now:.1%}", "" if abs(moved) < 0.05 else f"{moved:+.1f}")


def _text(change: Mapping[str, Any], store: Store, *, for_lead: bool) -> str | None:
    if change["group"] != "reviewed":
        return str(change["text"])
    phrase = store.phrases.by_id(change["where"].removeprefix(PHRASE))
    if phrase is None or (phrase.identifying >= IDENTIFYING_FROM and not for_lead):
        return None
    return phrase.text


def _kind(line: str) -> str:
    if not line or line.startswith("<!--"):
        return ""
    marks = {"#": "heading", "|": "table", "-": "list"}
    return marks.get(line[0], "text")


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in rows[2:])
    return f'<div class="wide-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _inline(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", _CODE.sub(r"<code>\1</code>", escape(text)))
