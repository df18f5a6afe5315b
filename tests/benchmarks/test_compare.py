from __future__ import annotations

import csv
import random
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks import compare
from benchmarks.compare_ours import Ours
from benchmarks.compare_scores import coverage
from benchmarks.compare_texts import with_noise, with_typos
from benchmarks.peers import PEERS, run

WORDS = {
    "work": ["会社をクビになった", "残業が多すぎる", "上司がこわい", "給料が出ない"],
    "childcare": ["保育園が決まらない", "赤ちゃんが泣きやまない", "子どもの夜泣き", "育児がつらい"],
    "nursing-care": ["母の介護に疲れた", "父が徘徊する", "祖母のおむつ", "ヘルパーを頼みたい"],
}
ENDS = ["。", "です", "、どうしたらいいですか", "、もう無理", "、助けてください"]


def _csv(path: Path, ends: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "also"])
        writer.writerows((text + end, label, "") for label, texts in WORDS.items() for text in texts for end in ends)
    return path


def _here(act: list[str], asked: Path, told: Path) -> None:
    """Without a process of its own: three seconds of imports less."""
    run({**PEERS, "ours": Ours}, str(asked), str(told))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    train, test = _csv(tmp_path / "train.csv", ENDS), _csv(tmp_path / "test.csv", ["のです"])
    return ["--train", str(train), "--test", str(test), "--out", str(tmp_path), "--work", str(tmp_path / "work")]


def test_ours_and_scikit_learn_on_a_csv_with_a_missing_peer_told(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BENCH_NODE_PATH", raising=False)
    monkeypatch.setattr(compare, "execute", _here)
    compare.main([*files, "--peers", "ours,sklearn,nlpjs"])
    written = (tmp_path / "compare.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == written
    assert "Learnt from 60 texts, judged by 12" in written
    rows = [line for line in written.splitlines() if line.startswith("| ひとりじゃない")]
    assert len(rows) == 3
    assert float(rows[0].split("|")[2].strip(" *")) > 0.9
    assert "| scikit-learn, characters + LR |" in written
    assert "| NLP.js (ja) | missing |" in written
    picture = ElementTree.parse(tmp_path / "compare.svg").getroot()  # noqa: S314
    assert "ひとりじゃない (this project)" in [found.text for found in picture.iter()]


def test_a_peer_whose_package_is_missing_in_its_python_is_told(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_PYTHON", sys.executable)
    compare.main([*files, "--peers", "fasttext"])
    assert "fastText, Sudachi words: missing (fasttext)." in (tmp_path / "compare.md").read_text(encoding="utf-8")


def test_a_test_label_nobody_learnt_is_refused(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "test.csv").write_text("text,label\nこんにちは,greeting\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="greeting"):
        compare.main([*files, "--peers", "sklearn"])


def test_coverage_is_the_largest_share_with_95_percent_right() -> None:
    right = np.array([True] * 19 + [False] + [True] * 5 + [False] * 5)
    falling = np.linspace(1, 0.1, 30)
    assert coverage(falling, right) == pytest.approx(25 / 30)
    assert coverage(np.ones(30), right) == 0
    assert coverage(np.zeros(30), np.ones(30, dtype=bool)) == 0


def test_rewriting_changes_the_writing_only() -> None:
    noisy = with_noise("アパートの家賃15万円が払えない。", random.Random(0))  # noqa: S311
    assert noisy.startswith("ｱﾊﾟｰﾄの家賃１５万円が払えない。")
    text = "会社をクビになって家賃が払えない" * 40
    changed = with_typos(text, random.Random(0))  # noqa: S311
    assert changed != text
    assert abs(len(changed) - len(text)) < len(text) * 0.05
