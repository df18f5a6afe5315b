from __future__ import annotations

import json

import pytest

from assistant.conversation import Conversation
from assistant.memory import MAX_ANSWERS, from_text, to_text
from catalog.model import CATEGORY_IDS, URGENT_KINDS, Catalog

FULL = Conversation(
    category="work",
    answers=(("who", "me"), ("pay", "yes")),
    heard=True,
    candidates=("work", "childcare"),
    rejected=("covid19",),
    read=(("work", "who", "me"), ("childcare", "age", "school")),
    pair=("work", "childcare"),
    level=3,
    kind="dv",
    weak=2,
    for_other=True,
    check="no",
    folded=True,
    going_on=True,
)


@pytest.mark.parametrize("conversation", [Conversation(), FULL])
def test_a_conversation_survives_the_way_there_and_back(conversation: Conversation) -> None:
    assert from_text(to_text(conversation)) == conversation


def test_every_field_is_kept() -> None:
    for field in Conversation.__dataclass_fields__:
        assert getattr(FULL, field) != getattr(Conversation(), field), f"{field} is not put to the test above"


def test_an_empty_conversation_is_short() -> None:
    assert to_text(Conversation()) == '{"v":1}'


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "1", '"v"', "{}", '{"v":2}', '{"v":1', "[" * 100_000, "９", "\x00", '{"v":1e999}']
)
def test_what_is_not_ours_is_no_conversation(text: str) -> None:
    assert from_text(text) is None


@pytest.mark.parametrize(
    "kept",
    [
        {"c": 1, "a": "who=me", "n": {"work": 1}, "r": None, "h": "1", "f": [], "g": 2, "q": ["pending"]},
        {"a": ["who", 7, None, ["who", "me"]], "n": [1, None], "q": "maybe", "w": 4},
        {"d": ["work=who", "==", 3, "work=who=me=too"], "p": {"work": 1}},
        {"l": 9, "k": "suicide"},
        {"l": True, "k": "suicide", "w": True},
        {"l": 2.0, "k": "suicide", "w": -1},
        {"l": 3},
        {"k": "suicide"},
    ],
)
def test_a_wrong_value_is_left_out(kept: dict[str, object]) -> None:
    assert from_text(json.dumps({"v": 1, **kept})) == Conversation()


def test_no_more_answers_are_read_than_a_flow_can_ask(catalog: Catalog) -> None:
    deepest = max(len(path.answers) for flow in catalog.flows.values() for path in flow.paths())
    assert deepest <= MAX_ANSWERS
    read = from_text(json.dumps({"v": 1, "c": "work", "a": ["q=o"] * 50}))
    assert read is not None
    assert len(read.answers) == MAX_ANSWERS


def test_ids_hold_no_sign_that_answers_are_cut_at(catalog: Catalog) -> None:
    ids = {part for flow in catalog.flows.values() for path in flow.paths() for pair in path.answers for part in pair}
    assert not [id for id in (*ids, *CATEGORY_IDS, *URGENT_KINDS) if "=" in id or not id.isascii()]
