"""The phrase files: what people say, with the category it belongs to. Nothing guesses; every fault is told at once."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlu.text import normalise

NONE = "none-of-these"
"""The label of a text that is no worry this assistant can sort."""
MAX_PHRASE = 1_000
NEAR = 0.8
"""Character 3-gram cosine from which a phrase gives an examination phrase away."""
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


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is trained on, in a stable order. `labels`: as given, none-of-these last. `fingerprint`: of the content."""

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    fingerprint: str
    calibration: tuple[Example, ...] = ()
    """Never learnt from: they tell how often the model is right when it says that it is sure."""


class CorpusError(Exception):
    """Every fault of the phrase files, as `file:line: 日本語の一文`."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_corpus(folder: Path, ids: Collection[str]) -> Corpus:
    """The phrases of `folder`/phrases, for these category ids and none-of-these, and the texts of `folder`/calibration.

    The examination folders are read too: a phrase that stands there as well, or nearly so, is a fault.
    Raises CorpusError with all faults found.
    """
    examples, problems = _read_labelled(folder / "phrases", ids, folder)
    problems += _missing(folder / "phrases", ids, folder)
    apart: dict[str, list[Example]] = {}
    for read, name in ((_read_labelled, "calibration"), (_read_labelled, "held_out"), (_read_sections, "hard")):
        apart[name], faults = read(folder / name, ids, folder)
        problems += faults
    calibration, examination = apart["calibration"], [*apart["held_out"], *apart["hard"]]
    problems += _twice([*examples, *calibration, *examination])
    problems += _leaks(examples, [*calibration, *examination])
    problems += _leaks(calibration, examination)
    if problems:
        raise CorpusError(_in_order(problems))
    return corpus_of(examples, ids, calibration)


def corpus_of(examples: Iterable[Example], ids: Collection[str], calibration: Iterable[Example] = ()) -> Corpus:
    """These examples as a Corpus: sorted, so that the order of files and lines changes nothing."""
    kept, judged = (tuple(sorted(of, key=lambda e: (e.label, e.text, e.also))) for of in (examples, calibration))
    digest = hashlib.sha256()
    for example in (*kept, *judged):
        fields = (example.label, example.text, ",".join(example.also), str(example.safety), example.style)
        digest.update(("\t".join(fields) + "\n").encode())
    return Corpus(kept, (*ids, NONE), digest.hexdigest(), judged)


def read_held_out(folder: Path, ids: Collection[str]) -> tuple[Example, ...]:
    """The examination phrases of `folder`/held_out. Raises CorpusError."""
    examples, problems = _read_labelled(folder / "held_out", ids, folder)
    problems += _twice(examples)
    if problems:
        raise CorpusError(_in_order(problems))
    return tuple(examples)


def read_hard(folder: Path, ids: Collection[str]) -> tuple[Example, ...]:
    """The cases of `folder`/hard that must all pass; there a section header is the label wanted. Raises CorpusError."""
    examples, problems = _read_sections(folder / "hard", ids, folder)
    problems += _twice(examples)
    if problems:
        raise CorpusError(_in_order(problems))
    return tuple(examples)


def _read_labelled(folder: Path, ids: Collection[str], root: Path) -> tuple[list[Example], list[str]]:
    """Files named by their label, sections by style."""
    examples: list[Example] = []
    problems: list[str] = []
    for path in _files(folder):
        name = _name(path, root)
        if path.stem not in (*ids, NONE):
            hint = _suggest(path.stem, (*ids, NONE))
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


def _read_sections(folder: Path, ids: Collection[str], root: Path) -> tuple[list[Example], list[str]]:
    """Files of any name, sections by label; the style is the file's name."""
    examples: list[Example] = []
    problems: list[str] = []
    for path in _files(folder):
        name = _name(path, root)
        for section, text, number in _lines(path, name, problems):
            if section is None:
                problems.append(f"{name}:{number}: 例文の前に「## 分類」の見出しがありません")
            elif section not in (*ids, NONE):
                hint = _suggest(section, (*ids, NONE))
                problems.append(f"{name}:{number}: 「{section}」という分類はありません{hint}")
            else:
                examples += _example(text, section, path.stem, ids=ids, place=(name, number), problems=problems)
    return examples, problems


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
    marks: list[str] = []
    while found := _MARK.search(text):
        marks.insert(0, found[1])
        text = text[: found.start()].rstrip(" \u3000")
    faults = list(_mark_faults(marks, label, ids))
    if loose := next((m[1] for m in _WIDE_MARK.finditer(text) if m[1] in (*ids, NONE, "safety")), None):
        faults.append(f"印「@{loose}」は行の終わりに、半角の空白と半角の@で書いてください")
    if not normalise(text):
        faults.append("例文の中身がありません")
    if len(text) > MAX_PHRASE:
        faults.append(f"例文が{len(text)}文字あります。{MAX_PHRASE}文字までにしてください")
    problems += [f"{where}: {fault}" for fault in faults]
    if not faults:
        also = tuple(mark for mark in marks if mark != "safety")
        yield Example(text, label, also, "safety" in marks, style, *place)


def _mark_faults(marks: list[str], label: str, ids: Collection[str]) -> Iterator[str]:
    allowed = (*ids, "safety")
    for place, mark in enumerate(marks):
        if mark in marks[:place]:
            yield f"印「@{mark}」が二度あります"
        elif mark == label:
            yield f"印「@{mark}」はこの例文の分類そのものです"
        elif mark not in allowed:
            yield f"印「@{mark}」はありません{_suggest(mark, allowed)}"
        elif label == NONE:
            yield f"{NONE} の例文に印「@{mark}」は付けられません"


def _missing(folder: Path, ids: Collection[str], root: Path) -> list[str]:
    there = {path.stem for path in _files(folder)}
    return [f"{_name(folder / f'{i}.txt', root)}:1: このファイルがありません" for i in (*ids, NONE) if i not in there]


def _twice(examples: Iterable[Example]) -> list[str]:
    first: dict[str, Example] = {}
    problems = []
    for example in examples:
        known = first.setdefault(normalise(example.text), example)
        if known is not example:
            problems.append(f"{example.file}:{example.line}: 同じ例文が {known.file}:{known.line} にもあります")
    return problems


def _leaks(examples: list[Example], examination: list[Example]) -> list[str]:
    if not examples or not examination:
        return []
    from nlu.nearness import near_pairs  # noqa: PLC0415 — scikit-learn: not for those who only read phrases

    problems = []
    for i, j, cosine in near_pairs([e.text for e in examples], [e.text for e in examination], at_least=NEAR):
        ours, theirs = examples[i], examination[j]
        if normalise(ours.text) != normalise(theirs.text):
            where = f"{ours.file}:{ours.line}"
            problems.append(f"{where}: 試験の文 {theirs.file}:{theirs.line} とほぼ同じです(類似度{cosine:.2f})")
    return problems


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.txt") if not path.name.startswith("."))


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _suggest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"(「{near[0]}」のことですか)" if near else ""


def _in_order(problems: Iterable[str]) -> list[str]:
    def place(problem: str) -> tuple[str, int, str]:
        file, line, sentence = problem.split(":", 2)
        return file, int(line), sentence

    return sorted(set(problems), key=place)
