"""Texts in hiragana alone are cut into the words that the phrases taught."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.kana import KanaReader
from nlu.text import normalise
from nlu.tokenizer import NOT, tokens

TAUGHT = [
    "介護が大変で仕事を辞めた",
    "会社の仕事が忙しくて介護が出来ない",
    "父の介護が大変です",
    "追突された、首が痛い",
    "車に追突されて首が痛い",
    "追突されて仕事が出来ない",
    "仕事を辞めたい、介護が大変",
    "首が痛いので仕事を辞めた",
    "田中健一さんに追突された",
    "田中健一さんの介護が大変",
    "田中健一さんは仕事が忙しい",
    "田中健一さんが会社を辞めた",
    "介護ではなく仕事の話です",
    "介護じゃない、仕事の話です",
]


@pytest.fixture(scope="module")
def reader() -> KanaReader:
    return KanaReader.learn(map(normalise, TAUGHT * 3))


@pytest.mark.parametrize(
    ("kana", "words"),
    [
        ("かいごがたいへんでしごとをやめた", ["介護", "大変", "仕事", "辞める"]),
        ("ついとつされて、くびがいたい", ["追突", "為る", "首", "痛い"]),
    ],
)
def test_words_are_found_by_their_readings(reader: KanaReader, kana: str, words: list[str]) -> None:
    assert tokens(normalise(kana), reader) == words
    assert tokens(normalise(kana)) != words


def test_a_text_with_kanji_is_left_to_sudachi(reader: KanaReader) -> None:
    text = normalise("父の介護が大変でつらいです")
    assert not reader.reads(text)
    assert tokens(text, reader) == tokens(text)


def test_what_is_denied_is_marked(reader: KanaReader) -> None:
    assert NOT + "介護" in tokens(normalise("かいごじゃない、しごとがたいへん"), reader)


def test_no_name_is_known_by_its_reading(reader: KanaReader) -> None:
    assert not [kana for kana in reader.readings if "けんいち" in kana or "たなか" in kana]


def test_what_stands_in_few_places_is_not_known() -> None:
    few = KanaReader.learn(map(normalise, TAUGHT[:2]))
    assert "かいご" not in few.readings
    assert "介護" not in tokens("かいごがたいへん", few)


def test_the_same_texts_in_any_order_give_the_same_reader(reader: KanaReader) -> None:
    again = KanaReader.learn(map(normalise, reversed(TAUGHT * 3)))
    assert again.readings.tobytes() == reader.readings.tobytes()
    assert again.says == reader.says
    assert np.array_equal(again.costs, reader.costs)


@given(st.text(alphabet="あいかごたへんでしとやめーっ、a1介護 ", max_size=60))
@settings(max_examples=300, deadline=None)
def test_no_letter_is_lost_and_nothing_fails(reader: KanaReader, text: str) -> None:
    normal = normalise(text)
    assert all(tokens(normal, reader))
    assert "".join(reader._cut("かいごがたいへん")) == "かいごがたいへん"
    if normal and set(normal) <= set("あいかごたへんでしとやめーっ"):
        assert "".join(reader._cut(normal)) == normal
