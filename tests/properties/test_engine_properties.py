"""Anything a person, a stale tab or a stranger can do, in any order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import assert_never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.conversation import (
    CHECK_ANSWERS,
    CHECK_QUESTION,
    CannotSay,
    Chose,
    Conversation,
    Event,
    FoldedUrgent,
    NotThis,
    Picked,
    Said,
    StartedOver,
    WentBack,
    WentOn,
)
from assistant.crisis import WEAK_ADD_UP, Danger
from assistant.engine import respond, show
from assistant.guide import Guide, Turn
from assistant.memory import from_text, to_text
from assistant.reply import Ask, Check, Clarify, Reply, Suggest, Welcome
from catalog.loading import load
from catalog.model import CATEGORY_IDS, UNDER18, URGENT_KINDS, Catalog
from nlu.prediction import Prediction, Score
from tests.support.clocks import clock
from web.state import MAX_STATE, StateSigner

FLOWS = (*CATEGORY_IDS, UNDER18)
BUTTONS = (CannotSay(), WentBack(), StartedOver(), NotThis(), FoldedUrgent(), WentOn())
ANYTHING = st.text(max_size=12)
READ = tuple(
    (id, question, option.id)
    for id, flow in load(Path(__file__).resolve().parents[2] / "catalog" / "data").flows.items()
    for question, asked in flow.questions.items()
    for option in asked.options
)

dangers = st.one_of(
    st.just(Danger()),
    st.builds(Danger, st.integers(1, 4), st.sampled_from(URGENT_KINDS), st.integers(0, WEAK_ADD_UP)),
)
predictions = st.builds(
    lambda ids, sure, none: Prediction(tuple(Score(id, (1 - none) / len(ids)) for id in ids), sure, none, "made-up"),
    st.permutations(CATEGORY_IDS),
    st.booleans(),
    st.floats(0, 1),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.sampled_from(BUTTONS),
    st.builds(
        Said,
        dangers,
        st.none() | predictions,
        st.lists(st.sampled_from(READ), max_size=9, unique=True).map(tuple),
        st.booleans(),
    ),
    st.builds(Picked, st.sampled_from(FLOWS) | ANYTHING),
    st.builds(Chose, ANYTHING, ANYTHING),
    st.builds(Chose, st.just(CHECK_QUESTION), st.sampled_from(CHECK_ANSWERS) | ANYTHING),
)


def _offered(reply: Reply, catalog: Catalog) -> list[Event]:
    """The buttons of the step, and every answer of its flow: also one of another place or of an older tab."""
    step = reply.step
    match step:
        case Welcome():
            return [Picked(c.id) for c in (*step.categories, catalog.under18)]
        case Clarify():
            return [Picked(c.id) for c in (*step.candidates, *step.categories)]
        case Check():
            return [Chose(step.id, id) for id, _ in step.options]
        case Ask():
            flow = catalog.flows[step.category.id]
            here = [Chose(step.id, o.id) for o in step.question.options]
            return here * 5 + [Chose(id, o.id) for id, q in flow.questions.items() for o in q.options]
        case Suggest():
            return [Chose(a.id, o.id) for a in reply.trail for o in a.question.options] or [WentOn()]
        case _:
            assert_never(step)


def _sound(before: Conversation, after: Conversation, reply: Reply, catalog: Catalog, signer: StateSigner) -> None:
    """What holds after every turn."""
    assert after.level >= before.level
    assert (reply.urgent.level, reply.urgent.folded) == (after.level, after.folded and after.level > 0)
    assert bool(reply.urgent.services) == bool(reply.urgent.say) == (after.level > 0)
    assert show(after, catalog=catalog) == (after, replace(reply, notice=None, answer=None))
    assert reply.notice is None or after == before
    assert from_text(to_text(after)) == after
    signed = signer.sign(after)
    assert len(signed) <= MAX_STATE
    back = signer.read(signed)
    assert back is not None
    assert back.read == after.read[: len(back.read)], "left out from the end, where the state would be too long"
    assert replace(back, read=after.read) == after
    assert not set(after.rejected) & set(after.candidates)
    step = reply.step
    if isinstance(step, Clarify):
        assert len(step.candidates) <= 3
        assert (len(step.categories), bool(step.human_line)) == (12, True)
    if isinstance(step, Suggest):
        assert 2 <= len(step.services) <= 6
        assert step.category or after.level == 4
    if after.level == 4 and not after.going_on:
        assert isinstance(step, Suggest)
        assert step.services == reply.urgent.services


@pytest.fixture(scope="session")
def signer(catalog: Catalog) -> StateSigner:
    return StateSigner("k" * 40, catalog)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 500), st.none() | events), min_size=1, max_size=25))
def test_any_events_in_any_order(catalog: Catalog, signer: StateSigner, turns: list[tuple[int, Event | None]]) -> None:
    conversation, reply = show(Conversation(), catalog=catalog)
    asked_gently = 0
    for number, any_event in turns:
        offered = _offered(reply, catalog)
        event = any_event or offered[number % len(offered)]
        was_check = isinstance(reply.step, Check)
        before = conversation
        conversation, reply = respond(before, event, catalog=catalog)
        _sound(before, conversation, reply, catalog, signer)
        asked_gently += isinstance(reply.step, Check) and not was_check
    assert asked_gently <= 1


texts = st.one_of(
    ANYTHING,
    st.text(max_size=200),
    st.sampled_from(
        ["死にたい", "もう限界です", "いま薬を全部飲んだ", "夫に殴られる", "はい", "家賃が払えない", "死ぬほど眠い"]
    ),
)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.none() | texts, st.none() | predictions, st.integers(0, 500), st.none() | events),
        min_size=1,
        max_size=10,
    )
)
def test_any_texts_between_buttons(
    catalog: Catalog,
    signer: StateSigner,
    turns: list[tuple[str | None, Prediction | None, int, Event | None]],
) -> None:
    made_up: list[Prediction | None] = []
    guide = Guide(catalog, lambda text: made_up[-1], clock)
    turn = guide.again(Conversation())
    for text, prediction, number, event in turns:
        before = turn
        made_up.append(prediction)
        if text is not None:
            turn = guide.hear(turn.conversation, text)
        else:
            offered = _offered(turn.reply, catalog)
            turn = guide.answer(turn.conversation, event or offered[number % len(offered)])
        assert isinstance(turn, Turn)
        _sound(before.conversation, turn.conversation, turn.reply, catalog, signer)


@settings(max_examples=100)
@given(
    start=st.builds(
        Conversation,
        category=st.none() | st.sampled_from(FLOWS) | ANYTHING,
        answers=st.lists(st.tuples(ANYTHING, ANYTHING), max_size=9).map(tuple),
        heard=st.booleans(),
        candidates=st.lists(st.sampled_from(CATEGORY_IDS) | ANYTHING, max_size=6).map(tuple),
        rejected=st.lists(st.sampled_from(CATEGORY_IDS) | ANYTHING, max_size=6).map(tuple),
        level=st.integers(1, 4),
        kind=st.sampled_from(URGENT_KINDS) | ANYTHING,
        check=st.sampled_from([None, "pending", *CHECK_ANSWERS]),
        folded=st.booleans(),
        going_on=st.booleans(),
    ),
    event=events,
)
def test_a_conversation_of_any_past_is_answered(catalog: Catalog, start: Conversation, event: Event) -> None:
    """As read back from a state of an older or a newer version."""
    after, reply = respond(start, event, catalog=catalog)
    assert reply.urgent.level == after.level >= start.level
    assert reply.urgent.services
    assert show(after, catalog=catalog)[1] == replace(reply, notice=None)


def test_the_longest_conversation_that_can_come_about_fits(catalog: Catalog, signer: StateSigner) -> None:
    def longest(ids: tuple[str, ...], count: int) -> tuple[str, ...]:
        return tuple(sorted(ids, key=len)[-count:] if count else ())

    kind = max(URGENT_KINDS, key=len)
    for category, flow in catalog.flows.items():
        path = max(flow.paths(), key=lambda path: sum(len(part) for pair in path.answers for part in pair))
        for wrong in range(12):
            rejected = longest(tuple(id for id in CATEGORY_IDS if id != category), wrong)
            left = longest(tuple(id for id in CATEGORY_IDS if id not in rejected), 5)
            conversation = Conversation(
                category=category,
                answers=path.answers,
                heard=True,
                candidates=left,
                rejected=rejected,
                read=tuple((category, question, option) for question, option in path.answers),
                pair=left[:2],
                level=4,
                kind=kind,
                weak=WEAK_ADD_UP,
                for_other=True,
                check="skip",
                folded=True,
                going_on=True,
            )
            assert len(signer.sign(conversation)) <= MAX_STATE
