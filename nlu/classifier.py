"""Text to Prediction, fast: rows are looked up and summed in float32, without scikit-learn. Never fails on any text."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from nlu import instance as installation
from nlu.corpus import NONE
from nlu.prediction import Prediction, Score
from nlu.registry import Registry, Stored, UnusableModel
from nlu.text import normalise
from nlu.tokenizer import tokens
from nlu.weights import Trained

LOOK_EVERY_SECONDS = 1.0


class Model:
    """One opened model. Safe to share between threads: nothing in it changes."""

    def __init__(self, stored: Stored) -> None:
        self.version = stored.version
        self._trained = stored.trained
        offset = len(stored.trained.words)
        self._parts = ((stored.trained.words, 0), (stored.trained.characters, offset))

    def probabilities(self, normal: str, words: list[str]) -> np.ndarray:
        """One probability per label, in the model's order, for a normalised text and its tokens."""
        model: Trained = self._trained
        logits = model.bias.astype(np.float64)
        for (vocabulary, offset), grams in zip(self._parts, (_word_grams(words), _letter_grams(normal)), strict=True):
            counts = Counter(row for gram in grams if (row := vocabulary.get(gram)) is not None)
            if counts:
                rows = np.fromiter(counts, dtype=np.intp) + offset
                values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64))) * model.idf[rows]
                logits = logits + (values / np.sqrt((values**2).sum())) @ model.weights[rows]
        raised = np.exp((logits - logits.max()) / model.temperature)
        result: np.ndarray = raised / raised.sum()
        return result

    def predict(self, text: str) -> Prediction:
        """The Prediction for any text; an empty one is never sure."""
        model = self._trained
        normal = normalise(text)
        words = tokens(normal)
        probability = dict(zip(model.labels, self.probabilities(normal, words).tolist(), strict=True))
        none = probability.pop(NONE)
        ranked = tuple(Score(id, value) for id, value in sorted(probability.items(), key=lambda pair: -pair[1]))
        best, second = ranked[0].probability, max(ranked[1].probability, none)
        sure = bool(words) and best >= model.sure_probability and best - second >= model.sure_margin
        return Prediction(ranked, sure, none, self.version)


class Classifier:
    """The model in use. Follows promotions and rollbacks by itself; keeps the last usable model."""

    def __init__(self, registry: Registry | None, problem: str | None = None) -> None:
        self._registry = registry
        self._model: Model | None = None
        self._lock = threading.Lock()
        self._seen: object = ()
        self._next_look = 0.0
        self.problem = problem
        """Why the promoted model cannot be used, in Japanese; None if it is in use."""
        self._follow()

    @property
    def version(self) -> str | None:
        """The version in use, None without a usable model."""
        return self._model.version if self._model else None

    def predict(self, text: str) -> Prediction | None:
        """The Prediction for any text, None without a usable model."""
        self._follow()
        model = self._model
        return model.predict(text) if model else None

    def _follow(self) -> None:
        if self._registry is None or time.monotonic() < self._next_look or not self._lock.acquire(blocking=False):
            return
        try:
            self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
            seen = _stamp(self._registry.folder / "current.json")
            if seen == self._seen:
                return
            self._seen = seen
            version = self._registry.current()
            if version is None:
                raise UnusableModel("使うモデルが、まだありません")
            if version != self.version:
                self._model = Model(self._registry.load(version))
            self.problem = None
        except UnusableModel as error:
            self.problem = str(error)
        finally:
            self._lock.release()


def load(instance: Path | None = None) -> Classifier:
    """The classifier of an installation. Never raises: without a usable model `problem` says why."""
    try:
        return Classifier(installation.registry(instance))
    except UnusableModel as error:
        return Classifier(None, str(error))


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _word_grams(words: list[str]) -> Iterable[str]:
    yield from words
    yield from (f"{one} {two}" for one, two in pairwise(words))


def _letter_grams(text: str) -> Iterable[str]:
    for size in (1, 2, 3):
        yield from (text[start : start + size] for start in range(len(text) - size + 1))
