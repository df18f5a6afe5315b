"""The guideline of the categories, `LABELS.md`, in sections that can stand beside a phrase. Pure but for the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

GENERAL = "general"
"""The id of the section that holds for every category."""
_HEADING = re.compile(r"#{2,3} (?P<title>.+?)(?:\((?P<id>[a-z0-9-]+)\))?$")
_ITEM = re.compile(r"(?:-|\d+\.) ")
_INLINE = re.compile(r"\*\*(?P<strong>.+?)\*\*|`(?P<code>[^`]+)`")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line. `look`: "plain", "strong" or "code"."""

    text: str
    look: str = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or an item of a list, as its pieces."""

    pieces: tuple[Piece, ...]
    item: bool


@dataclass(frozen=True, slots=True)
class Section:
    """What holds for one category (`id`), or for all (GENERAL)."""

    id: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Guideline:
    """All sections, the general one first. `version` changes with every change of the file."""

    version: str
    sections: tuple[Section, ...]


def read(path: Path) -> Guideline:
    """The guideline as the file is now. Without a file: version "none" and no sections."""
    try:
        content = path.read_bytes()
    except OSError:
        return Guideline("none", ())
    return parsed(content)


@lru_cache(maxsize=2)
def parsed(content: bytes) -> Guideline:
    """The guideline of these bytes. A second-level heading without an id belongs to the general section."""
    version = hashlib.sha256(content).hexdigest()[:12]
    found: dict[str, tuple[str, list[Line]]] = {GENERAL: ("考える順番", [])}
    current = GENERAL
    for line in content.decode("utf-8", errors="replace").splitlines():
        if heading := _HEADING.match(line):
            current = heading["id"] or GENERAL
            found.setdefault(current, (heading["title"], []))
        elif line.strip() and not line.startswith("#"):
            item = _ITEM.match(line)
            found[current][1].append(Line(tuple(_pieces(line[item.end() if item else 0 :])), bool(item)))
    sections = (Section(id, title, tuple(lines)) for id, (title, lines) in found.items() if lines)
    return Guideline(version, tuple(sections))


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for match in _INLINE.finditer(line):
        if match.start() > end:
            yield Piece(line[end : match.start()])
        yield Piece(match["strong"], "strong") if match["strong"] else Piece(match["code"], "code")
        end = match.end()
    if line[end:]:
        yield Piece(line[end:])
