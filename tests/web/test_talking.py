from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.conversation import Conversation
from assistant.guide import Turn
from web.cli import main
from web.commands.talking import lines, next_turn
from web.wiring import Parts


@pytest.fixture(autouse=True)
def _the_model_of_these_phrases(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITORIJANAI_INSTANCE", str(instance))


def talked(parts: Parts, *typed: str) -> tuple[Turn, str]:
    turn = parts.guide.again(Conversation())
    for text in typed:
        turn = next_turn(parts, turn, text)
    return turn, "\n".join(lines(turn.reply, parts.catalog))


def test_numbers_choose_what_is_shown(parts: Parts) -> None:
    turn, shown = talked(parts, "３")
    assert turn.conversation.category == "work"
    assert "【仕事・職場】" in shown
    while "suggest" not in type(turn.reply.step).__name__.casefold():
        turn = next_turn(parts, turn, "1")
    shown = "\n".join(lines(turn.reply, parts.catalog))
    assert "つながらないとき" in shown
    assert "110" in shown


def test_a_number_without_a_button_is_not_heard_as_a_worry(parts: Parts) -> None:
    turn, shown = talked(parts, "77")
    assert turn.reply.notice == "unknown-option"
    assert "そのボタンは、いまは使えません" in shown


def test_keys(parts: Parts) -> None:
    assert talked(parts, "3", "x")[0].conversation.rejected == ("work",)
    assert talked(parts, "3", "b")[0].conversation.category is None
    assert talked(parts, "u")[0].conversation.category == "under18"
    assert "189" in talked(parts, "u")[1].splitlines()[-1]
    assert talked(parts, "c")[0].conversation.heard


def test_danger_is_the_first_line(parts: Parts) -> None:
    turn, shown = talked(parts, "いま薬を全部飲んだ")
    assert turn.reply.urgent.level == 4
    assert shown.startswith("■")
    assert "119" in shown.splitlines()[0]
    assert "[g]" in shown
    folded = talked(parts, "もう死にたい", "f")[1]
    assert "■" not in folded


def test_jsonl_streams_one_reply_a_line() -> None:
    text = "会社をクビになって家賃が払えない\n\n薬を大量に飲んでしまった\n" + "あ" * 100_000 + "\n"
    result = CliRunner().invoke(main, ["talk", "--jsonl"], input=text.encode() + b"\xff\xfe\xff\n")
    assert result.exit_code == 0, result.output
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(replies) == 5
    assert replies[0]["understood"]["ranked"]
    assert replies[1]["notice"] == "nothing-heard"
    assert replies[2]["urgent"]["level"] == 4


def test_the_talk_ends_when_the_person_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("q\n", ""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        result = CliRunner().invoke(main, ["talk"], input=typed)
        assert result.exit_code == 0
        assert "どんなことで、つらいですか" in result.output
