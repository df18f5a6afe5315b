"""SudachiPy: text to the words that count, and to its reading. One dictionary a process, one tokenizer a thread.

A tokenizer shared by threads fails on almost every call, so each thread makes its own: microseconds, as the dictionary
is shared.
"""

from __future__ import annotations

import re
import threading
from functools import cache
from importlib.metadata import version
from typing import Any

from sudachipy import Dictionary, SplitMode

DROPPED = frozenset({"補助記号", "空白", "記号", "助詞", "助動詞"})
"""Parts of speech that say little of the concern; without them confidence is better."""
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
_here = threading.local()


@cache
def _dictionary() -> Any:
    return Dictionary(dict="core")


def _tokenizer() -> Any:
    if not hasattr(_here, "tokenizer"):
        dictionary = _dictionary()
        make = getattr(dictionary, "tokenizer", None) or dictionary.create
        _here.tokenizer = make(mode=SplitMode.A)
    return _here.tokenizer


def tokens(text: str) -> list[str]:
    """Normalised forms of the words of an already normalised text, shortest units (mode A), without DROPPED.

    Names of people are left out and every number is "0", so that a model can hold neither.
    """
    found = []
    for morpheme in _tokenizer().tokenize(text):
        part = morpheme.part_of_speech()
        if part[0] in DROPPED or part[2] == "人名":
            continue
        form = _DIGITS.sub("0", "".join(morpheme.normalized_form().split()))
        if form:
            found.append(form)
    return found


def reading(text: str) -> str:
    """The text in hiragana; words without a reading, and numbers, stay as they are."""
    pieces = []
    for morpheme in _tokenizer().tokenize(text):
        kana, surface = morpheme.reading_form(), morpheme.surface()
        spoken = kana and not surface.isascii() and not _DIGIT.search(surface)
        known = spoken and morpheme.part_of_speech()[0] not in ("補助記号", "空白", "記号")
        pieces.append(kana.translate(_TO_HIRAGANA) if known else surface)
    return "".join(pieces)


def readings(text: str) -> list[tuple[str, str]]:
    """The words of a text as they stand, longest units (mode C), each with its reading in katakana."""
    return [(m.surface(), m.reading_form()) for m in _tokenizer().tokenize(text, SplitMode.C)]


def dictionary_version() -> str:
    """The version of the dictionary: another dictionary is another model."""
    return version("sudachidict-core")


def versions() -> dict[str, str]:
    """Versions of the tokenizer and of its dictionary, by package name."""
    return {"sudachipy": version("sudachipy"), "sudachidict-core": dictionary_version()}
