"""Replies to HTML. Templates get ready values; no text from a person is ever shown unescaped or kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask, Response, make_response, render_template
from markupsafe import Markup, escape

from assistant.guide import Turn
from assistant.reply import Ask, Check, Clarify, Suggest, Welcome
from catalog.freshness import is_old
from catalog.hours import LIVE, Openness
from catalog.model import Always, Catalog, Channel, Service
from catalog.ruby import parts as ruby_parts
from web.parts import parts as app_parts
from web.wiring import Parts

NOTICES = {
    "unknown-option": "error_unknown_option",
    "unknown-category": "error_unknown_option",
    "nothing-heard": "error_empty",
    "stale": "error_stale",
    "shortened": "error_too_long",
    "bad-text": "error_bad_text",
}
CHANNEL_NAMES = {
    "phone": "電話",
    "sms": "SMS",
    "line": "LINE",
    "chat": "チャット",
    "mail": "メール",
    "web": "ウェブ",
    "letter": "手紙",
    "visit": "窓口",
    "fax": "ファクス",
}
WEEKDAYS = "月火水木金土日"
TEMPLATES = {Welcome: "welcome", Clarify: "clarify", Check: "check", Ask: "ask", Suggest: "suggest"}


def install(app: Flask, parts: Parts) -> None:
    """The filters and the values every template may use."""
    app.jinja_env.filters["ruby"] = ruby_html
    app.jinja_env.filters["tel"] = tel
    app.jinja_env.filters["shortlist"] = shortlist
    app.jinja_env.filters["japanese_date"] = japanese_date
    app.jinja_env.filters["clock_time"] = clock_time
    app.jinja_env.filters["day_and_time"] = day_and_time
    app.jinja_env.filters["old"] = lambda service, now: is_old(service, now.date())
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    catalog = parts.catalog
    app.jinja_env.globals.update(
        m=catalog.messages,
        channel_names=CHANNEL_NAMES,
        live=LIVE,
        unknown=Openness(),
        services=catalog.services,
        voiceless=catalog.voiceless,
        pages=catalog.pages,
        operator=catalog.operator,
        **_strip(catalog, catalog.strip),
    )


def page(turn: Turn, *, notices: tuple[str, ...] = (), typed: str = "") -> Response:
    """The page of one turn. `typed` is given back to the text box only where it could not be used."""
    here = app_parts()
    step = turn.reply.step
    shown = tuple(dict.fromkeys((*notices, *([turn.reply.notice] if turn.reply.notice else []))))
    html = render_template(
        "page.html",
        reply=turn.reply,
        why=turn.why,
        step=step,
        step_template=f"steps/{TEMPLATES[type(step)]}.html",
        state=here.signer.sign(turn.conversation),
        conversation=turn.conversation,
        moment=turn.moment,
        alone=turn.reply.help_alone,
        notices=[notice_text(here.catalog, n) for n in shown],
        typed=typed,
        no_model=turn.conversation.heard and here.classifier.problem is not None,
        title=_title(here.catalog, turn.conversation.category),
        **_strip(here.catalog, here.catalog.always_for(turn.conversation.category or "")),
    )
    return make_response(html)


def _strip(catalog: Catalog, always: Always) -> dict[str, object]:
    return {"strip": always, "strip_services": catalog.named(always.services)}


def _title(catalog: Catalog, category: str | None) -> str | None:
    flow = catalog.flows.get(category or "")
    return flow.title if flow else None


def notice_text(catalog: Catalog, notice: str) -> str:
    """The sentence of a notice."""
    return str(getattr(catalog.messages, NOTICES[notice]))


def ruby_html(text: str) -> Markup:
    """`{漢字|よみ}` as <ruby>, everything else escaped."""
    return Markup("").join(
        Markup("<ruby>{}<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>").format(base, reading) if reading else escape(base)
        for base, reading in ruby_parts(text)
    )


def tel(number: str) -> str:
    """A `tel:` address for a number as people write it; `#` must be escaped or a browser drops what follows."""
    return "tel:" + "".join(c for c in number if c.isdigit() or c in "+#*").replace("#", "%23")


def shortlist(service: Service) -> tuple[list[Channel], list[Channel]]:
    """The quickest ways to reach a service (a call, a chat; else a page or a counter), and the others to press."""
    calls = [c for c in service.channels if c.number and c.type in ("phone", "sms")]
    chats = [c for c in service.channels if c.url and c.type in ("chat", "line")]
    pages = [c for c in service.channels if c.url and c.type == "web"]
    quick = [*calls[:1], *chats[:1]] or pages[:1] or list(service.channels[:1])
    return quick, [c for c in (*calls, *chats, *pages) if c not in quick]


def japanese_date(day: date) -> str:
    """A date as people write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def clock_time(moment: datetime, now: datetime) -> str:
    """A time today as people say it: 17時, 22時30分; midnight is the 24時 of the day that ends."""
    if moment - now > timedelta(days=1):
        return day_and_time(moment, now)
    if (moment.hour, moment.minute) == (0, 0):
        return "24時"
    return f"{'あした' if moment.date() > now.date() else ''}{_clock(moment)}"


def day_and_time(moment: datetime, now: datetime) -> str:
    """A coming time with its day: きょう9時, あした9時, 11月30日(月)9時."""
    days = (moment.date() - now.date()).days
    day = {0: "きょう", 1: "あした"}.get(days) or f"{moment.month}月{moment.day}日({WEEKDAYS[moment.weekday()]})"
    return f"{day}{_clock(moment)}"


def _clock(moment: datetime) -> str:
    return f"{moment.hour}時{f'{moment.minute}分' if moment.minute else ''}"
