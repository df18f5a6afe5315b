"""The model before the examination: floors a little below what was measured, so that a quiet regression is loud."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.crisis import DangerSigns
from assistant.opinion import together
from benchmarks.compare_texts import rewritten
from catalog.model import CATEGORY_IDS, URGENT_KINDS, Catalog
from nlu.classifier import load
from nlu.corpus import read_hard, read_held_out
from nlu.danger_corpus import read_examined
from nlu.evaluation import Report, evaluate, hard_failures
from nlu.prediction import Prediction
from tests.nlu.conftest import TRAINING_DATA

FLOORS = {
    "accident-disaster": 0.89,
    "childcare": 0.85,
    "covid19": 0.91,
    "crime-consumer": 0.85,
    "food-housing": 0.80,
    "household-relations": 0.86,
    "illness-addiction": 0.78,
    "living-medical-costs": 0.86,
    "no-one-to-talk-to": 0.77,
    "none-of-these": 0.90,
    "nursing-care": 0.81,
    "pregnancy-birth": 0.82,
    "work": 0.86,
}


@pytest.fixture(scope="module")
def predict(instance: Path):  # type: ignore[no-untyped-def]
    classifier = load(instance)

    def surely(text: str) -> Prediction:
        found = classifier.predict(text)
        assert found is not None, classifier.problem
        return found

    return surely


@pytest.fixture(scope="module")
def report(predict) -> Report:  # type: ignore[no-untyped-def]
    return evaluate(predict, read_held_out(TRAINING_DATA, CATEGORY_IDS))


def test_every_category_keeps_its_floor(report: Report) -> None:
    fallen = {score.label: score.recall for score in report.labels if score.recall < FLOORS[score.label]}
    assert not fallen
    assert {score.label for score in report.labels} == set(FLOORS)


def test_the_whole_keeps_its_floor(report: Report) -> None:
    assert report.lenient >= 0.88
    assert report.top3 >= 0.96


def test_sure_is_right(report: Report) -> None:
    assert report.sure_right >= 0.97
    assert report.none_sure <= 1 / 80
    assert report.sure >= 0.30


@pytest.mark.parametrize(("rewriting", "loss"), [("hiragana", 0.07), ("typos", 0.05), ("noise", 0.02)])
def test_the_same_texts_as_other_hands_write_them(predict, rewriting: str, loss: float) -> None:  # type: ignore[no-untyped-def]
    examples = read_held_out(TRAINING_DATA, CATEGORY_IDS)[::3]
    texts = rewritten([example.text for example in examples])[rewriting]
    changed = [replace(example, text=text) for example, text in zip(examples, texts, strict=True)]
    assert evaluate(predict, changed).lenient >= evaluate(predict, examples).lenient - loss


def test_certainty_is_what_it_says(report: Report) -> None:
    assert report.ece <= 0.04


def test_hiragana_is_read_almost_as_well(report: Report) -> None:
    kana = {style: share for style, _, share in report.styles}["kana"]
    assert kana >= report.lenient - 0.08


def test_most_hard_cases_pass_and_few_are_surely_wrong(predict) -> None:  # type: ignore[no-untyped-def]
    cases = read_hard(TRAINING_DATA, CATEGORY_IDS)
    failed = hard_failures(predict, cases)
    assert len(failed) <= 3
    assert len([case for case in failed if predict(case.text).sure]) <= 2


@pytest.fixture(scope="module")
def found(predict, catalog: Catalog) -> dict[int, list[int]]:  # type: ignore[no-untyped-def]
    """By true level, the levels shown for the danger examination as people mostly write."""
    signs = DangerSigns(catalog.signs)
    levels: dict[int, list[int]] = {}
    for example in read_examined(TRAINING_DATA, URGENT_KINDS):
        shown = together(signs.look(example.text), predict(example.text)).level
        levels.setdefault(example.level, []).append(shown)
    return levels


@pytest.mark.parametrize(("true", "least", "share"), [(4, 1, 0.97), (4, 3, 0.88), (3, 1, 0.95), (2, 1, 0.89)])
def test_danger_keeps_its_floor(found: dict[int, list[int]], true: int, least: int, share: float) -> None:
    assert sum(level >= least for level in found[true]) >= share * len(found[true])


def test_what_only_sounds_like_danger_keeps_its_ceiling(found: dict[int, list[int]]) -> None:
    assert sum(level >= 2 for level in found[0]) <= 0.09 * len(found[0])
    assert sum(level >= 3 for level in found[0]) <= 0.04 * len(found[0])
