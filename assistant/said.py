"""Which follow-up questions a text has already answered, by fixed rules kept as data. Pure; nothing is guessed.

The rules are in `catalog/data/said/<category>.yaml`. Two answers to one question are no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.folding import Line, fold
from catalog.said import SaidRule, SaidRules

_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_DENIALS = ("じゃな", "じゃあり", "ではな", "ではあり", "でもな", "とかじゃ", "でな")
"""Directly behind a word, they take it back: 小学生じゃなくて."""
_START = 2
"""Letters by which the words of a rule are first looked for."""
_NOT_TAKEN_BACK = "(?!" + "|".join(re.escape(fold(tail)) for tail in _DENIALS) + ")"


@dataclass(frozen=True, slots=True)
class _Patterns:
    any: re.Pattern[str]
    also: re.Pattern[str] | None
    without: re.Pattern[str] | None


class _Rule:
    """A rule, ready when it is first tried: to make all patterns at once takes seconds, which somebody would wait."""

    def __init__(self, rule: SaidRule) -> None:
        self.question, self.option = rule.question, rule.option
        self._rule = rule

    @cached_property
    def patterns(self) -> _Patterns:
        also = pattern(self._rule.also) if self._rule.also else None
        without = pattern(self._rule.without) if self._rule.without else None
        return _Patterns(pattern(self._rule.any, _NOT_TAKEN_BACK), also, without)

    def fits(self, sentence: str) -> bool:
        of = self.patterns
        return bool(
            of.any.search(sentence)
            and (of.also is None or of.also.search(sentence))
            and not (of.without and of.without.search(sentence))
        )


class _Rules:
    """The rules of a category. Only those are tried of which a word may begin somewhere in the sentence."""

    def __init__(self, rules: Iterable[SaidRule]) -> None:
        self._rules: list[_Rule] = []
        self._by_start: dict[str, set[int]] = {}
        for place, rule in enumerate(rules):
            self._rules.append(_Rule(rule))
            for start in {start for word in rule.any for start in _starts(word)}:
                self._by_start.setdefault(start, set()).add(place)

    def prepare(self) -> None:
        """Makes every pattern."""
        for rule in self._rules:
            _ = rule.patterns

    def fitting(self, lines: Mapping[str, set[str]]) -> list[_Rule]:
        """The rules that fit a sentence, in their order. `lines`: each sentence with all that may begin in it."""
        found: set[int] = set()
        for line, starts in lines.items():
            places = set().union(*(self._by_start[start] for start in starts & self._by_start.keys()))
            found |= {place for place in places - found if self._rules[place].fits(line)}
        return [self._rules[place] for place in sorted(found)]


class SaidReader:
    """The catalogue's rules, each category's made ready for matching when it is first asked for."""

    def __init__(self, said: Mapping[str, SaidRules]) -> None:
        self._said = said
        self._ready: dict[str, _Rules] = {}

    def prepare(self) -> None:
        """Makes everything ready now: for a server whose start nobody waits for."""
        for category in self._said:
            self._rules(category).prepare()

    def answers(self, lines: Iterable[Line], *categories: str) -> tuple[tuple[str, str, str], ...]:
        """(category, question id, option id) of each question of the categories' flows that these sentences of a text
        answer (see `assistant.folding.sentences`)."""
        starting = {line: _starting(line) for line in dict.fromkeys(line.plain for line in lines)}
        return tuple((id, *answer) for id in categories for answer in self._answers(starting, id))

    def _answers(self, lines: Mapping[str, set[str]], category: str) -> Iterator[tuple[str, str]]:
        found: dict[str, set[str]] = {}
        for rule in self._rules(category).fitting(lines):
            found.setdefault(rule.question, set()).add(rule.option)
        return ((question, next(iter(options))) for question, options in found.items() if len(options) == 1)

    def _rules(self, category: str) -> _Rules:
        if category not in self._ready:
            self._ready[category] = _Rules(self._said[category].rules if category in self._said else ())
        return self._ready[category]


def pattern(words: Iterable[str], behind: str = "") -> re.Pattern[str]:
    """For folded sentences: one pattern for many words; in a word, `(a|b|)` stands for a, b or nothing."""
    return re.compile("(?:" + "|".join(_spelling(word) for word in words) + ")" + behind)


def _spelling(word: str) -> str:
    return "".join("(?:" + "|".join(map(re.escape, choices)) + ")" for choices in _choices(word))


def _starting(line: str) -> set[str]:
    """Every row of at most _START letters that stands in a sentence."""
    return {line[at : at + letters] for letters in range(_START + 1) for at in range(len(line))}


def _starts(word: str) -> set[str]:
    """How a word may begin, in at most _START letters; to spell out all that it may be takes too long."""
    found = {""}
    for choices in _choices(word):
        found = {(start + choice)[:_START] for start in found for choice in choices}
    return found


def _choices(word: str) -> list[list[str]]:
    """The pieces of a word, each with its folded alternatives."""
    pieces = enumerate(_ALTERNATIVES.split(word))
    return [list(map(fold, piece.split("|"))) if number % 2 else [fold(piece)] for number, piece in pieces]
