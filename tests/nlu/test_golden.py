from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from catalog.model import CATEGORY_IDS, URGENT_KINDS
from nlu.corpus import NEAR, NONE, Corpus, CorpusError
from nlu.danger_corpus import read_trained
from nlu.golden import Golden, read_golden
from nlu.nearness import near_pairs
from nlu.text import normalise
from tests.nlu.conftest import TRAINING_DATA


@pytest.fixture(scope="module")
def golden() -> Golden:
    return read_golden(TRAINING_DATA, CATEGORY_IDS, URGENT_KINDS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(TRAINING_DATA / "golden", tmp_path / "golden")
    return tmp_path


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(CorpusError) as raised:
        read_golden(folder, CATEGORY_IDS, URGENT_KINDS)
    return raised.value.problems


def test_every_category_has_thirty_cases_and_danger_a_hundred(golden: Golden) -> None:
    counts = Counter(case.label for case in golden.cases)
    assert counts.keys() == {*CATEGORY_IDS, NONE}
    assert min(counts.values()) >= 30
    assert len(golden.danger) >= 100
    assert {example.level for example in golden.danger} == {0, 1, 2, 3, 4}
    assert {example.kind for example in golden.danger if example.level} == set(URGENT_KINDS)


def test_nothing_that_is_learnt_stands_in_it_or_nearly_so(golden: Golden, whole: Corpus) -> None:
    learnt = [example.text for example in whole.examples]
    cases = [case.text for case in golden.cases]
    assert not {normalise(text) for text in learnt} & {normalise(text) for text in cases}
    assert not list(near_pairs(learnt, cases, at_least=NEAR))
    grave = [example.text for example in read_trained(TRAINING_DATA, URGENT_KINDS, compared=False)]
    assert not list(near_pairs(grave, [example.text for example in golden.danger], at_least=NEAR))


def test_a_case_is_known_by_file_and_line(golden: Golden) -> None:
    for example in (*golden.cases[::40], *golden.danger[::20]):
        lines = (TRAINING_DATA / example.file).read_text(encoding="utf-8").splitlines()
        assert lines[example.line - 1].startswith(example.text)


def test_every_fault_is_told_at_once_with_its_place(copy: Path) -> None:
    (copy / "golden" / "childcare.txt").unlink()
    (copy / "golden" / "work.txt").write_text("## short\n給料が出ない @childcar\n給料が出ない\n", encoding="utf-8")
    (copy / "golden" / "danger.txt").write_text("## suicide 9\nもう無理 @short\n", encoding="utf-8")
    told = "\n".join(faults(copy))
    assert "golden/childcare.txt:1: 守る文がありません" in told
    assert "golden/work.txt:2: 印「@childcar」はありません" in told
    assert "golden/danger.txt:1: 見出し" in told


def test_a_case_that_stands_twice_is_a_fault(copy: Path) -> None:
    path = copy / "golden" / "work.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    again = next(line for line in lines if line and not line.startswith("#"))
    path.write_text("\n".join([*lines, again]) + "\n", encoding="utf-8")
    assert any("同じ例文が" in fault for fault in faults(copy))


def test_without_any_golden_set_nothing_is_read_as_empty(tmp_path: Path) -> None:
    told = faults(tmp_path)
    assert len(told) == len(CATEGORY_IDS) + 2
