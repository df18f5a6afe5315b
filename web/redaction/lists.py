"""The word lists the finders share, read once from `web/data/`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from web.redaction.view import PREFECTURES

LONGEST_NAME = 9
"""No given name of the list has more letters."""


@cache
def given_names() -> dict[str, int]:
    """Given names; how much they are also a word of every day: 0 not at all, 1 also, 2 mostly."""
    return _starred("given_names.txt")


@cache
def surnames() -> dict[str, int]:
    """Family names; 1 for those that are also a word of every day, one letter or a prefecture, else 0."""
    return _starred("surnames.txt")


@cache
def no_names() -> frozenset[str]:
    """Words the dictionary takes for names, and ways to address people that are none."""
    return frozenset(_starred("no_names.txt"))


@cache
def kana_given_names() -> dict[str, int]:
    """Given names in hiragana by their readings in the dictionary, without those of `given_names`; degrees as there."""
    return _starred("kana_given_names.txt")


@cache
def everyday_words() -> frozenset[str]:
    """Words that are a name too by the dictionary, and that people use as words of every day."""
    return frozenset(_starred("everyday_words.txt"))


@cache
def things() -> frozenset[str]:
    """Those of `everyday_words` that are no name even where somebody stands."""
    return frozenset(word for word, degree in _starred("everyday_words.txt").items() if degree)


@cache
def not_names() -> frozenset[str]:
    """Nouns of two kanji that people use in training_data or the catalogue; by the dictionary alone none is a name."""
    return frozenset(_starred("not_names.txt"))


@cache
def kana_surnames() -> dict[str, int]:
    """Family names in hiragana by their readings in the dictionary; 1 for those that are another word too, else 0."""
    return _starred("kana_surnames.txt")


@cache
def municipalities() -> dict[str, tuple[str, bool]]:
    """By the name without 市 or 区: the prefecture, "" if there are two, and whether the name alone tells it."""
    found: dict[str, tuple[str, bool]] = {}
    for line in _lines("municipalities.txt"):
        prefecture, _, names = line.partition(":")
        for name in names.split():
            plain = name.rstrip("*")
            found[plain] = ("" if plain in found else prefecture, plain == name)
    return found


@cache
def prefectures() -> dict[str, str]:
    """The full name of a prefecture by itself and by its short form: 東京 and 東京都."""
    short = {name if name == "北海道" else name[:-1]: name for name in PREFECTURES}
    return short | {name: name for name in PREFECTURES}


@cache
def _starred(file: str) -> dict[str, int]:
    return {name.rstrip("*"): name.count("*") for line in _lines(file) for name in line.split("#")[0].split()}


def _lines(file: str) -> list[str]:
    text = files("web").joinpath("data", file).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
