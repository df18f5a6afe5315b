from __future__ import annotations

from datetime import datetime

import pytest

from assistant.conversation import Chose, Conversation, Picked, WentBack
from assistant.guide import Guide
from assistant.reply import Ask, Check, Clarify, Suggest, Welcome
from catalog.hours import JAPAN
from catalog.model import Catalog, Path
from nlu.prediction import Prediction
from tests.assistant.saying import predicted
from tests.support.clocks import clock


class Heard:
    """A classifier that is sure of `work`, and remembers what it was asked."""

    def __init__(self, prediction: Prediction | None) -> None:
        self.texts: list[str] = []
        self._prediction = prediction

    def __call__(self, text: str) -> Prediction | None:
        self.texts.append(text)
        return self._prediction


@pytest.fixture
def heard() -> Heard:
    return Heard(predicted("work", "childcare", sure=True))


@pytest.fixture
def guide(catalog: Catalog, heard: Heard) -> Guide:
    return Guide(catalog, heard, clock)


def test_a_worry_is_read_once_as_it_was_typed(guide: Guide, heard: Heard) -> None:
    turn = guide.hear(Conversation(), "会社を クビになった")
    assert heard.texts == ["会社を クビになった"]
    assert turn.prediction == predicted("work", "childcare", sure=True)
    assert isinstance(turn.reply.step, Ask)


def test_buttons_do_not_touch_the_classifier(guide: Guide, heard: Heard) -> None:
    turn = guide.answer(Conversation(), Picked("childcare"))
    turn = guide.again(guide.answer(turn.conversation, WentBack()).conversation)
    assert (heard.texts, turn.prediction) == ([], None)


def test_danger_needs_no_model(catalog: Catalog) -> None:
    turn = Guide(catalog, lambda text: None, clock).hear(Conversation(), "死にたい")
    assert (turn.reply.urgent.level, turn.reply.urgent.kind) == (2, "suicide")
    assert isinstance(turn.reply.step, Clarify)
    turn = Guide(catalog, lambda text: None, clock).hear(Conversation(), "いま薬を全部飲んだ")
    assert isinstance(turn.reply.step, Suggest)
    assert turn.reply.urgent.level == 4


@pytest.mark.parametrize("text", ["", "   ", "…", "?!", "。\n", "\u200b", "😭😭", "\ud800"])
def test_a_text_without_a_letter_shows_the_same_step_again(guide: Guide, heard: Heard, text: str) -> None:
    before = guide.answer(Conversation(), Picked("work"))
    turn = guide.hear(before.conversation, text)
    assert (turn.reply.notice, turn.reply.step) == ("nothing-heard", before.reply.step)
    assert turn.conversation == before.conversation
    assert heard.texts == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("はい", 2),
        ("うん。", 2),
        ("ハイ、そうです", 2),
        ("死にたいくらい、つらい", 2),
        ("いいえ", 1),
        ("そこまでではない", 1),
        ("わからない", 1),
    ],
)
def test_the_gentle_question_may_be_answered_in_words(guide: Guide, text: str, level: int) -> None:
    asked = guide.hear(Conversation(), "もう限界です")
    assert isinstance(asked.reply.step, Check)
    turn = guide.hear(asked.conversation, text)
    assert not isinstance(turn.reply.step, Check)
    assert turn.reply.urgent.level == level


def test_yes_without_a_question_is_a_text_like_any_other(guide: Guide, heard: Heard) -> None:
    turn = guide.hear(Conversation(), "はい")
    assert heard.texts == ["はい"]
    assert turn.reply.urgent.level == 0


def test_something_graver_typed_at_the_gentle_question_counts(guide: Guide) -> None:
    asked = guide.hear(Conversation(), "もう限界です")
    assert guide.hear(asked.conversation, "いま薬を全部飲んだ").reply.urgent.level == 4


def test_every_label_of_the_gentle_question_is_understood_as_its_button(guide: Guide) -> None:
    asked = guide.hear(Conversation(), "もう限界です")
    step = asked.reply.step
    assert isinstance(step, Check)
    for _, label in step.options:
        assert not isinstance(guide.hear(asked.conversation, label).reply.step, Check)


def test_the_first_page_is_shown_before_anything_was_said(guide: Guide) -> None:
    assert isinstance(guide.again(Conversation()).reply.step, Welcome)


def test_at_night_a_line_that_answers_comes_before_the_counter(catalog: Catalog) -> None:
    at_night = Guide(catalog, lambda text: None, lambda: datetime(2026, 11, 26, 3, 0, tzinfo=JAPAN))
    by_day = Guide(catalog, lambda text: None, clock)
    path = next(p for p in catalog.flows["food-housing"].paths() if not _danger(catalog, p.outcome))
    day, night = (_end(guide, path) for guide in (by_day, at_night))
    assert day == catalog.flows["food-housing"].outcomes[path.outcome].services
    assert night != day
    assert sorted(night) == sorted(day)
    assert night[0] == "yorisoi-hotline"


def test_numbers_to_press_in_danger_never_move(catalog: Catalog) -> None:
    at_night = Guide(catalog, lambda text: None, lambda: datetime(2026, 11, 26, 3, 0, tzinfo=JAPAN))
    for category, flow in catalog.flows.items():
        for path in flow.paths():
            outcome = flow.outcomes[path.outcome]
            if outcome.danger:
                assert _end(at_night, path, category) == outcome.services


def _danger(catalog: Catalog, outcome: str) -> bool:
    return catalog.flows["food-housing"].outcomes[outcome].danger


def _end(guide: Guide, path: Path, category: str = "food-housing") -> tuple[str, ...]:
    turn = guide.answer(Conversation(), Picked(category))
    for question, option in path.answers:
        turn = guide.answer(turn.conversation, Chose(question, option))
    step = turn.reply.step
    assert isinstance(step, Suggest)
    return tuple(service.id for service in step.services)
