"""Which key says what. One table for the page, the script and the guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlu.corpus import NONE

CATEGORY_KEYS = "1234567890-^"
"""The keys of the twelve categories, in the catalogue's order: the upper row of a Japanese keyboard."""
TWO, CANNOT_JUDGE, CONTAINS_NAME = "two", "cannot-judge", "contains-name"


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
"""What can be said of a phrase beside the twelve; two categories, key t, has a form of its own."""
OTHERS = (
    Key("t", TWO, "二つの分類にあたる(つづけて二つのキー)"),
    Key("v", "unveil", "かくれている文を見る"),
    Key("g", "together", "にている文も、いっしょに"),
    Key("s", "skip", "あとにする"),
    Key("z", "undo", "ひとつもどす"),
    Key("?", "help", "キーの一覧"),
)


def category_keys(ids: Sequence[str], names: Sequence[str]) -> tuple[Key, ...]:
    """The key of each category; ValueError if there are more categories than keys."""
    if len(ids) > len(CATEGORY_KEYS):
        raise ValueError(f"{len(ids)} categories, {len(CATEGORY_KEYS)} keys")
    return tuple(Key(key, id, name) for key, id, name in zip(CATEGORY_KEYS, ids, names, strict=False))
