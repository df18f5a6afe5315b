"""The files of danger: what people in danger write, by kind and level, and what only sounds like it.

## suicide 4
いまベランダの外にいます @short
## none 0
締切に殺される @slang
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from nlu.corpus import NEAR, CorpusError
from nlu.text import normalise

NO_DANGER = "none"
LEVELS = (1, 2, 3, 4)
TRAINED = ("phrases.txt", "look_alikes.txt")
EXAMINED = ("held_out.txt", "indirect.txt", "fresh.txt", "plain.txt")
"""As people mostly write; said in a roundabout way on purpose; as people mostly write, by a hand that came later; by
another one, of what is plainly danger or none."""
ORDINARY = "ordinary"
"""The style of a text of an examination that does not even sound like danger."""
_HEADING = re.compile(r"## ([a-z-]+) ([0-4])$")
_STYLE = re.compile(r" @([a-z-]+)$")


@dataclass(frozen=True, slots=True)
class DangerExample:
    """One text: its kind (`none` at level 0), level 0 to 4, and style of writing."""

    text: str
    kind: str
    level: int
    style: str
    file: str
    line: int


def read_trained(folder: Path, kinds: Collection[str], *, compared: bool = True) -> tuple[DangerExample, ...]:
    """The examples of `folder`/danger to learn from; none if there is no such folder.

    Raises CorpusError with every fault, also where an example is the same as one of the examination, or nearly so; this
    is not looked for without `compared` (see nlu.corpus.read_corpus).
    """
    if not (folder / "danger").is_dir():
        return ()
    problems: list[str] = []
    trained = [e for name in TRAINED for e in _read(folder / "danger" / name, kinds, problems)]
    examined = [e for name in EXAMINED for e in _read(folder / "danger" / name, kinds, problems)]
    if compared:
        problems += _leaks(trained, examined)
    if problems:
        raise CorpusError(problems)
    return tuple(trained)


def read_examined(folder: Path, kinds: Collection[str], name: str = EXAMINED[0]) -> tuple[DangerExample, ...]:
    """The examples of a file of EXAMINED, never learnt from. Raises CorpusError."""
    problems: list[str] = []
    examined = _read(folder / "danger" / name, kinds, problems)
    if problems:
        raise CorpusError(problems)
    return tuple(examined)


def fingerprint(examples: Iterable[DangerExample]) -> str:
    """Of the content, whatever the order."""
    fields = sorted(f"{e.kind}\t{e.level}\t{e.text}\n" for e in examples)
    return hashlib.sha256("".join(fields).encode()).hexdigest()


def _read(path: Path, kinds: Collection[str], problems: list[str]) -> list[DangerExample]:
    name = f"danger/{path.name}"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        problems.append(f"{name}:1: ファイルがないか、読み取れません")
        return []
    found: list[DangerExample] = []
    heading: tuple[str, int] | None = None
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            heading = _heading(line, kinds)
            if heading is None:
                problems.append(
                    f"{name}:{number}: 見出しは「## 種類 段階」です(例:## suicide 3、にているだけなら ## none 0)"
                )
        elif line.strip() and not line.startswith("#"):
            style = _STYLE.search(line)
            if style is None:
                problems.append(f"{name}:{number}: 行の終わりに、文体を「 @sentence」のように書いてください")
            elif heading is None:
                if not any(problem.startswith(f"{name}:") for problem in problems):
                    problems.append(f"{name}:{number}: 文の前に「## 種類 段階」の見出しがありません")
            else:
                text = line[: style.start()].strip()
                found.append(DangerExample(text, heading[0], heading[1], style[1], name, number))
    return found


def _heading(line: str, kinds: Collection[str]) -> tuple[str, int] | None:
    heading = _HEADING.match(line)
    if heading is None:
        return None
    kind, level = heading[1], int(heading[2])
    known = (kind == NO_DANGER) if level == 0 else kind in kinds
    return (kind, level) if known else None


def _leaks(trained: Iterable[DangerExample], examined: Iterable[DangerExample]) -> list[str]:
    from nlu.nearness import near_pairs  # noqa: PLC0415 — scikit-learn: not for those who only read examples

    left, right = list(trained), list(examined)
    pairs = near_pairs([e.text for e in left], [e.text for e in right], at_least=NEAR)
    problems = [
        f"{left[i].file}:{left[i].line}: 試験の文 {right[j].file}:{right[j].line} とほぼ同じです(類似度{cosine:.2f})"
        for i, j, cosine in pairs
    ]
    seen: dict[str, DangerExample] = {}
    for example in left:
        first = seen.setdefault(normalise(example.text), example)
        if first is not example:
            problems.append(f"{example.file}:{example.line}: {first.file}:{first.line} と同じ文です")
    return problems
