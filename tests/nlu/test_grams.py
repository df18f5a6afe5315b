from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlu.grams import LONGEST, REACH, Grams, Letters, Pairs, near_pairs

TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)

WORDS = st.lists(st.sampled_from(("家賃", "払う", "橋", "立つ", "薬", "飲む", "死ぬ", "夫", "叩く", "猫")), max_size=14)


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


@given(WORDS)
def test_words_near_each_other_make_pairs(words: list[str]) -> None:
    near = [(words[i], words[j]) for i, j in combinations(range(len(words)), 2) if j - i <= REACH]
    assert Counter(near_pairs(words)) == Counter(" ".join(sorted(pair)) for pair in near if pair[0] != pair[1])


@given(st.lists(WORDS, max_size=4), st.lists(WORDS, max_size=6))
def test_pairs_of_a_text_are_looked_up_as_pair_by_pair(learnt: list[list[str]], asked: list[list[str]]) -> None:
    words = Grams.of({word for text in learnt for word in text})
    given = {pair for text in learnt for pair in near_pairs(text)}
    pairs = Pairs.from_array(Pairs.of(given, words).as_array(), words)
    assert set(pairs) == given
    assert sorted(pairs[pair] for pair in given) == list(range(len(given)))
    assert "猫 猫" not in pairs
    assert "猫" not in pairs
    rows_of = [np.array([words.get(word, -1) for word in text], dtype=np.int64) for text in asked]
    together = pairs.counted_all(rows_of)
    for number, text in enumerate(asked):
        rows, times = pairs.counted(rows_of[number])
        counted = {pairs[pair]: often for pair, often in Counter(near_pairs(text)).items() if pair in pairs}
        assert dict(zip(rows.tolist(), times.tolist(), strict=True)) == counted
        assert together[1][together[0] == number].tolist() == rows.tolist()
        assert together[2][together[0] == number].tolist() == times.tolist()
