"""Rules of the words that answer a question: they fit the flow, and no word answers one question in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalog.model import CATEGORY_IDS, UNDER18, Catalog
from catalog.places import Places
from catalog.reading import Problem
from catalog.wording import nearest, no_such


def rules_fit_their_flow(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A rule for a question or an answer that is gone would never be used, or answer another question."""
    for category, said in catalog.said.items():
        file = f"said/{category}.yaml"
        flow = catalog.flows.get(category)
        if flow is None:
            yield places.problem(
                file, ("category",), no_such("悩みの分類", category, (*CATEGORY_IDS, UNDER18), "flows")
            )
            continue
        for number, rule in enumerate(said.rules):
            place = ("rules", number)
            question = flow.questions.get(rule.question)
            if question is None:
                near = nearest(rule.question, flow.questions)
                sentence = f"flows/{category}.yaml に「{rule.question}」という質問がありません{near}"
                yield places.problem(file, (*place, "question"), sentence)
                continue
            options = [option.id for option in question.options]
            if rule.option not in options:
                near = nearest(rule.option, options)
                sentence = f"質問「{rule.question}」に「{rule.option}」という答えはありません{near}"
                yield places.problem(file, (*place, "option"), sentence)
            elif rule.option == options[-1]:
                sentence = f"「{rule.option}」は「わからない」の答えです。これは、本人だけがえらべます"
                yield places.problem(file, (*place, "option"), sentence)


def no_word_answers_twice(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """The same word for two answers of one question would cancel both."""
    for category, said in catalog.said.items():
        seen: dict[tuple[str, str], str] = {}
        for number, rule in enumerate(said.rules):
            if rule.also:
                continue
            for word in rule.any:
                first = seen.setdefault((rule.question, word), rule.option)
                if first != rule.option:
                    sentence = f"「{word}」は、同じ質問の「{first}」の答えにもなっています。どちらか一つにしてください"
                    yield places.problem(f"said/{category}.yaml", ("rules", number, "any"), sentence)


CHECKS = (rules_fit_their_flow, no_word_answers_twice)
