"""A second opinion learnt from a small part of the corpus: what it promises, and that the stored one keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from catalog.model import URGENT_KINDS
from nlu.classifier import FEWEST_WORDS, Model
from nlu.corpus import Corpus
from nlu.danger_corpus import LEVELS, DangerExample, read_trained
from nlu.danger_training import FALSE_ALARMS, train_danger
from nlu.inside import cut, danger_inside
from nlu.joint import Joint
from nlu.passages import LONG, passages
from nlu.registry import Registry, Stored
from nlu.text import normalise
from nlu.training import train
from nlu.weights import LIKE_A_KIND, DangerWeights, Trained, less_sure
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


@pytest.fixture(scope="module")
def opinionated(small: Corpus, examples: Sequence[DangerExample]) -> Trained:
    return train(small, danger=examples)


def level(weights: DangerWeights, **values: float) -> int:
    """Of a text like a kind, whose values at the given levels (l1 to l4) are these, and very low at all others."""
    all_of_them = np.full(len(weights.labels), -9.0)
    all_of_them[-1] = LIKE_A_KIND
    for name, value in values.items():
        all_of_them[int(name[1]) - 1] = value
    return weights.opinion(all_of_them).level


def test_levels_come_before_kinds_and_each_needs_those_below_it(weights: DangerWeights) -> None:
    assert weights.labels == ("1", "2", "3", "4", *URGENT_KINDS)
    assert [len(least) for least in weights.thresholds] == [4, 3, 2, 1]
    assert level(weights) == 0
    assert level(weights, l1=9) == 1
    assert level(weights, l1=9, l2=9) == 2
    assert level(weights, l1=9, l2=9, l3=9) == 3
    assert level(weights, l1=9, l2=9, l3=9, l4=9) == 4
    assert level(weights, l2=9, l3=9) == 0, "not even a hint of danger"


def test_what_happens_now_speaks_for_every_lower_level(weights: DangerWeights) -> None:
    assert level(weights, l4=9) == 4
    now_at_least = weights.thresholds[0][3]
    assert now_at_least is not None
    assert level(weights, l4=now_at_least) == 1
    assert level(weights, l4=now_at_least - 0.01) == 0


def test_a_hint_is_told_only_of_what_is_like_some_kind_or_near_what_happens_now(weights: DangerWeights) -> None:
    values = np.full(len(weights.labels), -9.0)
    values[0] = 9.0
    assert weights.opinion(values).level == 0
    for place, value in ((3, weights.thresholds[0][3]), (5, LIKE_A_KIND)):
        near = values.copy()
        near[place] = value
        assert weights.opinion(near).level == 1
    values[1] = 9.0
    assert weights.opinion(values).level == 2, "of graver levels nothing is taken"


def test_signs_are_borne_out_a_little_before_the_opinion_sees_danger_itself(weights: DangerWeights) -> None:
    values = np.full(len(weights.labels), -9.0)
    values[1] = weights.bears_out
    assert weights.opinion(values).bears_out
    assert weights.opinion(values).level < 2
    values[1] -= 0.01
    assert not weights.opinion(values).bears_out
    values[3] = values[0] = 9.0
    assert weights.opinion(values).bears_out, "of a grave opinion nothing more is asked"


def test_few_look_alikes_are_taken_for_danger_out_of_fold(weights: DangerWeights) -> None:
    harmless = weights.card["out_of_fold"]["0"]
    for level in LEVELS:
        assert harmless[str(level)] <= FALSE_ALARMS[level] + 0.01
    assert weights.card["out_of_fold"]["4"]["1"] > harmless["1"] * 3


def test_the_same_examples_give_the_same_weights(
    weights: DangerWeights, examples: Sequence[DangerExample], ordinary: list[str]
) -> None:
    again = train_danger(examples, ordinary, URGENT_KINDS)
    assert np.array_equal(again.weights, weights.weights)
    assert again.thresholds == weights.thresholds


def test_what_is_stored_answers_as_what_was_trained(
    opinionated: Trained, examples: Sequence[DangerExample], registry: Registry
) -> None:
    trained = opinionated
    assert trained.danger is not None
    model = Model(registry.load(registry.save(trained)))
    seen = set()

    def values(normal: str, words: list[str]) -> np.ndarray:
        return trained.danger.decide(trained.danger.found(normal, words))

    for example in examples[::5]:
        normal = normalise(example.text)
        words, begins = trained.tokens_at(normal)
        told = values(normal, words)
        if parts := passages(normal, words, begins):
            told = np.maximum(told, less_sure(np.array([values(part.text, part.words) for part in parts])).max(axis=0))
        few = len(words) < FEWEST_WORDS
        opinion = model.predict(example.text).danger
        assert opinion == (None if few else trained.danger.opinion(told))
        seen.add(opinion.level if opinion else None)
    assert len(seen) > 2


def test_what_is_told_around_danger_does_not_hide_it(opinionated: Trained, examples: Sequence[DangerExample]) -> None:
    model = Model(Stored("x", opinionated))
    around = "きょうは朝から洗たくをして、買い物に行きました。夕飯はカレーにするつもりです。"
    buried = kept = 0
    for example in examples[::9]:
        alone = model.predict(example.text).danger
        if example.level >= 3 and len(example.text) <= LONG and alone and alone.level >= 3:
            told = model.predict(f"{around}{example.text}。{around}").danger
            buried, kept = buried + 1, kept + (told is not None and told.level >= 2)
    assert buried > 10
    assert kept >= 0.8 * buried


def test_the_quick_way_to_judge_passages_gives_what_each_gives_by_itself(
    opinionated: Trained, examples: Sequence[DangerExample]
) -> None:
    trained = opinionated
    joint = Joint.of(trained)
    texts = [normalise(example.text) for example in examples if len(example.text) > LONG]
    compared = 0
    for text in [*texts, normalise("ねむい。" * 30), normalise("😢。" * 30 + "つらいです、" * 9)]:
        words, begins = trained.tokens_at(text)
        parts = passages(text, words, begins)
        if numbers := cut(text, begins):
            alone = joint.danger_all(trained.found_all([p.text for p in parts], [p.words for p in parts]))
            assert np.allclose(danger_inside(trained, joint, text, trained.found(text, words), numbers), alone)
            compared += 1
        else:
            assert parts == []
    assert compared > 20
