"""Plays a conversation written in YAML and says in plain words where it goes another way. See README.md here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.conversation import (
    CannotSay,
    Chose,
    Conversation,
    Event,
    FoldedUrgent,
    NotThis,
    Picked,
    StartedOver,
    WentBack,
    WentOn,
)
from assistant.guide import Guide, Turn
from assistant.reply import Ask, Check, Clarify, Suggest, Welcome
from catalog.model import UNDER18, Catalog, Service
from catalog.ruby import plain
from nlu.classifier import load as load_model
from tests.support.clocks import clock
from tests.support.instances import current_instance
from web import wiring

ROOT = Path(__file__).resolve().parent.parent.parent
SCREENS = {Welcome: "はじめ", Clarify: "候補", Check: "確認", Ask: "質問", Suggest: "相談先"}
KINDS = {
    "suicide": "自殺",
    "self-harm": "自傷",
    "overdose": "薬の飲みすぎ",
    "dv": "DV",
    "child-abuse": "虐待",
    "sexual-violence": "性被害",
    "violence": "暴力",
    "harm-to-others": "人を傷つけそう",
    "medical": "体の危険",
    "no-food-or-shelter": "食べ物・寝る所",
}


class DialogueError(AssertionError):
    """The conversation went another way; the message is what a clinician reads."""


@cache
def _catalog() -> Catalog:
    return wiring.load_catalog(ROOT / "catalog" / "data")


@cache
def _guide() -> Guide:
    classifier = load_model(current_instance())
    if classifier.problem is not None:
        pytest.skip(f"モデルがありません。make test が先に作ります({classifier.problem})")
    return Guide(_catalog(), classifier.predict, clock)


def play(file: Path) -> None:
    """Play the file. Raises DialogueError where something else is shown than expected."""
    dialogue = yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506
    _only(dialogue, ("題", "モデル", "流れ"), "はじめ")
    guide = Guide(_catalog(), lambda text: None, clock) if dialogue.get("モデル") == "なし" else _guide()
    turn = guide.again(Conversation())
    for number, given in enumerate(dialogue["流れ"], 1):
        done = "、".join(f"{key}「{value}」" for key, value in given.items() if key in ACTIONS)
        where = f"{dialogue['題']}\n  {number}番目 {done}"
        _only(given, (*ACTIONS, "期待"), where)
        if len(set(given) & set(ACTIONS)) != 1:
            raise DialogueError(f"{where}\n  書き方: {'・'.join(ACTIONS)}のどれか一つを書いてください")
        action = next(key for key in given if key in ACTIONS)
        try:
            turn = ACTIONS[action](guide, turn, given[action])
            turn = _expect(guide, turn, given.get("期待") or {}, where)
        except LookupError as error:
            raise DialogueError(f"{where}\n  {error.args[0]}") from None


def _only(given: Any, keys: tuple[str, ...], where: str) -> None:
    unknown = set(given) - set(keys)
    if unknown:
        raise DialogueError(f"{where}\n  書き方: 「{'」「'.join(unknown)}」は使えません。使えるのは {'・'.join(keys)}")


# ---- what the person does


def _say(guide: Guide, turn: Turn, text: str) -> Turn:
    return guide.hear(turn.conversation, text)


def _press(guide: Guide, turn: Turn, label: str) -> Turn:
    return guide.answer(turn.conversation, _one(label, _buttons(guide.catalog, turn)))


def _change(guide: Guide, turn: Turn, label: str) -> Turn:
    offered = [
        (plain(option.label), Chose(answered.id, option.id))
        for answered in turn.reply.trail
        for option in answered.question.options
    ]
    return guide.answer(turn.conversation, _one(label, offered))


ACTIONS: dict[str, Callable[[Guide, Turn, str], Turn]] = {"言う": _say, "押す": _press, "答えをかえる": _change}


def _one(label: str, offered: list[tuple[str, Event]]) -> Event:
    found = [event for shown, event in offered if shown == label] or [e for shown, e in offered if label in shown]
    if len(found) != 1:
        many = "そのボタンは二つ以上あります" if found else "そのボタンは出ていません"
        raise LookupError(f"{many}。出ているのは: {'／'.join(shown for shown, _ in offered)}")
    return found[0]


def _buttons(catalog: Catalog, turn: Turn) -> list[tuple[str, Event]]:
    """The buttons of the page, as the templates show them."""
    step, messages = turn.reply.step, catalog.messages
    shown: list[tuple[str, Event]] = []
    match step:
        case Ask():
            shown = [(o.label, Chose(step.id, o.id)) for o in step.question.options]
        case Check():
            shown = [(label, Chose(step.id, id)) for id, label in step.options]
        case Clarify():
            shown = [(c.label, Picked(c.id)) for c in step.categories]
        case Welcome():
            shown = [(c.label, Picked(c.id)) for c in step.categories]
            shown += [(messages.cannot_say, CannotSay()), (messages.under18_link, Picked(UNDER18))]
    if _alone(turn):
        shown = [(messages.go_on, WentOn())]
    elif not isinstance(step, Welcome):
        shown += [(messages.back, WentBack()), (messages.restart, StartedOver())]
    if isinstance(step, Ask | Suggest) and step.category:
        shown += [(messages.not_this, NotThis())]
    if turn.reply.urgent.level and not turn.reply.urgent.folded:
        shown += [(messages.urgent_fold, FoldedUrgent())]
    return [(plain(label), event) for label, event in shown]


# ---- what is shown


def _alone(turn: Turn) -> bool:
    return isinstance(turn.reply.step, Suggest) and turn.reply.step.category is None


def _screen(turn: Turn) -> str:
    return "助けだけ" if _alone(turn) else SCREENS[type(turn.reply.step)]


def _category(turn: Turn) -> str:
    step = turn.reply.step
    return plain(step.category.label) if isinstance(step, Ask | Suggest) and step.category else "なし"


def _candidates(turn: Turn) -> list[str]:
    step = turn.reply.step
    return [plain(c.label) for c in step.candidates] if isinstance(step, Clarify) else []


def _suggested(turn: Turn) -> list[str]:
    step = turn.reply.step
    return _names(step.services if isinstance(step, Suggest) else ())


def _names(services: tuple[Service, ...]) -> list[str]:
    return [service.name for service in services]


def _words(turn: Turn) -> Iterator[str]:
    """Every sentence and name on the screen."""
    step, urgent = turn.reply.step, turn.reply.urgent
    yield from (urgent.say, *_names(urgent.services))
    match step:
        case Ask():
            yield from (step.question.ask, step.question.help or "", *(o.label for o in step.question.options))
        case Check():
            yield from (step.ask, *(label for _, label in step.options))
        case Clarify():
            yield from (*_names(step.human_line), *(c.label for c in step.candidates))
        case Suggest():
            yield from (step.say, *_names(step.services))


ONE: dict[str, Callable[[Turn], str]] = {
    "画面": _screen,
    "分類": _category,
    "段階": lambda turn: str(turn.reply.urgent.level),
    "種類": lambda turn: KINDS.get(turn.reply.urgent.kind or "", "なし"),
    "最初の相談先": lambda turn: (_suggested(turn) or ["なし"])[0],
    "小さくたたむ": lambda turn: "はい" if turn.reply.urgent.folded else "いいえ",
    "お知らせ": lambda turn: "あり" if turn.reply.notice else "なし",
}
MANY: dict[str, Callable[[Turn], list[str]]] = {
    "候補": _candidates,
    "相談先": _suggested,
    "助け": lambda turn: _names(turn.reply.urgent.services),
    "読みとった答え": lambda turn: [plain(a.option.label) for a in turn.reply.trail if a.read],
}
WORDS = {"見える": True, "見えない": False}


def _expect(guide: Guide, turn: Turn, wanted: dict[str, Any], where: str) -> Turn:
    """The turn, one button further if the category wanted is only among the candidates."""
    _only(wanted, (*ONE, *MANY, *WORDS), where)
    if "分類" in wanted and wanted["分類"] in _candidates(turn):
        turn = _press(guide, turn, wanted["分類"])
    for key, value in wanted.items():
        for one in [value] if isinstance(value, str) else value:
            shown = _differs(turn, key, one)
            if shown is not None:
                raise DialogueError(f"{where}\n  期待  {key}: {one}\n  実際  {shown}")
    return turn


def _differs(turn: Turn, key: str, wanted: str) -> str | None:
    """What is shown instead; None if it is as wanted."""
    if key in ONE:
        shown = ONE[key](turn)
        more = f"(画面: {_screen(turn)}、候補: {'・'.join(_candidates(turn)) or 'なし'})" if key == "分類" else ""
        return None if shown == wanted else shown + more
    if key in MANY:
        names = MANY[key](turn)
        found = not names if wanted == "なし" else any(wanted in name for name in names)
        return None if found else "・".join(names) or "なし"
    words = [plain(word) for word in _words(turn)]
    return None if any(wanted in word for word in words) == WORDS[key] else "／".join(filter(None, words))
