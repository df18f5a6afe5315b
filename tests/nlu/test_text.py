from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.text import MAX_CHARACTERS, normalise

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("ﾔﾁﾝｶﾞﾊﾗｴﾅｲ", "ヤチンガハラエナイ"),
        ("ＬＩＮＥで　言われた", "lineで 言われた"),
        ("つらいいいいい", "つらいい"),
        ("しにたーーーい", "しにたーい"),
        ("もう〜〜〜無理", "もうー無理"),
        ("家\u200b賃\u202eが\ufeff払えない", "家賃が払えない"),
        ("a\tb\n\nc", "a b c"),
        ("  \u3000 ", ""),
        ("㍿をクビ", "株式会社をクビ"),
        ("\ud800家賃", "家賃"),
    ],
)
def test_one_spelling_for_many(raw: str, normal: str) -> None:
    assert normalise(raw) == normal


def test_long_texts_are_cut_before_the_tokenizer_would_refuse_them() -> None:
    for letter in ("あ", "漢", "😢", "\ufdfa"):
        assert len(normalise((letter + "b") * 100_000).encode()) < 49_149


@settings(max_examples=500)
@given(ANY_TEXT)
def test_any_text_and_a_second_time_changes_nothing(raw: str) -> None:
    normal = normalise(raw)
    assert len(normal) <= MAX_CHARACTERS
    normal.encode("utf-8")
    assert normalise(normal) == normal
