"""Other choices are judged the same on one core, on several, and on a cluster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import joblib
import pytest

from catalog.model import CATEGORY_IDS
from nlu.corpus import Corpus, read_corpus
from nlu.search import Score, best, grid, search
from nlu.training import USED, Choices, train
from tests.support.lessons import EVERY, thinned

ROOT = Path(__file__).resolve().parents[2]
TRIED = grid(strength=(0.05, USED.strength), also_share=(0.05, USED.also_share))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    data = tmp_path_factory.mktemp("lessons") / "data"
    thinned(data, EVERY)
    return read_corpus(data, CATEGORY_IDS)


@pytest.fixture(scope="module")
def on_two_cores(corpus: Corpus) -> tuple[Score, ...]:
    with joblib.parallel_config(backend="loky", n_jobs=2):
        return search(corpus, TRIED)


def test_a_grid_is_every_combination_and_all_else_as_it_is_used() -> None:
    assert len(TRIED) == 4
    assert TRIED[-1] == USED
    assert {choices.fewest for choices in TRIED} == {USED.fewest}
    assert grid(fewest=(2,), strength=(0.1, 0.2)) == (Choices(fewest=2, strength=0.1), Choices(fewest=2, strength=0.2))


def test_what_is_used_scores_as_the_card_of_its_model_says(corpus: Corpus, on_two_cores: tuple[Score, ...]) -> None:
    card = train(corpus).card["out_of_fold"]
    assert round(on_two_cores[-1].right, 4) == card["accuracy_with_marks"]


def test_choices_differ_and_the_best_is_named(on_two_cores: tuple[Score, ...]) -> None:
    assert [score.choices for score in on_two_cores] == list(TRIED)
    assert len({score.right for score in on_two_cores}) > 1, "nothing that was tried had an effect"
    assert best(on_two_cores).right == max(score.right for score in on_two_cores)
    assert all(len(score.folds) == 3 and score.spread > 0 for score in on_two_cores)


def test_a_dask_cluster_gives_the_same_scores_and_the_same_best(
    corpus: Corpus, on_two_cores: tuple[Score, ...]
) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra hitorijanai[cluster] is not installed")
    seen = []
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        found = search(corpus, TRIED, progress=lambda done, total, score: seen.append((done, total, score)))
    assert found == on_two_cores
    assert best(found) == best(on_two_cores)
    assert seen == [(number, len(TRIED), score) for number, score in enumerate(found, 1)]


def test_nothing_of_dask_is_loaded_unless_it_is_asked_for() -> None:
    code = (
        "import sys, nlu.search; print([name for name in sys.modules if name.split('.')[0] in ('dask', 'distributed')])"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
