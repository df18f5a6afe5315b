from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from nlu.grams import LONGEST, Grams, Letters

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)


def cut(text: str) -> Counter[str]:
    """One to three neighbouring characters, one after the other."""
    return Counter(text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1))


@given(st.lists(TEXTS, max_size=5), TEXTS)
def test_a_whole_text_is_looked_up_as_gram_by_gram(learnt: list[str], asked: str) -> None:
    letters = Letters.of(gram for text in learnt for gram in cut(text))
    rows, times = letters.counted(asked)
    assert dict(zip(rows.tolist(), times.tolist(), strict=True)) == {
        letters[gram]: often for gram, often in cut(asked).items() if gram in letters
    }


@given(TEXTS)
def test_letters_are_a_mapping_from_grams_to_rows(text: str) -> None:
    grams = set(cut(text))
    letters = Letters.from_array(Letters.of(grams).as_array())
    assert set(letters) == grams
    assert sorted(letters[gram] for gram in grams) == list(range(len(grams)))
    assert "🦀🦀" in grams or "🦀🦀" not in letters
    assert "" not in letters
    assert "abcd" not in letters


def test_words_come_back_from_their_bytes_with_the_same_rows() -> None:
    grams = Grams.of(["家賃", "払える", "家賃 払える"])
    again = Grams.from_array(grams.as_array())
    assert dict(again) == dict(grams)
    assert again.get("金") is None


@given(st.lists(TEXTS, max_size=5), st.lists(TEXTS, max_size=6))
def test_many_texts_are_looked_up_as_one_by_one(learnt: list[str], asked: list[str]) -> None:
    letters = Letters.of(gram for text in learnt for gram in cut(text))
    places, rows, times = letters.counted_all(asked)
    for number, text in enumerate(asked):
        own_rows, own_times = letters.counted(text)
        assert rows[places == number].tolist() == own_rows.tolist()
        assert times[places == number].tolist() == own_times.tolist()
