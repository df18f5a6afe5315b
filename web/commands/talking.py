"""`hitorijanai talk`: the assistant in a terminal, turn by turn, or one JSON reply a line."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterator

import click

from assistant.conversation import CHECK_QUESTION, Chose, Conversation, Event, Picked
from assistant.guide import Turn
from assistant.reply import Ask, Check, Clarify, Reply, Suggest, Welcome
from catalog.model import UNDER18, Always, Catalog, Service
from catalog.ruby import plain
from web import shapes
from web.chat import ACTIONS
from web.commands.failing import told
from web.rendering import notice_text
from web.settings import Settings
from web.typed import read_typed
from web.wiring import Parts, wire

KEYS: dict[str, Event] = {
    "b": ACTIONS["back"],
    "r": ACTIONS["restart"],
    "x": ACTIONS["not-this"],
    "c": ACTIONS["cannot-say"],
    "u": Picked(UNDER18),
    "f": ACTIONS["fold-urgent"],
    "g": ACTIONS["go-on"],
}
LEAVE = "q"


@click.command()
@click.option("--jsonl", is_flag=True, help="A message a line in, a JSON reply a line out; each a new conversation.")
@click.pass_obj
def talk(settings: Settings, jsonl: bool) -> None:
    """Talk with the assistant in the terminal. Nothing typed is kept."""
    with told():
        parts = wire(settings)
    if jsonl:
        for line in sys.stdin:
            turn = parts.guide.hear(Conversation(), read_typed(line.rstrip("\r\n")).text)
            shape = shapes.reply(turn, parts.signer.sign(turn.conversation), parts.classifier.version)
            click.echo(json.dumps(shape, ensure_ascii=False))
        return
    _interactive(parts)


def _interactive(parts: Parts) -> None:
    turn = parts.guide.again(Conversation())
    while True:
        click.echo("\n".join(("", *lines(turn.reply, parts.catalog), "")))
        try:
            typed = read_typed(click.prompt("あなた", default="", show_default=False, prompt_suffix="> ")).text.strip()
        except click.Abort:
            return
        if typed.casefold() == LEAVE:
            return
        turn = next_turn(parts, turn, typed)


def next_turn(parts: Parts, turn: Turn, typed: str) -> Turn:
    """The turn after something typed at the prompt: a key, the number of a button, or a worry."""
    key = unicodedata.normalize("NFKC", typed).casefold()
    if key in KEYS:
        return parts.guide.answer(turn.conversation, KEYS[key])
    offered = [event for _, event in buttons(turn.reply)]
    if key.isdecimal() and len(key) < 3:
        if not 1 <= int(key) <= len(offered):
            return parts.guide.again(turn.conversation, notice="unknown-option")
        return parts.guide.answer(turn.conversation, offered[int(key) - 1])
    return parts.guide.hear(turn.conversation, typed)


def buttons(reply: Reply) -> list[tuple[str, Event]]:
    """The labels a person may choose by number, in the order shown, and what each does."""
    step = reply.step
    match step:
        case Ask():
            return [(plain(o.label), Chose(step.id, o.id)) for o in step.question.options]
        case Check():
            return [(plain(label), Chose(CHECK_QUESTION, id)) for id, label in step.options]
        case Clarify():
            shown = {c.id: c for c in (*step.candidates, *step.categories)}
            return [(plain(c.label), Picked(id)) for id, c in shown.items()]
        case Welcome():
            return [(plain(c.label), Picked(c.id)) for c in step.categories]
        case Suggest():
            second = reply.next_worry
            return [(f"{plain(second.label)}も見る", Picked(second.id))] if second else []


def lines(reply: Reply, catalog: Catalog) -> Iterator[str]:
    """A reply as lines to read in a terminal: danger first, then the step, then the keys."""
    messages = catalog.messages
    if reply.notice:
        yield f"({plain(notice_text(catalog, reply.notice))})"
    alone = reply.help_alone
    if reply.urgent.level and (not reply.urgent.folded or alone):
        yield f"■ {plain(reply.urgent.say)}"
        if reply.urgent.for_other:
            yield plain(reply.urgent.for_other)
        for service in reply.urgent.services:
            yield from _service(service)
        yield ""
    if reply.answer:
        yield plain(reply.answer.say)
        for id in reply.answer.services:
            yield from _service(catalog.services[id])
    if not alone:
        yield from _step(reply, catalog)
    for number, (label, _) in enumerate(buttons(reply), 1):
        yield f"  {number}. {label}"
    yield ""
    yield from _keys(reply, alone, catalog)
    yield plain(_always(reply, catalog).say)
    if isinstance(reply.step, Welcome):
        yield plain(messages.input_note)


def _step(reply: Reply, catalog: Catalog) -> Iterator[str]:
    messages, step = catalog.messages, reply.step
    match step:
        case Welcome():
            yield from (plain(messages.welcome_title), plain(messages.welcome_lead))
        case Clarify():
            lead = messages.together_lead if step.together else messages.clarify_lead
            yield plain(lead if step.candidates else messages.clarify_title)
            for service in step.human_line:
                yield from _service(service)
        case Check():
            yield plain(step.ask)
        case Ask():
            yield f"【{plain(step.category.label)}】"
            yield from _read(reply, catalog)
            yield plain(step.question.ask)
            if step.question.help:
                yield plain(step.question.help)
        case Suggest():
            yield from _read(reply, catalog)
            yield plain(step.say)
            for service in step.services:
                yield from _service(service, in_full=True)
            yield plain(messages.if_no_answer)


def _read(reply: Reply, catalog: Catalog) -> Iterator[str]:
    read = [answered for answered in reply.trail if answered.read]
    if read:
        yield plain(catalog.messages.read_title)
    for answered in read:
        yield f"   {plain(answered.question.ask)} → {plain(answered.option.label)}"


def _service(service: Service, *, in_full: bool = False) -> Iterator[str]:
    yield f"● {service.name}"
    if in_full:
        yield f"   {service.what}"
        yield f"   だれのため: {service.who}"
        if service.how:
            yield f"   はじめかた: {service.how}"
    for channel in service.channels:
        way = channel.number or (channel.url if channel.type in ("chat", "line", "web") else None)
        if way or in_full:
            yield "   " + "  ".join(part for part in (way, channel.label, channel.hours_text) if part)
    if in_full:
        yield f"   {service.url}"


def _keys(reply: Reply, alone: bool, catalog: Catalog) -> Iterator[str]:
    messages = catalog.messages
    keys = [("b", messages.back), ("r", messages.restart)]
    if isinstance(reply.step, (Ask, Suggest)) and not alone:
        keys.append(("x", messages.not_this))
    if isinstance(reply.step, Welcome):
        keys = [("c", messages.cannot_say), ("u", messages.under18_link)]
    if reply.urgent.level and not reply.urgent.folded:
        keys += [("f", messages.urgent_fold)]
    if alone:
        keys = [("g", messages.go_on), *keys]
    yield "  ".join(f"[{key}] {plain(label)}" for key, label in (*keys, (LEAVE, "おわる")))


def _always(reply: Reply, catalog: Catalog) -> Always:
    category = reply.step.category.id if isinstance(reply.step, (Ask, Suggest)) and reply.step.category else ""
    return catalog.always_for(category)
