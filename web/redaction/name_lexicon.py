"""How surely a word is the name of a person: by the lists of this project, else by all SudachiPy's dictionary knows.

Standings: SURE is nothing else, ALSO is a word of every day too, MOSTLY is nearly always one, NO_NAME is no name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from nlu.text import hiragana
from nlu.tokenizer import parts_of_speech
from web.redaction.lists import everyday_words, given_names, kana_given_names, no_names, surnames

SURE: Final = 0
ALSO: Final = 1
MOSTLY: Final = 2
NO_NAME: Final = 3
_CACHED = 65_536
_SHORTEST_KATAKANA = 3
"""Shorter ones are as often a sound or an abbreviation."""
_KATAKANA = re.compile("[ァ-ヴー]+")
_NO_OTHER = frozenset({"姓", "名", "一般"})


@lru_cache(maxsize=_CACHED)
def given_standing(word: str) -> int:
    """The standing of a word as a given name, in kanji or kana."""
    listed = given_names().get(word)
    if listed is not None:
        return listed
    by_reading = kana_given_names().get(word)
    if by_reading is not None:
        return by_reading
    standing = _by_dictionary(word, "名")
    return min(standing, _in_katakana(word)) if _KATAKANA.fullmatch(word) else standing


@lru_cache(maxsize=_CACHED)
def family_standing(word: str) -> int:
    """The standing of a word as a family name; one that is also a place is ALSO."""
    listed = surnames().get(word)
    return listed if listed is not None else _by_dictionary(word, "姓")


@lru_cache(maxsize=_CACHED)
def is_known(word: str) -> bool:
    """Whether the dictionary has exactly this word."""
    return bool(kinds_of_name(word))


@lru_cache(maxsize=_CACHED)
def kinds_of_name(word: str) -> frozenset[str]:
    """What kinds of name the word is by the dictionary, and "" for anything else it is."""
    return frozenset(part[3] if part[2] == "人名" else "" for part in parts_of_speech(word))


def _by_dictionary(word: str, kind: str) -> int:
    kinds = kinds_of_name(word)
    if kind not in kinds or word in no_names() or all(letter.isnumeric() for letter in word):
        return NO_NAME
    if word in everyday_words():
        return MOSTLY
    return SURE if kinds <= _NO_OTHER and len(word) > 1 else ALSO


def _in_katakana(word: str) -> int:
    """The standing of a given name that is usually written otherwise: ヒデキ, ノブ."""
    if word in no_names() or word in everyday_words():
        return NO_NAME
    read = hiragana(word)
    standing = min(given_names().get(read, NO_NAME), kana_given_names().get(read, NO_NAME))
    sure = len(word) >= _SHORTEST_KATAKANA and not is_known(word)
    return standing if sure or standing > ALSO else ALSO
