"""The JSON bodies of the API, out of replies and services. Texts go out plain, without furigana markup."""

from __future__ import annotations

from typing import Any, assert_never

from assistant.guide import Turn
from assistant.reply import Answered, Ask, Check, Clarify, Step, Suggest, Urgent, Welcome
from catalog.hours import Moment
from catalog.model import Catalog, Category, Channel, Service
from catalog.ruby import plain
from nlu.prediction import Prediction

Json = dict[str, Any]


def reply(turn: Turn, state: str, model: str | None) -> Json:
    """The reply of one turn, as in the API's description."""
    return {
        "state": state,
        "urgent": urgent_help(turn.reply.urgent, turn.moment),
        "understood": understood(turn.prediction),
        "why": list(turn.why),
        "step": step_shape(turn.reply.step, turn.moment),
        "trail": [trail_shape(answered) for answered in turn.reply.trail],
        "next_worry": turn.reply.next_worry.id if turn.reply.next_worry else None,
        "notice": turn.reply.notice,
        "answer": answer_shape(turn),
        "model": turn.prediction.model if turn.prediction else model,
    }


def error(code: str, sentence: str, catalog: Catalog) -> Json:
    """What went wrong: a stable code, and a sentence with the numbers for danger."""
    return {"error": {"code": code, "message": f"{plain(sentence)} {plain(catalog.strip.say)}"}}


def trail_shape(answered: Answered) -> Json:
    """A question already answered; `read`: by the words typed, not by a button."""
    return {
        "question": answered.id,
        "ask": plain(answered.question.ask),
        "option": answered.option.id,
        "label": plain(answered.option.label),
        "read": answered.read,
    }


def answer_shape(turn: Turn) -> Json | None:
    """The fixed answer to what is no worry: its id, sentence and the services it names."""
    answer = turn.reply.answer
    return {"id": answer.id, "say": plain(answer.say), "services": list(answer.services)} if answer else None


def urgent_help(urgent: Urgent, moment: Moment) -> Json:
    """Danger: level, kind, the sentence and the services; `folded` where the person said it does not fit."""
    return {
        "level": urgent.level,
        "kind": urgent.kind,
        "say": plain(urgent.say),
        "for_other": plain(urgent.for_other),
        "services": [service_brief(s, moment) for s in urgent.services],
        "folded": urgent.folded,
    }


def understood(prediction: Prediction | None) -> Json | None:
    """What the classifier made of the text; None where nothing was typed or no model is usable."""
    if prediction is None:
        return None
    return {
        "ranked": [{"category": s.category, "probability": round(s.probability, 6)} for s in prediction.ranked],
        "sure": prediction.sure,
        "none_probability": round(prediction.none_probability, 6),
    }


def prediction_alone(prediction: Prediction) -> Json:
    """The classifier's answer alone, for `hitorijanai predict --jsonl`."""
    return {**(understood(prediction) or {}), "model": prediction.model}


def step_shape(step: Step, moment: Moment) -> Json:
    """The step by its kind: welcome, clarify, check, ask or suggest."""
    match step:
        case Welcome():
            return {"kind": "welcome", "categories": [category_shape(c) for c in step.categories]}
        case Clarify():
            return {
                "kind": "clarify",
                "candidates": [category_shape(c) for c in step.candidates],
                "categories": [category_shape(c) for c in step.categories],
                "together": step.together,
                "human_line": [service_brief(s, moment) for s in step.human_line],
            }
        case Check():
            options = [{"id": id, "label": plain(label)} for id, label in step.options]
            return {
                "kind": "check",
                "question": {"id": step.id, "ask": plain(step.ask), "help": "", "options": options},
            }
        case Ask():
            question = {
                "id": step.id,
                "ask": plain(step.question.ask),
                "help": plain(step.question.help or ""),
                "options": [{"id": o.id, "label": plain(o.label)} for o in step.question.options],
            }
            return {"kind": "ask", "category": step.category.id, "question": question, "depth": step.depth}
        case Suggest():
            return {
                "kind": "suggest",
                "category": step.category.id if step.category else None,
                "outcome": step.outcome,
                "say": plain(step.say),
                "services": [service_brief(s, moment) for s in step.services],
            }
        case _:
            assert_never(step)


def category_shape(category: Category) -> Json:
    """A category's id, label and hint."""
    return {"id": category.id, "label": plain(category.label), "hint": plain(category.hint)}


def service_brief(service: Service, moment: Moment) -> Json:
    """What a person needs of a service, with the ways to reach it."""
    return {
        "id": service.id,
        "name": service.name,
        "kind": service.kind,
        "what": service.what,
        "who": service.who,
        "how": service.how or "",
        "cost": service.cost or "",
        "no_answer": service.no_answer or "",
        "instead": list(service.instead),
        "channels": [channel_shape(c, moment) for c in service.channels],
        "url": service.url,
        "verified_on": service.verified_on.isoformat() if service.verified_on else None,
    }


def channel_shape(channel: Channel, moment: Moment) -> Json:
    """One way to reach a service, with whether it is open now and when it opens next, ISO 8601 in Japan time."""
    shape: Json = {"type": channel.type, "label": channel.label or ""}
    if channel.number:
        shape["number"] = channel.number
    if channel.url:
        shape["url"] = channel.url
    opening = moment.of(channel)
    return {
        **shape,
        "toll_free": channel.toll_free,
        "hours_text": channel.hours_text or "",
        "open": opening.state,
        "open_until": opening.until.isoformat() if opening.until else None,
        "next_open": opening.next_open.isoformat() if opening.next_open else None,
        "holidays_unpublished": opening.make_sure,
    }


def service_in_full(service: Service, moment: Moment) -> Json:
    """A service with its categories, sources and state of checking, for the catalogue's own addresses."""
    return {
        **service_brief(service, moment),
        "kana": service.kana,
        "operator": service.operator,
        "categories": list(service.categories),
        "languages": list(service.languages),
        "tags": list(service.tags),
        "age_min": service.age_min,
        "age_max": service.age_max,
        "status": service.status,
        "verified": service.verified,
        "sources": [{"url": s.url, "supports": s.supports} for s in service.sources],
    }
