"""A small corpus of our own phrases, and a model trained on it once."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.model import CATEGORY_IDS
from nlu.corpus import Corpus, corpus_of, read_corpus
from nlu.registry import Registry
from nlu.training import train
from nlu.weights import Trained

TRAINING_DATA = Path(__file__).resolve().parents[2] / "training_data"
KEY = b"a key of these tests"


@pytest.fixture(scope="session")
def whole() -> Corpus:
    return read_corpus(TRAINING_DATA, CATEGORY_IDS, compared=False)


@pytest.fixture(scope="session")
def small(whole: Corpus) -> Corpus:
    kept = [e for label in whole.labels for e in [e for e in whole.examples if e.label == label][::12]]
    return corpus_of(kept, CATEGORY_IDS)


@pytest.fixture(scope="session")
def trained(small: Corpus) -> Trained:
    return train(small)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models", KEY)
