"""The golden set, owned by clinicians: cases that no model may ever answer worse than the one in use.

    golden/<label>.txt   as in held_out/
    golden/danger.txt    as danger/held_out.txt

It is never learnt from, and never changed to make a model pass.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from nlu.danger_corpus import DangerExample
from nlu.danger_corpus import _read as _read_danger
from nlu.phrase_files import NONE, CorpusError, Example, in_order, read_labelled, repeated

FOLDER = "golden"
DANGER = "golden/danger.txt"


@dataclass(frozen=True, slots=True)
class Golden:
    """The cases by category, and those of danger, in the order of files and lines."""

    cases: tuple[Example, ...]
    danger: tuple[DangerExample, ...]


def read_golden(folder: Path, ids: Collection[str], kinds: Collection[str]) -> Golden:
    """The golden set of `folder`/golden for these categories, none-of-these, and kinds of danger.

    Raises CorpusError with every fault; a category without a file is one.
    """
    cases, problems = read_labelled(folder / FOLDER, ids, folder)
    problems = [problem for problem in problems if not problem.startswith(f"{DANGER}:")]
    have = {case.label for case in cases}
    problems += [f"{FOLDER}/{label}.txt:1: 守る文がありません" for label in (*ids, NONE) if label not in have]
    problems += repeated(cases)
    faults: list[str] = []
    danger = [replace(example, file=DANGER) for example in _read_danger(folder / DANGER, kinds, faults)]
    problems += [fault.replace("danger/danger.txt", DANGER, 1) for fault in faults]
    if not danger and not faults:
        problems.append(f"{DANGER}:1: 守る文がありません")
    if problems:
        raise CorpusError(in_order(problems))
    return Golden(tuple(cases), tuple(danger))
