from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation import CHECK_ANSWERS, Conversation
from assistant.crisis import WEAK_ADD_UP
from assistant.memory import MAX_ANSWERS, from_text, to_text

ids = st.text(st.characters(blacklist_characters="="), min_size=1, max_size=20)
lists = st.lists(ids, max_size=12).map(tuple)
conversations = st.builds(
    lambda danger, **rest: Conversation(level=danger[0], kind=danger[1], **rest),
    danger=st.just((0, None)) | st.tuples(st.integers(1, 4), ids),
    category=st.none() | ids,
    answers=st.lists(st.tuples(ids, st.text(max_size=20)), max_size=MAX_ANSWERS).map(tuple),
    heard=st.booleans(),
    candidates=lists,
    rejected=lists,
    weak=st.integers(0, WEAK_ADD_UP),
    check=st.sampled_from([None, "pending", *CHECK_ANSWERS]),
    folded=st.booleans(),
    going_on=st.booleans(),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=9,
)


@given(conversations)
def test_there_and_back(conversation: Conversation) -> None:
    text = to_text(conversation)
    assert text.isascii()
    assert from_text(text) == conversation


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert from_text(text) is None or isinstance(from_text(text), Conversation)


@given(st.dictionaries(st.sampled_from("canhrlkwqfgv"), json_values))
def test_no_values_raise_and_what_is_read_can_be_kept(kept: dict[str, object]) -> None:
    read = from_text(json.dumps({**kept, "v": 1}))
    assert read is not None
    assert from_text(to_text(read)) == read
