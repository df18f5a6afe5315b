from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from nlu.evaluation import LabelScore, Report
from nlu.gate import CALIBRATION, CATEGORY, OVERALL, RULES, SLOWER, Case, Evidence, judge, unusable
from nlu.one_way import OneWay

NAMES = {"work": "仕事", "childcare": "子育て", "none-of-these": "どれでもない"}


def a_report(*, lenient: float = 0.87, ece: float = 0.03, work: float = 0.9, f1: float = 0.9) -> Report:
    return Report(
        model="m",
        examples=1000,
        strict=0.8,
        lenient=lenient,
        top3=0.95,
        macro_f1=0.87,
        sure=0.3,
        sure_right=0.98,
        none_sure=0.0,
        missed=0.02,
        ece=ece,
        labels=(
            LabelScore("work", 100, work, 0.9, f1),
            LabelScore("childcare", 100, 0.85, 0.85, 0.85),
            LabelScore("none-of-these", 80, 0.95, 0.9, 0.92),
        ),
        styles=(),
        confusions=(),
    )


def a_case(before_worth: int = 2, now_worth: int = 2, **changes: Any) -> Case:
    values = {
        "group": "golden",
        "where": "golden/work.txt:12",
        "text": "給料が二か月分出てない",
        "wanted": "仕事",
        "before": "仕事",
        "now": "子育て",
        "best": 2,
    }
    return Case(**values | changes, before_worth=before_worth, now_worth=now_worth)


GOOD = Evidence(now=a_report(), before=a_report(), names=NAMES, labels=tuple(NAMES), cases=(a_case(now="仕事"),))


def test_a_candidate_that_answers_as_the_model_in_use_passes() -> None:
    verdict = judge(GOOD)
    assert verdict.passed
    assert verdict.as_json() == []


def test_what_may_be_lost_may_be_lost_exactly() -> None:
    now = a_report(lenient=0.87 - OVERALL, ece=0.03 + CALIBRATION, work=0.9 - CATEGORY, f1=0.9 - CATEGORY)
    assert judge(replace(GOOD, now=now, pace=SLOWER)).passed


WORSE = {
    "labels": [
        (replace(GOOD, labels=("work", "none-of-these")), "「子育て」という分類を知りません"),
        (replace(GOOD, labels=(*NAMES, "under18")), "under18"),
    ],
    "rows": [
        (replace(GOOD, told_rows=False), "指紋"),
        (replace(GOOD, leaks=["学んだ文 a:1 が、試験の文 b:2 と同じか、ほぼ同じです"]), "試験の文 b:2"),
    ],
    "second-opinions": [
        (replace(GOOD, one_way=(OneWay("work", 5, "childcare", ("a", "b", "c")),)), "「子育て」と読む文3個を"),
        (replace(GOOD, one_way=(OneWay("work", 6, None, tuple("abcde")),)), "「仕事」の新しい文は、ぜんぶで6個"),
    ],
    "sets": [(replace(GOOD, cases_missing=["golden"]), "「守る文」が一つもない")],
    "overall": [(replace(GOOD, now=a_report(lenient=0.864)), "87.0%から86.4%")],
    "category": [
        (replace(GOOD, now=a_report(work=0.87)), "「仕事」で見つけた割合が、90.0%から87.0%"),
        (replace(GOOD, now=a_report(f1=0.87)), "「仕事」でF1が、90.0%から87.0%"),
    ],
    "cases": [
        (replace(GOOD, cases=(a_case(2, 1),)), "守る文「給料が二か月分出てない」(golden/work.txt:12)"),
        (replace(GOOD, cases=(a_case(1, 0, before="子育て"),)), "人に見せる三つに「仕事」が出なくなりました"),
        (replace(GOOD, cases=(a_case(3, 2, group="danger", before="段階3", now="段階2", best=3),)), "段階2"),
        (replace(GOOD, cases=(a_case(1, 0, group="hard"),)), "まちがえやすい文「給料"),
    ],
    "calibration": [(replace(GOOD, now=a_report(ece=0.041)), "3.0%から4.1%")],
    "pace": [(replace(GOOD, pace=1.6), "1.6倍")],
}


@pytest.mark.parametrize(
    ("rule", "evidence", "said"), [(rule, *told) for rule, cases in WORSE.items() for told in cases]
)
def test_each_rule_refuses_and_says_why(rule: str, evidence: Evidence, said: str) -> None:
    reasons = judge(evidence).reasons
    assert [reason.rule for reason in reasons] == [rule]
    assert said in reasons[0].say


def test_every_rule_is_tried_here() -> None:
    assert WORSE.keys() == RULES.keys()


def test_every_reason_is_given_at_once() -> None:
    bad = Evidence(
        now=a_report(lenient=0.5, ece=0.4, work=0.2, f1=0.2),
        before=a_report(),
        names=NAMES,
        labels=("work",),
        cases=(a_case(2, 0), a_case(2, 0, text="別の文")),
        pace=9,
        leaks=["x"],
        told_rows=False,
        cases_missing=["hard"],
        one_way=(OneWay("work", 3, "childcare", ("a", "b", "c")),),
    )
    reasons = judge(bad).reasons
    assert {reason.rule for reason in reasons} == RULES.keys()
    assert sum(reason.rule == "cases" for reason in reasons) == 2


def test_a_better_answer_is_no_reason_however_wrong_it_was() -> None:
    assert judge(replace(GOOD, cases=(a_case(0, 1), a_case(1, 2), a_case(0, 0)))).passed


def test_without_a_model_in_use_there_is_nothing_to_be_worse_than() -> None:
    first = replace(GOOD, before=None, now=a_report(lenient=0.3, ece=0.3), pace=9)
    assert judge(first).passed
    assert not judge(replace(first, labels=("work",))).passed


def test_what_cannot_be_opened_is_refused_with_the_reason_of_the_registry() -> None:
    verdict = unusable("モデル x の署名が合いません")
    assert not verdict.passed
    assert "署名が合いません" in verdict.reasons[0].say
