"""Can a tired person read this: length of sentences, share of kanji, officialese. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.model import PlainWord
from catalog.ruby import plain

LONGEST_SENTENCE = 60
MEAN_SENTENCE = 40
KANJI_SHARE = 0.35
"""Of all that people read together, and of every page, flow and set of sentences by itself."""
KANJI_SHARE_OF_SERVICE = 0.45
"""Of one service: a few words, many of them the names of offices, which are said as they are."""
_SENTENCE_END = re.compile(r"(?<=[。！？!?])(?![」』)）])")
_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々]")
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』")


def sentences(text: str) -> list[str]:
    """The sentences of a text without furigana, each with its closing mark."""
    return [piece.strip() for piece in _SENTENCE_END.split(plain(text)) if piece.strip()]


def too_long(text: str) -> list[str]:
    """Sentences over 60 characters."""
    return [sentence for sentence in sentences(text) if len(sentence) > LONGEST_SENTENCE]


def kanji_share(texts: Iterable[str]) -> float:
    """Kanji among all characters of the texts, 0 to 1."""
    whole = "".join(plain(text) for text in texts)
    return len(_KANJI.findall(whole)) / len(whole) if whole else 0.0


def mean_sentence(texts: Iterable[str]) -> float:
    """Mean length of the sentences of the texts, in characters."""
    lengths = [len(sentence) for text in texts for sentence in sentences(text)]
    return sum(lengths) / len(lengths) if lengths else 0.0


def unexplained(text: str, words: Iterable[PlainWord]) -> list[PlainWord]:
    """Words of the office whose first use has no explanation in ( ) right behind it. Words in 「」 do not count."""
    spoken = _QUOTED.sub("", plain(text))
    found = []
    for word in words:
        for name in word.names:
            spoken = spoken.replace(name, " " * len(name))
        place = spoken.find(word.word)
        if place >= 0 and not spoken[place + len(word.word) :].startswith(("(", "(")):
            found.append(word)
    return found
