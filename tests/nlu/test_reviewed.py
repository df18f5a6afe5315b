"""The files of reviewed sentences: learnt from like phrases, and every slip told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from nlu.corpus import CorpusError, read_corpus
from nlu.reviewed import HEADER, Row, file_of, plain, rows_of

IDS = ("work", "childcare")
DAY = date(2026, 11, 20)
HEAD = "\t".join(HEADER) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for label, text in (("work", "クビになった"), ("childcare", "夜泣きで眠れない"), ("none-of-these", "こんにちは")):
        path = tmp_path / "phrases" / f"{label}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"## short\n{text}\n", encoding="utf-8")
    return tmp_path


def write(folder: Path, content: str | bytes, name: str = "work") -> None:
    path = folder / "reviewed" / f"{name}.tsv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def problems(folder: Path) -> list[str]:
    with pytest.raises(CorpusError) as caught:
        read_corpus(folder, IDS)
    return list(caught.value.problems)


def test_reviewed_sentences_are_learnt_without_the_marks_of_what_was_taken_out(folder: Path) -> None:
    rows = [
        Row(DAY, "r001+r002", "〔名前〕さんに、\n朝礼で立たされた", "childcare", safety=True),
        Row(DAY, "r003", "C:\\新人\t研修", None, safety=False),
    ]
    write(folder, file_of(rows))
    examples = {e.text: (e.label, e.also, e.safety, e.style, e.file, e.line) for e in read_corpus(folder, IDS).examples}
    assert examples["さんに、 朝礼で立たされた"] == ("work", ("childcare",), True, "reviewed", "reviewed/work.tsv", 3)
    assert examples["C:\\新人 研修"] == ("work", (), False, "reviewed", "reviewed/work.tsv", 2)
    assert len(examples) == 5


def test_what_is_written_is_read_back_each_text_once(folder: Path) -> None:
    rows = [Row(DAY, "r001", text, None, safety=False) for text in ("二\\n", "一\r\n\t\\", "二\\n", "\\\\t")]
    write(folder, file_of(rows))
    read = rows_of(folder, "work")
    assert sorted(row.text for row in read) == sorted({row.text for row in rows})
    assert file_of(read) == file_of(rows)
    assert rows_of(folder, "childcare") == ()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("2026-11-20\tr001\tパワハラ\t", "欄が4あります。タブで分けて5にしてください"),
        ("2026/11/20\tr001\tパワハラ\t\t", "日「2026/11/20」は、2026-11-25 のように書いてください"),
        ("2026-11-20\tr001\tパワハラ\t\tyes", "終わりの欄は、空か「safety」です"),
        ("2026-11-20\tr001\tパワ\\ハラ\t\t", "「\\ハ」は読めません。「\\」そのものは「\\\\」と書いてください"),
        ("2026-11-20\tr001\tパワハラ\tchildcar\t", "印「@childcar」はありません(「childcare」のことですか)"),
        ("2026-11-20\tr001\tパワハラ\twork\t", "印「@work」はこの例文の分類そのものです"),
        ("2026-11-20\tr001\t〔名前〕\t\t", "例文の中身がありません"),
        ("2026-11-20\tr001\tクビになった\t\t", "同じ例文が phrases/work.txt:2 にもあります"),
    ],
)
def test_every_slip_is_told_with_its_line(folder: Path, line: str, sentence: str) -> None:
    write(folder, f"{HEAD}2026-11-20\tr001\t残業代が出ない\t\t\n{line}\n")
    assert problems(folder) == [f"reviewed/work.tsv:3: {sentence}"]


def test_a_file_that_is_not_ours_is_told(folder: Path) -> None:
    write(folder, "会社をクビになった\n")
    write(folder, HEAD, "wrok")
    write(folder, HEAD.encode() + "2026-11-20\tr001\tクビ\t\t\n".encode("cp932"), "childcare")
    assert problems(folder) == [
        "reviewed/childcare.tsv:2: 文字コードがUTF-8ではありません",
        "reviewed/work.tsv:1: はじめの行は、タブで分けて「day reviewers phrase also safety」と書いてください",
        "reviewed/wrok.tsv:1: ファイル名「wrok」という分類はありません(「work」のことですか)",
    ]


def test_a_reviewed_sentence_that_examines_is_refused(folder: Path) -> None:
    (folder / "held_out").mkdir()
    (folder / "held_out" / "work.txt").write_text("## short\n店長に毎日どなられて行きたくない\n", encoding="utf-8")
    write(folder, f"{HEAD}2026-11-20\tr001\t店長に毎日どなられて行きたくないです\t\t\n")
    [problem] = problems(folder)
    assert problem.startswith("reviewed/work.tsv:2: 試験の文 held_out/work.txt:2 とほぼ同じです")


@pytest.mark.parametrize(
    ("text", "bare"), [("〔電話〕に〔名前〕が", "に が"), ("ふつうの文", "ふつうの文"), ("〔名前〕", "")]
)
def test_marks_are_left_out(text: str, bare: str) -> None:
    assert plain(text) == bare
