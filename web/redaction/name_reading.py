"""Where a name can begin and end in a text, and which words can be one. What else must say so is for `names`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property, lru_cache

from web.redaction.lists import LONGEST_NAME, no_names, prefectures, surnames
from web.redaction.name_lexicon import MOSTLY, NO_NAME, SURE, family_standing, given_standing
from web.redaction.name_signs import (
    BEFORE_KANA,
    CHILDISH,
    ENDS,
    I_AM,
    IN_KANJI,
    KANA_ENDS,
    KATAKANA,
    MYSELF,
    NOT_NICKNAME,
    TITLE,
    WHOSE,
)
from web.redaction.view import MASK, View, Word

_FURTHEST = 24
"""So many letters before 〜と申します may be the name."""
_LONGEST_NICKNAME = 4
_SHORTEST_ALONE = 2
"""One kanji is never a name by itself."""


class NameReading:
    """One text: its words, and questions about a place in it. Places are counted in letters of the view.

    `strictness`: names count that are a word of every day to at most this degree, 0 not at all, 1 also, 2 mostly.
    """

    def __init__(self, view: View) -> None:
        self.text = view.letters
        self.words = view.words
        self._starts = {word.start: index for index, word in enumerate(view.words)}
        self._bounds: dict[tuple[int, bool], bool] = {}
        self._ends = {word.end: index for index, word in enumerate(view.words)}

    @cached_property
    def whose(self) -> list[re.Match[str]]:
        """Where it is said who somebody is to the writer: 夫の."""
        return list(WHOSE.finditer(self.text))

    @cached_property
    def behind_whose(self) -> frozenset[int]:
        """Where such words end."""
        return frozenset(match.end() for match in self.whose)

    def starting(self, start: int) -> Word | None:
        """The word that begins there."""
        return self.words[self._starts[start]] if start in self._starts else None

    def ending(self, end: int) -> Word | None:
        """The word that ends there."""
        return self.words[self._ends[end]] if end in self._ends else None

    def words_in(self, start: int, end: int) -> list[Word]:
        """The words that lie between these places."""
        found: list[Word] = []
        while (word := self.starting(start)) and word.end <= end:
            found.append(word)
            start = word.end
        return found

    def given_at(self, start: int, *, strictness: int) -> int:
        """The end of the longest given name that begins there, with a boundary behind it; 0 if there is none."""
        return self._known_at(given_standing, start, strictness)

    def family_at(self, start: int, *, strictness: int) -> int:
        """The same for family names."""
        return self._known_at(family_standing, start, strictness)

    def _known_at(self, standing: Callable[[str], int], start: int, strictness: int) -> int:
        for end in range(min(start + LONGEST_NAME, len(self.text)), start, -1):
            name = self.text[start:end]
            if self.bounded(end, name) and standing(name) <= strictness:
                return end
        return 0

    def given_before(self, end: int, *, strictness: int) -> int | None:
        """The start of the longest given name that ends there, with a boundary before it."""
        for start in range(max(end - LONGEST_NAME, 0), end):
            if self._opens(start, self.text[start:end]) and given_standing(self.text[start:end]) <= strictness:
                return start
        return None

    def bounded(self, end: int, name: str = "") -> bool:
        """Whether a name may end there; behind one in hiragana only what cannot be the rest of a word."""
        return self.may_end(end, kana=is_hiragana(name[-1:]))

    def may_end(self, end: int, *, kana: bool) -> bool:
        """The same for a name that is, or is not, to be told from the rest of a word in hiragana."""
        known = self._bounds.get((end, kana))
        if known is None:
            pattern = KANA_ENDS if kana else ENDS
            known = end >= len(self.text) or bool(pattern.match(self.text, end) or TITLE.match(self.text, end))
            self._bounds[end, kana] = known
        return known

    def _opens(self, start: int, name: str) -> bool:
        before = self.text[start - 1 : start]
        if not before or script(before) == "other":
            return True
        if is_hiragana(name[0]):
            kana_ends = not is_hiragana(before) or before in BEFORE_KANA
            return kana_ends or MYSELF.search(self.text[max(start - 4, 0) : start]) is not None
        same = script(before) == script(name[0])
        return not same or (len(name) > 1 and start in self._starts) or start in self.behind_whose

    def can_be_name(self, word: Word) -> bool:
        """Whether the word is a name where something else says that a name stands there."""
        if word.surface in surnames() or given_standing(word.surface) < MOSTLY:
            return True
        if word.surface in no_names() or all(c.isnumeric() for c in word.surface):
            return False
        if word.is_name:
            return len(word.surface) > 1 and (not word.surface.isascii() or word.surface.istitle())
        foreign = word.unknown or (word.part[1] == "固有名詞" and word.part[3] != "国")
        return foreign and len(word.surface) > 1 and KATAKANA.fullmatch(word.surface) is not None

    def is_family(self, index: int, *, behind_name: bool) -> bool:
        """A family name that needs no other sign: a boundary or a given name behind it, no longer word before it."""
        word = self.words[index]
        if family_standing(word.surface) != SURE and (
            word.surface in surnames() or not word.is_name or word.part[3] != "姓"
        ):
            return False
        free = behind_name or not self._glued(word)
        return free and self._alone(word) and (self.bounded(word.end) or self._has_given(index))

    def is_given(self, index: int) -> bool:
        """A given name that needs no other sign: known as nothing else, or behind a family name."""
        word = self.words[index]
        if not self._alone(word) or not self.bounded(word.end):
            return False
        before = self.words[index - 1] if index else None
        behind_family = before is not None and before.end == word.start and before.part[3] == "姓"
        return (behind_family and word.is_name) or given_standing(word.surface) == SURE

    def is_foreign(self, word: Word) -> bool:
        """A name of people by the dictionary, in katakana, with nothing of the same letters beside it."""
        foreign = word.is_name and len(word.surface) > 2 and KATAKANA.fullmatch(word.surface) is not None
        if not foreign or word.surface in no_names():
            return False
        beside = (self.text[word.start - 1 : word.start], self.text[word.end : word.end + 1])
        return "katakana" not in map(script, beside) and self.bounded(word.end)

    def _alone(self, word: Word) -> bool:
        """Two kanji or more that are no other word and no numeral."""
        surface = word.surface
        if len(surface) < _SHORTEST_ALONE or not IN_KANJI.fullmatch(surface):
            return False
        if surface in no_names() or surface in prefectures():
            return False
        numeral = surface[0].isnumeric()
        return not numeral or given_standing(surface) < NO_NAME or family_standing(surface) == SURE

    def _has_given(self, index: int) -> bool:
        if index + 1 >= len(self.words):
            return False
        behind = self.words[index + 1]
        return (behind.is_name and len(behind.surface) > 1) or bool(self.given_at(behind.start, strictness=1))

    def _glued(self, word: Word) -> bool:
        """Whether kanji stand before it that do not say whose name it is."""
        before = self.text[word.start - 1 : word.start]
        return script(before) == "kanji" and word.start not in self.behind_whose

    def stands_free(self, word: Word) -> bool:
        """Whether the word is no end of a longer one in the same kind of letters."""
        before = self.text[word.start - 1 : word.start]
        if not before or script(before) != script(word.surface[0]):
            return True
        if is_hiragana(before):
            return before in BEFORE_KANA
        joined = self.ending(word.start)
        both_long = len(word.surface) > 1 and joined is not None and len(joined.surface) > 1
        return both_long or word.start in self.behind_whose

    def run_of_names(self, word: Word) -> int:
        """The start of the names that stand side by side up to the word."""
        start = word.start
        while (before := self.ending(start)) and self.can_be_name(before):
            start = before.start
        return start

    def name_before(self, end: int, *, strictness: int) -> int | None:
        """The start of a name, or of several with a space or ・ between, that ends there."""
        start = self.given_before(end, strictness=strictness)
        word = self.ending(end)
        spoken = word is not None and word.is_name and self.begins(word.start)
        if start is None and word and (spoken or self._is_written_name(word)) and self.stands_free(word):
            start = self.run_of_names(word)
        if start is None:
            return None
        while (before := self.ending(start - (self.text[start - 1 : start] in (" ", "・")))) and self._is_written_name(
            before
        ):
            start = before.start
        return start

    def _is_written_name(self, word: Word) -> bool:
        return self.can_be_name(word) and not is_hiragana(word.surface[0])

    def nickname_before(self, title: re.Match[str]) -> int | None:
        """The start of kana before ちゃん and くん: みーちゃん, たっくん. None for ばあちゃん, わんちゃん."""
        end = title.start()
        if not CHILDISH.fullmatch(title[0]) or NOT_NICKNAME.search(self.text[max(end - 4, 0) : end]):
            return None
        suffix = self.starting(end)
        if self.text[end - 1 : end] not in tuple("っーんッン") and not (suffix and suffix.part[0] == "接尾辞"):
            return None
        start = end
        while start and end - start < _LONGEST_NICKNAME and script(self.text[start - 1]) in ("hiragana", "katakana"):
            particle = self.text[start - 1] in BEFORE_KANA and self.text[start : start + 1] not in tuple("っッー")
            if particle and start < end:
                break
            start -= 1
        before = self.text[start - 1 : start]
        if start == end or (is_hiragana(before) and is_hiragana(self.text[start]) and before not in BEFORE_KANA):
            return None
        return start

    def nouns_before(self, end: int) -> int:
        """The start of the nouns, and spaces between them, that stand before a humble verb; `end` if there are none."""
        start = end
        while (word := self.ending(start)) and end - word.start <= _FURTHEST and _can_be_said_humbly(word):
            start = word.start
        return start + len(self.text[start:end]) - len(self.text[start:end].lstrip())

    def introduced(self, start: int) -> bool:
        """Whether 私は, 名前は or a greeting stands before."""
        return I_AM.search(self.text[max(start - 14, 0) : start]) is not None

    def begins(self, start: int) -> bool:
        """Whether a sentence, or a part of one, begins there."""
        before = self.text[max(start - 4, 0) : start]
        if not before or before[-1] in "。、!?\n 」":
            return True
        return self.introduced(start) or MYSELF.search(before) is not None


def is_hiragana(letter: str) -> bool:
    """Of one letter; False for none."""
    return "ぁ" <= letter <= "ん"


@lru_cache(maxsize=16_384)
def script(letter: str) -> str:
    """hiragana, katakana, kanji or other, of one letter; other for none."""
    if is_hiragana(letter):
        return "hiragana"
    if "ァ" <= letter <= "ヴ" or letter == "ー":
        return "katakana"
    if "一" <= letter <= "龯" or letter in ("々", "ヶ"):
        return "kanji"
    return "other"


def _can_be_said_humbly(word: Word) -> bool:
    if word.surface.isspace() or word.surface == "・":
        return True
    named = word.is_noun or word.unknown or given_standing(word.surface) < NO_NAME
    return named and word.surface not in (MASK, "者") and word.part[0] != "代名詞"
