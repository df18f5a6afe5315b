from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.text import normalise
from nlu.tokenizer import NOT, reading, sayable, tokens, versions


def test_words_that_count_in_their_normal_form() -> None:
    found = tokens(normalise("会社を辞めさせられて、家賃が払えません。"))
    assert "会社" in found
    assert "家賃" in found
    assert not {"を", "、", "。", "が"} & set(found)


def test_numbers_are_all_one_and_names_are_left_out() -> None:
    assert tokens("38万円")[0] == "0"
    assert not any("健一" in word for word in tokens("田中健一さんに殴られた"))
    assert tokens("借金が300万") == tokens("借金が120万")


def test_readings_are_hiragana() -> None:
    assert reading("家賃が払えない") == "やちんがはらえない"
    assert reading("LINEで3回") == "LINEで3かい"


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"母の介護で仕事を{n}日休んだら上司に責められた。夜も眠れない" for n in range(50)] * 8
    alone = [tokens(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(tokens, texts)) == alone


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=())))
def test_any_text(raw: str) -> None:
    normal = normalise(raw)
    assert all(isinstance(word, str) and word for word in tokens(normal))
    reading(normal)


def test_the_dictionary_is_named() -> None:
    assert set(versions()) == {"sudachipy", "sudachidict-core"}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("妊娠していない", "妊娠"),
        ("コロナじゃなかった", "コロナ"),
        ("友達ではない", "友達"),
        ("離婚はしません", "離婚"),
        ("介護は要らん", "要る"),
        ("食べずにいる", "食べる"),
    ],
)
def test_what_is_denied_is_marked(text: str, denied: str) -> None:
    assert NOT + denied in tokens(normalise(text))
    assert denied in tokens(normalise(text))


@pytest.mark.parametrize("text", ["お金がない", "借金がある", "妊娠した", "ない", "。ない"])
def test_what_is_not_denied_is_not_marked(text: str) -> None:
    assert not [word for word in tokens(normalise(text)) if word.startswith(NOT)]


def test_words_to_say_back_stand_as_they_were_written() -> None:
    def said(text: str) -> list[str]:
        return [surface for _, surface in sayable(normalise(text))]

    assert said("保育園が見つからない") == ["保育園", "見つからない"]
    assert said("田中健一さんの家賃が三か月払えない") == ["家賃", "払えない"]
    assert said("きいてくれません") == []
    assert {surface: units for units, surface in sayable("保育園")}["保育園"] == ("保育", "園")
