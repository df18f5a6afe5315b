"""YAML text to plain text values plus the line of every key. Every value stays text: `24:00` is not a number here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from catalog.slips import FLOW_STYLE, mend

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Place: TypeAlias = tuple[str | int, ...]
"""Where something stands inside a file: keys and list positions from the top."""

# Without libyaml PyYAML still reads the same text, some ten times slower.
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MISPLACED = "行の頭の空白の数を、上の行とそろえてください"
_DEEPEST = 12
_STRING_TAGS = (None, "!")
_UNREADABLE = "この行かすぐ上の行が読み取れません(行の頭の空白の数と、「:」や「-」を見てください)"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to put right: `str()` is `file:line: sentence`."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: texts, lists and mappings of texts; None where it could not be read at all."""

    file: str
    value: Plain
    problems: tuple[Problem, ...] = ()
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line_of(self, place: Sequence[str | int]) -> int:
        """The line on which a key or list entry stands, or the nearest one around it that exists."""
        place = tuple(place)
        while place:
            if place in self.lines:
                return self.lines[place]
            place = place[:-1]
        return 1


def read(file: str, raw: bytes) -> Document:
    """The document in `raw`, and all that is wrong with its writing. Never raises."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(file, line, "文字コードがUTF-8ではありません。UTF-8で保存し直してください")
        return Document(file, None, (problem,))
    mended = mend(text)
    problems = [Problem(file, line, slip) for line, slip in mended.slips]
    if not mended.readable:
        return Document(file, None, tuple(sorted({*problems})))
    builder = _Builder(file)
    try:
        for event in yaml.parse(mended.text, Loader=_LOADER):
            builder.take(event)
    except (yaml.YAMLError, _TooDeepError) as error:
        mark: Any = getattr(error, "problem_mark", None)
        # The parser may stop behind the last line; the person looks for a line that exists.
        line = min(mark.line + 1, mended.text.rstrip().count("\n") + 1) if mark else 1
        if not builder.misplaced:
            builder.problems.append(Problem(file, line, _UNREADABLE))
        builder.value = None
    value = None if builder.aliased else builder.value  # what an alias stands for is not followed
    return Document(file, value, tuple(sorted({*problems, *builder.problems})), builder.lines)


class _TooDeepError(Exception):
    """Lists in lists in lists, beyond anything a data file holds."""


class _Builder:
    """Parser events to values, by hand: only the events show anchors, tags and flow style."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.value: Plain = None
        self.problems: list[Problem] = []
        self.lines: dict[Place, int] = {}
        self.misplaced = False
        self.aliased = False
        self._open: list[_Open] = []

    def take(self, event: Any) -> None:
        match event:
            case yaml.ScalarEvent():
                self._style(event)
                start, end = _lines(event)
                if start != end:
                    # Every line is a pair or a list entry by now, so one that continues a text is indented too far.
                    self.misplaced = True
                    self.problems.append(Problem(self.file, end, _MISPLACED))
                self._put(event, event.value)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._style(event)
                if len(self._open) > _DEEPEST:
                    raise _TooDeepError
                if event.flow_style:
                    self._problem(event, FLOW_STYLE)
                value: Plain = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._open.append(_Open(value, self._put(event, value)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
            case yaml.AliasEvent():
                self._problem(event, "「*」による参照は使えません。同じ内容でも書き写してください")
                self._put(event, "")
                self.aliased = True

    def _style(self, event: Any) -> None:
        if event.anchor is not None:
            self._problem(event, "「&」による目印は使えません。消してください")
        if event.tag not in _STRING_TAGS:
            self._problem(event, "「!」による型の指定は使えません。消してください")

    def _problem(self, event: Any, sentence: str) -> None:
        self.problems.append(Problem(self.file, _lines(event)[0], sentence))

    def _put(self, event: Any, value: Plain) -> Place:
        """Sets a value where it belongs and gives its place; in a mapping every other value is a key."""
        line, _ = _lines(event)
        if not self._open:
            self.value = value if self.value is None else self.value
            self.lines.setdefault((), line)
            return ()
        around = self._open[-1]
        if isinstance(around.value, list):
            place = (*around.place, len(around.value))
            around.value.append(value)
            self.lines.setdefault(place, line)
            return place
        if around.key is None:
            around.key = value if isinstance(value, str) else ""
            around.skip = around.key in around.value or not isinstance(value, str)
            if not isinstance(value, str):
                self._problem(event, "項目の名前に、リストや入れ子は使えません。「項目: 値」の形に直してください")
            elif around.skip:
                first = self.lines[(*around.place, value)]
                self._problem(event, f"「{value}」が二回書かれています({first}行目にもあります)。一つ消してください")
            else:
                self.lines.setdefault((*around.place, value), line)
            return (*around.place, around.key)
        place = (*around.place, around.key)
        if not around.skip:
            around.value[around.key] = value
        around.key = None
        return place


def _lines(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.end_mark.line + 1


@dataclass(slots=True)
class _Open:
    """A list or mapping whose entries are still coming; `skip` drops the value of a repeated key."""

    value: Any
    place: Place
    key: str | None = None
    skip: bool = False
