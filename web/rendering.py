"""Replies to HTML. Templates get ready values; no text from a person is ever shown unescaped or kept."""

from __future__ import annotations

from flask import Flask, Response, g, make_response, render_template

from assistant.guide import Turn
from assistant.reply import Ask, Check, Clarify, Suggest, Welcome
from catalog.hours import LIVE, Openness
from catalog.model import UNDER18, Always, Catalog
from web import filters, fragments
from web.parts import parts as app_parts
from web.search_terms import LANGUAGES
from web.sharing import NEVER_FROM
from web.showing import showing
from web.ways import fitting, has, languages, offered, speaking, speaking_first
from web.wiring import Parts

NOTICES = {
    "unknown-option": "error_unknown_option",
    "unknown-category": "error_unknown_option",
    "nothing-heard": "error_empty",
    "stale": "error_stale",
    "shortened": "error_too_long",
    "bad-text": "error_bad_text",
    "shared": "share_thanks",
    "declined": "share_declined",
    "not-shared": "share_unavailable",
    "thanks": "helped_thanks",
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
TEMPLATES = {Welcome: "welcome", Clarify: "clarify", Check: "check", Ask: "ask", Suggest: "suggest"}


def install(app: Flask, parts: Parts) -> None:
    """The filters and the values every template may use."""
    filters.install(app, parts.catalog)
    fragments.plainly(app)
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


def page(
    turn: Turn,
    *,
    notices: tuple[str, ...] = (),
    typed: str = "",
    way: str = "",
    tongue: str = "",
    sealed: str = "",
    answered: bool = False,
) -> Response:
    """The page of one turn. `typed` is given back to the text box only where it could not be used.

    `way` and `tongue`: the way of talking and the language chosen among the services suggested (see web.ways).
    `sealed`: what was typed, encrypted, carried on until consent can be asked (see web.sharing); `answered`: it was
    asked, and is not asked again.
    """
    here = app_parts()
    step = turn.reply.step
    g.turn = turn
    g.furigana = turn.conversation.category == UNDER18
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
        typed_now=turn.prediction is not None,
        sealed=sealed,
        asks=isinstance(step, Suggest) and not answered and here.sharing.asks(sealed, turn.conversation),
        asks_helped=not answered and turn.conversation.level < NEVER_FROM,
        no_model=turn.conversation.heard and not here.classifier.working,
        title=_title(here.catalog, turn.conversation.category),
        **(_suggested(here.catalog, step, way, tongue) if isinstance(step, Suggest) else {}),
        **_strip(here.catalog, here.catalog.always_for(turn.conversation.category or "")),
    )
    return make_response(html)


def _suggested(catalog: Catalog, step: Suggest, way: str, tongue: str) -> dict[str, object]:
    """The services of an outcome as chosen: by way of talking and language, the reader's language first."""
    spoken, speaks = speaking(step.services, tongue)
    found, as_asked = fitting(spoken, way)
    if showing().lang == "en":
        found = speaking_first(found, "en")
    flow = catalog.flows.get(step.category.id) if step.category else None
    return {
        "shown": found,
        "way": way,
        "tongue": tongue,
        "tongues": {code: LANGUAGES[code][0] for code in languages(step.services) if code in LANGUAGES},
        "nearest": not (as_asked and speaks),
        "ways": {"": catalog.messages.way_any}
        | {way: getattr(catalog.messages, f"way_{way}") for way in offered(step.services)},
        "first_words": flow.first_words if flow and any(has(service, "phone") for service in found) else None,
        "numbers": "\n".join(f"{service.name} {c.number}" for service in found for c in service.channels if c.number),
    }


def _strip(catalog: Catalog, always: Always) -> dict[str, object]:
    return {"strip": always, "strip_services": catalog.named(always.services)}


def _title(catalog: Catalog, category: str | None) -> str | None:
    flow = catalog.flows.get(category or "")
    return flow.title if flow else None


def notice_text(catalog: Catalog, notice: str) -> str:
    """The sentence of a notice."""
    return str(getattr(catalog.messages, NOTICES[notice]))
