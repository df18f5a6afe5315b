"""Sentences of people with the label that reviewers gave them, as files of `reviewed/`: read, and written.

    reviewed/<label>.tsv   day, reviewers, phrase, also, safety

A tab, a line's end or a backslash in a phrase stands there with a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nlu.phrase_files import NONE, Example, mark_faults, phrase_files, place_name, suggestion, text_faults

FOLDER, STYLE = "reviewed", "reviewed"
HEADER = ("day", "reviewers", "phrase", "also", "safety")
SAFETY = "safety"
PHRASE = "phrase:"
"""Stands before the id of a phrase of the store, where an example has its file."""
_MARK = re.compile(r"〔[^〕]*〕")
"""What stands in place of a name or a number: nobody types it, so nothing is learnt from it."""
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_UNESCAPES = {escaped: bare for bare, escaped in _ESCAPES.items()}
_ESCAPED = re.compile(r"\\.?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file. `reviewers`: codes in place of names; `safety`: the sentence needs the safety route too."""

    day: date
    reviewers: str
    text: str
    also: str | None
    safety: bool


def read_reviewed(folder: Path, ids: Collection[str]) -> tuple[list[Example], list[str]]:
    """The sentences of `folder`/reviewed to learn from, and every fault as `file:line: 日本語の一文`."""
    examples: list[Example] = []
    problems: list[str] = []
    for path in phrase_files(folder / FOLDER, "tsv"):
        label, name = path.stem, place_name(path, folder)
        if label not in (*ids, NONE):
            hint = suggestion(label, (*ids, NONE))
            problems.append(f"{name}:1: ファイル名「{label}」という分類はありません{hint}")
            continue
        for number, row in _rows(path, name, problems):
            text, also = plain(row.text), (row.also,) if row.also else ()
            if faults := [*text_faults(text), *mark_faults(also, label, ids)]:
                problems += [f"{name}:{number}: {fault}" for fault in faults]
            else:
                examples.append(Example(text, label, also, row.safety, STYLE, name, number))
    return examples, problems


def rows_of(folder: Path, label: str) -> tuple[Row, ...]:
    """The rows of one label that can be read, in the order of the file; () without one."""
    path = folder / FOLDER / f"{label}.tsv"
    return tuple(row for _, row in _rows(path, path.name, [])) if path.exists() else ()


def file_of(rows: Iterable[Row]) -> str:
    """The content of a file with these rows: by day and text, each text once."""
    kept: dict[str, Row] = {}
    for row in rows:
        kept.setdefault(row.text, row)
    lines = [HEADER, *map(_cells, sorted(kept.values(), key=lambda row: (row.day, row.text)))]
    return "".join("\t".join(cells) + "\n" for cells in lines)


def plain(text: str) -> str:
    """The text without the marks that stand for what was taken out of it."""
    return " ".join(_MARK.sub(" ", text).split())


def _rows(path: Path, name: str, problems: list[str]) -> Iterator[tuple[int, Row]]:
    """Line number and row; what cannot be read is noted."""
    for number, raw in enumerate(path.read_bytes().removesuffix(b"\n").split(b"\n"), 1):
        where = f"{name}:{number}"
        try:
            cells = tuple(raw.decode("utf-8").removeprefix("\ufeff").removesuffix("\r").split("\t"))
        except UnicodeDecodeError:
            problems.append(f"{where}: 文字コードがUTF-8ではありません")
            continue
        if number == 1:
            if cells != HEADER:
                problems.append(f"{where}: はじめの行は、タブで分けて「{' '.join(HEADER)}」と書いてください")
                return
        elif len(cells) != len(HEADER):
            problems.append(f"{where}: 欄が{len(cells)}あります。タブで分けて{len(HEADER)}にしてください")
        elif row := _row(cells, where, problems):
            yield number, row


def _row(cells: tuple[str, ...], where: str, problems: list[str]) -> Row | None:
    day, reviewers, text, also, safety = cells
    faults = []
    try:
        given = date.fromisoformat(day)
    except ValueError:
        faults.append(f"日「{day}」は、2026-11-25 のように書いてください")
    if safety not in ("", SAFETY):
        faults.append(f"終わりの欄は、空か「{SAFETY}」です")
    if bad := next((found for found in _ESCAPED.findall(text) if found not in _UNESCAPES), None):
        faults.append(f"「{bad}」は読めません。「\\」そのものは「\\\\」と書いてください")
    problems += [f"{where}: {fault}" for fault in faults]
    if faults:
        return None
    return Row(given, reviewers, _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], text), also or None, bool(safety))


def _cells(row: Row) -> tuple[str, ...]:
    text = "".join(_ESCAPES.get(character, character) for character in row.text)
    return row.day.isoformat(), row.reviewers, text, row.also or "", SAFETY if row.safety else ""
