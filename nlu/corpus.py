"""The phrase files: what people say, with the category it belongs to. Nothing guesses; every fault is told at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlu.phrase_files import (
    MAX_PHRASE,
    NONE,
    CorpusError,
    Example,
    in_order,
    phrase_files,
    place_name,
    read_labelled,
    read_sections,
    read_texts,
    repeated,
)
from nlu.reviewed import read_reviewed
from nlu.text import normalise

__all__ = [
    "MAX_PHRASE",
    "NEAR",
    "NONE",
    "Corpus",
    "CorpusError",
    "Example",
    "corpus_of",
    "read_corpus",
    "read_hard",
    "read_held_out",
]

NEAR = 0.8
"""Character 3-gram cosine from which a phrase gives an examination phrase away."""
GOLDEN = "golden"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is trained on, in a stable order. `labels`: as given, none-of-these last. `fingerprint`: of the content."""

    examples: tuple[Example, ...]
    labels: tuple[str, ...]
    fingerprint: str
    calibration: tuple[Example, ...] = ()
    """Never learnt from: they tell how often the model is right when it says that it is sure."""


def read_corpus(folder: Path, ids: Collection[str], *, compared: bool = True) -> Corpus:
    """The phrases of `folder`/phrases and /reviewed, for these category ids and none-of-these, and the texts of
    `folder`/calibration.

    The examination and the golden set are read too: a phrase that stands there as well, or nearly so, is a fault.
    Raises CorpusError with all faults found. Without `compared` near sameness is not looked for, which takes most of
    the time: for those who only ask whether these are the phrases that were compared before.
    """
    examples, problems = read_labelled(folder / "phrases", ids, folder)
    problems += _missing(folder / "phrases", ids, folder)
    reviewed, faults = read_reviewed(folder, ids)
    examples, problems = [*examples, *reviewed], [*problems, *faults]
    apart: dict[str, list[Example]] = {}
    for read, name in ((read_labelled, "calibration"), (read_labelled, "held_out"), (read_sections, "hard")):
        apart[name], faults = read(folder / name, ids, folder)
        problems += faults
    calibration, examination = apart["calibration"], [*apart["held_out"], *apart["hard"]]
    golden = read_texts(folder / GOLDEN, folder)
    problems += repeated([*examples, *calibration, *examination])
    problems += _in_golden([*examples, *calibration], golden)
    if compared:
        problems += _leaks(examples, [*calibration, *examination, *golden])
        problems += _leaks(calibration, [*examination, *golden])
    if problems:
        raise CorpusError(in_order(problems))
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
    examples, problems = read_labelled(folder / "held_out", ids, folder)
    return _faultless(examples, problems)


def read_hard(folder: Path, ids: Collection[str]) -> tuple[Example, ...]:
    """The cases of `folder`/hard that must all pass; there a section header is the label wanted. Raises CorpusError."""
    examples, problems = read_sections(folder / "hard", ids, folder)
    return _faultless(examples, problems)


def _faultless(examples: Sequence[Example], problems: Sequence[str]) -> tuple[Example, ...]:
    if faults := [*problems, *repeated(examples)]:
        raise CorpusError(in_order(faults))
    return tuple(examples)


def _missing(folder: Path, ids: Collection[str], root: Path) -> list[str]:
    there = {path.stem for path in phrase_files(folder)}
    wanted = (folder / f"{label}.txt" for label in (*ids, NONE) if label not in there)
    return [f"{place_name(path, root)}:1: このファイルがありません" for path in wanted]


def _in_golden(examples: Iterable[Example], golden: Iterable[Example]) -> list[str]:
    """A fault for every example that is a text of the golden set."""
    kept = {normalise(example.text): example for example in golden}
    return [
        f"{example.file}:{example.line}: 守る文 {same.file}:{same.line} と同じです"
        for example in examples
        if (same := kept.get(normalise(example.text)))
    ]


def _leaks(examples: Sequence[Example], apart: Sequence[Example]) -> list[str]:
    if not examples or not apart:
        return []
    from nlu.nearness import near_pairs  # noqa: PLC0415 — scikit-learn: not for those who only read phrases

    problems = []
    for i, j, cosine in near_pairs([e.text for e in examples], [e.text for e in apart], at_least=NEAR):
        ours, theirs = examples[i], apart[j]
        if normalise(ours.text) != normalise(theirs.text):
            what = "守る文" if theirs.file.startswith(f"{GOLDEN}/") else "試験の文"
            there = f"{theirs.file}:{theirs.line}"
            problems.append(f"{ours.file}:{ours.line}: {what} {there} とほぼ同じです(類似度{cosine:.2f})")
    return problems
