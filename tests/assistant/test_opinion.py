from __future__ import annotations

import pytest

from assistant.conversation import Conversation, Picked
from assistant.crisis import NONE, Danger
from assistant.guide import Guide
from assistant.opinion import graver, more_careful
from catalog.model import CATEGORY_IDS, UNDER18, Catalog
from nlu.prediction import DangerOpinion, Prediction, Score
from tests.support.clocks import clock


def prediction(opinion: DangerOpinion | None) -> Prediction:
    return Prediction(tuple(Score(id, 1 / 13) for id in CATEGORY_IDS), False, 1 / 13, "m", opinion)


@pytest.mark.parametrize("said", [Danger(level, "dv" if level else None) for level in range(5)])
@pytest.mark.parametrize("level", range(5))
def test_the_second_opinion_raises_and_never_lowers(said: Danger, level: int) -> None:
    opinion = DangerOpinion(level, "suicide") if level else None
    found = graver(said, prediction(opinion))
    assert found.level == max(said.level, level)
    assert found.kind == ("suicide" if level > said.level else said.kind)
    assert graver(said, None) == said


def test_what_signs_miss_the_opinion_shows(catalog: Catalog) -> None:
    guide = Guide(catalog, lambda text: prediction(DangerOpinion(4, "suicide")), clock)
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
