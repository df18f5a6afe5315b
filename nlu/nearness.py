"""Which texts are nearly the same: cosine of their character 3-grams. For the trainer only (scikit-learn)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.text import normalise


def near_pairs(left: Sequence[str], right: Sequence[str], *, at_least: float) -> Iterator[tuple[int, int, float]]:
    """(place in left, place in right, cosine) of every pair at least so near; never a text under three characters."""
    left, right = [normalise(text) for text in left], [normalise(text) for text in right]
    if not any(len(text) > 2 for text in (*left, *right)):
        return
    grams = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), use_idf=False, lowercase=False)
    grams.fit([*left, *right])
    cosines = (grams.transform(left) @ grams.transform(right).T).tocoo()
    for i, j, cosine in sorted(zip(cosines.row.tolist(), cosines.col.tolist(), cosines.data.tolist(), strict=True)):
        if cosine >= at_least:
            yield i, j, cosine
