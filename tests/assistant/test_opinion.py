from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.conversation import Conversation, Picked
from assistant.crisis import NONE, Danger, DangerSigns
from assistant.guide import Guide
from assistant.opinion import more_careful, together
from catalog.model import CATEGORY_IDS, UNDER18, Catalog
from nlu.prediction import DangerOpinion, Prediction, Score
from tests.support.clocks import clock


def prediction(opinion: DangerOpinion | None) -> Prediction:
    return Prediction(tuple(Score(id, 1 / 13) for id in CATEGORY_IDS), False, 1 / 13, "m", opinion)


def opinion(level: int, *, bears_out: bool | None = None) -> DangerOpinion:
    return DangerOpinion(level, "suicide", bears_out=level > 1 if bears_out is None else bears_out)


def level(said: Danger, told: DangerOpinion | None) -> int:
    return together(said, prediction(told)).level


SAID = [Danger(level, "dv" if level else None) for level in range(5)]


@pytest.mark.parametrize("said", SAID)
@pytest.mark.parametrize("grave", range(2, 5))
def test_a_grave_opinion_bears_signs_out_and_raises_them(said: Danger, grave: int) -> None:
    found = together(said, prediction(opinion(grave)))
    assert found.level == max(said.level, grave)
    assert found.kind == ("suicide" if grave > said.level else said.kind)


@pytest.mark.parametrize("said", SAID)
def test_a_sign_never_counts_for_less_than_the_gentlest_level(said: Danger) -> None:
    assert level(said, opinion(0)) == min(said.level, 1)
    assert level(said, opinion(1)) == 1
    assert level(said, opinion(0, bears_out=True)) == said.level
    assert level(replace(said, agreed=True), opinion(0)) == said.level


@pytest.mark.parametrize("said", SAID)
def test_where_nobody_can_be_asked_signs_count_in_full(said: Danger) -> None:
    assert level(said, None) == said.level
    assert together(said, None) == said


def test_three_signs_bear_each_other_out(catalog: Catalog) -> None:
    look = DangerSigns(catalog.signs).look
    assert not look("死にたい").agreed
    assert look("💊💊💊 全部飲んだ ばいばい もう死ぬ").agreed
    assert look("もう疲れた。居場所がない。迷惑ばかりかけている").agreed


def test_what_signs_miss_the_opinion_shows(catalog: Catalog) -> None:
    guide = Guide(catalog, lambda text: prediction(opinion(4)), clock)
    turn = guide.hear(Conversation(), "みんなによろしく伝えてください")
    assert turn.reply.urgent.level == 4
    assert turn.reply.help_alone


def test_without_a_model_the_signs_stand_alone(catalog: Catalog) -> None:
    guide = Guide(catalog, lambda text: None, clock)
    assert guide.hear(Conversation(), "死にたい").reply.urgent.level == 2


def test_the_entrance_of_children_is_one_level_more_careful(catalog: Catalog) -> None:
    guide = Guide(catalog, lambda text: None, clock)
    young = guide.answer(Conversation(), Picked(UNDER18)).conversation
    assert guide.hear(young, "しにたい").reply.urgent.level == 3
    assert guide.hear(Conversation(), "しにたい").reply.urgent.level == 2
    assert more_careful(NONE) == NONE
    assert more_careful(Danger(4, "dv")).level == 4
