"""Files of labelled phrases, as people write them: read line by line, with every fault told by file and line.

phrases/<label>.txt   sections by style        `## short`
hard/<any name>.txt   sections by the label    `## work`
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.text import normalise

NONE = "none-of-these"
"""The label of a text that is no worry this assistant can sort."""
MAX_PHRASE = 1_000
_STYLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = re.compile(r" @(\S+)$")
_WIDE_MARK = re.compile(r"(?:\s|^)[＠@]([a-z0-9-]+)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Example:
    """One phrase. `also`: other categories a careful human could defend; `safety`: show the safety route too."""

    text: str
    label: str
    also: tuple[str, ...]
    safety: bool
    style: str
    file: str
    line: int

    @property
    def right(self) -> frozenset[str]:
        """Every label that counts as right when leniently judged."""
        return frozenset((self.label, *self.also))


class CorpusError(Exception):
    """Every fault of the phrase files, as `file:line: 日本語の一文`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_labelled(folder: Path, ids: Collection[str], root: Path) -> tuple[list[Example], list[str]]:
    """Files named by their label, sections by style."""
    examples: list[Example] = []
    problems: list[str] = []
    for path in phrase_files(folder):
        name = place_name(path, root)
        if path.stem not in (*ids, NONE):
            hint = suggestion(path.stem, (*ids, NONE))
            problems.append(f"{name}:1: ファイル名「{path.stem}」という分類はありません{hint}")
            continue
        before = len(problems)
        count = 0
        for section, text, number in _lines(path, name, problems):
            count += 1
            if section is None:
                problems.append(f"{name}:{number}: 例文の前に「## 文体」の見出しがありません")
            elif not _STYLE.fullmatch(section):
                problems.append(f"{name}:{number}: 文体「{section}」は英小文字とハイフンで書いてください")
            else:
                examples += _example(text, path.stem, section, ids=ids, place=(name, number), problems=problems)
        if not count and len(problems) == before:
            problems.append(f"{name}:1: 例文が一つもありません")
    return examples, problems


def read_sections(folder: Path, ids: Collection[str], root: Path) -> tuple[list[Example], list[str]]:
    """Files of any name, sections by label; the style is the file's name."""
    examples: list[Example] = []
    problems: list[str] = []
    for path in phrase_files(folder):
        name = place_name(path, root)
        for section, text, number in _lines(path, name, problems):
            if section is None:
                problems.append(f"{name}:{number}: 例文の前に「## 分類」の見出しがありません")
            elif section not in (*ids, NONE):
                hint = suggestion(section, (*ids, NONE))
                problems.append(f"{name}:{number}: 「{section}」という分類はありません{hint}")
            else:
                examples += _example(text, section, path.stem, ids=ids, place=(name, number), problems=problems)
    return examples, problems


def read_texts(folder: Path, root: Path) -> list[Example]:
    """Every phrase of the files as it stands, without its marks, for those who only compare texts; no faults."""
    found: list[Example] = []
    for path in phrase_files(folder):
        name = place_name(path, root)
        for section, text, number in _lines(path, name, []):
            bare, _ = _unmarked(text)
            found.append(Example(bare, path.stem, (), False, section or "", name, number))
    return found


def text_faults(text: str) -> Iterator[str]:
    """What speaks against a text as an example."""
    if not normalise(text):
        yield "例文の中身がありません"
    if len(text) > MAX_PHRASE:
        yield f"例文が{len(text)}文字あります。{MAX_PHRASE}文字までにしてください"


def mark_faults(marks: Sequence[str], label: str, allowed: Collection[str]) -> Iterator[str]:
    """What speaks against the marks of an example of this label."""
    for place, mark in enumerate(marks):
        if mark in marks[:place]:
            yield f"印「@{mark}」が二度あります"
        elif mark == label:
            yield f"印「@{mark}」はこの例文の分類そのものです"
        elif mark not in allowed:
            yield f"印「@{mark}」はありません{suggestion(mark, allowed)}"
        elif label == NONE:
            yield f"{NONE} の例文に印「@{mark}」は付けられません"


def _unmarked(text: str) -> tuple[str, list[str]]:
    """The text without the marks at its end, and these in order."""
    marks: list[str] = []
    while found := _MARK.search(text):
        marks.insert(0, found[1])
        text = text[: found.start()].rstrip(" \u3000")
    return text, marks


def _lines(path: Path, name: str, problems: list[str]) -> Iterator[tuple[str | None, str, int]]:
    """The phrases of a file as (section, text with its marks, line number); faults of the lines are noted."""
    section: str | None = None
    for number, raw in enumerate(path.read_bytes().split(b"\n"), 1):
        try:
            line = raw.decode("utf-8").removeprefix("\ufeff").removesuffix("\r").rstrip(" \u3000")
        except UnicodeDecodeError:
            problems.append(f"{name}:{number}: 文字コードがUTF-8ではありません")
            continue
        if "\t" in line:
            problems.append(f"{name}:{number}: タブが入っています。半角の空白にしてください")
        elif line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("#") and line[1:2] not in ("", " "):
            problems.append(f"{name}:{number}: 「#」や「##」のあとには半角の空白を一つ入れてください")
        elif line and not line.startswith("#"):
            yield section, line, number


def _example(
    text: str, label: str, style: str, *, ids: Collection[str], place: tuple[str, int], problems: list[str]
) -> Iterator[Example]:
    where = f"{place[0]}:{place[1]}"
    text, marks = _unmarked(text)
    faults = list(mark_faults(marks, label, (*ids, "safety")))
    if loose := next((m[1] for m in _WIDE_MARK.finditer(text) if m[1] in (*ids, NONE, "safety")), None):
        faults.append(f"印「@{loose}」は行の終わりに、半角の空白と半角の@で書いてください")
    faults += text_faults(text)
    problems += [f"{where}: {fault}" for fault in faults]
    if not faults:
        also = tuple(mark for mark in marks if mark != "safety")
        yield Example(text, label, also, "safety" in marks, style, *place)


def repeated(examples: Iterable[Example]) -> list[str]:
    """A fault for every example whose text stood before."""
    first: dict[str, Example] = {}
    problems = []
    for example in examples:
        known = first.setdefault(normalise(example.text), example)
        if known is not example:
            problems.append(f"{example.file}:{example.line}: 同じ例文が {known.file}:{known.line} にもあります")
    return problems


def phrase_files(folder: Path, ending: str = "txt") -> list[Path]:
    """The files of a folder with this ending, sorted; none if there is no such folder."""
    return sorted(path for path in folder.glob(f"*.{ending}") if not path.name.startswith("."))


def place_name(path: Path, root: Path) -> str:
    """The path as faults name it."""
    return path.relative_to(root).as_posix()


def suggestion(word: str, known: Iterable[str]) -> str:
    """The known word that may have been meant, as a question in brackets; "" if none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"(「{near[0]}」のことですか)" if near else ""


def in_order(problems: Iterable[str]) -> list[str]:
    """The faults by file and line, each once."""

    def place(problem: str) -> tuple[str, int, str]:
        file, line, sentence = problem.split(":", 2)
        return file, int(line), sentence

    return sorted(set(problems), key=place)
