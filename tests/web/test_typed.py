from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from web.typed import MAX_TYPED, read_typed


def test_ordinary_words_stay_as_they_are() -> None:
    typed = read_typed("家賃が払えない\nどうしよう")
    assert (typed.text, typed.shortened, typed.unreadable) == ("家賃が払えない\nどうしよう", False, False)


def test_what_is_too_long_is_cut_and_said() -> None:
    typed = read_typed("あ" * (MAX_TYPED + 1))
    assert (len(typed.text), typed.shortened) == (MAX_TYPED, True)


def test_a_wrong_encoding_is_noticed() -> None:
    assert read_typed("家賃が払えない".encode("cp932").decode("utf-8", "replace")).unreadable
    assert not read_typed("家賃が払えない" + "\ufffd").unreadable
    assert not read_typed("https://example.jp/%E5%AE%B6").unreadable


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_read(raw: str) -> None:
    read_typed(raw).text.encode("utf-8")
