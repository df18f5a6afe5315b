"""No regular expression of ours can be made to run for long by what somebody types."""

from __future__ import annotations

import re

import pytest

from tests.security.pattern_attacks import compiled, held_by, overlong
from web.wiring import Parts

SECONDS = 0.5
"""Of computing, for one pattern over one text of 2,000 characters; what is usual is a hundredth of it."""


@pytest.mark.parametrize("bad", [r"^(\w+\s?)*$", r"(a+)+\Z", r"(?:a|a)*b\Z", r"^(?:あ*)*。$"])
def test_a_pattern_that_runs_away_is_found(bad: str) -> None:
    assert overlong(re.compile(bad), SECONDS)


def test_every_pattern_of_a_module_is_quick() -> None:
    patterns = compiled()
    assert len(patterns) > 80
    assert [place for place, pattern in patterns.items() if overlong(pattern, SECONDS)] == []


def test_every_pattern_made_of_words_of_the_catalogue_is_quick(parts: Parts) -> None:
    patterns = held_by(parts.guide)
    assert len(patterns) >= 2
    assert [pattern.pattern for pattern in patterns if overlong(pattern, SECONDS)] == []
