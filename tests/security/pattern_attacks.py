"""Texts made from a pattern's own parts, to find those that a regular expression takes too long over."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping
from importlib import import_module
from itertools import permutations
from pkgutil import walk_packages
from types import FrameType, MethodType, ModuleType
from typing import Any

LENGTH = 2_000
PACKAGES = ("assistant", "catalog", "nlu", "web")
ANY = ("a", "1", " ", "あ", "ア", "死", "。", "-", "\n")
_MOST_SEEDS = 6


class TooLong(Exception):  # noqa: N818
    """A pattern looked at a text for longer than it may."""


def seeds(pattern: str) -> tuple[str, ...]:
    """Short texts out of the letters, ranges and classes of a pattern."""
    found: dict[str, None] = {}

    def walk(part: Any) -> None:
        if isinstance(part, tuple) and len(part) == 2 and str(part[0]) in ("LITERAL", "NOT_LITERAL"):
            found[chr(part[1])] = None
        elif isinstance(part, tuple) and len(part) == 2 and str(part[0]) == "RANGE":
            found[chr(part[1][0])] = None
        elif isinstance(part, (tuple, list)) or hasattr(part, "data"):
            for inner in getattr(part, "data", part):
                walk(inner)

    walk(re._parser.parse(pattern))
    own = list(found)
    step = max(1, len(own) // _MOST_SEEDS)
    return tuple(dict.fromkeys([*own[::step][:_MOST_SEEDS], *ANY]))


def attacks(pattern: str) -> Iterator[str]:
    """Texts of LENGTH characters: one part over and over, two in turn, all in turn, with an end that never fits."""
    parts = seeds(pattern)
    for part in parts:
        yield part * (LENGTH - 1) + "\x01"
    for one, two in permutations(parts[: _MOST_SEEDS // 2], 2):
        yield (one + two) * (LENGTH // 2) + "\x01"
    whole = "".join(parts)
    yield (whole * (LENGTH // len(whole) + 1))[:LENGTH]


def compiled() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module of ours holds, in whatever it holds it, by where it is."""
    found: dict[re.Pattern[str], str] = {}
    for package in PACKAGES:
        for module in walk_packages(import_module(package).__path__, f"{package}."):
            if re.search(r"migrations|__main__|wsgi", module.name):
                continue
            for name, value in vars(import_module(module.name)).items():
                if not name.startswith("__"):
                    for pattern in held_by(value):
                        found.setdefault(pattern, f"{module.name}.{name}")
    return {f"{place} {pattern.pattern[:60]!r}": pattern for pattern, place in found.items()}


def held_by(value: Any) -> set[re.Pattern[str]]:
    """The patterns inside an object of ours, such as a guide that has read the words of danger."""
    found: set[re.Pattern[str]] = set()
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, re.Pattern):
            found.add(one)
        if id(one) in seen or one is None or isinstance(one, (str, bytes, int, float, type, ModuleType)):
            continue
        seen.add(id(one))
        if isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
        elif type(one).__module__.split(".")[0] in PACKAGES:
            slots = (name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ()))
            waiting += (getattr(one, name, None) for name in {*slots, *getattr(one, "__dict__", {})})
        elif isinstance(one, MethodType):
            waiting.append(one.__self__)
    return found


def overlong(pattern: re.Pattern[str], seconds: float) -> str:
    """The attack that the pattern needs more than so many seconds of computing for; "" if there is none.

    Counted is what this process computes, so that a busy machine changes nothing.
    """

    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        for text in attacks(pattern.pattern):
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
            try:
                for _ in pattern.finditer(text):
                    pass
                pattern.fullmatch(text)
            except TooLong:
                return text[:20]
            finally:
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return ""
    finally:
        signal.signal(signal.SIGVTALRM, before)
