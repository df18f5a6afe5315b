from __future__ import annotations

from pathlib import Path

import pytest

from nlu.corpus import CorpusError, corpus_of, read_corpus, read_hard, read_held_out

IDS = ("work", "childcare")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "phrases/work", "## short\nクビになった\n残業代ゼロ @childcare\n")
    write(tmp_path, "phrases/childcare", "## short\n夜泣きで眠れない @safety\n")
    write(tmp_path, "phrases/none-of-these", "## greeting\nこんにちは\n")
    return tmp_path


def write(folder: Path, name: str, content: str | bytes) -> None:
    path = folder / f"{name}.txt"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def problems(folder: Path) -> list[str]:
    with pytest.raises(CorpusError) as caught:
        read_corpus(folder, IDS)
    return list(caught.value.problems)


def test_phrases_with_their_marks(folder: Path) -> None:
    corpus = read_corpus(folder, IDS)
    assert corpus.labels == ("work", "childcare", "none-of-these")
    marked = {e.text: (e.label, e.also, e.safety, e.style, e.line) for e in corpus.examples}
    assert marked["残業代ゼロ"] == ("work", ("childcare",), False, "short", 3)
    assert marked["夜泣きで眠れない"] == ("childcare", (), True, "short", 2)
    assert next(e for e in corpus.examples if e.text == "残業代ゼロ").right == {"work", "childcare"}


@pytest.mark.parametrize(
    ("name", "content", "line", "sentence"),
    [
        ("phrases/work", "クビ\n", 1, "例文の前に「## 文体」の見出しがありません"),
        (
            "phrases/work",
            "##short\nクビ\n## short\nあ\n",
            1,
            "「#」や「##」のあとには半角の空白を一つ入れてください",
        ),
        (
            "phrases/work",
            "## みじかい\nクビ\n",
            2,
            "文体「みじかい」は英小文字とハイフンで書いてください",
        ),
        ("phrases/work", "## short\nクビ @wrok\n", 2, "印「@wrok」はありません(「work」のことですか)"),
        (
            "phrases/work",
            "## short\nクビ @childcar\n",
            2,
            "印「@childcar」はありません(「childcare」のことですか)",
        ),
        ("phrases/work", "## short\nクビ @work\n", 2, "印「@work」はこの例文の分類そのものです"),
        (
            "phrases/work",
            "## short\nクビ @childcare @childcare\n",
            2,
            "印「@childcare」が二度あります",
        ),
        (
            "phrases/work",
            "## short\nクビ　＠childcare\n",
            2,
            "印「@childcare」は行の終わりに、半角の空白と半角の@で書いてください",
        ),
        ("phrases/work", "## short\nクビ\tだ\n", 2, "タブが入っています。半角の空白にしてください"),
        ("phrases/work", "## short\n\u200b\n", 2, "例文の中身がありません"),
        (
            "phrases/work",
            "## short\n" + "あい" * 501 + "\n",
            2,
            "例文が1002文字あります。1000文字までにしてください",
        ),
        ("phrases/work", "## short\nクビ\nクビ\n", 3, "同じ例文が phrases/work.txt:2 にもあります"),
        ("phrases/work", "## short\n", 1, "例文が一つもありません"),
        (
            "phrases/work",
            b"## short\n" + "クビ".encode("cp932") + b"\n",
            2,
            "文字コードがUTF-8ではありません",
        ),
        (
            "phrases/wrok",
            "## short\nクビ\n",
            1,
            "ファイル名「wrok」という分類はありません(「work」のことですか)",
        ),
        (
            "phrases/none-of-these",
            "## greeting\nやあ @work\n",
            2,
            "none-of-these の例文に印「@work」は付けられません",
        ),
        (
            "held_out/work",
            "## short\nクビになった\n",
            2,
            "同じ例文が phrases/work.txt:2 にもあります",
        ),
        ("hard/cases", "## wrok\nあ\n", 2, "「wrok」という分類はありません(「work」のことですか)"),
        ("hard/cases", "あ\n", 1, "例文の前に「## 分類」の見出しがありません"),
    ],
)
def test_every_slip_is_told_with_its_line(
    folder: Path, name: str, content: str | bytes, line: int, sentence: str
) -> None:
    write(folder, name, content)
    assert f"{name}.txt:{line}: {sentence}" in problems(folder)


def test_all_slips_at_once_and_in_order(folder: Path) -> None:
    write(folder, "phrases/work", "クビ\n## short\nあ @x\nい\tう\n")
    (folder / "phrases" / "childcare.txt").unlink()
    found = problems(folder)
    assert len(found) == 4
    assert found == sorted(found, key=lambda p: (p.split(":")[0], int(p.split(":")[1])))


def test_a_phrase_near_the_examination_is_refused(folder: Path) -> None:
    write(folder, "held_out/work", "## short\n店長に明日から来なくていいと言われて困っています\n")
    write(folder, "phrases/work", "## short\n店長に明日から来なくていいと言われて困っている\n")
    assert problems(folder)[0].startswith("phrases/work.txt:2: 試験の文 held_out/work.txt:2 とほぼ同じです(類似度0.")


def test_the_order_of_lines_changes_nothing(folder: Path) -> None:
    examples = read_corpus(folder, IDS).examples
    assert corpus_of(reversed(examples), IDS) == corpus_of(examples, IDS)
    assert corpus_of(examples[1:], IDS).fingerprint != corpus_of(examples, IDS).fingerprint


def test_the_examination_is_read_apart(folder: Path) -> None:
    write(folder, "held_out/work", "## short\n給料が出ない\n")
    write(folder, "hard/cases", "## work\nやめたいのではなく、やめさせられた\n")
    assert [e.text for e in read_held_out(folder, IDS)] == ["給料が出ない"]
    hard = read_hard(folder, IDS)
    assert [(e.label, e.style) for e in hard] == [("work", "cases")]
    assert not {"給料が出ない"} & {e.text for e in read_corpus(folder, IDS).examples}


@pytest.mark.parametrize("learnt", ["phrases", "calibration"])
@pytest.mark.parametrize(
    ("golden", "content"),
    [("golden/work", "## short\n# 境目\n{} @childcare\n"), ("golden/danger", "## suicide 4\n\n{} @short\n")],
)
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("駅のホームに立っている", "と同じです"),
        ("駅のホームに立っているの", "とほぼ同じです(類似度"),
    ],
)
def test_what_stands_in_the_golden_set_or_nearly_so_is_told_with_both_places(
    *, folder: Path, learnt: str, golden: str, content: str, text: str, sentence: str
) -> None:
    write(folder, golden, content.format("駅のホームに立っている"))
    write(folder, f"{learnt}/childcare", f"## short\n夜泣きで眠れない{learnt}\n{text}\n")
    [problem] = problems(folder)
    assert problem.startswith(f"{learnt}/childcare.txt:3: 守る文 {golden}.txt:3 {sentence}")


def test_the_golden_set_examines_and_may_stand_among_the_hard_cases(folder: Path) -> None:
    write(folder, "golden/work", "## short\n駅のホームに立っている\n")
    write(folder, "hard/cases", "## work\n駅のホームに立っている\n")
    assert read_corpus(folder, IDS).labels == ("work", "childcare", "none-of-these")
