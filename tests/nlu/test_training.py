from __future__ import annotations

import numpy as np
import pytest

from catalog.model import CATEGORY_IDS
from nlu import training
from nlu.certainty import softmax
from nlu.classifier import Model
from nlu.corpus import Corpus, corpus_of
from nlu.features import Counts, misspelt, spaced
from nlu.registry import Registry, Stored
from nlu.text import normalise
from nlu.training import train
from nlu.weights import Trained


def test_twice_the_same_phrases_give_the_same_bytes_and_progress_is_told_to_the_end(
    small: Corpus, trained: Trained, registry: Registry
) -> None:
    seen: list[tuple[int, int]] = []
    again = train(small, progress=lambda done, total, what: seen.append((done, total)))
    assert registry.save(trained) == registry.save(again)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_other_phrases_give_another_model(small: Corpus, registry: Registry) -> None:
    few = corpus_of(small.examples[::6], CATEGORY_IDS)
    fewer = corpus_of(few.examples[:-1], CATEGORY_IDS)
    assert registry.save(train(few)) != registry.save(train(fewer))


def test_the_fast_way_gives_what_scikit_learn_gives(small: Corpus, trained: Trained) -> None:
    texts = [normalise(e.text) for e in small.examples]
    rows = training._with_copies(small, texts, 0)
    asked = [*texts[::7], "", "かいごがたいへんでしごとをやめた", "家賃", "何も関係のない話です", normalise("a" * 50)]
    learnt = len(rows)
    rows += [training._Row(text, len(texts) + number, 0, 1.0, own=True) for number, text in enumerate(asked)]
    counts = Counts([row.text for row in rows], [spaced(row.text, trained.kana) for row in rows])
    fitted = training._Fitted(rows, counts, np.arange(len(texts)), 0)
    model = Model(Stored("x", trained))
    fast = np.array([model.probabilities(model.found(text)) for text in asked])
    exact = softmax(fitted.decide(counts, np.arange(learnt, len(rows))) / trained.temperature)
    fitted.model.coef_ = fitted.model.coef_.astype(np.float16).astype(np.float64)
    as_stored = softmax(fitted.decide(counts, np.arange(learnt, len(rows))) / trained.temperature)
    assert np.abs(as_stored - fast).max() < 1e-5
    assert np.abs(exact - fast).max() < 1e-3


def test_the_card_says_what_it_was_made_of(small: Corpus, trained: Trained) -> None:
    assert trained.card["corpus"] == small.fingerprint
    assert trained.card["examples"] == len(small.examples)
    assert 0 < trained.card["out_of_fold"]["accuracy"] < 1


@pytest.mark.parametrize("text", ["家賃が払えない", "むかしの話"])
def test_misspelt_copies_differ_only_a_little(text: str) -> None:
    import random

    copies = {misspelt(text, random.Random(n)) for n in range(40)}  # noqa: S311
    assert len(copies) > 3
    assert all(abs(len(copy) - len(text)) <= 3 for copy in copies)
