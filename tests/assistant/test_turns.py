"""What turns a word round, apart from any sign: where a word ends in a sentence, and what stands behind it."""

from __future__ import annotations

import pytest

from assistant.folding import fold
from assistant.turns import compared, denied, named, over


def _behind(text: str, word: str) -> tuple[str, int]:
    """The folded text, and where the word ends in it."""
    folded, sought = fold(text), fold(word)
    return folded, folded.index(sought) + len(sought)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("死にたい", "死にたいとは全然ちがう"),
        ("死にたい", "死にたいとか一回も思ったことないわ"),
        ("毒親", "毒親とまでは言わないけど"),
        ("虐待され", "虐待されてるとかじゃなくて、門限がいやなだけ"),
        ("暴れ", "暴れたりする話ではなく、家事のことです"),
        ("どつい", "どついたりせえへんよ"),
        ("モラハラ", "モラハラとかの話ではございません"),
        ("自傷", "自傷の経験はありません"),
        ("手をあげ", "手をあげたくなることはないです"),
        ("のどに詰ま", "のどに詰まらせたりはしません"),
        ("薬の量が増", "薬の量が増えたのではなく、粒が小さくなった"),
    ],
)
def test_a_denial_directly_behind_the_word_turns_it_round(word: str, text: str) -> None:
    assert denied(*_behind(text, word))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("死にたい", "死にたいのかもしれない"),
        ("殴られ", "殴られてるんじゃないかと心配"),
        ("死に", "死にたくはないけど、もう死にそう"),
        ("虐待され", "虐待されてるとか思われたくない"),
    ],
)
def test_a_denial_that_is_asked_feared_or_taken_back_turns_nothing(word: str, text: str) -> None:
    assert not denied(*_behind(text, word))


def test_a_comparison_counts_only_of_what_does_not_hurt() -> None:
    assert compared(*_behind("死ぬほど眠い", "死ぬ"))
    assert not compared(*_behind("死ぬほどつらい", "死ぬ"))


def test_a_word_only_named_is_no_cry() -> None:
    assert named(*_behind("自傷についての本を読む", "自傷"))
    assert not named(*_behind("自傷がやめられない", "自傷"))


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("父に殴られて育った者です", "今は教員です"),
        ("高校のころは消えたかった", "今は二児の母です"),
        ("消えたいと思ってた自分が", "今は看護の学生です"),
        ("前の夫に殴られていたのは十五年前です", "今の悩みは娘の就職です"),
        ("前は切ってた", "いまは仲間と店をやっています"),
    ],
)
def test_a_past_with_a_life_of_today_behind_it_is_over(before: str, behind: str) -> None:
    assert over(fold(before), fold(behind))


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("父に殴られて育った者です", "今も夢に見ます"),
        ("高校のころから消えたい", "今日も死にたい"),
        ("昔は元気でした", "今はつらいです"),
        ("子どものころは平気だった", "今は落ち着いて遺書を書いています"),
        ("三年前から手首を切っています", "今は店長です"),
        ("前の夫に殴られました", "今は部屋に隠れています"),
        ("昔の恋人が追ってくる", "今は学生寮で隠れています"),
    ],
)
def test_a_past_that_still_hurts_is_not_over(before: str, behind: str) -> None:
    assert not over(fold(before), fold(behind))
