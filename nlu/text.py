"""Text made uniform before it is tokenised: width, case, invisible characters, repeats. Pure; takes any text."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 2_000
"""Counted after NFKC, which can make one character eighteen. 2,000 stay far below SudachiPy's 49,149 bytes."""
_UNSEEN = ("Cf", "Cs", "Co", "Cn", "Cc")
_LONG_VOWELS = re.compile(r"[〜～~ー―‐]{2,}")
_RUNS = re.compile(r"(.)\1{2,}", re.DOTALL)
_SPACES = re.compile(r"\s+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def normalise(text: str) -> str:
    """At most 2,000 characters: NFKC, lower case, one space for many, no invisible characters, runs cut to two."""
    spaced = _SPACES.sub(" ", text[: 4 * MAX_CHARACTERS])
    seen = _VARIATION_SELECTORS.sub("", spaced)
    if not seen.isprintable():
        seen = "".join(c for c in seen if unicodedata.category(c) not in _UNSEEN)
    folded = unicodedata.normalize("NFKC", seen)[:MAX_CHARACTERS].lower()
    folded = _LONG_VOWELS.sub("ー", folded)
    return _SPACES.sub(" ", _RUNS.sub(r"\1\1", folded)).strip()[:MAX_CHARACTERS]


def hiragana(kana: str) -> str:
    """Katakana as hiragana; everything else as it is."""
    return kana.translate(_TO_HIRAGANA)
