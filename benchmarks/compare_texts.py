"""What the compared systems learn from and are asked: the project's phrases or two CSV files, and rewritten texts."""

from __future__ import annotations

import csv
import random
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from catalog.model import CATEGORY_IDS
from nlu.corpus import Example, read_corpus, read_held_out
from nlu.tokenizer import reading

DATA = Path(__file__).resolve().parents[1] / "training_data"
REWRITTEN = 500
"""So many of the test texts are rewritten; the slowest peer answers twenty a second."""
SINGLE = 300
"""So many are answered one by one, for the times."""
TYPOS = 0.05
_KANA = [chr(code) for code in range(ord("ぁ"), ord("ん") + 1)]
_EMOJI = "😭😢🙏💦😔✨"


@dataclass(frozen=True, slots=True)
class Split:
    """What is learnt and what is asked; `labels` are those learnt, sorted. `source` says it in words."""

    train: tuple[Example, ...]
    test: tuple[Example, ...]
    source: str
    calibration: tuple[Example, ...] = ()
    """Texts that tell how sure a system may be. Only ours uses them; without them it judges itself out of fold."""

    @property
    def labels(self) -> list[str]:
        """Every label of the examples learnt."""
        return sorted({example.label for example in self.train})


def project_split() -> Split:
    """The project's phrases, and the examination that nobody learnt from."""
    corpus = read_corpus(DATA, CATEGORY_IDS)
    source = "training_data/phrases, training_data/held_out"
    return Split(corpus.examples, read_held_out(DATA, CATEGORY_IDS), source, corpus.calibration)


def csv_split(train: Path, test: Path) -> Split:
    """Two CSV files with the columns text, label and, if wanted, also (labels with blanks between them)."""
    found = Split(_read(train), _read(test), f"{train.name}, {test.name}")
    if unknown := {example.label for example in found.test} - set(found.labels):
        raise SystemExit(f"{test}: labels without training examples: {', '.join(sorted(unknown))}")
    if len(found.labels) < 3:
        raise SystemExit(f"{train}: at least three labels are needed")
    return found


def _read(path: Path) -> tuple[Example, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"text", "label"} <= rows[0].keys():
        raise SystemExit(f"{path}: a header with text,label and at least one row are needed")
    return tuple(
        Example(row["text"], row["label"], tuple((row.get("also") or "").split()), False, "csv", path.name, line)
        for line, row in enumerate(rows, 2)
    )


def rewritten(texts: list[str]) -> dict[str, list[str]]:
    """The same texts as others would write them. The same texts give the same rewriting."""
    chance = random.Random(0)  # noqa: S311 - misspellings, not secrets
    return {
        "hiragana": [reading(text) for text in texts],
        "typos": [with_typos(text, chance) for text in texts],
        "noise": [with_noise(text, chance) for text in texts],
    }


def with_typos(text: str, chance: random.Random) -> str:
    """One letter in twenty is wrong, doubled, missing or in the other's place."""
    letters = list(text)
    for place in range(len(letters)):
        if chance.random() >= TYPOS:
            continue
        kind = chance.randrange(4)
        if kind == 0:
            letters[place] = chance.choice(_KANA)
        elif kind == 1:
            letters[place] *= 2
        elif kind == 2:
            letters[place] = ""
        elif place:
            letters[place - 1], letters[place] = letters[place], letters[place - 1]
    return "".join(letters)


def with_noise(text: str, chance: random.Random) -> str:
    """Katakana at half width, Latin letters and digits at full width, emoji at the end of sentences and of the text."""
    pieces = []
    for letter in text:
        pieces.append(_OTHER_WIDTH.get(letter, letter))
        if letter in "。、!?！？" and chance.random() < 0.5:
            pieces.append(chance.choice(_EMOJI))
    return "".join(pieces) + chance.choice(_EMOJI) * chance.randint(1, 3)


def _other_width() -> dict[str, str]:
    half = [chr(code) for code in range(0xFF66, 0xFF9E)]
    letters = half + [letter + mark for letter in half for mark in "\uff9e\uff9f"]
    katakana = {whole: letter for letter in letters if len(whole := unicodedata.normalize("NFKC", letter)) == 1}
    return katakana | {chr(code): chr(code + 0xFEE0) for code in range(ord("0"), ord("z") + 1) if chr(code).isalnum()}


_OTHER_WIDTH = _other_width()
