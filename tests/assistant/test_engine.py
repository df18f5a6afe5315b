from __future__ import annotations

import re

import pytest

from assistant.conversation import (
    CHECK_QUESTION,
    CannotSay,
    Chose,
    Conversation,
    Event,
    FoldedUrgent,
    NotThis,
    Picked,
    StartedOver,
    WentBack,
    WentOn,
)
from assistant.engine import respond, show
from assistant.reply import Ask, Check, Clarify, Reply, Suggest
from catalog.model import CATEGORY_IDS, UNDER18, URGENT_KINDS, Catalog
from tests.assistant.saying import UNREAD, after_events, danger, worry

TABLE = """
                  welcome        clarify        check    ask            suggest        alone
said-sure         ask            ask            ask      ask            ask            alone
said-unsure       clarify        clarify        clarify  clarify        clarify        alone
said-unread       clarify        clarify        clarify  clarify        clarify        alone
said-danger       alone          alone          alone    alone          alone          alone
cannot-say        clarify        clarify        clarify  clarify        clarify        clarify
picked            ask            ask            ask      ask            ask            ask
picked-unknown    welcome!       clarify!       check!   ask!           suggest!       alone!
chose             welcome!       clarify!       ask      ask            suggest        alone!
chose-out-of-way  welcome!       clarify!       check!   ask!           suggest!       alone!
chose-unknown     welcome!       clarify!       check!   ask!           suggest!       alone!
chose-check       welcome        clarify        ask      ask            suggest        alone
back              welcome        welcome        welcome  welcome        ask            clarify
restart           welcome        welcome        welcome  welcome        welcome        welcome
not-this          clarify        clarify        ask      clarify        clarify        clarify
fold              welcome        clarify        ask      ask            suggest        clarify
go-on             welcome        clarify        ask      ask            suggest        clarify
"""
"""What follows each event at each step; `!`: the same step again, with a notice and nothing lost."""

EVENTS: dict[str, Event] = {
    "said-sure": worry("childcare", sure=True),
    "said-unsure": worry("childcare", "work"),
    "said-unread": UNREAD,
    "said-danger": danger(4, "medical"),
    "cannot-say": CannotSay(),
    "picked": Picked("childcare"),
    "picked-unknown": Picked("no-such"),
    "chose": Chose("who", "me"),
    "chose-out-of-way": Chose("long", "years"),
    "chose-unknown": Chose("who", "no-such"),
    "chose-check": Chose(CHECK_QUESTION, "no"),
    "back": WentBack(),
    "restart": StartedOver(),
    "not-this": NotThis(),
    "fold": FoldedUrgent(),
    "go-on": WentOn(),
}
STEPS: dict[str, tuple[Event, ...]] = {
    "welcome": (),
    "clarify": (worry("work", "childcare"),),
    "check": (danger(1, "suicide", "work", sure=True),),
    "ask": (Picked("work"),),
    "suggest": (Picked("work"), Chose("who", "me"), Chose("pay", "no")),
    "alone": (danger(4, "overdose", "work", "childcare"),),
}


def _kind(reply: Reply) -> str:
    step = reply.step
    return "alone" if isinstance(step, Suggest) and step.category is None else type(step).__name__.lower()


def _cells() -> list[tuple[str, str, str]]:
    head, *rows = (re.split(r"\s+", line.strip()) for line in TABLE.strip().splitlines())
    return [(event, step, after) for event, *cells in rows for step, after in zip(head, cells, strict=True)]


@pytest.mark.parametrize(("event", "step", "expected"), _cells())
def test_every_event_at_every_step(small: Catalog, event: str, step: str, expected: str) -> None:
    before, shown = after_events(small, *STEPS[step])
    assert _kind(shown) == step
    then, reply = respond(before, EVENTS[event], catalog=small)
    assert _kind(reply) + ("!" if reply.notice else "") == expected
    if reply.notice:
        assert then == before
        assert (reply.step, reply.urgent, reply.trail) == (shown.step, shown.urgent, shown.trail)
    assert reply.urgent.level == then.level >= before.level
    assert show(then, catalog=small) == (then, Reply(reply.urgent, reply.step, reply.trail))


def test_the_table_covers_every_kind_of_event_and_step() -> None:
    assert {event for event, _, _ in _cells()} == set(EVENTS)
    assert {type(event) for event in EVENTS.values()} == set(Event.__args__)
    assert {step for _, step, _ in _cells()} == set(STEPS)


# ---- answers


def test_a_changed_answer_drops_those_that_no_longer_fit(small: Catalog) -> None:
    asked = (Picked("work"), Chose("who", "me"), Chose("pay", "yes"), Chose("long", "years"))
    conversation, reply = after_events(small, *asked, Chose("who", "child"))
    assert conversation.answers == (("who", "child"), ("long", "years"))
    assert isinstance(reply.step, Suggest)
    conversation, reply = after_events(small, *asked, Chose("who", "unsure"))
    assert conversation.answers == (("who", "unsure"),)
    assert [a.id for a in reply.trail] == ["who"]


def test_a_double_click_is_a_click(small: Catalog) -> None:
    once = after_events(small, Picked("work"), Chose("who", "me"))
    assert after_events(small, Picked("work"), Chose("who", "me"), Chose("who", "me")) == once


def test_back_from_every_depth_leads_to_the_start(small: Catalog) -> None:
    events: tuple[Event, ...] = (Picked("work"), Chose("who", "me"), Chose("pay", "yes"), Chose("long", "short"))
    seen = [after_events(small, *events[:count]) for count in range(len(events) + 1)]
    conversation = seen[-1][0]
    for before in reversed(seen[:-1]):
        conversation, reply = respond(conversation, WentBack(), catalog=small)
        assert reply == before[1]
    assert _kind(respond(conversation, WentBack(), catalog=small)[1]) == "welcome"


def test_back_from_the_first_question_leads_to_what_was_offered(small: Catalog) -> None:
    said = worry("work", "childcare")
    assert after_events(small, said, Picked("work"), WentBack())[1] == after_events(small, said)[1]
    assert _kind(after_events(small, said, Picked("work"), WentBack(), WentBack())[1]) == "welcome"


def test_ids_from_an_older_catalogue_never_raise(small: Catalog) -> None:
    for event in EVENTS.values():
        old = Conversation(category="gone", answers=(("a", "b"),), candidates=("gone",), rejected=("gone",))
        after, _ = respond(old, event, catalog=small)
        assert after.category != "gone"
        after, reply = respond(Conversation(level=3, kind="gone"), event, catalog=small)
        assert reply.urgent.level >= 3
        assert reply.urgent.services


# ---- what the model made of it


def test_unsure_offers_at_most_three_the_twelve_and_people(catalog: Catalog) -> None:
    likely = worry("work", "childcare", "covid19", "nursing-care", none=0.3)
    step = after_events(catalog, likely)[1].step
    assert isinstance(step, Clarify)
    assert [c.id for c in step.candidates] == ["work", "childcare", "covid19"]
    assert not step.together
    assert tuple(c.id for c in step.categories) == CATEGORY_IDS
    assert [s.id for s in step.human_line] == list(catalog.human_line.services)


@pytest.mark.parametrize("event", [UNREAD, worry("work", none=0.7), CannotSay()])
def test_where_nothing_is_likely_no_candidate_is_offered(catalog: Catalog, event: Event) -> None:
    step = after_events(catalog, event)[1].step
    assert isinstance(step, Clarify)
    assert step.candidates == ()
    assert len(step.categories) == 12
    assert step.human_line


def test_sure_asks_at_once(small: Catalog) -> None:
    step = after_events(small, worry("work", sure=True))[1].step
    assert isinstance(step, Ask)
    assert (step.category.id, step.id, step.depth) == ("work", "who", 1)


def test_a_category_called_wrong_is_not_offered_again(small: Catalog) -> None:
    sure = worry("work", "childcare", "covid19", "nursing-care", sure=True)
    step = after_events(small, sure, NotThis())[1].step
    assert isinstance(step, Clarify)
    assert [c.id for c in step.candidates] == ["childcare", "covid19", "nursing-care"]
    for again in (sure, worry("childcare", "work", "covid19")):
        step = after_events(small, sure, NotThis(), again)[1].step
        assert isinstance(step, Clarify)
        assert "work" not in [c.id for c in step.candidates]


def test_a_category_picked_after_all_is_no_longer_wrong(small: Catalog) -> None:
    sure = worry("work", "childcare", sure=True)
    assert _kind(after_events(small, sure, NotThis(), Picked("work"), sure)[1]) == "ask"
    step = after_events(small, sure, NotThis(), Picked("work"), NotThis())[1].step
    assert isinstance(step, Clarify)
    assert step.candidates[0].id == "childcare"


def test_all_twelve_called_wrong_still_leaves_a_way(catalog: Catalog) -> None:
    events = [event for id in CATEGORY_IDS for event in (Picked(id), NotThis())]
    step = after_events(catalog, *events, worry("work", sure=True))[1].step
    assert isinstance(step, Clarify)
    assert (step.candidates, len(step.categories)) == ((), 12)
    assert step.human_line


def test_the_entrance_for_the_young_is_not_left_by_typing(catalog: Catalog) -> None:
    before, asked = after_events(catalog, Picked(UNDER18))
    after, reply = respond(before, worry("work", sure=True), catalog=catalog)
    assert (after, reply) == (before, asked)
    assert _kind(after_events(catalog, Picked(UNDER18), danger(1), WentBack())[1]) == "ask"


# ---- danger


@pytest.mark.parametrize("kind", URGENT_KINDS)
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_help_stands_in_every_later_reply(small: Catalog, level: int, kind: str) -> None:
    conversation, _ = after_events(small, danger(level, kind, "work", "childcare"))
    for event in EVENTS.values():
        _, reply = respond(conversation, event, catalog=small)
        assert reply.urgent.level >= level
        assert reply.urgent.say
        assert 2 <= len(reply.urgent.services) <= 5


def test_restart_forgets_all_but_the_danger(small: Catalog) -> None:
    before, _ = after_events(small, danger(3, "dv"), Picked("work"), NotThis(), FoldedUrgent())
    after, reply = respond(before, StartedOver(), catalog=small)
    assert _kind(reply) == "welcome"
    assert (reply.urgent.level, reply.urgent.kind, reply.urgent.folded) == (3, "dv", True)
    assert (after.category, after.answers, after.candidates, after.rejected) == (None, (), (), ())


def test_the_level_never_falls(small: Catalog) -> None:
    conversation, reply = after_events(small, danger(3, "dv"))
    for event in (worry("work"), danger(1), danger(2), StartedOver(), danger(1)):
        conversation, reply = respond(conversation, event, catalog=small)
        assert (reply.urgent.level, reply.urgent.kind) == (3, "dv")


@pytest.mark.parametrize("level", [2, 3, 4])
def test_of_equal_levels_the_newest_kind_is_shown(small: Catalog, level: int) -> None:
    said = (danger(level, "dv"), FoldedUrgent(), danger(level, "suicide"))
    urgent = after_events(small, *said)[1].urgent
    assert (urgent.level, urgent.kind, urgent.folded) == (level, "suicide", False)


def test_a_folded_card_stays_folded_until_something_graver(small: Catalog) -> None:
    conversation, reply = after_events(small, danger(3, "dv"), FoldedUrgent())
    for event in (danger(3, "dv"), danger(2, "suicide"), worry("work"), StartedOver()):
        conversation, reply = respond(conversation, event, catalog=small)
        assert reply.urgent.folded
    graver = respond(conversation, danger(4, "dv"), catalog=small)[1]
    assert not graver.urgent.folded
    assert _kind(graver) == "alone"


def test_level_four_stands_alone_until_they_go_on(small: Catalog) -> None:
    conversation, reply = after_events(small, danger(4, "overdose", "work", sure=True))
    for event in (danger(4, "overdose", "work", sure=True), worry("work", sure=True), UNREAD):
        conversation, reply = respond(conversation, event, catalog=small)
        step = reply.step
        assert isinstance(step, Suggest)
        assert step.category is None
        assert (step.say, step.services) == (reply.urgent.say, reply.urgent.services)
    went_on, reply = respond(conversation, WentOn(), catalog=small)
    assert _kind(reply) == "clarify"
    assert _kind(respond(went_on, worry("work", sure=True), catalog=small)[1]) == "ask"
    assert _kind(respond(went_on, danger(4, "overdose"), catalog=small)[1]) == "alone"


def test_level_four_called_wrong_is_not_shown_alone_again(small: Catalog) -> None:
    said = danger(4, "overdose", "work", sure=True)
    for wrong in (FoldedUrgent(), NotThis()):
        reply = after_events(small, said, wrong, said)[1]
        assert _kind(reply) == "ask"
        assert (reply.urgent.level, reply.urgent.folded) == (4, True)


# ---- the gentle question


def test_level_one_asks_gently_and_goes_on_whatever_the_answer(small: Catalog) -> None:
    asked, reply = after_events(small, danger(1, "suicide", "work", sure=True))
    step = reply.step
    assert isinstance(step, Check)
    assert reply.urgent.services
    assert [id for id, _ in step.options] == ["yes", "no", "skip"]
    for option, level in (("yes", 2), ("no", 1), ("skip", 1)):
        reply = respond(asked, Chose(CHECK_QUESTION, option), catalog=small)[1]
        assert _kind(reply) == "ask"
        assert (reply.urgent.level, reply.urgent.kind) == (level, "suicide")
    assert respond(asked, Chose(CHECK_QUESTION, "other"), catalog=small)[1].notice == "unknown-option"


@pytest.mark.parametrize("event", [*EVENTS.values(), Chose(CHECK_QUESTION, "yes")])
def test_the_gentle_question_is_asked_once(small: Catalog, event: Event) -> None:
    conversation, reply = after_events(small, danger(1, "suicide", "work", sure=True))
    conversation, reply = respond(conversation, event, catalog=small)
    if reply.notice is None:
        for later in (danger(1), StartedOver(), danger(1), worry("work"), danger(1)):
            conversation, reply = respond(conversation, later, catalog=small)
            assert _kind(reply) != "check"


@pytest.mark.parametrize("kind", URGENT_KINDS)
def test_who_was_not_asked_yet_is_asked_when_a_wish_to_die_may_be_mixed_in(small: Catalog, kind: str) -> None:
    covered = kind in ("suicide", "self-harm", "overdose")
    assert (_kind(after_events(small, danger(1, kind))[1]) == "check") == covered
    assert (_kind(after_events(small, danger(2, kind), danger(1))[1]) == "check") != covered
    assert _kind(after_events(small, danger(3, kind), danger(1))[1]) != "check"
    if not covered:
        assert _kind(after_events(small, danger(1, kind), danger(1))[1]) == "check"
        urgent = after_events(small, danger(2, kind), danger(1), Chose(CHECK_QUESTION, "yes"))[1].urgent
        assert (urgent.level, urgent.kind) == (2, "suicide")


@pytest.mark.parametrize(("level", "kind"), [(3, "dv"), (4, "medical")])
def test_a_wish_to_die_does_not_lower_graver_help(small: Catalog, level: int, kind: str) -> None:
    urgent = after_events(small, danger(level, kind), Chose(CHECK_QUESTION, "yes"))[1].urgent
    assert (urgent.level, urgent.kind) == (level, kind)


def test_weak_signs_of_several_texts_add_up(small: Catalog) -> None:
    weak = danger(1, weak=1)
    assert [after_events(small, *[weak] * count)[1].urgent.level for count in (1, 2, 3)] == [1, 1, 2]
    assert after_events(small, weak, StartedOver(), danger(1, weak=2))[1].urgent.level == 2
    assert after_events(small, weak, danger(0, weak=0), worry("work"))[1].urgent.level == 1


def test_who_answered_no_is_believed_until_it_adds_up_anew(small: Catalog) -> None:
    weak, no = danger(1, weak=1), Chose(CHECK_QUESTION, "no")
    assert [after_events(small, weak, no, *[weak] * count)[1].urgent.level for count in (2, 3)] == [1, 2]
