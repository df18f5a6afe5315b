from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from assistant import said
from assistant.folding import sentences
from assistant.said import SaidReader
from catalog.model import Catalog
from catalog.said import SaidRules

CASES = Path(__file__).resolve().parents[1] / "said"


def _cases() -> list[tuple[str, str, frozenset[str]]]:
    return [
        (path.stem, case["text"], frozenset(case["answers"]))
        for path in sorted(CASES.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    ]


@pytest.fixture(scope="session")
def reader(catalog: Catalog) -> SaidReader:
    return SaidReader(catalog.said)


@pytest.mark.parametrize(("category", "text", "answers"), _cases())
def test_what_a_text_answers(reader: SaidReader, category: str, text: str, answers: frozenset[str]) -> None:
    assert {f"{question}={option}" for _, question, option in reader.answers(sentences(text), category)} == answers


def test_every_flow_has_cases_and_a_third_of_them_answer_nothing(catalog: Catalog) -> None:
    cases = _cases()
    assert {category for category, _, _ in cases} == set(catalog.said) == set(catalog.flows)
    for category in catalog.said:
        nothing = [not answers for of, _, answers in cases if of == category]
        assert len(nothing) >= 15
        assert sum(nothing) * 3 >= len(nothing)


def _made(**words: list[str]) -> SaidReader:
    rule = {"question": "age", "option": "school", **words}
    other = {"question": "age", "option": "adult", "any": ["大人"]}
    return SaidReader({"work": SaidRules.model_validate({"category": "work", "rules": [rule, other]})})


def test_a_rule_needs_its_parts_in_one_sentence() -> None:
    reader = _made(any=["小学生"], also=["息子", "娘"], without=["来年"])
    assert reader.answers(sentences("小学生の息子がいます"), "work") == (("work", "age", "school"),)
    assert reader.answers(sentences("小学生です。息子がいます"), "work") == ()
    assert reader.answers(sentences("来年から小学生の娘"), "work") == ()
    assert reader.answers(sentences("小学生の息子"), "childcare") == ()


def test_spelling_does_not_matter_and_alternatives_do() -> None:
    reader = _made(any=["(小学|中学)生の(息子|むすこ|)"])
    for text in ("小学生の息子", "中学生 の、むすこ", "小学生のムスコ", "小学生の子"):
        assert reader.answers(sentences(text), "work") == (("work", "age", "school"),)
    assert reader.answers(sentences("大学生の息子"), "work") == ()


@pytest.mark.parametrize("text", ["小学生じゃなくて", "小学生ではありません", "小学生とかじゃない"])
def test_what_is_taken_back_is_not_said(text: str) -> None:
    assert _made(any=["小学生"]).answers(sentences(text), "work") == ()


def test_two_answers_are_none() -> None:
    assert _made(any=["小学生"]).answers(sentences("小学生の子と、大人になった子"), "work") == ()


def test_what_was_prepared_makes_nothing_when_a_person_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared, lazy = _made(any=["小学生"], also=["息子"]), _made(any=["小学生"], also=["息子"])
    prepared.prepare()
    monkeypatch.setattr(said, "pattern", lambda *_: pytest.fail("a pattern is made while somebody waits"))
    assert prepared.answers(sentences("小学生の息子"), "work") == (("work", "age", "school"),)
    with pytest.raises(pytest.fail.Exception):
        lazy.answers(sentences("小学生の息子"), "work")
