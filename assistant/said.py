"""Which follow-up questions a text has already answered, by fixed rules kept as data. Pure; nothing is guessed.

The rules are in `catalog/data/said/<category>.yaml`. Two answers to one question are no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.crisis import fold, sentences
from catalog.said import SaidRules

_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_DENIALS = ("じゃな", "じゃあり", "ではな", "ではあり", "でもな", "とかじゃ", "でな")
"""Directly behind a word, they take it back: 小学生じゃなくて."""
_NOT_TAKEN_BACK = "(?!" + "|".join(re.escape(fold(tail)) for tail in _DENIALS) + ")"


@dataclass(frozen=True, slots=True)
class _Rule:
    question: str
    option: str
    any: re.Pattern[str]
    also: re.Pattern[str] | None
    without: re.Pattern[str] | None

    def fits(self, sentence: str) -> bool:
        return bool(
            self.any.search(sentence)
            and (self.also is None or self.also.search(sentence))
            and not (self.without and self.without.search(sentence))
        )


class SaidReader:
    """The catalogue's rules, each category's made ready for matching when it is first asked for."""

    def __init__(self, said: Mapping[str, SaidRules]) -> None:
        self._said = said
        self._ready: dict[str, tuple[_Rule, ...]] = {}

    def answers(self, text: str, category: str) -> tuple[tuple[str, str], ...]:
        """(question id, option id) of each question of the category's flow that the text answers."""
        lines = [line.plain for line in sentences(text)]
        found: dict[str, set[str]] = {}
        for rule in self._rules(category):
            if any(rule.fits(line) for line in lines):
                found.setdefault(rule.question, set()).add(rule.option)
        return tuple((question, next(iter(options))) for question, options in found.items() if len(options) == 1)

    def _rules(self, category: str) -> tuple[_Rule, ...]:
        if category not in self._ready:
            rules = self._said[category].rules if category in self._said else ()
            self._ready[category] = tuple(
                _Rule(
                    rule.question,
                    rule.option,
                    pattern(rule.any, _NOT_TAKEN_BACK),
                    pattern(rule.also) if rule.also else None,
                    pattern(rule.without) if rule.without else None,
                )
                for rule in rules
            )
        return self._ready[category]


def pattern(words: Iterable[str], behind: str = "") -> re.Pattern[str]:
    """For folded sentences: one pattern for many words; in a word, `(a|b|)` stands for a, b or nothing."""
    return re.compile("(?:" + "|".join(_spelling(word) for word in words) + ")" + behind)


def _spelling(word: str) -> str:
    pieces = _ALTERNATIVES.split(word)
    return "".join(
        "(?:" + "|".join(re.escape(fold(choice)) for choice in piece.split("|")) + ")"
        if number % 2
        else re.escape(fold(piece))
        for number, piece in enumerate(pieces)
    )
