"""What each choice of the classifier is worth: one choice changed at a time, everything else as it is.

Every row learns from the phrases and is asked the examination, clean and rewritten. Writes benchmarks/ablation.md.
Run: python -m benchmarks.ablation [ROW ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from benchmarks.compare_texts import rewritten
from benchmarks.danger import table
from catalog.model import CATEGORY_IDS
from nlu.corpus import Corpus, Example, read_corpus, read_hard, read_held_out
from nlu.features import FEWEST, HIRAGANA_WEIGHT, TYPO_WEIGHT, misspelt_copies
from nlu.kana import KanaReader
from nlu.text import normalise
from nlu.tokenizer import DROPPED, NOT, Reader, morphemes, reading, tokens
from nlu.training import ALSO_SHARE, STRENGTH

ROOT = Path(__file__).resolve().parents[1]
MOST_MISSPELT = 2
Words = Callable[[str, Reader | None], list[str]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The choices of nlu.training and nlu.features; the defaults are what is used."""

    words: Words | None = tokens
    kana: bool = True
    word_grams: tuple[int, int] = (1, 2)
    letter_grams: tuple[int, int] | None = (1, 3)
    letters: Callable[[str], list[str]] | None = None
    """Another way to cut a text into letters, in place of `letter_grams`."""
    fewest: int = FEWEST
    sublinear: bool = True
    idf: bool = True
    hiragana: float = HIRAGANA_WEIGHT
    typos: float = TYPO_WEIGHT
    misspelt: int = 1
    also: float = ALSO_SHARE
    balanced: bool = True
    learner: str = "svc"
    strength: float = STRENGTH


def without_denials(text: str, reader: Reader | None) -> list[str]:
    """The tokens without those that are said not to be."""
    return [token for token in tokens(text, reader) if not token.startswith(NOT)]


def surfaces(text: str, reader: Reader | None) -> list[str]:
    """Words as they stand, without those of no weight."""
    return [m.surface() for m in morphemes(text) if m.part_of_speech()[0] not in DROPPED]


def every_word(text: str, reader: Reader | None) -> list[str]:
    """Normalised forms, particles and endings included."""
    return [m.normalized_form() for m in morphemes(text) if m.normalized_form().strip()]


def neighbours(text: str) -> list[str]:
    """One to three neighbouring letters, as USED has them."""
    return [text[at : at + size] for size in (1, 2, 3) for at in range(len(text) - size + 1)]


def over_one_letter(text: str) -> list[str]:
    """The same, and pairs with any one letter between them: they outlast a wrong letter."""
    return [*neighbours(text), *(f"{text[at]}\0{text[at + 2]}" for at in range(len(text) - 2))]


def doubles_as_one(text: str) -> list[str]:
    """The same as `neighbours`, of a text without a letter behind itself: it outlasts a key that was held too long."""
    return neighbours("".join(letter for letter, before in zip(text, f"\0{text}", strict=False) if letter != before))


USED = Recipe()
ROWS: dict[str, Recipe] = {
    "as used": USED,
    "words only": replace(USED, letter_grams=None),
    "characters only": replace(USED, words=None),
    "words as they stand": replace(USED, words=surfaces),
    "particles and endings kept": replace(USED, words=every_word),
    "no mark on what is denied": replace(USED, words=without_denials),
    "single words, no pairs": replace(USED, word_grams=(1, 1)),
    "characters 1 to 2": replace(USED, letter_grams=(1, 2)),
    "characters 1 to 4": replace(USED, letter_grams=(1, 4)),
    "characters 1 to 3, and pairs over one": replace(USED, letters=over_one_letter),
    "doubled characters as one": replace(USED, letters=doubles_as_one),
    "n-grams seen twice": replace(USED, fewest=2),
    "n-grams seen five times": replace(USED, fewest=5),
    "counts not dampened": replace(USED, sublinear=False),
    "no IDF": replace(USED, idf=False),
    "kana alone cut by SudachiPy": replace(USED, kana=False),
    "no copies": replace(USED, hiragana=0.0, typos=0.0),
    "no hiragana copies": replace(USED, hiragana=0.0),
    "no misspelt copies": replace(USED, typos=0.0),
    "two misspelt copies": replace(USED, misspelt=2),
    "misspelt copies of weight 0.6": replace(USED, typos=0.6),
    "hiragana copies of full weight": replace(USED, hiragana=1.0),
    "hiragana copies of weight 0.3": replace(USED, hiragana=0.3),
    "marks of other categories not learnt": replace(USED, also=0.0),
    "marks of other categories, half": replace(USED, also=0.5),
    "classes not balanced": replace(USED, balanced=False),
    "C 0.1": replace(USED, strength=0.1),
    "C 0.3": replace(USED, strength=0.3),
    "C 1": replace(USED, strength=1.0),
    "C 2": replace(USED, strength=2.0),
    "logistic regression, C 10": replace(USED, learner="logistic", strength=10.0),
    "complement naive Bayes": replace(USED, learner="bayes", strength=0.3),
}
HEADS = ("choice", "right", "strict", "hard cases", "hiragana", "typos", "noise", "features", "seconds")


class Bench:
    """Corpus and examination, read once; texts are cut into words once for each way of cutting."""

    def __init__(self) -> None:
        data = ROOT / "training_data"
        self.corpus: Corpus = read_corpus(data, CATEGORY_IDS)
        self.examined: tuple[Example, ...] = read_held_out(data, CATEGORY_IDS)
        self.hard: tuple[Example, ...] = read_hard(data, CATEGORY_IDS)
        raw = [example.text for example in self.examined]
        self.asked = {
            "clean": [normalise(text) for text in raw],
            "hard": [normalise(case.text) for case in self.hard],
            **{name: [normalise(text) for text in texts] for name, texts in rewritten(raw).items()},
        }
        self.own = [normalise(example.text) for example in self.corpus.examples]
        self.kana = [normalise(reading(text)) for text in self.own]
        self.typos = [misspelt_copies(text, 0, MOST_MISSPELT) for text in self.own]
        self.reader = KanaReader.learn(self.own)
        self._cut: dict[tuple[str, bool, str], list[str]] = {}

    def row(self, recipe: Recipe) -> list[object]:
        """One line of the table, without its name."""
        rows = [row for row in self._rows(recipe) if row[2] > 0]
        texts, places, weights = [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]
        start = time.perf_counter()
        parts = self._vectorisers(recipe)
        features = hstack([part.fit_transform(texts) for part in parts]).tocsr()
        learner = _learner(recipe)
        with threadpool_limits(1):
            learner.fit(features, places, sample_weight=weights)
        seconds = time.perf_counter() - start
        found = {
            name: [self.corpus.labels[n] for n in learner.predict(hstack([part.transform(asked) for part in parts]))]
            for name, asked in self.asked.items()
        }
        strict = np.mean([a == e.label for a, e in zip(found["clean"], self.examined, strict=True)])
        shares = {
            name: float(
                np.mean([a in e.right for a, e in zip(a_, self.hard if name == "hard" else self.examined, strict=True)])
            )
            for name, a_ in found.items()
        }
        columns = [shares["clean"], float(strict), *(shares[n] for n in ("hard", "hiragana", "typos", "noise"))]
        return [*(f"{share:.3f}" for share in columns), f"{features.shape[1]:,}", f"{seconds:.0f}"]

    def _rows(self, recipe: Recipe) -> list[tuple[str, int, float]]:
        found = []
        for example, own, kana, typos in zip(self.corpus.examples, self.own, self.kana, self.typos, strict=True):
            label = self.corpus.labels.index(example.label)
            others = [self.corpus.labels.index(one) for one in example.also]
            shares = [(label, 1 - recipe.also if others else 1.0), *((o, recipe.also / len(others)) for o in others)]
            misspelt = dict.fromkeys(typos[: recipe.misspelt], recipe.typos)
            copies = {**misspelt, kana: recipe.hiragana, own: 1.0}
            found += [(text, place, weight * share) for text, weight in copies.items() for place, share in shares]
        return found

    def _vectorisers(self, recipe: Recipe) -> list[Any]:
        common: dict[str, Any] = {
            "lowercase": False,
            "sublinear_tf": recipe.sublinear,
            "use_idf": recipe.idf,
            "min_df": recipe.fewest,
        }
        parts = []
        if recipe.words is not None:
            cut, kana = recipe.words, recipe.kana
            parts.append(
                TfidfVectorizer(
                    tokenizer=lambda text: self._words(cut, text, kana=kana),
                    token_pattern=None,
                    ngram_range=recipe.word_grams,
                    **common,
                )
            )
        if recipe.letters is not None:
            parts.append(TfidfVectorizer(analyzer=recipe.letters, **common))
        elif recipe.letter_grams is not None:
            parts.append(TfidfVectorizer(analyzer="char", ngram_range=recipe.letter_grams, **common))
        return parts

    def _words(self, cut: Words, text: str, *, kana: bool) -> list[str]:
        key = (cut.__name__, kana, text)
        if key not in self._cut:
            self._cut[key] = cut(text, self.reader if kana else None)
        return self._cut[key]


def _learner(recipe: Recipe) -> Any:
    weight = "balanced" if recipe.balanced else None
    if recipe.learner == "logistic":
        return LogisticRegression(C=recipe.strength, class_weight=weight, max_iter=300)
    if recipe.learner == "bayes":
        return ComplementNB(alpha=recipe.strength)
    return LinearSVC(C=recipe.strength, class_weight=weight, random_state=0)


def main(names: Sequence[str]) -> None:
    """Measures the rows named, or all, and writes the table after each."""
    bench = Bench()
    lines = [
        "# What each choice is worth",
        "",
        f"{len(bench.own):,} phrases learnt, {len(bench.examined):,} texts asked that nobody learnt from; one choice "
        "changed at a time. Right: a marked second category counts. One standard error of a share is about 0.8 points, "
        "so differences below one point say little.",
        "",
    ]
    rows: list[Sequence[object]] = []
    for name in names or ROWS:
        rows.append([name, *bench.row(ROWS[name])])
        sys.stdout.write(f"{rows[-1]}\n")
        sys.stdout.flush()
        (ROOT / "benchmarks" / "ablation.md").write_text(
            "\n".join([*lines, *table(HEADS, rows)]) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
