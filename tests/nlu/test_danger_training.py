"""A second opinion learnt from a small part of the corpus: what it promises, and that the stored one keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.model import URGENT_KINDS
from nlu.classifier import FEWEST_FOR_GENTLE, FEWEST_WORDS, Model
from nlu.corpus import Corpus
from nlu.danger_corpus import LEVELS, DangerExample, read_trained
from nlu.danger_training import FALSE_ALARMS, train_danger
from nlu.registry import Registry
from nlu.text import normalise
from nlu.training import train
from nlu.weights import LIKE_A_KIND, DangerWeights
from tests.nlu.conftest import TRAINING_DATA


@pytest.fixture(scope="module")
def examples() -> Sequence[DangerExample]:
    return read_trained(TRAINING_DATA, URGENT_KINDS, compared=False)[::24]


@pytest.fixture(scope="module")
def ordinary(small: Corpus) -> list[str]:
    return [example.text for example in small.examples if not example.safety]


@pytest.fixture(scope="module")
def weights(examples: Sequence[DangerExample], ordinary: list[str]) -> DangerWeights:
    return train_danger(examples, ordinary, URGENT_KINDS)


def test_levels_come_before_kinds_and_graver_levels_speak_for_lower_ones(weights: DangerWeights) -> None:
    assert weights.labels == ("1", "2", "3", "4", *URGENT_KINDS)
    assert [len(least) for least in weights.thresholds] == [4, 3, 2, 1]
    nothing = np.full(len(weights.labels), -9.0)
    assert weights.level(nothing) == 0
    for graver in range(4):
        values = nothing.copy()
        values[graver] = values[-1] = 9.0
        assert weights.level(values) == graver + 1


def test_the_gentlest_level_is_told_only_of_what_is_like_some_kind_or_near_what_happens_now(
    weights: DangerWeights,
) -> None:
    values = np.full(len(weights.labels), -9.0)
    values[0] = 9.0
    assert weights.level(values) == 0
    for place, value in ((3, weights.thresholds[0][-1]), (5, LIKE_A_KIND)):
        near = values.copy()
        near[place] = value
        assert weights.level(near) == 1
    assert weights.level(np.where(np.arange(len(values)) == 1, 9.0, values)) == 2, "of graver levels nothing is taken"


def test_few_look_alikes_are_taken_for_danger_out_of_fold(weights: DangerWeights) -> None:
    harmless = weights.card["out_of_fold"]["0"]
    for level in LEVELS:
        assert harmless[str(level)] <= max(FALSE_ALARMS[level]) + 0.01
    assert weights.card["out_of_fold"]["4"]["1"] > harmless["1"] * 3


def test_the_same_examples_give_the_same_weights(
    weights: DangerWeights, examples: Sequence[DangerExample], ordinary: list[str]
) -> None:
    again = train_danger(examples, ordinary, URGENT_KINDS)
    assert np.array_equal(again.weights, weights.weights)
    assert again.thresholds == weights.thresholds


def test_what_is_stored_answers_as_what_was_trained(
    small: Corpus, examples: Sequence[DangerExample], registry: Registry
) -> None:
    trained = train(small, danger=examples)
    assert trained.danger is not None
    model = Model(registry.load(registry.save(trained)))
    seen = set()
    for example in examples[::5]:
        normal = normalise(example.text)
        words = trained.tokens(normal)
        values = trained.danger.decide(trained.danger.found(normal, words))
        level = trained.danger.level(values)
        if len(words) < (FEWEST_FOR_GENTLE if level == 1 else FEWEST_WORDS):
            level = 0
        opinion = model.predict(example.text).danger
        assert (opinion.level if opinion else 0) == level
        seen.add(level)
    assert len(seen) > 2
