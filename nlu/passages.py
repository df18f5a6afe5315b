"""The parts of a long text, so that what is told around danger does not hide it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

LONG = 40
"""A text, or a sentence, of at most so many letters is one passage."""
SENTENCE_ENDS = re.compile(r"[。！？!?\n\r\v\f\u0085\u2028\u2029]+")
_SENTENCES = re.compile(r"[^。!?]+")
_PIECES = re.compile(r"[^、, ]*[、, ]*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a normalised text, and its words."""

    text: str
    words: list[str]


def passages(text: str, words: Sequence[str], begins: Sequence[int]) -> list[Passage]:
    """The sentences of a normalised text, long ones cut at their commas and blanks; [] for a text of only one part.

    `words`, `begins`: the words of the text, and where each begins in it.
    """
    where = spans(text)
    edges = [bisect_left(begins, edge) for span in where for edge in span]
    return [
        Passage(text[start:end], list(words[first:last]))
        for (start, end), first, last in zip(where, edges[::2], edges[1::2], strict=True)
    ]


def spans(text: str) -> list[tuple[int, int]]:
    """Where each passage of a normalised text begins and ends; [] for a text of only one part."""
    if len(text) <= LONG:
        return []
    found: list[tuple[int, int]] = []
    for sentence in _SENTENCES.finditer(text):
        start, end = sentence.span()
        if end - start > LONG:
            for piece in _PIECES.finditer(text, start, sentence.end()):
                if piece.start() > start and piece.end() - start > LONG:
                    found.append((start, piece.start()))
                    start = piece.start()
        found.append((start, sentence.end()))
    parts = [_stripped(text, start, end) for start, end in found if text[start:end].strip()]
    return parts if len(parts) > 1 else []


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blanks at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
