"""Signs composed of parts: 〔name〕 stands for the words of that part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.composing import compose
from catalog.loading import load
from catalog.model import Catalog, DangerPart, DangerSign
from catalog.places import Places

SIGNS, PARTS = "danger_signs.yaml", "danger_parts.yaml"
Edit = Callable[..., list[str]]


def _sign(**lines: tuple[str, ...]) -> DangerSign:
    return DangerSign(id="sign", level=2, kind="dv", **lines)


def _part(name: str, *words: str) -> DangerPart:
    return DangerPart(name=name, means=name, words=words)


def _composed(sign: DangerSign, *parts: DangerPart) -> DangerSign:
    composed = compose([sign], parts, Places())
    assert composed.problems == ()
    return composed.signs[0]


def test_a_line_holds_several_words() -> None:
    assert _composed(_sign(any=("殴られ、蹴られ", "叩かれ"))).any == ("殴られ", "蹴られ", "叩かれ")


def test_a_part_stands_for_its_words_in_every_group() -> None:
    who, hit = _part("だれ", "夫、妻"), _part("殴られる", "殴られ", "蹴られ")
    anyone = ("〔だれ〕",)
    sign = _sign(any=("〔殴られる〕、ぶたれ",), also=anyone, around=anyone, without=anyone, still=anyone)
    made = _composed(sign, who, hit)
    assert made.any == ("殴られ", "蹴られ", "ぶたれ")
    assert made.also == made.around == made.without == made.still == ("夫", "妻")


def test_a_part_may_be_part_of_a_word_and_of_a_part_below() -> None:
    parent, anyone = _part("親", "父、母"), _part("家の人", "〔親〕", "兄")
    made = _composed(_sign(any=("〔家の人〕が動かな",)), parent, anyone)
    assert made.any == ("父が動かな", "母が動かな", "兄が動かな")


def test_a_word_given_by_a_part_and_by_hand_counts_once() -> None:
    assert _composed(_sign(any=("父、〔親〕",)), _part("親", "父、母")).any == ("父", "母")


def test_the_catalogue_holds_no_part_names(good: Catalog) -> None:
    (_, hit) = good.signs
    assert hit.also == ("夫", "妻")


def test_all_unknown_parts_are_told_at_once(edit: Edit) -> None:
    assert edit(SIGNS, ("- たたかれ", "- 〔殴られる〕、〔夫や妻s〕"), ("- 死にたいほど眠い", "- 〔作り話〕")) == [
        f"{SIGNS}:9: 部品「作り話」がありません。{PARTS} の name から書いてください",
        f"{SIGNS}:14: 部品「夫や妻s」がありません(「夫や妻」のことですか)",
        f"{SIGNS}:14: 部品「殴られる」がありません。{PARTS} の name から書いてください",
    ]


def test_a_part_must_stand_above_the_part_that_names_it(edit: Edit) -> None:
    told = edit(PARTS, ("- 夫、妻", "- 夫、妻、〔親〕\n  - name: 親\n    means: 親\n    words:\n      - 父"))
    assert told == [
        f"{PARTS}:5: 部品「親」がこの上にありません。{PARTS} の name から書いてください",
    ]


def test_an_unused_part_is_told(edit: Edit) -> None:
    told = edit(PARTS, ("- 夫、妻", "- 夫、妻\n  - name: 親\n    means: 親\n    words:\n      - 父"))
    assert told == [f"{PARTS}:6: 部品「親」は、どこでも使われていません。使うか、消してください"]


def test_a_part_named_twice_is_told(edit: Edit) -> None:
    told = edit(PARTS, ("- 夫、妻", "- 夫、妻\n  - name: 夫や妻\n    means: また\n    words:\n      - 父"))
    assert told == [f"{PARTS}:6: 部品「夫や妻」が二回書かれています。片方を変えてください"]


@pytest.mark.parametrize("written", ["〔夫や妻", "夫や妻〕"])
def test_half_a_bracket_is_told(edit: Edit, written: str) -> None:
    told = edit(SIGNS, ("- たたかれ", f"- たたかれ、{written}"))
    assert told == [f"{SIGNS}:14: 部品の名前は「〔名前〕」のように、両がわをかっこで囲んでください"]


def test_a_word_twice_in_a_list_is_told(edit: Edit) -> None:
    told = edit(SIGNS, ("- たたかれ", "- たたかれ、なぐられ、たたかれ"))
    assert told == [f"{SIGNS}:14: 「たたかれ」が二回書かれています。一つ消してください"]
    assert f"{PARTS}:5: 「夫」が二回書かれています。一つ消してください" in edit(PARTS, ("- 夫、妻", "- 夫、妻、夫"))


def test_a_broken_sign_hides_no_other_slip_and_makes_none(edit: Edit) -> None:
    told = edit(SIGNS, ("level: 2", "level: 9"))
    assert len(told) == 1
    assert told[0].startswith(f"{SIGNS}:11:")


def test_every_part_of_the_real_catalogue_says_what_it_is(data: Path) -> None:
    assert all("〔" not in word for sign in load(data).signs for word in (*sign.any, *sign.also, *sign.without))
