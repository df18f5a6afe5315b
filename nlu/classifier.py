"""Text to Prediction, fast: rows are looked up and summed in float32, without scikit-learn. Never fails on any text."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from nlu import instance as installation
from nlu.corpus import NONE
from nlu.prediction import DangerOpinion, Prediction, Score
from nlu.registry import Registry, Stored, UnusableModel
from nlu.text import normalise
from nlu.tokenizer import sayable
from nlu.weights import Found

T = TypeVar("T")
log = logging.getLogger("hitorijanai")
LOOK_EVERY_SECONDS = 1.0
FEWEST_WORDS = 2
FEWEST_FOR_GENTLE = 3
"""A text with fewer words says too little for statistics (for level 1, the gentlest): the signs of danger read it
alone."""


class Model:
    """One opened model. Safe to share between threads: nothing in it changes."""

    def __init__(self, stored: Stored) -> None:
        self.version = stored.version
        self._trained = stored.trained

    def found(self, text: str) -> Found:
        """The n-grams of any text that the model knows."""
        normal = normalise(text)
        return self._trained.found(normal, self._trained.tokens(normal))

    def probabilities(self, found: Found) -> np.ndarray:
        """One probability per label, in the model's order."""
        logits = self._trained.decide(found)
        raised = np.exp((logits - logits.max()) / self._trained.temperature)
        result: np.ndarray = raised / raised.sum()
        return result

    def predict(self, text: str) -> Prediction:
        """The Prediction for any text; an empty one is never sure."""
        model = self._trained
        normal = normalise(text)
        words = model.tokens(normal)
        found = model.found(normal, words)
        probability = dict(zip(model.labels, self.probabilities(found).tolist(), strict=True))
        none = probability.pop(NONE)
        ranked = tuple(Score(id, value) for id, value in sorted(probability.items(), key=lambda pair: -pair[1]))
        best, second = ranked[0].probability, max(ranked[1].probability, none)
        sure = bool(words) and best >= model.sure_probability and best - second >= model.sure_margin
        return Prediction(ranked, sure, none, self.version, self._opinion(found, words))

    def why(self, text: str, category: str, most: int = 5) -> tuple[str, ...]:
        """The words that spoke most for a category, strongest first; for reviewers."""
        spoken = self._trained.shares(self._trained.tokens(normalise(text)), category)
        return tuple(word for word, share in spoken.items() if share > 0)[:most]

    def heard(self, text: str, category: str, most: int = 2) -> tuple[str, ...]:
        """The words, as they stand in the text, that spoke most for a category; in the text's order."""
        said = sayable(normalise(text))
        shares = self._trained.shares([unit for units, _ in said for unit in units], category)
        spoke = {surface: sum(shares.get(unit, 0.0) for unit in units) for units, surface in said}
        strongest = sorted((surface for surface, share in spoke.items() if share > 0), key=lambda s: -spoke[s])[:most]
        return tuple(surface for surface in spoke if surface in strongest)

    def _opinion(self, found: Found, words: list[str]) -> DangerOpinion | None:
        danger = self._trained.danger
        if danger is None or len(words) < FEWEST_WORDS:
            return None
        values = danger.decide(found)
        level = danger.level(values)
        told = level > 1 or (level == 1 and len(words) >= FEWEST_FOR_GENTLE)
        return DangerOpinion(level, danger.kind(values)) if told else None


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
        """The Prediction for any text; None without a usable model, or if the model or its tokenizer fails."""
        self._follow()
        return self._asked(lambda model: model.predict(text))

    def why(self, text: str, category: str) -> tuple[str, ...]:
        """The words that spoke most for a category; empty without a usable model."""
        return self._asked(lambda model: model.why(text, category)) or ()

    def heard(self, text: str, category: str) -> tuple[str, ...]:
        """The one or two words of the text, as they stand there, that spoke most for a category."""
        return self._asked(lambda model: model.heard(text, category)) or ()

    def _asked(self, ask: Callable[[Model], T]) -> T | None:
        """What the model answers. A failing model is no answer, as buttons lead on without one; it is logged by name
        only, since the message of an exception may hold what a person typed."""
        model = self._model
        if model is None:
            return None
        try:
            return ask(model)
        except Exception as error:
            log.error("the model failed: %s", type(error).__name__)
            return None

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
