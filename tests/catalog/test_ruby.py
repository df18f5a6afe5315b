from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import ruby

TEXTS = st.text() | st.text(alphabet="{|}漢字かなカ、a")


@given(TEXTS)
def test_the_parts_joined_are_the_plain_text(text: str) -> None:
    assert "".join(base for base, _ in ruby.parts(text)) == ruby.plain(text)


@given(TEXTS)
def test_whole_furigana_leaves_no_marks_on_the_page(text: str) -> None:
    if ruby.problem(text) is None:
        assert not set("{|}") & set(ruby.plain(text))


def test_parts_carry_their_readings() -> None:
    assert ruby.parts("{今|いま}すぐ{話|はな}したい") == (
        ("今", "いま"),
        ("すぐ", None),
        ("話", "はな"),
        ("したい", None),
    )
    assert ruby.parts("") == ()


def test_plain_drops_the_readings_only() -> None:
    assert ruby.plain("{家|いえ}が こわい") == "家が こわい"


@pytest.mark.parametrize("text", ["", "ふりがななし", "{友|とも}だち", "{電話|でんわ}・{ＬＩＮＥ電話|ラインでんわ}"])
def test_good_furigana(text: str) -> None:
    assert ruby.problem(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{今|いま", "{漢字|よみ} の形で"),
        ("今|いま}", "{漢字|よみ} の形で"),
        ("{今}", "{漢字|よみ} の形で"),
        ("{今|}", "{漢字|よみ} の形で"),
        ("{|いま}", "{漢字|よみ} の形で"),
        ("{今|い|ま}", "{漢字|よみ} の形で"),
        ("｛今|いま｝", "{漢字|よみ} の形で"),
        ("｛今｝", "半角で"),
        ("{今|今}", "ひらがなかカタカナだけ"),
        ("{今|ima}", "ひらがなかカタカナだけ"),
        ("{いま|いま}", "漢字がない"),
    ],
)
def test_broken_furigana(text: str, said: str) -> None:
    problem = ruby.problem(text)
    assert problem is not None
    assert said in problem


def test_bare_kanji_are_those_without_a_reading() -> None:
    assert ruby.bare_kanji("{今|いま}、電話して 日々") == "電話日々"
    assert ruby.bare_kanji("{今|いま}すぐ 110") == ""
