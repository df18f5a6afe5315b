"""Catalogue, danger signs and classifier bound together: the two calls that page, API and terminal share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from assistant.conversation import CHECK_QUESTION, CheckAnswer, Chose, Conversation, Event, Said
from assistant.crisis import DangerSigns
from assistant.engine import SHOWN_CANDIDATES, likely, respond, show, urgent_help
from assistant.folding import Line, fold, sentences
from assistant.opinion import more_careful, together
from assistant.reply import Ask, Notice, Reply, Suggest, Urgent
from assistant.said import SaidReader, pattern
from assistant.small_talk import SmallTalk
from catalog.hours import Holidays, Moment
from catalog.model import UNDER18, Catalog
from nlu.prediction import Prediction

_TYPED: dict[CheckAnswer, str] = {
    "yes": "はい うん ええ そう そうです はい、そうです そうかも あります ある まじっています",
    "no": "いいえ いえ ううん ない ないです ありません ちがう ちがいます 大丈夫 大丈夫です",
    "skip": "わからない わかりません 言いたくない 言いたくありません",
}
"""The gentle question answered in words instead of by a button, as the whole of what is typed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The conversation after a turn, what to show, when that was, and what was made of something typed.

    `why`: words of the text, as they stand there, for which its category was opened without asking.
    """

    conversation: Conversation
    reply: Reply
    moment: Moment
    prediction: Prediction | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a catalogue's words become before the first text: half a second of work, the same for every guide."""

    signs: DangerSigns
    small_talk: SmallTalk
    said: SaidReader
    other: re.Pattern[str]
    self_: re.Pattern[str]


@lru_cache(maxsize=4)
def _ready(catalog: Catalog) -> _Ready:
    other = catalog.for_other
    return _Ready(
        signs=DangerSigns(catalog.signs),
        small_talk=SmallTalk(catalog.answers),
        said=SaidReader(catalog.said),
        other=pattern(other.words),
        self_=pattern(other.unless or ("\0",)),
    )


class Guide:
    """What a person talks to. Holds nothing about them: the conversation comes in and goes out with every call."""

    def __init__(
        self,
        catalog: Catalog,
        predict: Callable[[str], Prediction | None],
        clock: Callable[[], datetime],
        why: Callable[[str, str], tuple[str, ...]] = lambda text, category: (),
    ) -> None:
        """`predict` and `why`: of a classifier (see nlu.classifier.Classifier, `predict` and `heard`)."""
        self.catalog = catalog
        self._predict = predict
        self._why = why
        self._clock = clock
        self._holidays = Holidays.of(catalog)
        self._moment: Moment | None = None
        ready = _ready(catalog)
        self._signs, self._small_talk, self._said = ready.signs, ready.small_talk, ready.said
        self._other, self._self = ready.other, ready.self_

    def prepare(self) -> None:
        """Makes ready what else is made when it is first asked for: for a server whose start nobody waits for."""
        self._said.prepare()

    def hear(self, conversation: Conversation, text: str) -> Turn:
        """A reply to something typed. Danger is looked at first and does not wait for, or depend on, the classifier.

        A text without a letter, kana or digit is answered with the same step again and the notice `nothing-heard`.
        「はい」 and 「いいえ」 to the gentle question are answers, not worries.
        """
        lines = sentences(text)
        danger = self._signs.look_through(lines)
        if danger.level == 0 and not any(character.isalnum() for character in text):
            return self.again(conversation, notice="nothing-heard")
        if conversation.check == "pending" and danger.level < 2 and (chosen := self._check_answer(text)):
            return self.answer(conversation, Chose(CHECK_QUESTION, chosen))
        prediction = self._predict(text)
        danger = together(danger, prediction)
        if conversation.category == UNDER18:
            danger = more_careful(danger)
        answer = None
        if danger.level == 0 and not (prediction and prediction.sure):
            answer = self._small_talk.answer(text, prediction.none_probability if prediction else None)
        said = Said(
            danger=danger,
            prediction=prediction,
            read=self._read(lines, conversation, prediction),
            for_other=danger.level > 0 and self._is_for_other(text),
        )
        after, reply = respond(conversation, said, catalog=self.catalog)
        turn = self._turn(after, replace(reply, answer=answer), prediction)
        opened = reply.step.category if isinstance(reply.step, Ask | Suggest) else None
        if opened is None or opened.id == UNDER18 or danger.level:
            return turn
        return replace(turn, why=self._why(text, opened.id))

    def _read(
        self, lines: Sequence[Line], conversation: Conversation, prediction: Prediction | None
    ) -> tuple[tuple[str, str, str], ...]:
        """What the text answers in the flows it may lead to, the likeliest first."""
        ids: tuple[str, ...]
        if conversation.category == UNDER18:
            ids = (UNDER18,)
        elif prediction is None:
            ids = tuple(self.catalog.flows)
        else:
            ids = likely(prediction, conversation.rejected)[: 1 if prediction.sure else SHOWN_CANDIDATES]
        return self._said.answers(lines, *ids)

    def _check_answer(self, text: str) -> CheckAnswer | None:
        typed, messages = fold(text), self.catalog.messages
        labels = {"yes": messages.check_yes, "no": messages.check_no, "skip": messages.check_skip}
        for answer, words in _TYPED.items():
            if typed in {fold(word) for word in (*words.split(), labels[answer])}:
                return answer
        return None

    def answer(self, conversation: Conversation, event: Event) -> Turn:
        """A reply to a button. The classifier is not touched."""
        return self._turn(*respond(conversation, event, catalog=self.catalog))

    def again(self, conversation: Conversation, notice: Notice | None = None) -> Turn:
        """The same step shown again."""
        return self._turn(*show(conversation, catalog=self.catalog, notice=notice))

    def help_for(self, text: str) -> Urgent:
        """The help a text calls for by the fixed signs alone: needs neither model nor tokenizer, and never fails."""
        danger = self._signs.look(text)
        return urgent_help(danger.level, danger.kind, self.catalog, for_other=self._is_for_other(text))

    def _is_for_other(self, text: str) -> bool:
        folded = fold(text)
        return bool(self._other.search(folded)) and not self._self.search(folded)

    def moment(self) -> Moment:
        """Now, with the holidays around it. What was found open this minute is not reckoned again."""
        moment = Moment(now=self._clock(), holidays=self._holidays)
        if self._moment is not None and self._moment.minute == moment.minute:
            moment = replace(self._moment, now=moment.now)
        self._moment = moment
        return moment

    def _turn(self, conversation: Conversation, reply: Reply, prediction: Prediction | None = None) -> Turn:
        """What runs at this season, and of it what can be reached now first, but never before numbers for danger."""
        moment = self.moment()
        step = reply.step
        if isinstance(step, Suggest) and step.category and step.outcome:
            services = tuple(service for service in step.services if service.in_season(moment.now.date()))
            if not self.catalog.flows[step.category.id].outcomes[step.outcome].danger:
                services = moment.reachable_first(services)
            reply = replace(reply, step=replace(step, services=services))
        return Turn(conversation=conversation, reply=reply, moment=moment, prediction=prediction)
