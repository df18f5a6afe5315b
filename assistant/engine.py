"""What to say next: one pure function over the conversation, the event and the catalogue."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from assistant.conversation import (
    CHECK_ANSWERS,
    CHECK_QUESTION,
    CannotSay,
    CheckAnswer,
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
from assistant.reply import Ask, Check, Clarify, Notice, Reply, Step, Suggest, Urgent, Welcome
from assistant.walk import option_of, walk
from catalog.model import UNDER18, Catalog, Category, Service
from nlu.prediction import Prediction

SHOWN_CANDIDATES = 3
KEPT_CANDIDATES = 5
"""So that 「ちがう」 still leaves likely ones to offer."""
NOT_A_WORRY = 0.6
"""From this probability of none-of-these no category is offered as likely: guessing at a greeting is a false certainty."""
HELP_ALONE = 4


def respond(conversation: Conversation, event: Event, *, catalog: Catalog) -> tuple[Conversation, Reply]:
    """The conversation after the event, and what to show.

    Nothing is raised on ids the catalogue does not know: the conversation stays and the reply carries a notice.
    """
    after, notice = _apply(conversation, event, catalog)
    return _show(after, notice, catalog)


def show(conversation: Conversation, *, catalog: Catalog, notice: Notice | None = None) -> tuple[Conversation, Reply]:
    """The same conversation shown again, for a reload or a request that could not be understood."""
    return _show(conversation, notice, catalog)


def _apply(before: Conversation, event: Event, catalog: Catalog) -> tuple[Conversation, Notice | None]:
    match event:
        case Said():
            return _said(before, event), None
        case CannotSay():
            return replace(before, heard=True, category=None, answers=(), candidates=()), None
        case Picked():
            if event.category not in catalog.flows:
                return before, "unknown-category"
            return replace(before, category=event.category, answers=(), check=_skipped(before), going_on=True), None
        case Chose():
            return _chose(before, event, catalog)
        case WentBack():
            return _back(before, catalog), None
        case StartedOver():
            return Conversation(level=before.level, kind=before.kind, folded=before.folded, going_on=True), None
        case NotThis():
            return _not_this(before), None
        case FoldedUrgent():
            return replace(before, folded=True, going_on=True), None
        case WentOn():
            return replace(before, going_on=True), None
        case _:
            assert_never(event)


def _said(before: Conversation, event: Said) -> Conversation:
    after = _with_danger(before, event)
    if before.category == UNDER18:
        return after
    likely = _likely(event.prediction, before.rejected)
    sure = event.prediction is not None and event.prediction.sure and bool(likely)
    surest = likely[0] if sure and event.prediction and likely[0] == event.prediction.ranked[0].category else None
    return replace(after, heard=True, category=surest, answers=(), candidates=likely)


def _likely(prediction: Prediction | None, rejected: tuple[str, ...]) -> tuple[str, ...]:
    if prediction is None or prediction.none_probability >= NOT_A_WORRY:
        return ()
    return tuple(score.category for score in prediction.ranked if score.category not in rejected)[:KEPT_CANDIDATES]


def _with_danger(before: Conversation, event: Said) -> Conversation:
    danger = event.danger
    if danger.level <= before.level:
        return replace(before, going_on=before.going_on and (danger.level < HELP_ALONE or before.folded))
    asks = danger.level == 1 and danger.kind == "suicide" and before.check is None
    return replace(
        before,
        level=danger.level,
        kind=danger.kind,
        check="pending" if asks else _skipped(before),
        folded=False,
        going_on=False,
    )


def _skipped(before: Conversation) -> CheckAnswer | None:
    return "skip" if before.check == "pending" else before.check


def _chose(before: Conversation, event: Chose, catalog: Catalog) -> tuple[Conversation, Notice | None]:
    if event.question == CHECK_QUESTION:
        if event.option not in CHECK_ANSWERS:
            return before, "unknown-option"
        answered = replace(before, check=event.option)
        return (_wants_to_die(answered) if event.option == "yes" else answered), None
    if before.category is None:
        return before, "unknown-option"
    flow = catalog.flows[before.category]
    if option_of(flow, event.question, event.option) is None:
        return before, "unknown-option"
    others = tuple(answer for answer in before.answers if answer[0] != event.question)
    place = walk(flow, (*others, (event.question, event.option)))
    if (event.question, event.option) not in place.answers:
        return before, "unknown-option"
    return replace(before, answers=place.answers, check=_skipped(before), going_on=True), None


def _wants_to_die(before: Conversation) -> Conversation:
    return before if before.level >= 2 else replace(before, level=2, kind="suicide", folded=False)


def _back(before: Conversation, catalog: Catalog) -> Conversation:
    if _help_stands_alone(before):
        return replace(before, going_on=True)
    if before.check == "pending":
        return replace(before, check="skip", category=None, answers=(), heard=False, candidates=())
    if before.category is not None:
        kept = walk(catalog.flows[before.category], before.answers).answers
        if kept:
            return replace(before, answers=kept[:-1])
        return replace(before, category=None, answers=())
    return replace(before, heard=False, candidates=())


def _not_this(before: Conversation) -> Conversation:
    before = replace(before, heard=True, answers=(), check=_skipped(before), going_on=True)
    if before.category in (None, UNDER18):
        return replace(before, category=None)
    rejected = tuple(dict.fromkeys((*before.rejected, before.category)))
    left = tuple(c for c in before.candidates if c not in rejected)
    return replace(before, category=None, rejected=rejected, candidates=left)


def _show(conversation: Conversation, notice: Notice | None, catalog: Catalog) -> tuple[Conversation, Reply]:
    urgent = _urgent(conversation, catalog)
    if _help_stands_alone(conversation):
        alone = Suggest(category=None, outcome=None, say=urgent.say, services=urgent.services)
        return conversation, Reply(urgent=urgent, step=alone, notice=notice)
    if conversation.check == "pending":
        return conversation, Reply(urgent=urgent, step=_check(catalog), notice=notice)
    if conversation.category is None or conversation.category not in catalog.flows:
        return conversation, Reply(urgent=urgent, step=_buttons(conversation, catalog), notice=notice)
    flow = catalog.flows[conversation.category]
    place = walk(flow, conversation.answers)
    category = catalog.category(conversation.category)
    step: Step
    if place.node in flow.outcomes:
        outcome = flow.outcomes[place.node]
        step = Suggest(category=category, outcome=place.node, say=outcome.say, services=_services(catalog, outcome.services))
    else:
        question = flow.questions[place.node]
        step = Ask(category=category, id=place.node, question=question, depth=len(place.trail) + 1)
    kept = replace(conversation, answers=place.answers)
    return kept, Reply(urgent=urgent, step=step, trail=place.trail, notice=notice)


def _help_stands_alone(conversation: Conversation) -> bool:
    return conversation.level == HELP_ALONE and not conversation.going_on


def _buttons(conversation: Conversation, catalog: Catalog) -> Welcome | Clarify:
    if not conversation.heard:
        return Welcome(categories=catalog.categories)
    shown = conversation.candidates[:SHOWN_CANDIDATES]
    return Clarify(
        candidates=tuple(_known(catalog, shown)),
        categories=catalog.categories,
        human_line=_services(catalog, catalog.human_line.services),
    )


def _known(catalog: Catalog, ids: tuple[str, ...]) -> list[Category]:
    by_id = {category.id: category for category in catalog.categories}
    return [by_id[id] for id in ids if id in by_id]


def _check(catalog: Catalog) -> Check:
    messages = catalog.messages
    labels = {"yes": messages.check_yes, "no": messages.check_no, "skip": messages.check_skip}
    return Check(id=CHECK_QUESTION, ask=messages.check_ask, options=tuple((id, labels[id]) for id in CHECK_ANSWERS))


def _urgent(conversation: Conversation, catalog: Catalog) -> Urgent:
    if conversation.level == 0 or conversation.kind is None:
        return Urgent()
    help_ = catalog.help_for(conversation.level, conversation.kind)
    return Urgent(
        level=conversation.level,
        kind=conversation.kind,
        say=help_.say,
        services=_services(catalog, help_.services),
        folded=conversation.folded,
    )


def _services(catalog: Catalog, ids: tuple[str, ...]) -> tuple[Service, ...]:
    return tuple(catalog.services[id] for id in ids)
