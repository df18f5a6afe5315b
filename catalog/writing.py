"""Records as pages of YAML that people can read and correct; `catalog.reading` takes every text in them for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import yaml

from catalog.reading import read

Json: TypeAlias = dict[str, Any]


class Bare(str):
    """Text that stands without quotes although YAML takes it for something else: a date."""


_RESOLVER: Any = yaml.resolver.Resolver()
_NUMBER = re.compile(r"[\d:+-]+")
_START = tuple("{}[]&*!|>%@`,\"'#?-:~=<. ")


def page(*notes: str, record: Json) -> str:
    """A file: each note as a comment, then the record without what is empty."""
    return "".join(f"# {note}\n" for note in notes) + "".join(f"{line}\n" for line in _block(record))


def _block(value: Json | list[Any]) -> Iterator[str]:
    """A mapping or list as lines of YAML: block style, one line a text, nothing for what is empty."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, list | dict) and item:
                yield f"{_scalar(key)}:"
                yield from (f"  {line}" for line in _block(item))
            elif item not in (None, "", [], {}):
                yield f"{_scalar(key)}: {_scalar(item)}"
        return
    for item in value:
        lines = _block(item) if isinstance(item, list | dict) else [_scalar(item)]
        yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines))


def _scalar(value: str | int) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str) or isinstance(value, Bare):
        return str(value)
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if _needs_quotes(value) else value


def _needs_quotes(text: str) -> bool:
    """Whether YAML would cut the text or take it for a number, a time or yes/no, or our reader for a slip."""
    return (
        not text
        or text.startswith(_START)
        or text.endswith((":", " "))
        or ": " in text
        or " #" in text
        or _NUMBER.fullmatch(text) is not None
        or _RESOLVER.resolve(yaml.ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str"
        or not _read_back(text)
    )


def _read_back(text: str) -> bool:
    """Whether our reader takes the text without quotes for itself, in a list and behind a key."""
    document = read("", f"- {text}\n- key: {text}".encode())
    return not document.problems and document.value == [text, {"key": text}]
