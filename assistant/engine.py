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
from assistant.crisis import WEAK_ADD_UP, Danger
from assistant.reply import Ask, Check, Clarify, Notice, Reply, Step, Suggest, Urgent, Welcome
from assistant.walk import option_of, place_of, questions_left
from catalog.model import UNDER18, URGENT_KINDS, Catalog, Category
from nlu.prediction import Prediction

SHOWN_CANDIDATES = 3
KEPT_CANDIDATES = 5
"""So that 「ちがう」 still leaves likely ones to offer."""
NOT_A_WORRY = 0.6
"""From this probability of none-of-these no category is offered: guessing at a greeting is a false certainty."""
BOTH_LIKELY = 0.25
"""Two categories are offered together if each has this probability."""
KEPT_READ = 6
HELP_ALONE = 4
TOLD_HELPERS = 2
"""From this level on, those who write about somebody else get a sentence more."""
ASKED_KINDS = ("suicide", "self-harm", "overdose")
"""Where a wish to die may be mixed in, level 1 asks the gentle question."""


def respond(conversation: Conversation, event: Event, *, catalog: Catalog) -> tuple[Conversation, Reply]:
    """The conversation after the event, and what to show.

    Nothing is raised on ids the catalogue does not know: the conversation stays and the reply carries a notice.
    """
    after, notice = _apply(_known_only(conversation, catalog), event, catalog)
    return _show(after, notice, catalog)


def show(conversation: Conversation, *, catalog: Catalog, notice: Notice | None = None) -> tuple[Conversation, Reply]:
    """The same conversation shown again, for a reload or a request that could not be understood."""
    return _show(_known_only(conversation, catalog), notice, catalog)


def _known_only(conversation: Conversation, catalog: Catalog) -> Conversation:
    """Without a category that is gone. A danger whose kind is gone keeps its level: it never falls."""
    if conversation.category is not None and conversation.category not in catalog.flows:
        conversation = replace(conversation, category=None, answers=())
    if conversation.level and conversation.kind not in URGENT_KINDS:
        conversation = replace(conversation, kind="suicide")
    return conversation


def _apply(before: Conversation, event: Event, catalog: Catalog) -> tuple[Conversation, Notice | None]:
    match event:
        case Said():
            return _said(before, event), None
        case CannotSay():
            return replace(_unread(_going_on(before)), heard=True, category=None, answers=(), candidates=()), None
        case Picked():
            if event.category not in catalog.flows:
                return before, "unknown-category"
            rejected = tuple(id for id in before.rejected if id != event.category)
            return replace(_going_on(before), category=event.category, answers=(), rejected=rejected), None
        case Chose():
            return _chose(before, event, catalog)
        case WentBack():
            return _back(before, catalog), None
        case StartedOver():
            return _from_the_beginning(before), None
        case NotThis():
            return _not_this(before), None
        case FoldedUrgent():
            return replace(_going_on(before), folded=True), None
        case WentOn():
            return _going_on(before), None
        case _:
            assert_never(event)


def _said(before: Conversation, event: Said) -> Conversation:
    after = _with_danger(before, event.danger)
    if event.danger.level >= max(before.level, 1):
        after = replace(after, for_other=event.for_other)
    after = replace(after, read=event.read[:KEPT_READ], pair=())
    if before.category == UNDER18:
        return after
    found = likely(event.prediction, before.rejected)
    sure = event.prediction is not None and event.prediction.sure and bool(found)
    surest = found[0] if sure and event.prediction and found[0] == event.prediction.ranked[0].category else None
    pair = () if surest else _both_likely(event.prediction, found)
    return replace(after, heard=True, category=surest, answers=(), candidates=found, pair=pair)


def _both_likely(prediction: Prediction | None, found: tuple[str, ...]) -> tuple[str, ...]:
    probable = {score.category for score in prediction.ranked if score.probability >= BOTH_LIKELY} if prediction else ()
    return found[:2] if len(found) > 1 and set(found[:2]) <= set(probable) else ()


def _unread(before: Conversation) -> Conversation:
    """Without what the words of an earlier text told."""
    return replace(before, read=(), pair=())


def likely(prediction: Prediction | None, rejected: tuple[str, ...]) -> tuple[str, ...]:
    """The categories a text may be about, likeliest first; none for what is no worry."""
    if prediction is None or prediction.none_probability >= NOT_A_WORRY:
        return ()
    return tuple(score.category for score in prediction.ranked if score.category not in rejected)[:KEPT_CANDIDATES]


def _with_danger(before: Conversation, danger: Danger) -> Conversation:
    """The gravest danger so far; of equal levels the newest kind, whose card is another one, so it is not folded.

    Typing instead of answering the gentle question skips it: the way goes on. Weak signs of several texts add up.
    """
    weak = min(before.weak + danger.weak, WEAK_ADD_UP)
    if danger.level == 1 and weak == WEAK_ADD_UP:
        danger = Danger(level=2, kind="suicide")
    check = "pending" if _asks(before, danger) else _skipped(before)
    if danger.level < before.level or (danger.level, danger.kind) == (before.level, before.kind):
        still = before.going_on and (danger.level < HELP_ALONE or before.folded)
        return replace(before, weak=weak, check=check, going_on=still)
    return replace(before, level=danger.level, kind=danger.kind, weak=weak, check=check, folded=False, going_on=False)


def _asks(before: Conversation, danger: Danger) -> bool:
    """Once in a conversation, and not where help for a wish to die, or more urgent help, stands there already."""
    shown_already = before.level > 2 or (before.level == 2 and before.kind in ASKED_KINDS)
    return danger.level == 1 and danger.kind in ASKED_KINDS and before.check is None and not shown_already


def _skipped(before: Conversation) -> CheckAnswer | None:
    return "skip" if before.check == "pending" else before.check


def _going_on(before: Conversation) -> Conversation:
    return replace(before, check=_skipped(before), going_on=True)


def _from_the_beginning(before: Conversation) -> Conversation:
    kept = _unread(_going_on(before))
    return replace(kept, category=None, answers=(), heard=False, candidates=(), rejected=())


def _chose(before: Conversation, event: Chose, catalog: Catalog) -> tuple[Conversation, Notice | None]:
    if event.question == CHECK_QUESTION:
        return _checked(before, event.option)
    if before.category is None:
        return before, "unknown-option"
    flow = catalog.flows[before.category]
    if option_of(flow, event.question, event.option) is None:
        return before, "unknown-option"
    others = tuple(answer for answer in before.answers if answer[0] != event.question)
    asked = _without_read(before, event.question)
    place = place_of(replace(asked, answers=(*others, (event.question, event.option))), flow)
    if (event.question, event.option) not in place.answers:
        return before, "unknown-option"
    return replace(_going_on(asked), answers=place.answers), None


def _without_read(before: Conversation, question: str) -> Conversation:
    kept = tuple(entry for entry in before.read if entry[:2] != (before.category, question))
    return replace(before, read=kept)


def _checked(before: Conversation, option: str) -> tuple[Conversation, Notice | None]:
    """The gentle question answered. 「死にたいくらい」 counts even if the question was passed over before."""
    match option:
        case "yes":
            wish = before if before.level > 2 else replace(before, level=2, kind="suicide", folded=False)
            return replace(wish, check="yes"), None
        case "no":
            return replace(before, check="no", weak=0), None
        case "skip":
            return replace(before, check="skip"), None
        case _:
            return before, "unknown-option"


def _back(before: Conversation, catalog: Catalog) -> Conversation:
    if _help_stands_alone(before):
        return _going_on(before)
    if before.check == "pending":
        typed = _going_on(before)
        return typed if typed.category == UNDER18 else replace(typed, category=None, heard=False, candidates=())
    if before.category is not None:
        trail = place_of(before, catalog.flows[before.category]).trail
        if trail:
            last = trail[-1].id
            kept = tuple(answer for answer in before.answers if answer[0] != last)
            return replace(_without_read(before, last), answers=kept)
        return replace(before, category=None, answers=())
    return replace(before, heard=False, candidates=())


def _not_this(before: Conversation) -> Conversation:
    """What they see is wrong: the card, the gentle question or the category. Only a category seen is rejected."""
    on = _going_on(before)
    if _help_stands_alone(before):
        return replace(on, folded=True)
    if before.check == "pending":
        return on
    on = replace(on, heard=True, category=None, answers=())
    if before.category in (None, UNDER18):
        return on
    rejected = tuple(dict.fromkeys((*before.rejected, before.category)))
    return replace(on, rejected=rejected, candidates=tuple(c for c in before.candidates if c not in rejected))


def _show(conversation: Conversation, notice: Notice | None, catalog: Catalog) -> tuple[Conversation, Reply]:
    urgent = _urgent(conversation, catalog)
    if _help_stands_alone(conversation):
        alone = Suggest(category=None, outcome=None, say=urgent.say, services=urgent.services)
        return conversation, Reply(urgent=urgent, step=alone, notice=notice)
    if conversation.check == "pending":
        return conversation, Reply(urgent=urgent, step=_check(catalog), notice=notice)
    if conversation.category is None:
        return conversation, Reply(urgent=urgent, step=_buttons(conversation, catalog), notice=notice)
    flow = catalog.flows[conversation.category]
    place = place_of(conversation, flow)
    category = catalog.category(conversation.category)
    next_worry: Category | None = None
    step: Step
    if place.node in flow.outcomes:
        outcome = flow.outcomes[place.node]
        services = catalog.named(outcome.services)
        step = Suggest(category=category, outcome=place.node, say=outcome.say, services=services)
        next_worry = _other_worry(conversation, catalog)
    else:
        question = flow.questions[place.node]
        left = questions_left(flow, place.node)
        step = Ask(category=category, id=place.node, question=question, depth=len(place.trail) + 1, left=left)
    kept = replace(conversation, answers=place.answers)
    return kept, Reply(urgent=urgent, step=step, trail=place.trail, notice=notice, next_worry=next_worry)


def _help_stands_alone(conversation: Conversation) -> bool:
    return conversation.level == HELP_ALONE and not conversation.going_on


def _buttons(conversation: Conversation, catalog: Catalog) -> Welcome | Clarify:
    if not conversation.heard:
        return Welcome(categories=catalog.categories)
    together = bool(conversation.pair) and conversation.candidates[:2] == conversation.pair
    shown = conversation.candidates[: 2 if together else SHOWN_CANDIDATES]
    return Clarify(
        candidates=tuple(_known(catalog, shown)),
        categories=catalog.categories,
        human_line=catalog.named(catalog.human_line.services),
        together=together,
    )


def _other_worry(conversation: Conversation, catalog: Catalog) -> Category | None:
    if conversation.category not in conversation.pair:
        return None
    others = tuple(id for id in conversation.pair if id not in (conversation.category, *conversation.rejected))
    return next(iter(_known(catalog, others)), None)


def _known(catalog: Catalog, ids: tuple[str, ...]) -> list[Category]:
    by_id = {category.id: category for category in catalog.categories}
    return [by_id[id] for id in ids if id in by_id]


def _check(catalog: Catalog) -> Check:
    messages = catalog.messages
    labels = {"yes": messages.check_yes, "no": messages.check_no, "skip": messages.check_skip}
    return Check(id=CHECK_QUESTION, ask=messages.check_ask, options=tuple((id, labels[id]) for id in CHECK_ANSWERS))


def _urgent(conversation: Conversation, catalog: Catalog) -> Urgent:
    found = urgent_help(conversation.level, conversation.kind, catalog, for_other=conversation.for_other)
    return replace(found, folded=conversation.folded and found.level > 0)


def urgent_help(level: int, kind: str | None, catalog: Catalog, *, for_other: bool = False) -> Urgent:
    """The help for a danger of this level and kind, with a sentence for those who help; nothing at level 0."""
    if level == 0:
        return Urgent()
    known = next(one for one in URGENT_KINDS if one == kind)
    help_ = catalog.help_for(level, known)
    told = catalog.for_other.for_kind(known) if for_other and level >= TOLD_HELPERS else ""
    return Urgent(level=level, kind=known, say=help_.say, services=catalog.named(help_.services), for_other=told)
