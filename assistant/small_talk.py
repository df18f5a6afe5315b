"""Which fixed answer fits a text that is no worry. Pure; the answers are in `catalog/data/answers.yaml`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from assistant.crisis import fold
from catalog.answers import OTHER_LANGUAGE, FixedAnswer

NO_WORRY = 0.4
"""From this probability of none-of-these on, a text is answered as no worry if its words fit."""
FEWEST_LETTERS = 4
JAPANESE_SHARE = 0.2


class SmallTalk:
    """The catalogue's fixed answers, made ready for matching."""

    def __init__(self, answers: Sequence[FixedAnswer]) -> None:
        self._answers = tuple((answer, tuple(fold(word) for word in answer.any)) for answer in answers)

    def answer(self, text: str, none_probability: float | None) -> FixedAnswer | None:
        """The first answer that fits; None for a worry. `none_probability`: None without a usable model."""
        if foreign(text):
            return next((answer for answer, _ in self._answers if answer.id == OTHER_LANGUAGE), None)
        if none_probability is not None and none_probability < NO_WORRY:
            return None
        folded = fold(text)
        for answer, words in self._answers:
            if len(text.strip()) <= answer.longest and any(
                self._fits(word, folded, none_probability) for word in words
            ):
                return answer
        return None

    @staticmethod
    def _fits(word: str, folded: str, none_probability: float | None) -> bool:
        """Without a model to say that it is no worry, only the word alone is sure to be none."""
        return word == folded if none_probability is None else word in folded


def foreign(text: str) -> bool:
    """Whether a text is written in letters of another language: hardly one Japanese letter among them."""
    letters = [c for c in unicodedata.normalize("NFKC", text) if c.isalpha()]
    kana = sum("\u3040" <= c <= "\u30ff" for c in letters)
    if any("\u4e00" <= c <= "\u9fff" for c in letters) and not _latin(letters):
        return False  # kanji alone may be Japanese
    words = len(text.split())
    return (
        len(letters) >= FEWEST_LETTERS and kana <= JAPANESE_SHARE * len(letters) and (words > 1 or not _latin(letters))
    )


def _latin(letters: Sequence[str]) -> bool:
    return sum("a" <= c.casefold() <= "z" for c in letters) > len(letters) / 2
