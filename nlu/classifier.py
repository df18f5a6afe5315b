"""Text to Prediction, fast: rows are looked up and summed in float32, without scikit-learn. Never fails on any text."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from nlu import instance as installation
from nlu.breaker import Breaker, Late
from nlu.corpus import NONE
from nlu.inside import cut, danger_inside
from nlu.joint import Joint
from nlu.passages import Passage, passages
from nlu.prediction import DangerOpinion, Prediction, Score
from nlu.registry import Registry, Stored, UnusableModel
from nlu.text import normalise
from nlu.tokenizer import sayable
from nlu.weights import Found, Trained, less_sure

T = TypeVar("T")
log = logging.getLogger("hitorijanai")
LOOK_EVERY_SECONDS = 1.0
WITHIN = 0.6
"""Seconds that a page waits for the model, so that it is there within one. An answer takes a thousandth of that."""
LATE, FAILING = "モデルの答えが、間に合いません", "モデルが、答えを出せません"
TOGETHER = 256
"""So many texts of a batch are looked up at once: more would not be quicker, and take memory."""
FEWEST_WORDS = 2
"""A text with fewer words says too little for statistics: the signs of danger read it alone."""


class Model:
    """One opened model. Safe to share between threads: nothing in it changes."""

    def __init__(self, stored: Stored) -> None:
        self.version = stored.version
        self._joint = Joint.of(stored.trained)
        self._trained = _without_copies(stored.trained, self._joint)

    def found(self, text: str) -> Found:
        """The n-grams of any text that the model knows."""
        normal = normalise(text)
        return self._trained.found(normal, self._trained.tokens(normal))

    def probabilities(self, found: Found) -> np.ndarray:
        """One probability per label, in the model's order."""
        return self._softened(self._joint.decide(found)[0])

    def predict(self, text: str) -> Prediction:
        """The Prediction for any text; an empty one is never sure."""
        normal = normalise(text)
        words, begins = self._trained.tokens_at(normal)
        found = self._trained.found(normal, words)
        values, danger = self._joint.decide(found)
        if danger is not None and (parts := cut(normal, begins)):
            told = danger_inside(self._trained, self._joint, normal, found, parts)
            danger = np.maximum(danger, less_sure(told).max(axis=0))
        return self._prediction(words, self._softened(values), danger)

    def predict_all(self, texts: Sequence[str]) -> list[Prediction]:
        """`predict` of many texts, in half the time each."""
        found: list[Prediction] = []
        for start in range(0, len(texts), TOGETHER):
            normals = [normalise(text) for text in texts[start : start + TOGETHER]]
            tokenised = [self._trained.tokens_at(normal) for normal in normals]
            words = [own for own, _ in tokenised]
            values, danger = self._joint.decide_all(self._trained.found_all(normals, words))
            if danger is not None:
                passed = [passages(normal, *told) for normal, told in zip(normals, tokenised, strict=True)]
                if parts := [(place, part) for place, own in enumerate(passed) for part in own]:
                    told = less_sure(self._danger_of([part for _, part in parts]))
                    np.maximum.at(danger, [place for place, _ in parts], told)
            dangers = danger if danger is not None else [None] * len(normals)
            found += [self._prediction(*one) for one in zip(words, self._softened(values), dangers, strict=True)]
        return found

    def _danger_of(self, parts: Sequence[Passage]) -> np.ndarray:
        """The values of danger of these passages, a row for each."""
        return self._joint.danger_all(self._trained.found_all([p.text for p in parts], [p.words for p in parts]))

    def _prediction(self, words: list[str], probabilities: np.ndarray, danger: np.ndarray | None) -> Prediction:
        model = self._trained
        probability = dict(zip(model.labels, probabilities.tolist(), strict=True))
        none = probability.pop(NONE)
        ranked = tuple(Score(id, value) for id, value in sorted(probability.items(), key=lambda pair: -pair[1]))
        best, second = ranked[0].probability, max(ranked[1].probability, none)
        sure = bool(words) and best >= model.sure_probability and best - second >= model.sure_margin
        return Prediction(ranked, sure, none, self.version, self._opinion(danger, words))

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

    def _softened(self, values: np.ndarray) -> np.ndarray:
        """Probabilities of one text's values, or of many texts' row by row."""
        raised = np.exp((values - values.max(axis=-1, keepdims=True)) / self._trained.temperature)
        result: np.ndarray = raised / raised.sum(axis=-1, keepdims=True)
        return result

    def _opinion(self, values: np.ndarray | None, words: list[str]) -> DangerOpinion | None:
        danger = self._trained.danger
        if danger is None or values is None or len(words) < FEWEST_WORDS:
            return None
        return danger.opinion(values)


class Classifier:
    """The model in use. Follows promotions and rollbacks by itself; keeps the last usable model."""

    def __init__(self, registry: Registry | None, problem: str | None = None, *, within: float = WITHIN) -> None:
        """`within`: seconds that a page waits for a prediction; half of them for the words that spoke for it."""
        self._registry = registry
        self._within = within
        self._model: Model | None = None
        self._lock = threading.Lock()
        self._seen: object = ()
        self._next_look = 0.0
        self._breaker = Breaker()
        self._unusable = problem
        self._trouble: str | None = None
        self._follow()

    @property
    def problem(self) -> str | None:
        """Why the promoted model cannot be used now, in Japanese; None if it is in use."""
        return self._unusable or self._trouble

    @property
    def working(self) -> bool:
        """Whether texts are read, be it by an older model than the promoted one."""
        return self._model is not None and self._trouble is None

    @property
    def version(self) -> str | None:
        """The version in use, None without a usable model."""
        return self._model.version if self._model else None

    def predict(self, text: str) -> Prediction | None:
        """The Prediction for any text; None without a usable model, or if the model or its tokenizer fails."""
        self._follow()
        return self._asked(lambda model: model.predict(text))

    def predict_all(self, texts: Sequence[str]) -> list[Prediction] | None:
        """`predict` of many texts, quicker; None where one would be None."""
        self._follow()
        return self._asked(lambda model: model.predict_all(texts))

    def why(self, text: str, category: str) -> tuple[str, ...]:
        """The words that spoke most for a category; empty without a usable model."""
        return self._asked(lambda model: model.why(text, category)) or ()

    def heard(self, text: str, category: str) -> tuple[str, ...]:
        """The one or two words of the text, as they stand there, that spoke most for a category."""
        return self._asked(lambda model: model.heard(text, category)) or ()

    def predict_in_time(self, text: str) -> Prediction | None:
        """As `predict`, for a page: None also if the answer takes longer than a page may wait for it. A model that was
        promoted is opened meanwhile, not before the answer."""
        if time.monotonic() >= self._next_look:
            self._breaker.give(self._follow)
        return self._asked(lambda model: model.predict(text), within=self._within)

    def heard_in_time(self, text: str, category: str) -> tuple[str, ...]:
        """As `heard`, for a page."""
        return self._asked(lambda model: model.heard(text, category), within=self._within / 2) or ()

    def _asked(self, ask: Callable[[Model], T], *, within: float | None = None) -> T | None:
        """What the model answers, within so many seconds if a limit is given. A failing or late model is no answer, as
        buttons lead on without one; it is logged by name only, since the message of an exception may hold what a
        person typed."""
        model = self._model
        if model is None:
            return None
        try:
            answer = ask(model) if within is None else self._breaker.ask(lambda: ask(model), within)
        except Late:
            if self._trouble != LATE:
                log.error("the model is late")
            self._trouble = LATE
            return None
        except Exception as error:
            log.error("the model failed", extra={"error": type(error).__name__})
            self._trouble = FAILING
            return None
        self._trouble = None
        return answer

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
                self._model = _tried(self._registry.load(version))
            self._unusable = None
        except UnusableModel as error:
            self._kept(str(error))
        except OSError as error:
            self._kept(f"モデルのファイルを読めません({type(error).__name__})")
        finally:
            self._lock.release()

    def _kept(self, problem: str) -> None:
        """The promoted model cannot be used: the last one stays, at the start the one before. It is tried again."""
        self._unusable = problem
        self._seen = ()
        if self._model is not None or self._registry is None:
            return
        try:
            if (version := self._registry.previous()) is not None:
                self._model = _tried(self._registry.load(version))
        except (UnusableModel, OSError):
            return


def load(instance: Path | None = None, *, within: float = WITHIN) -> Classifier:
    """The classifier of an installation. Never raises: without a usable model `problem` says why."""
    try:
        return Classifier(installation.registry(instance), within=within)
    except UnusableModel as error:
        return Classifier(None, str(error), within=within)


def _without_copies(trained: Trained, joint: Joint) -> Trained:
    """The model with its weights seen through the joint ones, so that they are in memory once."""
    rows = joint.rows
    return replace(trained, weights=rows["categories"], idf=rows["idf"][:, 0], danger=joint.danger)


def _tried(stored: Stored) -> Model:
    """The model, after it has answered once: it opens the dictionary, and one that fails is not put into use."""
    try:
        model = Model(stored)
        model.predict("仕事がつらい")
    except Exception as error:
        raise UnusableModel(f"モデル {stored.version} は、答えを出せません") from error
    return model


def _stamp(path: Path) -> object:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
