"""Which follow-up questions a text has already answered, by fixed rules kept as data. Pure; nothing is guessed.

The rules are in `catalog/data/said/<category>.yaml`. Two answers to one question are no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.crisis import fold, sentences
from catalog.said import SaidRules

_DENIALS = tuple(fold(tail) for tail in ("じゃな", "じゃあり", "ではな", "ではあり", "でもな", "とかじゃ", "でな"))
"""Directly behind a word, they take it back: 小学生じゃなくて."""


@dataclass(frozen=True, slots=True)
class _Rule:
    question: str
    option: str
    any: tuple[str, ...]
    also: tuple[str, ...]
    without: tuple[str, ...]

    def fits(self, sentence: str) -> bool:
        return (
            any(_said(word, sentence) for word in self.any)
            and (not self.also or any(word in sentence for word in self.also))
            and not any(word in sentence for word in self.without)
        )


class SaidReader:
    """The catalogue's rules, made ready for matching."""

    def __init__(self, said: Mapping[str, SaidRules]) -> None:
        self._rules = {
            category: tuple(
                _Rule(rule.question, rule.option, _folded(rule.any), _folded(rule.also), _folded(rule.without))
                for rule in rules.rules
            )
            for category, rules in said.items()
        }

    def answers(self, text: str, category: str) -> tuple[tuple[str, str], ...]:
        """(question id, option id) of each question of the category's flow that the text answers."""
        lines = [line.plain for line in sentences(text)]
        found: dict[str, set[str]] = {}
        for rule in self._rules.get(category, ()):
            if any(rule.fits(line) for line in lines):
                found.setdefault(rule.question, set()).add(rule.option)
        return tuple((question, *options) for question, options in found.items() if len(options) == 1)  # type: ignore[misc]


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(fold(word) for word in words)


def _said(word: str, sentence: str) -> bool:
    """Whether the word stands anywhere without being taken back."""
    at = sentence.find(word)
    while at >= 0:
        if not sentence.startswith(_DENIALS, at + len(word)):
            return True
        at = sentence.find(word, at + 1)
    return False
