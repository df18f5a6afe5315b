from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import checks_flows
from catalog.model import CATEGORY_IDS, URGENT_KINDS
from catalog.reading import read

Edit = Callable[..., list[str]]
Lines = Callable[[Path], list[str]]
FLOW, UNDER18 = "flows/no-one-to-talk-to.yaml", "flows/under18.yaml"


def sentences(lines: list[str], file: str = FLOW) -> list[str]:
    """The sentences about one file."""
    return [line.split(": ", 1)[1] for line in lines if line.startswith(f"{file}:")]


def question(id: str, *ways: str) -> str:
    """A question as the file holds it; the last way is the way out."""
    options = "".join(
        f"      - id: way-{number}\n        label: {'わからない' if number == len(ways) else f'答え{number}'}\n"
        f"        next: {way}\n"
        for number, way in enumerate(ways, 1)
    )
    return f"  {id}:\n    ask: どれですか？\n    options:\n{options}"


@pytest.fixture
def asks(copy: Path, lines: Lines) -> Callable[..., list[str]]:
    """What is said of a flow that asks these questions, with the good outcomes."""

    def asked(*questions: str) -> list[str]:
        path = copy / FLOW
        outcomes = path.read_text(encoding="utf-8").partition("\noutcomes:\n")[2]
        text = f"category: no-one-to-talk-to\nstart: q1\nquestions:\n{''.join(questions)}outcomes:\n{outcomes}"
        assert read(FLOW, text.encode()).problems == ()
        path.write_text(text, encoding="utf-8")
        return sentences(lines(copy))

    return asked


@pytest.mark.parametrize("id", [CATEGORY_IDS[0], CATEGORY_IDS[-1], "under18"])
def test_every_category_has_a_flow(copy: Path, lines: Lines, id: str) -> None:
    (copy / "flows" / f"{id}.yaml").unlink()
    assert lines(copy) == [f"flows:1: 「{id}.yaml」がありません。どの悩みの分類にも、質問のファイルが必要です"]


def test_a_flow_of_no_category_is_told(copy: Path, lines: Lines) -> None:
    text = (copy / FLOW).read_text(encoding="utf-8")
    (copy / "flows" / "wrok.yaml").write_text(text.replace("no-one-to-talk-to", "wrok", 1), encoding="utf-8")
    assert lines(copy) == ["flows/wrok.yaml:1: 悩みの分類「wrok」がありません(「work」のことですか)"]


def test_a_good_flow_of_two_to_four_questions(asks: Callable[..., list[str]]) -> None:
    assert (
        asks(
            question("q1", "q2", "q3"),
            question("q2", "q3", "by-chat"),
            question("q3", "q4", "in-danger"),
            question("q4", "by-phone", "by-chat"),
        )
        == []
    )


def test_a_way_of_five_questions_is_too_deep(asks: Callable[..., list[str]]) -> None:
    ways = [question(f"q{n}", f"q{n + 1}", f"q{n + 1}") for n in range(1, 5)]
    assert asks(*ways, question("q5", "by-phone", "in-danger", "by-chat")) == [
        f"「{id}」まで5問です。2〜4問で着くようにしてください" for id in ("by-phone", "by-chat", "in-danger")
    ]


def test_the_fewest_and_the_most_questions_are_told(asks: Callable[..., list[str]]) -> None:
    assert asks(
        question("q1", "by-phone", "q2"),
        question("q2", "by-phone", "q3"),
        question("q3", "by-phone", "q4"),
        question("q4", "q5", "in-danger"),
        question("q5", "by-phone", "by-chat"),
    ) == [
        "「by-phone」まで1〜5問です。2〜4問で着くようにしてください",
        "「by-chat」まで5問です。2〜4問で着くようにしてください",
    ]


def test_two_loops_are_two_lines(asks: Callable[..., list[str]]) -> None:
    assert asks(
        question("q1", "q2", "q3"),
        question("q2", "q1", "by-phone", "in-danger"),
        question("q3", "q4", "by-chat"),
        question("q4", "q3", "by-chat"),
    ) == [
        "質問が同じ所にもどって、終わりません(q1 → q2 → q1)。この next を直してください",
        "質問が同じ所にもどって、終わりません(q3 → q4 → q3)。この next を直してください",
    ]


def test_a_loop_nobody_reaches_is_told_as_never_reached(asks: Callable[..., list[str]]) -> None:
    assert asks(
        question("q1", "q2", "q2"),
        question("q2", "by-phone", "in-danger", "by-chat"),
        question("q3", "q4", "q4"),
        question("q4", "q3", "q3"),
    ) == [
        f"「{id}」には、どの答えからもたどり着けません。どれかの next に書くか、消してください" for id in ("q3", "q4")
    ]


def test_a_large_tangled_flow_is_judged_at_once(asks: Callable[..., list[str]]) -> None:
    last = 40
    ways = [question(f"q{n}", *(f"q{min(n + step, last)}" for step in range(1, 7))) for n in range(1, last)]
    told = asks(*ways, question(f"q{last}", "by-phone", "in-danger", "by-chat"))
    assert told[0] == "「by-phone」まで8〜40問です。2〜4問で着くようにしてください"


def test_a_wrong_next_is_told_at_every_place(asks: Callable[..., list[str]]) -> None:
    told = asks(question("q1", "q2", "nowhere"), question("q2", "by-phon", "in-danger", "by-chat"))
    assert told == [
        "次に進む先「nowhere」がありません。新しい名前なら、questions か outcomes に「nowhere:」を書き足してください",
        "次に進む先「by-phon」がありません(「by-phone」のことですか)。"
        "新しい名前なら、questions か outcomes に「by-phon:」を書き足してください",
    ]


@pytest.mark.parametrize(
    "label",
    ["わからない", "言いたくない・わからない", "いいたくない", "いまは決められない", "どれも当てはまらない"],
)
def test_ways_out(edit: Edit, label: str) -> None:
    assert edit(FLOW, ("わからない・決められない", label)) == []


def test_a_way_out_may_carry_furigana(edit: Edit) -> None:
    assert edit(FLOW, ("わからない・決められない", '"{言|い}いたくない"')) == []


@pytest.mark.parametrize("label", ["その他", "はい", "わかった", "戻る"])
def test_no_way_out(edit: Edit, label: str) -> None:
    assert len(edit(FLOW, ("わからない・決められない", label))) == 1


def test_the_services_of_an_outcome_are_not_judged_while_one_is_unknown(edit: Edit) -> None:
    told = edit(FLOW, ("      - kokoro-dial\n      - yoru-dial", "      - kokoro-diall\n      - mado-dayori"))
    assert told == [f"{FLOW}:30: 相談先「kokoro-diall」がありません(「kokoro-dial」のことですか)"]


def test_an_ended_service_is_not_suggested_for_a_wrong_name(edit: Edit) -> None:
    (told,) = edit(FLOW, ("      - yoru-dial", "      - mukashi-dia"))
    assert "相談先「mukashi-dia」がありません" in told
    assert "mukashi-dial" not in told


def test_a_service_that_changed_is_not_offered(edit: Edit) -> None:
    told = edit("services/yoru-dial.yaml", ("status: active", "status: changed\nnote: 別の支援になった。"))
    sentence = (
        "「よるのダイヤル」は終わったか変わったので、案内できません。この行を消すか、かわりの支援を書いてください"
    )
    assert f"{FLOW}:31: {sentence}" in told
    assert any(line.startswith("urgent.yaml:") for line in told)


def test_the_line_of_every_page_offers_known_services(edit: Edit) -> None:
    assert edit(UNDER18, ("    - police-110", "    - police-111")) == [
        f"{UNDER18}:6: 相談先「police-111」がありません(「police-110」のことですか)"
    ]


@pytest.mark.parametrize(("part", "line"), [("strip", 4), ("human_line", 10)])
def test_the_urgent_lines_offer_known_services(copy: Path, lines: Lines, part: str, line: int) -> None:
    path = copy / "urgent.yaml"
    head, mark, rest = path.read_text(encoding="utf-8").partition(f"{part}:\n")
    path.write_text(head + mark + rest.replace("    - ", "    - x-", 1), encoding="utf-8")
    (told,) = lines(copy)
    assert told.startswith(f"urgent.yaml:{line}: 相談先「x-")


@pytest.mark.parametrize("kind", URGENT_KINDS)
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_every_level_and_kind_of_danger_has_help(copy: Path, lines: Lines, level: int, kind: str) -> None:
    path = copy / "urgent.yaml"
    entries = path.read_text(encoding="utf-8").split("  - level: ")
    kept = [entry for entry in entries if not entry.startswith(f"{level}\n    kind: {kind}\n")]
    assert len(kept) == len(entries) - 1
    path.write_text("  - level: ".join(kept), encoding="utf-8")
    assert lines(copy) == [f"urgent.yaml:12: 段階{level}・{kind} の案内がありません。help に書き足してください"]


def test_help_at_level_three_names_119_or_110(edit: Edit) -> None:
    (told,) = edit(
        "urgent.yaml", ("      - police-110\n      - ambulance-119", "      - yoru-dial\n      - kokoro-chat")
    )
    assert told.endswith(": 段階3には、119か110を入れてください")


def test_help_begins_with_someone_who_answers(edit: Edit) -> None:
    (told,) = edit("urgent.yaml", ("      - kokoro-chat\n      - yoru-dial", "      - mado-dayori\n      - yoru-dial"))
    assert told.endswith(": 最初の相談先は、電話かチャットですぐ話せる所にしてください")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: 18さい いかの", "title: 18歳 いかの"),
        ("say: あなたの", "say: 私の"),
        ("ask: いま、あぶない", "ask: 今、あぶない"),
        ("label: わからない・いいたくない", "label: わからない・言いたくない"),
        ('say: "{今|いま}すぐ', 'say: "今すぐ'),
    ],
)
def test_under_18_every_kanji_of_every_text_has_its_reading(edit: Edit, old: str, new: str) -> None:
    assert [sentence[:12] for sentence in sentences(edit(UNDER18, (old, new)), UNDER18)] == ["ふりがなのない漢字があり"]


def test_elsewhere_kanji_may_stand_alone(edit: Edit) -> None:
    assert edit(FLOW, ("ask: いま", "ask: 今日いま")) == []


def test_no_rule_is_forgotten() -> None:
    rules = {
        value
        for name, value in vars(checks_flows).items()
        if not name.startswith("_") and getattr(value, "__code__", None) and value.__code__.co_varnames[0] == "catalog"
    }
    assert rules == set(checks_flows.CHECKS)
