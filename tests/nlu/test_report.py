"""The report of a model: its figures are those of the examination, and its pictures can be opened by anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from click.testing import CliRunner

from catalog.model import CATEGORY_IDS
from nlu import certainty, danger_training
from nlu.corpus import NONE, Example
from nlu.evaluation import bins, coverage, evaluate, hard_failures, judge
from nlu.model_card import Rules, model_card
from nlu.prediction import Prediction, Score
from nlu.report import Examination, examine, files, readme
from nlu.report_phrases import WORST, worst
from nlu.report_pictures import matrix
from nlu.weights import DangerWeights, Trained

NAMES = {id: f"{id}のこと" for id in CATEGORY_IDS} | {NONE: "どれでもない"}
RULES = Rules(certainty.SURE_TARGET, certainty.FOLD_TARGET, certainty.LOWEST_SURE, danger_training.FALSE_ALARMS)
PICTURES = ("confusion.svg", "reliability.svg", "coverage.svg")
SVG = "{http://www.w3.org/2000/svg}"


def trained(*, sure: float = 0.85, danger: bool = True, card: bool = True) -> Trained:
    empty = {"words": {}, "characters": {}, "idf": np.zeros(0), "bias": np.zeros(0), "weights": np.zeros((0, 0))}
    opinion = DangerWeights(
        labels=("1", "2", "3", "4", "dv"),
        **empty,
        thresholds=((0.1234, 0.2, 0.3, 0.4), (0.4, 0.3, 0.2), (0.5, 0.4), (0.6,)),
        card={"examples": 77, "out_of_fold": {"4": {"1": 0.75, "2": 0.6, "3": 0.5, "4": 0.3125}}},
    )
    measured = {"accuracy": 0.5, "accuracy_with_marks": 0.625, "sure_share": 0.25, "sure_precision": 0.9375}
    return Trained(
        labels=tuple(NAMES),
        **empty,
        temperature=0.5,
        sure_probability=sure,
        sure_margin=0.3,
        card={"examples": 4321, "corpus": "ab" * 32, "out_of_fold": measured} if card else {},
        danger=opinion if danger else None,
    )


def predicted(best: str, probability: float, *, none: float | None = None) -> Prediction:
    none = (1 - probability) / 2 if none is None else none
    rest = (1 - probability - none) / (len(CATEGORY_IDS) - 1)
    ranked = (Score(best, probability), *(Score(id, rest) for id in CATEGORY_IDS if id != best))
    return Prediction(ranked, probability >= 0.85, none, "0123456789abcdef")


EXAMPLES = tuple(
    Example(
        f"文{number} {label}",
        label,
        ("work",) if number == 3 and label not in ("work", NONE) else (),
        safety=False,
        style="short" if number % 2 else "made-up",
        file=f"held_out/{label}.txt",
        line=number + 2,
    )
    for label in NAMES
    for number in range(6)
)


def perfect(text: str) -> Prediction:
    label = text.split()[1]
    return predicted("work", 0.005, none=0.99) if label == NONE else predicted(label, 0.99)


def uneven(text: str) -> Prediction:
    """Sometimes right, sometimes surely wrong, sometimes lost."""
    number, label = int(text[1]), text.split()[1]
    if label == NONE:
        return predicted("covid19", 0.9) if number == 1 else predicted("work", 0.2, none=0.6)
    return (
        predicted(label, 0.95),
        predicted(label, 0.55),
        predicted("covid19", 0.88 + CATEGORY_IDS.index(label) / 1000),
        predicted("work", 0.72),
        predicted("childcare", 0.31),
        predicted(label, 0.1, none=0.8),
    )[number]


def lost(text: str) -> Prediction:
    """Knows nothing, says none-of-these of everything."""
    return predicted("work", 1 / 13, none=1 / 13 + 0.001)


def of(predict) -> Examination:  # type: ignore[no-untyped-def]
    return examine(predict, EXAMPLES, EXAMPLES[::5])


def tables(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its first two lines."""
    part = re.search(rf"^##+ {heading}.*?(?=^##+ |\Z)", text, re.M | re.S)
    assert part, heading
    table = re.search(r"(?:^\|.*\n?)+", part[0], re.M)
    assert table, heading
    return [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


@pytest.mark.parametrize("predict", [perfect, uneven, lost])
@pytest.mark.parametrize("sure", [0.85, 1.01])
def test_every_picture_is_well_formed_and_can_be_listened_to(predict, sure: float) -> None:  # type: ignore[no-untyped-def]
    made = files(of(predict), trained(sure=sure), NAMES, RULES)
    assert set(made) == {"README.md", *PICTURES}
    for name in PICTURES:
        root = ET.fromstring(made[name])  # noqa: S314 - our own
        assert root.tag == f"{SVG}svg"
        assert root.get("role") == "img"
        title, told = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None
        assert told is not None
        assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
        assert title.text
        assert told.text
        assert not re.search(r"[\"\s,]-?(nan|inf)[\"\s,]", made[name])
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|font-face|<script|href", made[name])
        assert f"]({name})" in made["README.md"]
        width, height = (float(value) for value in root.get("viewBox", "").split()[2:])
        for text in root.iter(f"{SVG}text"):
            assert 0 <= float(text.get("x", "-1")) <= width
            assert 0 <= float(text.get("y", "-1")) <= height
        greys = set(re.findall(r"#([0-9a-f]{6})", made[name]))
        assert all(max(c) - min(c) < 16 for grey in greys for c in [[int(grey[i : i + 2], 16) for i in (0, 2, 4)]])


@pytest.mark.parametrize("predict", [perfect, uneven, lost])
def test_the_figures_are_those_of_the_examination(predict) -> None:  # type: ignore[no-untyped-def]
    found, text = evaluate(predict, EXAMPLES), readme(of(predict), trained(), NAMES, RULES)
    summary = {row[0]: row[1] for row in tables(text, "まとめ")}
    assert summary["正しく分けた"] == f"{found.lenient:.1%}"
    assert summary["きびしく数えて正しい"] == f"{found.strict:.1%}"
    assert summary["言い切った"] == f"{found.sure:.1%}"
    assert summary["言い切った時に正しい"] == (f"{found.sure_right:.1%}" if found.sure else "—")
    assert summary["悩みを「どれでもない」とした"] == f"{found.missed:.1%}"
    assert summary["悩みでない文に言い切った"] == f"{found.none_sure:.1%}"
    assert summary["自信のずれ(ECE)"] == f"{found.ece:.1%}"
    assert [row[1:] for row in tables(text, "分類ごと")] == [
        [NAMES[s.label], str(s.examples), f"{s.recall:.1%}", f"{s.precision:.1%}", f"{s.f1:.1%}"] for s in found.labels
    ]
    assert [row[1:] for row in tables(text, "書き方ごと")] == [
        [f"`{style}`", str(count), f"{share:.1%}"] for style, count, share in found.styles
    ]
    cells = [[int(cell or 0) for cell in row[1:]] for row in tables(text, "何を何と")]
    assert cells == matrix(found, NAMES)
    judged = judge(predict, EXAMPLES)
    assert [int(row[1].strip("※")) for row in tables(text, "自信と、")] == [part.count for part in bins(judged)]
    own = [row for row in tables(text, "どこまで言い切るか") if "このモデル" in row[0]]
    assert own[0][1:3] == [f"{found.sure:.1%}", str(round(found.sure * len(EXAMPLES)))]


def test_the_matrix_counts_every_text_once() -> None:
    found = evaluate(uneven, EXAMPLES)
    counts = matrix(found, NAMES)
    assert [sum(row) for row in counts] == [score.examples for score in found.labels]
    assert sum(counts[n][n] for n in range(len(counts))) == round(found.lenient * len(EXAMPLES))


def test_bins_and_coverage_agree_with_the_report() -> None:
    found, judged = evaluate(uneven, EXAMPLES), judge(uneven, EXAMPLES)
    parts = bins(judged)
    assert len(parts) == 10
    assert sum(p.count for p in parts) == len(EXAMPLES)
    assert found.ece == pytest.approx(sum(p.count * abs(p.promised - p.right) for p in parts) / len(EXAMPLES))
    at, above = coverage(judged, 0.3, (0.85, 1.0))
    assert (at.share, at.right_share) == (found.sure, found.sure_right)
    assert (above.sure, above.right_share) == (0, 0)


def test_the_worst_are_wrong_and_the_most_confident_first() -> None:
    found = worst(judge(uneven, EXAMPLES), 7)
    assert len(found) == 7
    assert not any(one.right for one in found)
    assert [one.confidence for one in found] == sorted((one.confidence for one in found), reverse=True)
    assert found[0].example.label == NONE
    text = readme(of(uneven), trained(), NAMES, RULES)
    rows = tables(text, "自信があったのに")
    assert len(rows) == WORST
    assert rows[0][1:5] == ["90.0%", "言い切った", f"文1 {NONE}".replace("-", r"\-"), "どれでもない"]


def test_hard_cases_that_fail_stand_there_with_their_place() -> None:
    failed = hard_failures(uneven, EXAMPLES[::5])
    rows = tables(readme(of(uneven), trained(), NAMES, RULES), "まちがえやすい文で失敗したもの")
    assert [row[-1] for row in rows] == [f"{case.file}:{case.line}" for case in failed]


def test_nothing_wrong_is_said_in_words() -> None:
    text = readme(of(perfect), trained(), NAMES, RULES)
    assert text.count("\nありません。") == 3
    assert "100.0%" in text


def test_a_phrase_cannot_break_the_table_or_the_page() -> None:
    nasty = Example("a|b <script> [x](y)\n# *c* `d` & \\", "work", (), safety=False, style="code", file="x", line=1)
    text = readme(examine(lambda _: predicted("covid19", 0.9), [nasty], [nasty]), trained(), NAMES, RULES)
    rows = [line for line in text.splitlines() if "script" in line]
    assert len(rows) == 2
    for row in rows:
        assert r"a\|b &lt;script&gt; \[x\]\(y\) \# \*c\* \`d\` &amp; \\" in row


def test_the_card_tells_what_was_trained_chosen_and_measured() -> None:
    card = "\n".join(model_card(of(uneven).report, trained(), NAMES, RULES))
    assert card.startswith("<!-- MODEL_CARD -->\n")
    for told in (
        "4321",
        "100%",
        "62.5%",
        "93.8%",
        "97%",
        "93%",
        "0.85",
        "+0.123",
        "77",
        "75.0%",
        "31.2%",
        "25.0%には何も",
    ):
        assert told in card, told
    for name in NAMES.values():
        assert name in card
    for heading in ("使ってはいけないこと", "限り", "危険についての、第二の意見", "しきい値"):
        assert heading in card


def test_a_model_without_second_opinion_or_records_has_a_card_too() -> None:
    card = "\n".join(model_card(of(lost).report, trained(sure=1.01, danger=False, card=False), NAMES, RULES))
    assert "第二の意見がありません" in card
    assert "言い切りません" in card


def test_the_report_needs_no_scikit_learn() -> None:
    code = "import sys, nlu.report; sys.exit(any(m in sys.modules for m in ('sklearn', 'scipy', 'catalog', 'web')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_command_writes_the_report_of_the_model_in_use(
    instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from web.cli import main

    monkeypatch.setenv("HITORIJANAI_INSTANCE", str(instance))
    out = tmp_path / "new" / "report"
    done = CliRunner().invoke(main, ["evaluate", "--report", str(out)])
    assert done.exit_code in (0, 1)
    assert "most confused" in done.output
    assert {path.name for path in out.iterdir()} == {"README.md", *PICTURES}
    text = (out / "README.md").read_text(encoding="utf-8")
    found = re.search(r"right ([0-9.]+)", done.output)
    assert found is not None
    right = next(row[1] for row in tables(text, "まとめ") if row[0] == "正しく分けた")
    assert float(right.strip("%")) / 100 == pytest.approx(float(found[1]), abs=0.0011)
    assert "食事・住まい・家事" in text
