"""Examples to weights: TF-IDF of words and characters, a linear classifier, one temperature.

Tokens are made outside the vectorisers, so that nothing of ours is hidden inside a stored model. The same corpus
gives the same weights: examples in file order, a fixed seed, one BLAS thread.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from nlu.corpus import NONE, Corpus
from nlu.text import normalise
from nlu.tokenizer import reading, tokens
from nlu.weights import Trained

FOLDS = 5
COPY_WEIGHT = 0.3
"""Hiragana and misspelt copies count this much: they teach the writing, not the concern."""
TYPO_SHARE = 0.05
RARE_BELOW = 500
"""In a corpus smaller than this every n-gram counts; above it, one seen in a single text is noise."""
LOWEST_SURE = 0.90
"""Authored phrases are easier than real ones: at 0.90 measured there, real texts stay right often enough."""
MARGIN = 0.30
_WORD = r"\S+"
_KANA = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん"

Progress = Callable[[int, int, str], None]


def train(corpus: Corpus, seed: int = 0, progress: Progress | None = None) -> Trained:
    """The model of a corpus. `progress(done, total, what)` is called before and after each step."""
    tell = progress or (lambda done, total, what: None)
    total = FOLDS + 2
    tell(0, total, "ことばに分けています")
    texts = [normalise(example.text) for example in corpus.examples]
    y = np.array([corpus.labels.index(example.label) for example in corpus.examples])
    rows = _with_copies(texts, seed)
    with threadpool_limits(1):
        logits = np.zeros((len(texts), len(corpus.labels)))
        split = StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(texts, y)
        for number, (learn, judge) in enumerate(split):
            tell(1 + number, total, f"{number + 1}/{FOLDS} 回目のためし学習をしています")
            fitted = _Fitted(rows, set(learn.tolist()), y, seed)
            logits[judge] = fitted.model.decision_function(fitted.features([texts[i] for i in judge]))
        temperature = _temperature(logits, y)
        tell(FOLDS + 1, total, "全体で学習しています")
        final = _Fitted(rows, set(range(len(texts))), y, seed)
    tell(total, total, "学習が終わりました")
    probabilities = _softmax(logits / temperature)
    return Trained(
        labels=corpus.labels,
        words={gram: int(row) for gram, row in final.words.vocabulary_.items()},
        characters={gram: int(row) for gram, row in final.characters.vocabulary_.items()},
        idf=np.concatenate([final.words.idf_, final.characters.idf_]).astype(np.float32),
        weights=np.ascontiguousarray(final.model.coef_.T, dtype=np.float32).round(6),
        bias=final.model.intercept_.astype(np.float32).round(6),
        temperature=round(temperature, 4),
        sure_probability=LOWEST_SURE,
        sure_margin=MARGIN,
        card=_card(corpus, probabilities, y, seed),
    )


def _card(corpus: Corpus, probabilities: np.ndarray, y: np.ndarray, seed: int) -> dict[str, Any]:
    best = probabilities.argmax(axis=1)
    top = np.sort(probabilities, axis=1)
    sure = (top[:, -1] >= LOWEST_SURE) & (top[:, -1] - top[:, -2] >= MARGIN) & (best != corpus.labels.index(NONE))
    right = np.array([corpus.labels[b] in (e.label, *e.also) for b, e in zip(best, corpus.examples, strict=True)])
    return {
        "examples": len(corpus.examples),
        "corpus": corpus.fingerprint,
        "seed": seed,
        "out_of_fold": {
            "accuracy": round(float((best == y).mean()), 4),
            "accuracy_with_marks": round(float(right.mean()), 4),
            "sure_share": round(float(sure.mean()), 4),
            "sure_precision": round(float(right[sure].mean()) if sure.any() else 0.0, 4),
        },
    }


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    origin: int
    weight: float
    words: str


def _with_copies(texts: list[str], seed: int) -> list[_Row]:
    chance = random.Random(seed)  # noqa: S311 - misspellings, not secrets
    rows = []
    for origin, text in enumerate(texts):
        rows.append(_Row(text, origin, 1.0, " ".join(tokens(text))))
        for copy in {normalise(reading(text)), _misspelt(text, chance)} - {text}:
            rows.append(_Row(copy, origin, COPY_WEIGHT, " ".join(tokens(copy))))
    return sorted(rows, key=lambda row: (row.origin, -row.weight, row.text))


def _misspelt(text: str, chance: random.Random) -> str:
    letters: list[str] = []
    for letter in text:
        roll = chance.random()
        if roll >= TYPO_SHARE:
            letters.append(letter)
        elif roll < TYPO_SHARE / 3:
            letters.append(chance.choice(_KANA))
        elif roll < 2 * TYPO_SHARE / 3:
            letters += [letter, letter]
    return normalise("".join(letters))


class _Fitted:
    """Vectorisers and classifier fitted on the texts in `learn` and their copies."""

    def __init__(self, rows: list[_Row], learn: set[int], y: np.ndarray, seed: int) -> None:
        rows = [row for row in rows if row.origin in learn]
        rare = 1 if len(learn) < RARE_BELOW else 2
        common: dict[str, Any] = {"sublinear_tf": True, "min_df": rare, "lowercase": False}
        self.words = TfidfVectorizer(analyzer="word", token_pattern=_WORD, ngram_range=(1, 2), **common)
        self.characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), **common)
        features = hstack(
            [
                self.words.fit_transform([row.words for row in rows]),
                self.characters.fit_transform([row.text for row in rows]),
            ]
        ).tocsr()
        self.model = LogisticRegression(C=10, class_weight="balanced", max_iter=500, random_state=seed)
        self.model.fit(features, [y[row.origin] for row in rows], sample_weight=[row.weight for row in rows])

    def features(self, texts: list[str]) -> csr_matrix:
        words = self.words.transform([" ".join(tokens(text)) for text in texts])
        stacked: csr_matrix = hstack([words, self.characters.transform(texts)]).tocsr()
        return stacked


def _temperature(logits: np.ndarray, y: np.ndarray) -> float:
    def loss(log_temperature: float) -> float:
        probabilities = _softmax(logits / np.exp(log_temperature))
        return float(-np.log(probabilities[np.arange(len(y)), y] + 1e-12).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def _softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    result: np.ndarray = raised / raised.sum(axis=1, keepdims=True)
    return result
