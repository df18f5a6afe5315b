from __future__ import annotations

from catalog.model import CATEGORY_IDS
from nlu.corpus import NONE, Corpus, Example, corpus_of
from nlu.corpus_check import FEWEST, FEWEST_EXAMINED, FEWEST_NONE, Checked, check


def phrases(label: str, texts: list[str]) -> list[Example]:
    file = f"phrases/{label}.txt"
    return [Example(text, label, (), False, "short", file, line) for line, text in enumerate(texts, 1)]


def many(label: str, count: int) -> list[Example]:
    return phrases(label, [f"{label} {number:05d} {number * 7919 % 99991:05d}" for number in range(count)])


def checked(examples: list[Example], **names: str) -> Checked:
    held_out = tuple(e for label in ("work", NONE) for e in many(label, FEWEST_EXAMINED))
    return check(corpus_of(examples, ("work",)), held_out, names)


def test_enough_of_its_own_is_no_problem() -> None:
    found = checked([*many("work", FEWEST), *many(NONE, FEWEST_NONE)], work="仕事")
    assert [problem for problem in found.problems if "とほぼ同じ" not in problem] == []
    assert [(c.label, c.phrases) for c in found.counts] == [("work", FEWEST), (NONE, FEWEST_NONE)]


def test_too_few_are_told_with_their_file() -> None:
    found = check(corpus_of([*many("work", 3), *many(NONE, 2)], ("work",)), (), {})
    assert [problem.split(":")[0] for problem in found.problems if "しかありません" in problem] == [
        "phrases/work.txt",
        "held_out/work.txt",
        f"phrases/{NONE}.txt",
        f"held_out/{NONE}.txt",
    ]


def test_near_doubles_are_counted_and_told_at_the_second() -> None:
    twins = phrases("work", ["残業代が三か月も出ていません", "残業代が三か月も出ていませんよ", "面接で落ちた"])
    found = checked(twins)
    assert found.counts[0].near == 1
    assert "phrases/work.txt:2: phrases/work.txt:1 とほぼ同じです。ちがう人の、ちがう文にしてください" in found.problems


def test_too_many_with_a_word_of_the_label_are_told() -> None:
    found = checked(phrases("work", ["仕事がない", "仕事を辞めたい", "店長がこわい"]), work="仕事・職場")
    assert found.counts[0].with_label_words == 2 / 3
    assert any(problem.startswith("phrases/work.txt: 例文の67%に、分類の名前のことば") for problem in found.problems)


def test_the_phrases_of_the_project_are_many_enough(whole: Corpus) -> None:
    for label in (*CATEGORY_IDS, NONE):
        count = sum(example.label == label for example in whole.examples)
        assert count >= (FEWEST_NONE if label == NONE else FEWEST)
    assert len(whole.calibration) >= 500
