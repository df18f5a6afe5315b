"""Two trials of benchmarks.poisoning on few phrases: what the caps let in, and what the gate sees where they do not."""

from __future__ import annotations

import pytest

from benchmarks.poisoning import Ground, attack
from web.admission import Caps


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    return Ground(tmp_path_factory.mktemp("poisoning"), 20)


def test_the_caps_let_in_few_of_many_hostile_verdicts_and_nobody_is_read_worse(ground: Ground) -> None:
    trial = attack(ground, "household-relations", 100)
    assert trial.count == 100
    assert 0 < trial.learnt <= 23
    assert trial.held


def test_without_caps_the_gate_refuses_them_by_the_cases_they_turn(ground: Ground) -> None:
    trial = attack(ground, "household-relations", 100, Caps(per_cluster=100, per_day=100, per_person=9, together=9))
    assert trial.learnt > 50
    assert trial.refused
    assert "cases" in trial.rules
    assert trial.cases > 0
