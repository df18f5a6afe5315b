from __future__ import annotations

import random

import pytest
from sklearn.metrics import cohen_kappa_score

from web.agreement import FEWEST, Agreement, alpha, kappa, of_category, overall

LABELS = ("work", "childcare", "nursing-care", "none-of-these")


def noisy(count: int, *, slips: float, seed: int = 1) -> list[tuple[str, str]]:
    """Pairs that agree but for a share of slips."""
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    firsts = [chance.choice(LABELS) for _ in range(count)]
    return [(first, chance.choice(LABELS) if chance.random() < slips else first) for first in firsts]


def test_kappa_is_what_the_textbook_example_says() -> None:
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15
    assert kappa(pairs) == pytest.approx(0.4)


def test_kappa_is_that_of_scikit_learn_for_any_labels() -> None:
    for seed in range(20):
        pairs = noisy(57, slips=0.5, seed=seed)
        firsts, seconds = zip(*pairs, strict=True)
        assert kappa(pairs) == pytest.approx(cohen_kappa_score(firsts, seconds))


def test_agreement_by_chance_alone_is_no_agreement() -> None:
    found = overall([(one, two) for one in LABELS for two in LABELS] * 5)
    assert found.kappa == pytest.approx(0.0)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_full_agreement_is_one_and_claims_no_interval() -> None:
    pairs = [(label, label) for label in LABELS] * 5
    assert overall(pairs) == Agreement(20, 20, 1.0, None, None)


@pytest.mark.parametrize("pairs", [[], [("work", "work")] * 30])
def test_without_pairs_or_with_one_label_only_there_is_no_kappa(pairs: list[tuple[str, str]]) -> None:
    found = overall(pairs)
    assert (found.kappa, found.low, found.high) == (None, None, None)
    assert kappa(pairs) is None
    assert not found.below(0.75)


def test_the_interval_holds_the_truth_in_about_95_of_100_samples() -> None:
    slips = 0.3
    truth = 1 - slips  # labels are even, so that a slip is chance and nothing else
    found = [overall(noisy(120, slips=slips, seed=seed)) for seed in range(200)]
    inside = sum(each.low <= truth <= each.high for each in found if each.low is not None and each.high is not None)
    assert 0.90 * 200 <= inside <= 0.99 * 200


def test_the_same_pairs_give_the_same_interval_in_any_order() -> None:
    pairs = noisy(60, slips=0.4)
    assert overall(pairs) == overall(pairs[::-1])


def test_a_category_is_judged_against_all_others_and_counts_the_pairs_that_name_it() -> None:
    pairs = [("work", "work")] * 8 + [("work", "childcare")] * 2 + [("nursing-care", "childcare")] * 10
    found = of_category(pairs, "work")
    assert (found.pairs, found.same) == (10, 8)
    assert found.kappa == pytest.approx(cohen_kappa_score([1] * 10 + [0] * 10, [1] * 8 + [0] * 12))
    assert of_category(pairs, "covid19") == Agreement(0, 0, None, None, None)


def test_too_few_pairs_are_never_told_and_never_below_a_bar() -> None:
    few, enough = noisy(FEWEST - 1, slips=1.0), noisy(60, slips=1.0)
    assert not overall(few).told
    assert not overall(few).below(0.75)
    assert overall(enough).below(0.75)
    assert not overall(enough).below(-1.0)


def test_alpha_is_what_krippendorffs_own_example_says() -> None:
    """The nominal data of the author's "Computing Krippendorff's Alpha-Reliability": 12 units, 2 to 4 labels each."""
    units = ["111", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "555", "11", "3"]
    assert alpha([list(unit) for unit in units]) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_two_raters_is_near_kappa_and_not_defined_for_one_label() -> None:
    pairs = noisy(300, slips=0.3)
    assert alpha(pairs) == pytest.approx(kappa(pairs), abs=0.01)
    assert alpha([("work", "work")] * 12) is None
    assert alpha([("work",)]) is None
