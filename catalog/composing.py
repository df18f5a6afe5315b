"""Danger signs put together: 〔part〕 in a sign stands for every word of that part in danger_parts.yaml.

Written inside a word it stands for each in its place: 〔親〕が動かな is 父が動かな, 母が動かな …
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from catalog.model import DangerPart, DangerSign
from catalog.places import Places
from catalog.reading import Document, Place, Problem
from catalog.wording import nearest

SIGNS, PARTS = "danger_signs.yaml", "danger_parts.yaml"
GROUPS = ("any", "also", "around", "without", "still")
BETWEEN = "、"
_REFERENCE = re.compile("〔([^〔〕]*)〕")


@dataclass(frozen=True, slots=True)
class Composed:
    """The signs with one word an entry, and all that is wrong with their parts."""

    signs: tuple[DangerSign, ...]
    problems: tuple[Problem, ...]


def compose(signs: Sequence[DangerSign], parts: Sequence[DangerPart], places: Places) -> Composed:
    """Every 〔part〕 of the signs replaced by its words. Unknown, repeated and unused parts are problems."""
    known: dict[str, tuple[str, ...]] = {}
    used: set[str] = set()
    problems: list[Problem] = []
    for number, part in enumerate(parts):
        place = ("parts", number)
        if part.name in known:
            sentence = f"部品「{part.name}」が二回書かれています。片方を変えてください"
            problems.append(places.problem(PARTS, (*place, "name"), sentence))
        problems += _unknown(part.words, known, places, PARTS, (*place, "words"))
        used |= _named(part.words)
        known[part.name] = _words(part.words, known)
    composed = []
    for number, sign in enumerate(signs):
        groups: dict[str, tuple[str, ...]] = {}
        for key in GROUPS:
            lines: tuple[str, ...] = getattr(sign, key)
            problems += _unknown(lines, known, places, SIGNS, ("signs", number, key))
            used |= _named(lines)
            groups[key] = _words(lines, known)
        composed.append(sign.model_copy(update=groups))
    for number, part in enumerate(parts):
        if part.name not in used:
            sentence = f"部品「{part.name}」は、どこでも使われていません。使うか、消してください"
            problems.append(places.problem(PARTS, ("parts", number, "name"), sentence))
    return Composed(tuple(composed), tuple(problems))


def repeated(document: Document | None, top: str, keys: Sequence[str]) -> Iterator[tuple[Place, str]]:
    """The words that stand twice in one list of a file as written, with their places."""
    written = document.value if document else None
    entries = written.get(top) if isinstance(written, dict) else None
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        for key in keys:
            lines = entry.get(key) if isinstance(entry, dict) else None
            seen: set[str] = set()
            for index, line in enumerate(lines if isinstance(lines, list) else ()):
                for word in _split(str(line)):
                    if word in seen:
                        yield (top, number, key, index), word
                    seen.add(word)


def _split(line: str) -> list[str]:
    return [word for piece in line.split(BETWEEN) if (word := piece.strip())]


def _named(lines: Iterable[str]) -> set[str]:
    return {name for line in lines for name in _REFERENCE.findall(line)}


def _words(lines: Iterable[str], known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for line in lines for written in _split(line) for word in _filled(written, known)))


def _filled(written: str, known: dict[str, tuple[str, ...]]) -> Iterator[str]:
    pieces = _REFERENCE.split(written)  # plain text and names by turns
    choices = [known.get(piece, ()) if number % 2 else (piece,) for number, piece in enumerate(pieces)]
    return ("".join(chosen) for chosen in product(*choices))


def _unknown(
    lines: Sequence[str], known: dict[str, tuple[str, ...]], places: Places, file: str, place: Place
) -> Iterator[Problem]:
    for index, line in enumerate(lines):
        for name in _REFERENCE.findall(line):
            if name not in known:
                above = "この上に" if file == PARTS else ""
                hint = nearest(name, known) or f"。{PARTS} の name から書いてください"
                sentence = f"部品「{name}」が{above}ありません{hint}"
                yield places.problem(file, (*place, index), sentence)
        if "〔" in _REFERENCE.sub("", line) or "〕" in _REFERENCE.sub("", line):
            sentence = "部品の名前は「〔名前〕」のように、両がわをかっこで囲んでください"
            yield places.problem(file, (*place, index), sentence)
