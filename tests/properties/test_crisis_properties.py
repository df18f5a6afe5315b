from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.crisis import MAX_CHARACTERS, DangerSigns, fold
from catalog.model import Catalog

WISHES = (
    "死にたい",
    "しにたい",
    "シニタイ",
    "死にたいです",
    "シンデシマイタイ",
    "消えたい",
    "きえたい",
    "自殺したい",
    "shinitai",
)
GAPS = st.text(st.sampled_from(" 　\t\n\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\u0336_.・…/|-☆♡*"), max_size=3)
SECONDS = 1.0
"""For 20,000 characters; a slow machine still answers within it."""


@pytest.fixture(scope="session")
def signs(catalog: Catalog) -> DangerSigns:
    return DangerSigns(catalog.signs)


def _wide(text: str) -> str:
    """Full-width letters for ASCII ones."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


@given(wish=st.sampled_from(WISHES), form=st.sampled_from([str, _wide, _katakana, str.upper]), data=st.data())
def test_a_wish_to_die_is_seen_through_gaps_and_other_letters(
    signs: DangerSigns, wish: str, form: type[str], data: st.DataObject
) -> None:
    written = "".join(c + data.draw(GAPS) for c in form(wish))
    assert signs.look(written).level >= 2, written


@given(before=st.text(st.sampled_from("あいをたのみ今日会社。、\n 😭"), max_size=20), wish=st.sampled_from(WISHES[:5]))
def test_a_wish_to_die_is_seen_after_other_words(signs: DangerSigns, before: str, wish: str) -> None:
    assert signs.look(f"{before}。{wish}").level >= 2


@given(st.text())
@example("\ud800死にたい\udfff")
def test_no_text_raises_and_looking_twice_sees_the_same(signs: DangerSigns, text: str) -> None:
    found = signs.look(text)
    assert signs.look(text) == found
    assert 0 <= found.level <= 4
    assert (found.kind is None) == (found.level == 0)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=30))
@example("ﷺ")
@example("切。")
@example("死\n")
@example("自〇")
@example("死にたくない。")
@example("か\u3099\u0301")
@example("\u0301\u0323")
def test_twenty_thousand_characters_of_anything_are_fast(signs: DangerSigns, text: str) -> None:
    long = (text * (MAX_CHARACTERS // len(text) + 1))[:MAX_CHARACTERS]
    started = time.perf_counter()
    signs.look(long)
    assert time.perf_counter() - started < SECONDS


@pytest.mark.parametrize("text", ["あ。" * 5_000_000, "\u0301" * 10_000 + "\u0323" * 10_000], ids=["endless", "marks"])
def test_a_text_meant_to_be_slow_is_fast(signs: DangerSigns, text: str) -> None:
    started = time.perf_counter()
    assert signs.look(text).level == 0
    assert time.perf_counter() - started < SECONDS


def test_every_word_of_every_sign_in_one_text_is_fast(catalog: Catalog, signs: DangerSigns) -> None:
    words = [word for sign in catalog.signs for word in (*sign.any, *sign.also)]
    for joint in ("。", "", "\n"):
        started = time.perf_counter()
        assert signs.look(joint.join(words * 3)[:MAX_CHARACTERS]).level == 4
        assert time.perf_counter() - started < SECONDS
