from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.passages import LONG, Passage, passages
from nlu.text import normalise
from nlu.tokenizer import tokens, tokens_at


def cut(text: str) -> list[Passage]:
    normal = normalise(text)
    return passages(normal, *tokens_at(normal))


@pytest.mark.parametrize("text", ["", "死にたい", "つらいです。もう無理です。", "あ" * 300])
def test_what_is_short_or_cannot_be_cut_has_no_parts(text: str) -> None:
    assert cut(text) == []


def test_sentences_are_passages_and_long_ones_are_cut_at_commas_and_lines() -> None:
    long = "あれこれと用事があり、" * 5 + "仕事から帰ってきて\nいま殴られています"
    parts = cut("きょうは雨でした。洗濯物が乾きません!" + long)
    assert [part.text for part in parts[:2]] == ["きょうは雨でした", "洗濯物が乾きません"]
    assert parts[-1].text.endswith("いま殴られています")
    assert all(len(part.text) <= LONG for part in parts)
    assert parts[1].words == tokens("洗濯物が乾きません")


@given(st.text(st.sampled_from("あ家。、！\n い"), max_size=200))
def test_words_and_letters_are_each_in_one_passage(text: str) -> None:
    normal = normalise(text)
    words, begins = tokens_at(normal)
    assert sorted(begins) == begins
    parts = passages(normal, words, begins)
    assert len(parts) != 1
    assert all(part.text in normal and part.text for part in parts)
    if parts:
        assert [word for part in parts for word in part.words] == words
