"""Example phrases as people write them: training_data/<part>/<category>.txt, read whole or refused whole.

A line is one phrase; `# ` starts a note, `## ` a section (a style of writing), and marks may end a phrase:
` @category-id` (another category a careful human could defend) and ` @safety`.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nlu.text import normalise

NONE = "none-of-these"
"""The label of texts that are no worry of the twelve."""
LONGEST = 1_000
_MARK = re.compile(r" @(\S+)$")
_STYLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Example:
    """One phrase, its label, the other labels that may be defended, and where it stands."""

    text: str
    label: str
    also: tuple[str, ...]
    safety: bool
    style: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Corpus:
    """Examples in file order; `fingerprint` is the same for the same texts, labels and marks."""

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    fingerprint: str


class CorpusError(Exception):
    """The phrase files cannot be used. `problems` are all of them, as `file:line: Japanese sentence`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read_corpus(folder: Path, categories: tuple[str, ...]) -> Corpus:
    """The examples of `folder`, one file a category and one for none-of-these. Raises CorpusError."""
    labels = (*categories, NONE)
    reader = _Reader(labels)
    for label in labels:
        reader.read(folder / f"{label}.txt", label)
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in labels:
            reader.say(path.name, 1, f"「{path.stem}」という悩みの分類はありません{_near(path.stem, labels)}")
    return reader.corpus()


def read_hard(path: Path, categories: tuple[str, ...]) -> Corpus:
    """The examples of one file whose sections are the wanted labels. Raises CorpusError."""
    reader = _Reader((*categories, NONE))
    reader.read(path, None)
    return reader.corpus()


def shared_texts(training: Corpus, judging: Corpus) -> list[str]:
    """Phrases that stand on both sides, as problems: a model must not be judged by what it learned."""
    learned = {normalise(example.text): example for example in training.examples}
    return [
        f"{one.file}:{one.line}: 学習用の {other.file}:{other.line} と同じ文です"
        for one in judging.examples
        if (other := learned.get(normalise(one.text)))
    ]


class _Reader:
    def __init__(self, labels: tuple[str, ...]) -> None:
        self.labels = labels
        self.examples: list[Example] = []
        self.problems: list[tuple[str, int, str]] = []
        self.seen: dict[str, Example] = {}

    def say(self, file: str, line: int, sentence: str) -> None:
        self.problems.append((file, line, sentence))

    def read(self, path: Path, label: str | None) -> None:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError:
            return self.say(path.name, 1, "ファイルがないか、読み取れません")
        except UnicodeDecodeError:
            return self.say(path.name, 1, "文字コードがUTF-8ではありません。UTF-8で保存し直してください")
        style, before = "", len(self.examples)
        for number, line in enumerate(text.splitlines(), 1):
            line = line.strip()
            if line.startswith("## "):
                style = line[3:].strip()
                if not _STYLE.fullmatch(style) or (label is None and style not in self.labels):
                    self.say(path.name, number, f"「## {style}」という見出しは使えません{_near(style, self.labels)}")
            elif line and not line.startswith("#"):
                self._phrase(path.name, number, line, label or style, style)
        if len(self.examples) == before:
            self.say(path.name, 1, "文が一つもありません")

    def _phrase(self, file: str, number: int, line: str, label: str, style: str) -> None:
        marks: list[str] = []
        while found := _MARK.search(line):
            marks.insert(0, found[1])
            line = line[: found.start()].rstrip()
        for mark in marks:
            if mark != "safety" and mark not in self.labels:
                self.say(file, number, f"「@{mark}」というしるしは使えません{_near(mark, (*self.labels, 'safety'))}")
            elif mark == label:
                self.say(file, number, f"「@{mark}」は、このファイルの分類と同じです。消してください")
        if "\t" in line or len(line) > LONGEST or not normalise(line):
            return self.say(file, number, f"タブを使わず、1文字以上{LONGEST}文字までで書いてください")
        also = tuple(mark for mark in marks if mark != "safety")
        example = Example(line, label, also, "safety" in marks, style, file, number)
        other = self.seen.setdefault(normalise(line), example)
        if other is not example:
            self.say(file, number, f"{other.file}:{other.line} と同じ文です")
        self.examples.append(example)

    def corpus(self) -> Corpus:
        if self.problems:
            raise CorpusError([f"{file}:{line}: {sentence}" for file, line, sentence in sorted(self.problems)])
        digest = hashlib.sha256()
        for e in self.examples:
            digest.update("\t".join((e.text, e.label, *e.also, str(e.safety))).encode() + b"\n")
        return Corpus(tuple(self.examples), self.labels, digest.hexdigest())


def _near(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"(「{near[0]}」のことですか)" if near else ""
