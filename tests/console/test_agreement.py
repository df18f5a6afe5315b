"""What the page of agreement tells, and what it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.console.test_insight import page, plain, row
from web.console import guideline
from web.console.agreement import REVISE
from web.store.judging import Judgement
from web.store.people import Person
from web.wiring import Parts

Make = Callable[..., Any]


@pytest.fixture
def twice(console_parts: Parts, phrase: Make, member: Make) -> Make:
    """Has phrases labelled by two people who do not see each other's label."""
    people: list[Person] = []

    def label(first: str, second: str, *, times: int = 1, version: str = "") -> None:
        if not people:
            people.extend((member("reviewer", "さくら"), member("reviewer", "もみじ")))
        now = guideline.read(console_parts.settings.hitorijanai_training_data / "LABELS.md").version
        for _ in range(times):
            id = phrase(blind_second=True)
            for who, said in zip(people, (first, second), strict=True):
                console_parts.store.verdicts.record(
                    id, Judgement("label", said), actor=who.id, guideline_version=version or now, seconds=2
                )

    return label


def test_fewer_than_ten_pairs_tell_no_figure(sign_in: Make, twice: Make) -> None:
    twice("work", "childcare", times=9)
    html = page(sign_in("lead"), "/agreement")
    assert "まだ10組ありません" in html
    assert "<table" not in html


def test_agreement_is_told_overall_and_by_category_with_its_interval(sign_in: Make, twice: Make) -> None:
    twice("work", "work", times=12)
    twice("childcare", "childcare", times=12)
    twice("work", "childcare", times=1)
    html = page(sign_in("reviewer"), "/agreement")
    words = plain(html)
    assert "25組のうち24組" in words
    assert "全体は、めやすに届いています" in words
    assert "0.92" in words
    assert row(html, "仕事・職場")[:3] == ["13", "12", "0.92"]
    assert re.fullmatch(r"0\.\d\d〜1\.00", row(html, "仕事・職場")[3])
    assert row(html, "妊娠・出産") == ["10未満", "まだ出せません"]
    assert REVISE not in html


def test_below_the_bar_the_guideline_is_asked_about_and_nobody_is_named(sign_in: Make, twice: Make) -> None:
    twice("work", "work", times=3)
    twice("work", "childcare", times=7)
    twice("childcare", "work", times=7)
    twice("nursing-care", "nursing-care", times=12)
    html = page(sign_in("lead"), "/agreement")
    assert html.count(REVISE) == 2
    assert REVISE in re.search(r'<th scope="row">仕事・職場.*?</th>', html, re.DOTALL)[0]  # type: ignore[index]
    assert REVISE not in re.search(r'<th scope="row">介護.*?</th>', html, re.DOTALL)[0]  # type: ignore[index]
    assert "手引きを見なおす時期です" in html.partition("<h2 id=")[0]
    assert not re.search("さくら|もみじ|公認心理師|ミス|まちが|誤", html.partition("<main")[2])


def test_pairs_of_a_former_guideline_count_only_until_the_one_of_now_has_ten(sign_in: Make, twice: Make) -> None:
    twice("work", "work", times=6, version="former")
    twice("childcare", "childcare", times=6)
    reviewer = sign_in("reviewer")
    assert "12組のうち12組" in plain(page(reviewer, "/agreement"))
    assert "すべての版をいっしょに" in page(reviewer, "/agreement")
    twice("childcare", "childcare", times=4)
    assert "10組のうち10組" in plain(page(reviewer, "/agreement"))
    assert "すべての版をいっしょに" not in page(reviewer, "/agreement")


def test_full_agreement_of_one_label_tells_no_kappa_and_full_agreement_of_two_no_interval(
    sign_in: Make, twice: Make
) -> None:
    twice("work", "work", times=10)
    lead = sign_in("lead")
    assert "κ —" in plain(page(lead, "/agreement"))
    twice("childcare", "childcare", times=10)
    html = page(lead, "/agreement")
    assert row(html, "子育て")[:4] == ["10", "10", "1.00", "—"]
