"""What must hold of the phrases beyond their form: enough of each, each its own, and not the words of the label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nlu.corpus import NEAR, NONE, Corpus, Example
from nlu.nearness import near_pairs
from nlu.text import normalise
from nlu.tokenizer import tokens

FEWEST = 500
FEWEST_NONE = 600
FEWEST_EXAMINED = 60
MOST_WITH_LABEL = 1 / 3


@dataclass(frozen=True, slots=True)
class LabelCount:
    """One label: its phrases, the share that holds a word of its name, pairs nearly the same, phrases by style."""

    label: str
    phrases: int
    with_label_words: float
    near: int
    styles: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """`problems`: each as `file:line: 日本語の一文`, or without a line where a whole file is meant."""

    counts: tuple[LabelCount, ...]
    problems: tuple[str, ...]


def check(corpus: Corpus, held_out: tuple[Example, ...], names: Mapping[str, str]) -> Checked:
    """Everything found. `names`: label to its name as people see it; none-of-these has none."""
    counts, problems = [], []
    for label in corpus.labels:
        phrases = [example for example in corpus.examples if example.label == label]
        name_words = _words(names.get(label, ""))
        named = sum(bool(name_words & _words(example.text)) for example in phrases)
        near = [
            (one, other)
            for i, j, _ in near_pairs([e.text for e in phrases], [e.text for e in phrases], at_least=NEAR)
            if i < j
            for one, other in [(phrases[i], phrases[j])]
        ]
        styles = Counter(example.style for example in phrases)
        share = named / len(phrases) if phrases else 0.0
        counts.append(LabelCount(label, len(phrases), share, len(near), tuple(styles.most_common())))
        problems += [
            f"{other.file}:{other.line}: {one.file}:{one.line} とほぼ同じです。ちがう人の、ちがう文にしてください"
            for one, other in near
        ]
        fewest = FEWEST_NONE if label == NONE else FEWEST
        if len(phrases) < fewest:
            problems.append(f"phrases/{label}.txt: 例文が{len(phrases)}しかありません。{fewest}は要ります")
        if share > MOST_WITH_LABEL:
            problems.append(
                f"phrases/{label}.txt: 例文の{share:.0%}に、分類の名前のことばがあります。三分の一までにしてください"
            )
        examined = sum(example.label == label for example in held_out)
        if examined < FEWEST_EXAMINED:
            problems.append(f"held_out/{label}.txt: 試験の文が{examined}しかありません。{FEWEST_EXAMINED}は要ります")
    return Checked(tuple(counts), tuple(problems))


def _words(text: str) -> set[str]:
    return {word for word in tokens(normalise(text)) if len(word) > 1}
