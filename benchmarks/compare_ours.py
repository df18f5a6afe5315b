"""Our pipeline, measured as the peers are: trained by nlu.training, stored, and served by nlu.classifier.Model.

Run as `python -m benchmarks.compare_ours job.json result.json`, so that its memory is its own.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers import run
from nlu.classifier import Model
from nlu.corpus import Corpus, Example, corpus_of
from nlu.registry import Registry
from nlu.training import train
from nlu.weights import Trained

KEY = b"a key for the time of the comparison"


class Ours:
    """See benchmarks.peers.Peer. The second opinion on danger is left out: the peers have none."""

    packages: tuple[str, ...] = ("hitorijanai", "scikit-learn", "sudachipy", "sudachidict-core")
    note = "training takes four fits: three judge it out of fold"
    unfinished = False
    also: Sequence[Sequence[str]] = ()
    calibration: Sequence[tuple[str, str, Sequence[str]]] = ()

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """Trains, stores, and opens what was stored."""
        marks = self.also or [()] * len(texts)
        examples = [
            Example(text, labels[n], tuple(also), False, "", "", 0)
            for text, n, also in zip(texts, y, marks, strict=True)
        ]
        fingerprint = corpus_of(examples, ()).fingerprint
        judged = tuple(Example(text, label, tuple(also), False, "", "", 0) for text, label, also in self.calibration)
        trained = train(Corpus(tuple(examples), tuple(labels), fingerprint, judged))
        with tempfile.TemporaryDirectory() as folder:
            self._model = self._opened(trained, Path(folder))
        self._trained = trained

    @staticmethod
    def _opened(trained: Trained, folder: Path) -> Model:
        registry = Registry(folder, KEY)
        return Model(registry.load(registry.save(trained)))

    def scores(self, texts: list[str]) -> np.ndarray:
        """See Peer."""
        return np.array([self._model.probabilities(self._model.found(text)) for text in texts])

    def save(self, folder: Path) -> None:
        """The files of the registry."""
        Registry(folder, KEY).save(self._trained)


def main() -> None:
    """Does the job named on the command line."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Ours.also, Ours.calibration = job["also"], job["calibration"]
    run({"ours": Ours}, *sys.argv[1:3])


if __name__ == "__main__":
    main()
