"""Questions that the typed words have answered, and two worries one after the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.conversation import Chose, Conversation, NotThis, Picked, Said, StartedOver, WentBack
from assistant.engine import KEPT_READ, respond
from assistant.guide import Guide
from assistant.reply import Ask, Clarify, Suggest
from catalog.model import Catalog
from nlu.prediction import Prediction, Score
from tests.assistant.saying import after_events, predicted, worry
from tests.support.clocks import clock

ME = ("work", "who", "me")
PAID = ("work", "pay", "no")


def told(*read: tuple[str, str, str], sure: bool = True) -> Said:
    return replace(worry("work", "childcare", sure=sure), read=read)


def test_a_question_that_the_words_answered_is_not_asked(small: Catalog) -> None:
    conversation, reply = after_events(small, told(ME))
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "pay"
    assert [(a.id, a.option.id, a.read) for a in reply.trail] == [("who", "me", True)]
    assert conversation.answers == ()


def test_an_answer_further_on_waits_until_its_question_comes(small: Catalog) -> None:
    _, reply = after_events(small, told(PAID))
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "who"
    _, reply = after_events(small, told(PAID), Chose("who", "me"))
    assert isinstance(reply.step, Suggest)
    assert [(a.id, a.read) for a in reply.trail] == [("who", False), ("pay", True)]


def test_a_person_can_change_what_the_words_answered(small: Catalog) -> None:
    conversation, reply = after_events(small, told(ME, PAID), Chose("who", "child"))
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "long"
    assert conversation.answers == (("who", "child"),)
    _, reply = respond(conversation, WentBack(), catalog=small)
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "who", "what was taken back is not read again"


def test_back_asks_what_the_words_answered(small: Catalog) -> None:
    _, reply = after_events(small, told(ME), WentBack())
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "who"


def test_what_the_words_told_helps_also_where_the_category_is_chosen_by_hand(small: Catalog) -> None:
    _, reply = after_events(small, told(ME, sure=False), Picked("work"))
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "pay"


def test_a_new_text_and_a_new_beginning_forget_what_the_last_one_told(small: Catalog) -> None:
    for event in (worry("work", sure=True), StartedOver()):
        conversation, _ = after_events(small, told(ME), event)
        assert conversation.read == ()


def test_no_more_is_kept_than_a_state_can_carry(small: Catalog) -> None:
    conversation, _ = after_events(small, told(*[("work", f"q{n}", "x") for n in range(20)]))
    assert len(conversation.read) == KEPT_READ


def test_answers_to_questions_that_are_gone_are_passed_over(small: Catalog) -> None:
    _, reply = after_events(small, told(("work", "who", "gone"), ("work", "gone", "x")))
    assert isinstance(reply.step, Ask)
    assert reply.step.id == "who"
    assert reply.trail == ()


def test_two_likely_worries_are_offered_together_and_one_leads_to_the_other(small: Catalog) -> None:
    conversation, reply = after_events(small, worry("work", "childcare"))
    assert isinstance(reply.step, Clarify)
    assert reply.step.together
    assert [c.id for c in reply.step.candidates[:2]] == ["work", "childcare"]
    conversation, reply = after_events(small, worry("work", "childcare"), Picked("work"), Chose("who", "unsure"))
    assert isinstance(reply.step, Suggest)
    assert reply.next_worry is not None
    assert reply.next_worry.id == "childcare"
    conversation, reply = respond(conversation, Picked("childcare"), catalog=small)
    assert isinstance(reply.step, Ask)
    assert reply.step.category.id == "childcare"
    assert reply.next_worry is None, "only at the end of a way"


def _prediction(first: float, second: float) -> Prediction:
    made = predicted("work", "childcare")
    rest = (1 - first - second) / 10
    ranked = (Score("work", first), Score("childcare", second), *(Score(s.category, rest) for s in made.ranked[2:]))
    return Prediction(ranked, sure=False, none_probability=0.0, model="made-up")


@pytest.mark.parametrize(("first", "second", "together"), [(0.5, 0.3, True), (0.7, 0.1, False), (0.2, 0.15, False)])
def test_only_two_likely_ones_are_two_worries(small: Catalog, first: float, second: float, together: bool) -> None:
    said = replace(worry(), prediction=_prediction(first, second))
    _, reply = after_events(small, said)
    assert isinstance(reply.step, Clarify)
    assert reply.step.together is together


def test_a_worry_called_wrong_is_not_offered_again(small: Catalog) -> None:
    conversation, reply = after_events(small, worry("work", "childcare"), Picked("work"), NotThis())
    assert isinstance(reply.step, Clarify)
    assert not reply.step.together
    conversation, reply = respond(conversation, Picked("childcare"), catalog=small)
    while isinstance(reply.step, Ask):
        event = Chose(reply.step.id, reply.step.question.options[-1].id)
        conversation, reply = respond(conversation, event, catalog=small)
    assert reply.next_worry is None


def test_the_guide_reads_the_words_and_says_why(catalog: Catalog) -> None:
    def why(text: str, category: str) -> tuple[str, ...]:
        return ("家賃",)

    guide = Guide(catalog, lambda text: predicted("food-housing", sure=True), clock, why=why)
    turn = guide.hear(Conversation(), "家賃を滞納しています")
    assert turn.why == ("家賃",)
    assert any(answered.read for answered in turn.reply.trail)
    grave = guide.hear(Conversation(), "死にたい。家賃を滞納しています")
    assert grave.why == (), "nothing is said back beside help for danger"
    unsure = Guide(catalog, lambda text: predicted("food-housing", "work"), clock, why=why)
    assert unsure.hear(Conversation(), "家賃を滞納しています").why == ()
