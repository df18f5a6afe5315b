from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import checks_services
from catalog.checks_services import folded, plausible, written_as

Edit = Callable[..., list[str]]
Lines = Callable[[Path], list[str]]
CHAT, DIAL, FLOW = "services/kokoro-chat.yaml", "services/kokoro-dial.yaml", "flows/no-one-to-talk-to.yaml"


@pytest.mark.parametrize(
    "number",
    [
        "110",
        "119",
        "118",
        "188",
        "189",
        "171",
        "#8000",
        "#7119",
        "03-1234-5678",
        "0120-000-111",
        "0570-011000",
        "0120-0-78310",
        "0800-300-8355",
        "050-1234-5678",
        "090-1234-5678",
    ],
)
def test_numbers_that_can_be_dialled(number: str) -> None:
    assert plausible(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "111",
        "0120000111",
        "0120-000-11",
        "0120-000-1111",
        "#800",
        "#80000",
        "8000",
        "1234-567-890",
        "0120-000-11a",
        "０１２０-000-111",
        "0120ー000ー111",
        "0120-000-111 ",
        "0120--000111",
        "0800-300-835",
        "090-1234-567",
    ],
)
def test_numbers_that_cannot(number: str) -> None:
    assert not plausible(number)


@pytest.mark.parametrize(
    "text",
    ["0120-000-111", "0120000111", "０１２０（０００）１１１", "0120ー000ー111", "0120 000 111", "0120・000・111"],
)
def test_a_number_folds_to_one_form(text: str) -> None:
    assert folded(text) == "0120000111"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0120-494949", "0120-494949"),
        ("0120-494949", "0120494949"),
        ("0120-494949", "0120-49-4949"),
        ("0120-494949", "電話は０１２０－４９４９４９へ"),
        ("0120-494949", "0120ー494ー949"),
        ("0120-494949", "0120(494)949"),
        ("0120-494949", "0120の494の949"),
        ("0120-494949", "0120 494 949"),
        ("0120-494949", "0120-494949(24時間・無料)"),
        ("0120-494949", "0120-494949 24時間"),
        ("0120-494949", "110・0120-494949・119"),
        ("0120-494949", "0120-494949、0120-000-111"),
        ("#9999", "#9999"),
        ("#9999", "＃９９９９"),
        ("#9999", "「#9999」に電話"),
        ("#9999", "#9999(24時間)"),
        ("#9999", "#9999 24時間"),
        ("#9999", "#9999・110"),
        ("@snsjinkensoudan", "ID:@snsjinkensoudan"),
        ("@snsjinkensoudan", "＠SNSjinkensoudan"),
    ],
)
def test_a_dead_number_is_found_however_it_is_written(number: str, text: str) -> None:
    assert written_as(number).search(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("#9999", "9999円"),
        ("#9999", "#99990"),
        ("#9910", "#9110"),
        ("0120-494949", "0120-494948"),
        ("0120-494949", "0120-4949490"),
        ("0120-494949", "10120-494949"),
        ("0120-494949", "0120-000-494-949"),
        ("03-5656-8246", "0303-5656-8246"),
        ("@snsjinkensoudan", "@linejinkensoudan"),
    ],
)
def test_another_number_is_left_in_peace(number: str, text: str) -> None:
    assert not written_as(number).search(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (DIAL, "name: こころダイヤル", 'name: "こころダイヤル #9999"'),
        (DIAL, "cost: 無料", "cost: 無料。0120-999-888(24時間)"),
        (DIAL, "label: 全国共通", "label: 全国共通(＃９９９９)"),
        (DIAL, "hours_text: 月・金", "hours_text: 0120ー999ー888は月・金"),
        (DIAL, "- anonymous", "- 0120-999-888"),
        (DIAL, "url: https://kokoro.example.jp/", "url: https://kokoro.example.jp/0120999888"),
        (CHAT, "who: だれでも", "who: だれでも\nhow: 0120-999-888へ"),
        (FLOW, "label: 電話で話す", 'label: "#9999に電話"'),
        (FLOW, "help: 命が", "help: 0120(999)888。命が"),
        (FLOW, "ask: いま、", "ask: 0120-999-888。いま、"),
        ("flows/under18.yaml", "あぶない：110", "あぶない：#9999"),
        ("urgent.yaml", "say: 今あぶない", "say: '#9999' # 今あぶない"),
        ("urgent.yaml", "say: 何も", "say: 0120-999-888。何も"),
        ("urgent.yaml", "say: すぐに", "say: 0120-999-888へすぐに"),
        ("categories.yaml", "hint: クビ", "hint: 0120-999-888、クビ"),
        ("categories.yaml", "かたはこちら", "かたは0120-999-888"),
        ("messages.yaml", "send: ", "send: 0120-999-888 "),
    ],
)
def test_no_dead_number_stands_in_any_text_a_person_sees(edit: Edit, file: str, old: str, new: str) -> None:
    (told,) = edit(file, (old, new))
    assert told.startswith(f"{file}:")
    assert "使ってはいけない番号" in told


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (DIAL, "verified: seen", "note: 以前は 0120-999-888\nverified: seen"),
        (DIAL, "verified: seen", "recheck: 0120-999-888が終わったか\nverified: seen"),
        ("services/police-110.yaml", "supports: 番号", "supports: 以前の 0120-999-888"),
        ("services/mukashi-dial.yaml", "what: 終わった", "what: 0120-999-888は終わった"),
        ("danger_signs.yaml", "- 消えたい", "- 消えたい\n    note: 0120-999-888"),
    ],
)
def test_notes_to_ourselves_and_ended_services_may_name_it(edit: Edit, file: str, old: str, new: str) -> None:
    assert edit(file, (old, new)) == []


def test_the_number_to_use_instead_is_told(edit: Edit) -> None:
    (told,) = edit(FLOW, ("say: 文字", "say: 0120-999-888。文字"))
    assert told.endswith("(こころダイヤルの古い番号)。正しくは「0120-000-111」です")


@pytest.mark.parametrize(
    "text", ["0120-000-112", "0120000112", "０１２０-000-112", "0120ー000ー112", "#8888", "03-1234-567", "0120−000−112"]
)
def test_a_number_in_a_sentence_belongs_to_a_service(edit: Edit, text: str) -> None:
    (told,) = edit(FLOW, ("say: 文字でも", f'say: "{text}でも'), ("でも話せます。", 'でも話せます。"'))
    assert "が、どの相談先にもありません" in told


@pytest.mark.parametrize(
    "text", ["0120-000-111", "0120000111", "０１２０ー０００ー１１１", "110", "2026-11-24", "24:00"]
)
def test_a_number_of_a_service_and_other_digits_are_fine(edit: Edit, text: str) -> None:
    assert edit(FLOW, ("say: 文字でも", f'say: "{text}でも'), ("でも話せます。", 'でも話せます。"')) == []


def test_the_number_of_an_ended_service_is_no_number_to_show(copy: Path, edit: Edit) -> None:
    phone = "channels:\n  - type: phone\n    number: 0120-000-777\nlanguages:"
    assert edit("services/mukashi-dial.yaml", ("languages:", phone)) == []
    (told,) = edit(FLOW, ("say: 文字", "say: 0120-000-777。文字"))
    assert "どの相談先にもありません" in told


@pytest.mark.parametrize(
    ("times", "right"),
    [
        (("09:00", "17:00"), True),
        (("00:00", "24:00"), True),
        (("22:00", "30:00"), True),
        (("22:00", "06:00"), False),
        (("09:00", "09:00"), False),
    ],
)
@pytest.mark.parametrize(("old_times", "line"), [(("09:00", "17:00"), 21), (("09:00", "12:00"), 27)])
def test_a_window_closes_after_it_opens(
    edit: Edit, times: tuple[str, str], right: bool, old_times: tuple[str, str], line: int
) -> None:
    form = 'open: "{}"\n        close: "{}"'
    told = edit(DIAL, (form.format(*old_times), form.format(*times)))
    assert [text.split(":")[1] for text in told] == ([] if right else [str(line)])


def test_an_exception_without_ordinary_hours_is_told(edit: Edit) -> None:
    assert edit(
        CHAT, ("    seen: true", "    seen: true\n    exceptions:\n      - monthly_day: 1\n        close: '12:00'")
    ) == [f"{CHAT}:15: ふだんの時間(hours)がないのに、例外の日があります。hours を書くか、exceptions を消してください"]


def test_a_name_may_be_that_of_an_ended_service(edit: Edit) -> None:
    assert edit("services/mukashi-dial.yaml", ("name: むかしのダイヤル", "name: こころダイヤル")) == []


@pytest.mark.parametrize("number", ["0800-300-8355", "110", '"#8891"'])
def test_free_numbers(edit: Edit, number: str) -> None:
    second = f"    seen: true\n  - type: phone\n    number: {number}\n    toll_free: true\nlanguages"
    assert edit(DIAL, ("    seen: true\nlanguages", second)) == []


@pytest.mark.parametrize("number", ["0570-064-556", "050-1234-5678", "188", '"#7119"'])
def test_a_number_that_costs_is_not_called_free(edit: Edit, number: str) -> None:
    second = f"    seen: true\n  - type: phone\n    number: {number}\n    toll_free: true\nlanguages"
    (told,) = edit(DIAL, ("    seen: true\nlanguages", second))
    assert told.endswith("toll_free を false にしてください")


def test_a_right_number_may_be_an_address(edit: Edit) -> None:
    assert edit("dead_numbers.yaml", ("right: 0120-000-111", 'right: "@kokoro"')) == []


def test_a_changed_number_is_found_everywhere_once_it_is_called_dead(edit: Edit) -> None:
    edit(DIAL, ("0120-000-111", "0120-000-222"))
    edit(FLOW, ("say: 文字", "say: 0120-000-111。文字"))
    dead = 'numbers:\n  - number: "0120-000-111"\n    kind: dead\n    what: 前の番号\n    right: 0120-000-222\n'
    told = edit("dead_numbers.yaml", ("numbers:\n", dead))
    assert [line.split(" ", 1)[0] for line in told] == ["dead_numbers.yaml:9:", f"{FLOW}:33:"]


@pytest.mark.parametrize(("verified", "problems"), [("seen", 2), ("partial", 0), ("memory", 0)])
def test_only_what_was_seen_says_when_and_where(copy: Path, lines: Lines, verified: str, problems: int) -> None:
    path = copy / DIAL
    text = path.read_text(encoding="utf-8").partition("sources:")[0]
    text = text.replace("verified_on: 2026-11-20\n", "").replace("verified: seen", f"verified: {verified}")
    path.write_text(text, encoding="utf-8")
    assert len(lines(copy)) == problems


def test_ages_are_in_order(edit: Edit) -> None:
    assert edit(DIAL, ("age_min: 18", "age_min: 18\nage_max: 18")) == []


def test_no_rule_is_forgotten() -> None:
    rules = {
        value
        for name, value in vars(checks_services).items()
        if not name.startswith("_") and getattr(value, "__code__", None) and value.__code__.co_varnames[0] == "catalog"
    }
    assert rules == set(checks_services.CHECKS)
