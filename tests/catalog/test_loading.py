from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from catalog.loading import CatalogError, load, problems_in
from catalog.model import CATEGORY_IDS, UNDER18, Catalog

Edit = Callable[..., list[str]]
Lines = Callable[[Path], list[str]]
CHAT, FLOW = "services/kokoro-chat.yaml", "flows/no-one-to-talk-to.yaml"


def test_a_good_folder_becomes_a_catalogue(small: Path, good: Catalog, lines: Lines) -> None:
    assert lines(small) == []
    assert tuple(category.id for category in good.categories) == CATEGORY_IDS
    assert set(good.flows) == {*CATEGORY_IDS, UNDER18}
    assert list(good.services) == sorted(good.services)
    assert good.services["mukashi-dial"].status == "ended"
    assert len(good.urgent) == 40


def test_values_arrive_in_their_kinds(good: Catalog) -> None:
    service = good.services["kokoro-dial"]
    assert service.age_min == 18
    assert service.verified_on == date(2026, 11, 20)
    channel = service.channels[0]
    assert (channel.number, channel.toll_free, channel.hours[0].open) == ("0120-000-111", True, "09:00")
    assert channel.exceptions[0].nth_weekday is not None
    assert channel.exceptions[0].nth_weekday.nth == 2
    assert good.services["police-110"].channels[0].hours[0].close == "24:00"


def test_a_broken_catalogue_raises_with_every_problem_sorted(copy: Path, edit: Edit) -> None:
    edit(CHAT, ("kind: window", "kind:window"), ("verified: partial", "verified: maybe"))
    edit("urgent.yaml", ("level: 4", "level: 9"))
    lines = edit(FLOW, ("ask: いま", "aks: いま"))
    assert [line.rpartition(": ")[0] for line in lines] == [
        "flows/no-one-to-talk-to.yaml:5",
        "services/kokoro-chat.yaml:4",
        "services/kokoro-chat.yaml:19",
        "urgent.yaml:13",
    ]
    with pytest.raises(CatalogError) as raised:
        load(copy)
    assert [str(problem) for problem in raised.value.problems] == lines
    assert str(raised.value) == "\n".join(lines)


def test_five_slips_of_one_file_are_five_lines(edit: Edit) -> None:
    lines = edit(
        CHAT,
        ("name: ", "name："),
        ("kind: window", "kind:window"),
        ("operator: ", "operatar: "),
        ("type: chat", "type: chatto"),
        ("verified: partial", "verified: maybe"),
    )
    assert [line.split(":")[1] for line in lines] == ["2", "4", "5", "11", "19"]


def test_rules_across_files_wait_until_every_file_can_be_read(edit: Edit) -> None:
    assert len(edit(FLOW, ("next: by-phone", "next: by-phon"), ("start: what-is-it", "start：what-is-it"))) == 1


@pytest.mark.parametrize(
    "name", ["categories.yaml", "urgent.yaml", "danger_signs.yaml", "dead_numbers.yaml", "messages.yaml"]
)
def test_a_missing_file_is_one_line(copy: Path, lines: Lines, name: str) -> None:
    (copy / name).unlink()
    assert lines(copy) == [f"{name}:1: ファイルがないか、読み取れません"]


@pytest.mark.parametrize(
    "name", ["categories.yaml", "urgent.yaml", "danger_signs.yaml", "dead_numbers.yaml", "messages.yaml"]
)
def test_an_empty_file_is_one_line(copy: Path, lines: Lines, name: str) -> None:
    (copy / name).write_bytes(b"# \n")
    assert lines(copy) == [f"{name}:1: ファイルに何も書かれていません"]


@pytest.mark.parametrize(
    "name", ["categories.yaml", "urgent.yaml", "danger_signs.yaml", "dead_numbers.yaml", "messages.yaml"]
)
@pytest.mark.parametrize("text", ["- a\n", "a\n", "a: b\n"])
def test_a_file_of_the_wrong_shape_is_told(copy: Path, lines: Lines, name: str, text: str) -> None:
    (copy / name).write_text(text, encoding="utf-8")
    told = lines(copy)
    assert told
    assert all(line.startswith(f"{name}:1: ") for line in told)


@pytest.mark.parametrize("folder", ["services", "flows"])
def test_a_missing_folder_is_told(copy: Path, lines: Lines, folder: str) -> None:
    shutil.rmtree(copy / folder)
    assert f"{folder}:1: フォルダがないか、空です" in lines(copy)


def test_no_folder_at_all_is_told(tmp_path: Path) -> None:
    assert len(problems_in(tmp_path / "nowhere")) == 17


def test_a_folder_with_the_name_of_a_file_is_told(copy: Path, lines: Lines) -> None:
    (copy / "services" / "mado.yaml").mkdir()
    assert lines(copy) == ["services/mado.yaml:1: ファイルがないか、読み取れません"]


def test_a_hidden_file_is_passed_over(copy: Path, lines: Lines) -> None:
    (copy / "services" / ".DS_Store").write_bytes(b"\x00")
    (copy / "services" / ".kokoro.yaml.swp").write_bytes(b"\x00")
    assert lines(copy) == []


@pytest.mark.parametrize("name", ["kokoro.yml", "kokoro.yaml.bak", "kokoro.txt", "KOKORO.YAML"])
def test_a_file_with_another_ending_is_told(copy: Path, lines: Lines, name: str) -> None:
    (copy / "services" / name).write_bytes(b"")
    assert lines(copy) == [f"services/{name}:1: ファイルの名前は「.yaml」で終わるようにしてください"]


def test_a_broken_category_is_not_also_missing(edit: Edit) -> None:
    assert edit("categories.yaml", ("label: 仕事・職場", "lable: 仕事・職場")) == [
        "categories.yaml:11: 「lable」は使えない項目です(「label」のことですか)"
    ]


def test_a_category_twice_is_told_at_the_second(edit: Edit) -> None:
    assert edit("categories.yaml", ("id: childcare", "id: work")) == [
        "categories.yaml:16: 悩みの分類「work」が二回書かれています"
    ]


def test_a_part_under_a_wrong_name_is_one_line(edit: Edit) -> None:
    assert edit("dead_numbers.yaml", ("numbers:", "number:")) == [
        "dead_numbers.yaml:1: 「number」は使えない項目です(「numbers」のことですか)"
    ]


def test_a_part_too_many_is_told(edit: Edit) -> None:
    assert edit("danger_signs.yaml", ("signs:", "memo: あとで\nsigns:")) == [
        "danger_signs.yaml:1: 「memo」は使えない項目です"
    ]


def test_a_message_too_few_and_one_too_many_are_told(copy: Path, lines: Lines) -> None:
    path = copy / "messages.yaml"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("send:")]
    path.write_text("\n".join([*kept, "good_bye: さようなら"]), encoding="utf-8")
    told = lines(copy)
    assert len(told) == 2
    assert "「send」がありません。書き足してください" in told[0]
    assert told[1] == f"messages.yaml:{len(kept) + 1}: 「good_bye」は使えない項目です"


def test_today_is_the_day_in_japan(copy: Path) -> None:
    path = copy / CHAT
    path.write_text(path.read_text(encoding="utf-8") + "verified_on: 2026-11-25\n", encoding="utf-8")
    with time_machine.travel(datetime(2026, 11, 24, 15, 30, tzinfo=UTC)):
        assert problems_in(copy) == []
    with time_machine.travel(datetime(2026, 11, 24, 14, 30, tzinfo=UTC)):
        assert len(problems_in(copy)) == 1
