from __future__ import annotations

from pathlib import Path

import pytest

from catalog.model import URGENT_KINDS
from nlu.corpus import CorpusError
from nlu.danger_corpus import EXAMINED, TRAINED, DangerExample, fingerprint, read_examined, read_trained
from tests.nlu.conftest import TRAINING_DATA

KINDS = ("suicide", "dv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "phrases.txt": "# 学ばせる\n## suicide 3\nいつか終わらせるつもりです @calm\n",
        "look_alikes.txt": "## none 0\n締切に追われて死にそう @slang\n",
        "held_out.txt": "## dv 2\n夫がこわい @short\n",
        "indirect.txt": "## suicide 1\n朝がこない @short\n",
        "fresh.txt": "## dv 4\nいまぶたれてる @short\n## none 0\n弁当のおかず @ordinary\n",
        "plain.txt": "## dv 4\nなぐられてる、たすけて @short\n",
    }
    for name, content in files.items():
        path = tmp_path / "danger" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return tmp_path


def add(folder: Path, name: str, lines: str) -> None:
    with (folder / "danger" / name).open("a", encoding="utf-8") as file:
        file.write(lines)


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(CorpusError) as caught:
        read_trained(folder, KINDS)
    return caught.value.problems


def test_examples_with_kind_level_and_style(folder: Path) -> None:
    assert read_trained(folder, KINDS) == (
        DangerExample("いつか終わらせるつもりです", "suicide", 3, "calm", "danger/phrases.txt", 3),
        DangerExample("締切に追われて死にそう", "none", 0, "slang", "danger/look_alikes.txt", 2),
    )
    assert [e.text for name in EXAMINED for e in read_examined(folder, KINDS, name)] == [
        "夫がこわい",
        "朝がこない",
        "いまぶたれてる",
        "弁当のおかず",
        "なぐられてる、たすけて",
    ]


def test_without_a_folder_there_is_nothing_to_learn(tmp_path: Path) -> None:
    assert read_trained(tmp_path, KINDS) == ()


def test_every_fault_is_told_at_once_with_file_and_line(folder: Path) -> None:
    add(folder, "phrases.txt", "## suicide 5\n## none 2\n## stalking 3\n文体がない\n")
    add(folder, "look_alikes.txt", "締切に追われて死にそう @short\n")
    told = problems(folder)
    assert [":".join(line.split(":")[:2]) for line in told] == [
        "danger/phrases.txt:4",
        "danger/phrases.txt:5",
        "danger/phrases.txt:6",
        "danger/phrases.txt:7",
        "danger/look_alikes.txt:3",
    ]


def test_a_line_above_the_first_heading_is_told(folder: Path) -> None:
    (folder / "danger" / "phrases.txt").write_text(
        "もうだめだ @short\n## suicide 1\n消えたい @short\n", encoding="utf-8"
    )
    (told,) = problems(folder)
    assert told == "danger/phrases.txt:1: 文の前に「## 種類 段階」の見出しがありません"


@pytest.mark.parametrize("name", EXAMINED)
def test_nothing_of_an_examination_is_learnt(folder: Path, name: str) -> None:
    add(folder, name, "## suicide 3\nいつか終わらせるつもりです。 @sentence\n")
    (told,) = problems(folder)
    assert told.startswith(f"danger/phrases.txt:3: 試験の文 danger/{name}:")


@pytest.mark.parametrize("name", [*TRAINED, *EXAMINED])
def test_a_missing_or_unreadable_file_is_told(folder: Path, name: str) -> None:
    path = folder / "danger" / name
    path.write_bytes(b"\xff\xfe")
    assert problems(folder) == (f"danger/{name}:1: ファイルがないか、読み取れません",)
    path.unlink()
    assert problems(folder) == (f"danger/{name}:1: ファイルがないか、読み取れません",)


def test_the_fingerprint_is_of_the_content_only(folder: Path) -> None:
    first = read_trained(folder, KINDS)
    assert fingerprint(first) == fingerprint(first[::-1])
    assert fingerprint(first) != fingerprint(first[:1])


def test_there_is_enough_of_every_kind_and_level() -> None:
    trained = read_trained(TRAINING_DATA, URGENT_KINDS)
    assert sum(e.level > 0 for e in trained) >= 800
    assert sum(e.level == 0 for e in trained) >= 800
    assert {e.kind for e in trained if e.level} == set(URGENT_KINDS)
    for name in EXAMINED:
        assert {e.level for e in read_examined(TRAINING_DATA, URGENT_KINDS, name)} == {0, 1, 2, 3, 4}
