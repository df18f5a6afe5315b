from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.small_talk import SmallTalk, foreign
from catalog.model import Catalog


@pytest.fixture(scope="module")
def small_talk(catalog: Catalog) -> SmallTalk:
    return SmallTalk(catalog.answers)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("こんにちは", "greeting"),
        ("コンニチハ!", "greeting"),
        ("ありがとうございました", "thanks"),
        ("これってAIが返事してるの?", "who-are-you"),
        ("書いた内容ってどこかに保存されるんですか", "secret"),
        ("このサイト無料で使えますか", "free-of-charge"),
        ("英語でもいいですか", "speaks-english"),
        ("使い方がわからん", "how-to-use"),
        ("I need help with my visa", "other-language"),
        ("Tôi bị mất việc", "other-language"),
        ("집세를 못 내요", "other-language"),
        ("我被老板骂了 很难过 help me please now", "other-language"),
    ],
)
def test_what_is_no_worry_is_answered_kindly(small_talk: SmallTalk, text: str, id: str) -> None:
    found = small_talk.answer(text, 0.9)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize("text", ["夫の秘密を知ってしまった", "人間関係がつらい", "会社のロボットにけがをさせられた"])
def test_a_worry_is_never_answered_as_small_talk(small_talk: SmallTalk, text: str) -> None:
    assert small_talk.answer(text, 0.05) is None


def test_without_a_model_only_the_word_alone_is_answered(small_talk: SmallTalk) -> None:
    assert small_talk.answer("こんにちは", None) is not None
    assert small_talk.answer("こんにちは、家賃が払えません", None) is None


@pytest.mark.parametrize("text", ["", "。", "DV", "PTSD", "家賃", "LINEでいじめ", "shinitai", "新型コロナ"])
def test_short_and_japanese_texts_are_not_foreign(text: str) -> None:
    assert not foreign(text)


@given(st.text(max_size=300), st.none() | st.floats(0, 1))
def test_any_text_is_survived(text: str, none: float | None) -> None:
    assert SmallTalk(()).answer(text, none) is None
