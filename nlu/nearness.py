"""Which texts are nearly the same: cosine of their character 3-grams. For the trainer only (scikit-learn)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.text import normalise

_AT_ONCE = 1_000
"""So many rows of the left are compared at a time: nearly every text shares some letters with every other."""


def near_pairs(left: Sequence[str], right: Sequence[str], *, at_least: float) -> Iterator[tuple[int, int, float]]:
    """(place in left, place in right, cosine) of every pair at least so near; never a text under three characters."""
    left, right = [normalise(text) for text in left], [normalise(text) for text in right]
    if not any(len(text) > 2 for text in (*left, *right)):
        return
    grams = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), use_idf=False, lowercase=False)
    both = grams.fit_transform([*left, *right])
    rows, others = both[: len(left)], both[len(left) :].T.tocsr()
    for start in range(0, len(left), _AT_ONCE):
        cosines = (rows[start : start + _AT_ONCE] @ others).tocoo()
        near = np.flatnonzero(cosines.data >= at_least)
        places = (cosines.row[near] + start, cosines.col[near], cosines.data[near])
        yield from sorted(zip(*(values.tolist() for values in places), strict=True))
