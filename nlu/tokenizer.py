"""SudachiPy: text to the words that count, and to its reading. One dictionary a process, one tokenizer a thread.

A tokenizer shared by threads fails on almost every call, so each thread makes its own: microseconds, as the dictionary
is shared.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable, Iterator
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple, Protocol

from sudachipy import Dictionary, SplitMode

from nlu.text import hiragana

DROPPED = frozenset({"補助記号", "空白", "記号", "助詞", "助動詞"})
"""Parts of speech that say little of the concern; without them confidence is better."""
NAME = "人名"
NOT = "¬"
"""Stands before a word that the text denies."""
_DENIAL = frozenset({"ない", "ず", "ぬ", "まい", "へん"})
_LIGHT = frozenset({"為る", "居る", "有る", "成る"})
"""Verbs that carry a noun and are not what is denied: 妊娠 in 妊娠していない."""
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


def morphemes(text: str) -> Any:
    """The morphemes of a text in shortest units (mode A), as SudachiPy gives them."""
    return _tokenizer().tokenize(text)


def parts_of_speech(word: str) -> list[tuple[str, ...]]:
    """Every part of speech the dictionary knows for exactly this word, whatever stands around it; [] for no word."""
    return [tuple(entry.part_of_speech()) for entry in _dictionary().lookup(word)] if word else []


class Spoken(NamedTuple):
    """A word as it is counted: its part of speech, its normalised form, and where it begins in the text."""

    part: str
    form: str
    at: int = 0

    @classmethod
    def of(cls, morpheme: Any) -> Spoken:
        """Out of a morpheme of SudachiPy; a person's name has the part NAME."""
        part = morpheme.part_of_speech()
        return cls(NAME if part[2] == NAME else part[0], morpheme.normalized_form(), morpheme.begin())


class Reader(Hashable, Protocol):
    """Reads texts that SudachiPy takes apart wrongly (see nlu.kana)."""

    def reads(self, text: str) -> bool:
        """Whether a normalised text is one of them."""

    def spoken(self, text: str) -> Iterator[Spoken]:
        """Its words."""


def spoken(text: str) -> Iterator[Spoken]:
    """The words of a text as SudachiPy finds them."""
    return (Spoken.of(morpheme) for morpheme in morphemes(text)) if text else iter(())


def tokens(text: str, reader: Reader | None = None) -> list[str]:
    """Normalised forms of the words of an already normalised text, shortest units (mode A), without DROPPED.

    Names of people are left out and every number is "0", so that a model can hold neither. A word that is denied is
    followed by itself behind NOT: 妊娠 為る ¬妊娠 for 妊娠していない. `reader`: for the texts it reads better.
    """
    return tokens_at(text, reader)[0]


def tokens_at(text: str, reader: Reader | None = None) -> tuple[list[str], list[int]]:
    """`tokens`, and where each begins in the text."""
    found: list[str] = []
    begins: list[int] = []
    helping = False
    for word in reader.spoken(text) if reader and reader.reads(text) else spoken(text):
        part, form = word.part, word.form
        if (form in _DENIAL and part == "助動詞") or (form == "無い" and helping):
            for denied in _denied(found):
                found.append(denied)
                begins.append(word.at)
            continue
        helping = part == "助動詞" or form == "で" or (helping and form == "は")
        if part in DROPPED or part == NAME:
            continue
        if not form.isalpha():
            form = _DIGITS.sub("0", "".join(form.split()))
        if form:
            found.append(form)
            begins.append(word.at)
    return found, begins


def _denied(words: list[str]) -> list[str]:
    """The last word that says something, if it is near, as denied."""
    near = [word for word in words[-3:] if word not in _LIGHT]
    return [] if not near or near[-1].startswith(NOT) else [NOT + near[-1]]


def sayable(text: str) -> list[tuple[tuple[str, ...], str]]:
    """Words that can be said back to the person: (their normalised forms in shortest units, as the word stands).

    Nouns, verbs and adjectives of two to ten letters with their endings, longest units (mode C); no names, no numbers.
    """
    found: list[tuple[tuple[str, ...], str, bool]] = []
    takes_endings = False
    for morpheme in _tokenizer().tokenize(text, SplitMode.C):
        part, surface = morpheme.part_of_speech(), morpheme.surface()
        complete = part[5].startswith(("終止形", "連体形"))
        if part[0] == "助動詞" and takes_endings:
            found[-1] = (found[-1][0], found[-1][1] + surface, complete)
            continue
        noun = part[0] == "名詞" and part[1] == "普通名詞" and part[2] not in ("助数詞可能", "副詞可能")
        takes_endings = part[0] in ("動詞", "形容詞") and part[1] == "一般"
        if (noun or takes_endings) and not _DIGIT.search(surface):
            units = [unit.normalized_form() for unit in morpheme.split(SplitMode.A)]
            found.append((tuple(units or [morpheme.normalized_form()]), surface, noun or complete))
    return [(units, surface) for units, surface, complete in found if complete and 2 <= len(surface) <= 10]


def reading(text: str) -> str:
    """The text in hiragana; words without a reading, and numbers, stay as they are."""
    pieces = []
    for morpheme in _tokenizer().tokenize(text):
        kana, surface = morpheme.reading_form(), morpheme.surface()
        spoken = kana and not surface.isascii() and not _DIGIT.search(surface)
        known = spoken and morpheme.part_of_speech()[0] not in ("補助記号", "空白", "記号")
        pieces.append(hiragana(kana) if known else surface)
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
