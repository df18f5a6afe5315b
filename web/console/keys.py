"""Which key says what: the usual keys, those that a reviewer chose, and what is wrong with a choice. Pure.

One table for the page, the script and the guides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlu.corpus import NONE

CATEGORY_KEYS = "1234567890-^"
"""The usual keys of the twelve categories, in the catalogue's order: the upper row of a Japanese keyboard."""
TWO, CANNOT_JUDGE, CONTAINS_NAME = "two", "cannot-judge", "contains-name"
UNVEIL, TOGETHER, SKIP, UNDO, HELP = "unveil", "together", "skip", "undo", "help"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, the value of the button it presses, and the Japanese name of what it does."""

    key: str
    value: str
    name: str


ANSWERS = (
    Key("n", NONE, "悩みではない"),
    Key("u", CANNOT_JUDGE, "判断できない"),
    Key("h", CONTAINS_NAME, "名前などがある(かくす)"),
)
"""What can be said of a phrase beside the twelve; two categories have a form of their own."""
OTHERS = (
    Key("t", TWO, "二つの分類にあたる(つづけて二つのキー)"),
    Key("v", UNVEIL, "かくれている文を見る"),
    Key("g", TOGETHER, "にている文も、いっしょに"),
    Key("s", SKIP, "あとにする"),
    Key("z", UNDO, "ひとつもどす"),
    Key("?", HELP, "キーの一覧"),
)


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The keys of one person."""

    categories: tuple[Key, ...]
    answers: tuple[Key, ...] = ANSWERS
    others: tuple[Key, ...] = OTHERS

    @property
    def all(self) -> tuple[Key, ...]:
        """Every key, in the order in which they are shown."""
        return (*self.categories, *self.answers, *self.others)

    @property
    def by_value(self) -> dict[str, str]:
        """What a key does to the key."""
        return {each.value: each.key for each in self.all}

    def with_keys(self, chosen: Mapping[str, str]) -> Keyboard:
        """The same with other keys for some values; values that there are not are left out."""

        def changed(keys: tuple[Key, ...]) -> tuple[Key, ...]:
            return tuple(replace(each, key=chosen.get(each.value, each.key)) for each in keys)

        return Keyboard(changed(self.categories), changed(self.answers), changed(self.others))

    def faults(self) -> list[str]:
        """Everything that is wrong with the keys, as Japanese sentences; [] if each does one thing."""
        told = [_fault(each) for each in self.all if not _pressable(each.key)]
        names: dict[str, list[str]] = {}
        for each in self.all:
            if _pressable(each.key):
                names.setdefault(each.key, []).append(each.name)
        told += [
            f"「{key.upper()}」が、{len(doing)}つに付いています: {'、'.join(doing)}。一つだけにしてください。"
            for key, doing in names.items()
            if len(doing) > 1
        ]
        return told


def usual(ids: Sequence[str], names: Sequence[str]) -> Keyboard:
    """The keys before anybody chose others; ValueError if there are more categories than keys."""
    if len(ids) > len(CATEGORY_KEYS):
        raise ValueError(f"{len(ids)} categories, {len(CATEGORY_KEYS)} keys")
    return Keyboard(tuple(Key(key, id, name) for key, id, name in zip(CATEGORY_KEYS, ids, names, strict=False)))


def typed(text: str) -> str:
    """A key as the script compares it: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _pressable(key: str) -> bool:
    return len(key) == 1 and "!" <= key <= "~"


def _fault(each: Key) -> str:
    if not each.key:
        return f"「{each.name}」のキーが、空です。"
    return f"「{each.name}」の「{each.key}」は使えません。英字、数字、記号を一つだけ入れてください。"
