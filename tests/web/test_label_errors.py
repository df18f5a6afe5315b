from __future__ import annotations

import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from catalog.model import CATEGORY_IDS
from nlu import classifier
from nlu.corpus import NONE, Example, read_held_out
from web.label_errors import FEWEST, doubts

NAMES = ("work", "childcare", "nursing-care")


def rows(*given: tuple[str, list[float]], times: int = 1) -> tuple[list[frozenset[str]], list[str], np.ndarray]:
    """Labels and probabilities of these, each so many times."""
    many = [pair for pair in given for _ in range(times)]
    main = [label for label, _ in many]
    return [frozenset((label,)) for label in main], main, np.array([values for _, values in many])


def test_the_label_that_the_model_finds_least_likely_stands_first() -> None:
    labels, main, values = rows(("work", [0.9, 0.05, 0.05]), times=FEWEST)
    values[3], values[7] = [0.2, 0.7, 0.1], [0.01, 0.09, 0.9]
    found = doubts(labels, values, NAMES, main=main)
    assert [(doubt.place, doubt.instead) for doubt in found] == [(7, "nursing-care"), (3, "childcare")]
    assert (found[0].given, found[0].instead_probability) == (0.01, 0.9)


def test_a_second_right_label_is_no_doubt() -> None:
    labels, main, values = rows(("work", [0.1, 0.8, 0.1]), times=FEWEST)
    both = [frozenset((*label, "childcare")) for label in labels]
    assert len(doubts(labels, values, NAMES, main=main)) == FEWEST
    assert doubts(both, values, NAMES, main=main) == ()


def test_labels_with_few_phrases_are_not_judged_and_no_phrases_are_no_error() -> None:
    labels, main, values = rows(("work", [0.1, 0.8, 0.1]), times=FEWEST - 1)
    assert doubts(labels, values, NAMES, main=main) == ()
    assert doubts([], np.zeros((0, 3)), NAMES, main=[]) == ()


def flipped(examples: tuple[Example, ...], seed: int) -> tuple[list[frozenset[str]], list[str], set[int]]:
    """Labels of which 5 % are another category than any right one; which ones."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    right, main = [example.right for example in examples], [example.label for example in examples]
    slips = set(chance.sample(range(len(examples)), round(0.05 * len(examples))))
    for place in slips:
        main[place] = chance.choice([name for name in CATEGORY_IDS if name not in right[place]])
        right[place] = frozenset((main[place],))
    return right, main, slips


def test_of_5_in_100_flipped_labels_most_are_among_the_first_tenth(instance: Path) -> None:
    examples = read_held_out(Path("training_data"), CATEGORY_IDS)
    model, names = classifier.load(instance), (*CATEGORY_IDS, NONE)
    said = [model.predict(example.text) for example in examples]
    values = np.array(
        [
            [({s.category: s.probability for s in one.ranked} | {NONE: one.none_probability})[name] for name in names]
            for one in said
            if one
        ]
    )
    for seed in range(3):
        right, main, slips = flipped(examples, seed)
        first = {doubt.place for doubt in doubts(right, values, names, main=main)[: len(examples) // 10]}
        assert len(first & slips) / len(slips) >= 0.6


def test_what_cleanlab_lists_stands_before_the_rest_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    labels, main, values = rows(("work", [0.2, 0.7, 0.1]), times=FEWEST)
    values[5] = [0.4, 0.5, 0.1]
    asked: dict[str, Any] = {}

    def find_label_issues(**given: Any) -> np.ndarray:
        asked.update(given)
        return np.array([5])

    module = ModuleType("cleanlab.filter")
    module.find_label_issues = find_label_issues  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cleanlab", ModuleType("cleanlab"))
    monkeypatch.setitem(sys.modules, "cleanlab.filter", module)
    assert doubts(labels, values, NAMES, main=main)[0].place == 5
    assert asked["n_jobs"] == 1
    assert list(asked["labels"]) == [0] * FEWEST
    assert asked["pred_probs"] is values
