from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from scipy.stats import chi2_contingency

from web.drift import LEAST, Shift, monday, shifts, weeks

FIRST = date(2026, 9, 7)
"""A Monday."""
LAST = FIRST + timedelta(weeks=11, days=6)


def spread(categories: dict[str, int], week: int) -> list[tuple[date, str]]:
    """So many phrases of each category, over the days of a week counted from FIRST."""
    return [
        (FIRST + timedelta(weeks=week, days=n % 7), category)
        for category, count in categories.items()
        for n in range(count)
    ]


def test_a_word_that_comes_up_stands_first_with_its_shares_and_the_chi_square_of_the_textbook() -> None:
    before = [["家賃"]] * 40 + [["仕事"]] * 60
    now = [["家賃", "値上げ"]] * 30 + [["仕事"]] * 20
    first, *rest = shifts(before, now)
    assert (first.what, first.before, first.before_share, first.now, first.now_share) == ("値上げ", None, None, 30, 0.6)
    assert first.score == pytest.approx(chi2_contingency([[0, 100], [30, 20]])[0])
    assert first.rises
    assert first.notable
    fell = next(shift for shift in rest if shift.what == "仕事")
    assert fell.score == pytest.approx(-chi2_contingency([[60, 40], [20, 30]])[0])
    assert not fell.rises


def test_a_word_said_often_in_one_phrase_counts_once() -> None:
    assert shifts([["家賃"] * 50] * 10, [["家賃"]] * 10) == (Shift("家賃", 10, 1.0, 10, 1.0, 0.0),)


def test_what_fewer_than_ten_phrases_share_is_never_told() -> None:
    rare = [["山田町の火事"]] * (LEAST - 1)
    found = shifts([["家賃"]] * 50, [["家賃"]] * 50 + rare)
    assert [shift.what for shift in found] == ["家賃"]
    shared = shifts([["家賃"]] * 50 + rare, [["家賃"]] * 50 + [*rare, *rare[:1]])
    small = next(shift for shift in shared if shift.what == "山田町の火事")
    assert (small.before, small.before_share, small.now) == (None, None, LEAST)


@pytest.mark.parametrize(("before", "now"), [([], [["家賃"]] * 20), ([["家賃"]] * 20, []), ([], [])])
def test_without_phrases_to_compare_with_nothing_is_said(before: list[list[str]], now: list[list[str]]) -> None:
    assert shifts(before, now) == ()


def test_words_that_do_not_change_are_seldom_notable() -> None:
    chance = random.Random(3)  # noqa: S311 - a sample, no secret
    words = [f"語{n}" for n in range(200)]
    before, now = ([chance.sample(words, 10) for _ in range(size)] for size in (800, 400))
    found = shifts(before, now)
    assert len(found) == 200
    assert sum(shift.notable for shift in found) <= 2


def test_every_week_is_there_also_without_phrases_and_only_those_asked_for() -> None:
    found = weeks([(FIRST - timedelta(days=1), "work"), (LAST + timedelta(days=1), "work")], first=FIRST, last=LAST)
    assert [week.monday for week in found] == [FIRST + timedelta(weeks=n) for n in range(12)]
    assert {(week.phrases, week.differs, week.unusual) for week in found} == {(None, None, False)}
    assert monday(LAST) == found[-1].monday


def test_a_week_unlike_the_others_is_called_unusual_and_the_others_are_not() -> None:
    usual = {"work": 30, "childcare": 30, "covid19": 12}
    phrases = [phrase for week in range(11) for phrase in spread(usual, week)]
    found = weeks([*phrases, *spread({"work": 30, "childcare": 30, "covid19": 60}, 11)], first=FIRST, last=LAST)
    assert [week.unusual for week in found] == [False] * 11 + [True]
    assert found[-1].differs == pytest.approx(60 / 120 - 12 / 72)
    assert dict(found[0].categories) == usual


def test_small_counts_of_a_week_are_hidden_and_small_weeks_are_not_judged() -> None:
    phrases = [*spread({"work": 40, "childcare": 3}, 0), *spread({"covid19": 9}, 1)]
    found = weeks(phrases, first=FIRST, last=LAST)
    assert dict(found[0].categories) == {"work": 40, "childcare": None}
    assert (found[1].phrases, dict(found[1].categories), found[1].differs) == (None, {"covid19": None}, None)


def test_weeks_that_differ_by_chance_only_are_seldom_unusual() -> None:
    chance = random.Random(5)  # noqa: S311 - a sample, no secret
    names = [f"分類{n}" for n in range(13)]
    phrases = [
        (FIRST + timedelta(days=chance.randrange(84)), chance.choices(names, weights=range(1, 14))[0])
        for _ in range(3000)
    ]
    assert sum(week.unusual for week in weeks(phrases, first=FIRST, last=LAST)) == 0
