"""Every path of every flow through `respond`, and the golden tables in tests/paths/, one line a path."""

from __future__ import annotations

import difflib
import os
from pathlib import Path as File

import pytest

from assistant.conversation import Chose, Conversation, Picked, WentBack
from assistant.engine import respond
from assistant.reply import Ask, Suggest
from catalog.model import CATEGORY_IDS, UNDER18, Catalog, Path
from catalog.ruby import plain

TABLES = File(__file__).resolve().parent.parent / "paths"
RENEW = "RENEW_PATHS=1 .venv/bin/pytest tests/assistant/test_paths.py"
FLOWS = (*CATEGORY_IDS, UNDER18)


@pytest.mark.parametrize("category", FLOWS)
def test_every_path_asks_until_it_suggests(catalog: Catalog, category: str) -> None:
    flow = catalog.flows[category]
    for path in flow.paths():
        conversation, reply = respond(Conversation(), Picked(category), catalog=catalog)
        for depth, (question, option) in enumerate(path.answers, 1):
            step = reply.step
            assert isinstance(step, Ask), path
            assert (step.category.id, step.id, step.depth) == (category, question, depth)
            assert 2 <= len(step.question.options) <= 6
            before = reply
            conversation, reply = respond(conversation, Chose(question, option), catalog=catalog)
            assert respond(conversation, WentBack(), catalog=catalog)[1] == before
        step = reply.step
        assert isinstance(step, Suggest), path
        assert (step.outcome, step.say) == (path.outcome, flow.outcomes[path.outcome].say)
        assert 2 <= len(step.services) <= 6
        assert [s.id for s in step.services if s.status != "active"] == []
        assert [(a.id, a.option.id) for a in reply.trail] == list(path.answers) == list(conversation.answers)


@pytest.mark.parametrize("category", FLOWS)
def test_the_table_of_paths(catalog: Catalog, category: str) -> None:
    file, now = TABLES / f"{category}.txt", _table(catalog, category)
    if os.environ.get("RENEW_PATHS"):
        file.write_text(now, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    if kept != now:
        diff = "\n".join(
            difflib.unified_diff(kept.splitlines(), now.splitlines(), "前の表", "いまの質問", "", "", 0, "")
        )
        pytest.fail(
            f"{file.name}: 質問の道すじが変わりました。よければ表を書きなおします: {RENEW}\n{diff}", pytrace=False
        )


def test_no_table_is_left_over() -> None:
    assert {file.stem for file in TABLES.glob("*.txt")} == set(FLOWS)


def _table(catalog: Catalog, category: str) -> str:
    flow = catalog.flows[category]
    head = f"# {plain(catalog.category(category).label)}: 答え → 答え ⇒ 行き先 : 相談先を、ためす順に\n"
    return head + "".join(f"{_line(catalog, category, path)}\n" for path in flow.paths())


def _line(catalog: Catalog, category: str, path: Path) -> str:
    flow = catalog.flows[category]
    labels = [next(o.label for o in flow.questions[q].options if o.id == option) for q, option in path.answers]
    services = "、".join(catalog.services[id].name for id in flow.outcomes[path.outcome].services)
    return f"{' → '.join(map(plain, labels))} ⇒ {path.outcome} : {services}"
