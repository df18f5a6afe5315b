"""The import over a small fact base, made from the small catalogue."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.importing import FactsError, convert
from catalog.loading import load, problems_in
from catalog.model import CATEGORY_IDS, Catalog
from catalog.ruby import plain

Json = dict[str, Any]
Lines = Callable[[Path], list[str]]


def parsed(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, default=str), encoding="utf-8")


def service_facts(record: Json) -> Json:
    """The record as the fact base has it: every key there, empty or not."""
    record.pop("verified_on", None)
    channels = []
    for channel in record.pop("channels", []):
        exceptions = channel.get("exceptions", [])
        for exception in exceptions:
            exception["nth_weekday"] = list(exception["nth_weekday"].values())
        channels.append({"label": "", "toll_free": None, **channel, "exceptions": exceptions})
    return {"note": "", "age_max": None, "tags": [], "sources": [], **record, "channels": channels}


def with_ruby(value: Any) -> Any:
    """Every text with furigana under `*_ruby`, the plain one beside it."""
    if isinstance(value, list):
        return [with_ruby(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, item in value.items():
        if isinstance(item, str) and "{" in item:
            found |= {key: plain(item), f"{key}_ruby": item}
        else:
            found[key] = with_ruby(item)
    return found


def flow_facts(flow: Json) -> Json:
    always = flow.pop("always", None)
    for outcome in flow["outcomes"].values():
        outcome.pop("danger", None)
    raw: Json = with_ruby(flow)
    if always:
        shown = {"text": plain(always["say"]), "ruby": always["say"], "services": always["services"]}
        raw |= {"always_show": shown, "ruby_markup": "{漢字|よみ}", "rules": ["名前を聞かない"]}
        raw |= {"order_of_ways": ["best-fit-first", "chat", "phone"]}
    return raw


@pytest.fixture
def facts(small: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "facts"
    (folder / "flows").mkdir(parents=True)
    (folder / "README.md").write_text("# 事実 (state: 2026-11-20)\n", encoding="utf-8")
    categories = parsed(small / "categories.yaml")["categories"]
    labels = "".join(f"{entry['id']} : {entry['label']}\n" for entry in categories)
    (folder / "SCHEMA.md").write_text(f"## 分類\n{labels}\n## ほか\n", encoding="utf-8")
    services = [service_facts(parsed(path)) for path in sorted((small / "services").iterdir())]
    lines = "".join(json.dumps(service, ensure_ascii=False) + "\n" for service in services)
    (folder / "services.jsonl").write_text(lines, encoding="utf-8")
    for path in (small / "flows").iterdir():
        write(folder / "flows" / f"{path.stem}.json", flow_facts(parsed(path)))
    nothing = {"level": 0, "kind": "none", "say": "", "services": []}
    write(folder / "urgent.json", [nothing, *parsed(small / "urgent.yaml")["help"]])
    numbers = parsed(small / "dead_numbers.yaml")["numbers"]
    dead = [{"wrong": entry.pop("number"), **{"right": None, "since": None, **entry}} for entry in numbers]
    write(folder / "dead-numbers.json", dead)
    return folder


@pytest.fixture
def empty(small: Path, tmp_path: Path) -> Path:
    """A data folder that holds only what an import never touches."""
    folder = tmp_path / "new"
    folder.mkdir()
    for name in ("messages.yaml", "danger_signs.yaml", "holidays.yaml", "operator.yaml", "plain_words.yaml"):
        shutil.copy(small / name, folder)
    shutil.copy(small / "crisis_numbers.yaml", folder)
    shutil.copytree(small / "pages", folder / "pages")
    return folder


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def edit_json(path: Path, change: Callable[[Any], Any]) -> None:
    write(path, change(json.loads(path.read_text(encoding="utf-8"))))


def edit_service(facts: Path, which: str, /, **changes: Any) -> None:
    path = facts / "services.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps({**record, **(changes if record["id"] == which else {})}) for record in records]
    path.write_text("\n".join(lines), encoding="utf-8")


def test_the_facts_become_a_catalogue_that_loads(facts: Path, copy: Path, good: Catalog, lines: Lines) -> None:
    counts = convert(facts, copy)
    assert lines(copy) == []
    found = load(copy)
    assert found.flows == good.flows
    assert found.urgent == good.urgent
    assert found.dead_numbers == good.dead_numbers
    assert found.categories == good.categories
    assert {id: service.model_copy(update={"verified_on": None}) for id, service in found.services.items()} == {
        id: service.model_copy(update={"verified_on": None}) for id, service in good.services.items()
    }
    assert {key: counts[key] for key in ("services", "flows", "urgent", "dead_numbers")} == {
        "services": len(good.services),
        "flows": 13,
        "urgent": 40,
        "dead_numbers": len(good.dead_numbers),
    }


def test_the_second_run_changes_no_byte(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    before = bytes_of(copy)
    counts = convert(facts, copy)
    assert bytes_of(copy) == before
    assert (counts["written"], counts["removed"]) == (0, 0)
    assert counts["unchanged"] > 0


def test_the_first_import_into_an_empty_folder(facts: Path, empty: Path) -> None:
    counts = convert(facts, empty)
    assert counts["written"] == sum(1 for _ in empty.rglob("*.yaml")) - 7
    categories = parsed(empty / "categories.yaml")
    assert categories["categories"][2] == {"id": "work", "label": "仕事・職場", "hint": "仕事・職場"}
    assert categories["under18"]["id"] == "under18"
    assert [str(problem) for problem in problems_in(empty) if problem.file == "categories.yaml"] == []


def test_the_date_of_the_facts_becomes_the_day_of_checking(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    services = load(copy).services
    assert str(services["kokoro-dial"].verified_on) == "2026-11-20"
    assert services["kurashi-madoguchi"].verified == "memory"
    assert services["kurashi-madoguchi"].verified_on is None


def test_what_people_wrote_by_hand_is_kept(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    categories, urgent = copy / "categories.yaml", copy / "urgent.yaml"
    text = categories.read_text(encoding="utf-8").replace("クビ、給料", "給料が出ない")
    categories.write_text(text.replace("かたはこちら", "{人|ひと}はこちら"), encoding="utf-8")
    text = urgent.read_text(encoding="utf-8").replace("何も選ばなくて大丈夫です。", '"だれか: 話せます"')
    urgent.write_text(text.replace("say: 今あぶない", "say: いまあぶない"), encoding="utf-8")
    kept = bytes_of(copy)
    convert(facts, copy)
    assert bytes_of(copy) == kept
    found = load(copy)
    assert found.category("work").hint.startswith("給料が出ない")
    assert "{人|ひと}" in found.under18.label
    assert found.human_line.say == "だれか: 話せます"
    assert found.strip.say.startswith("いまあぶない")


def test_what_to_do_if_nobody_answers_is_kept(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    path = copy / "services" / "kokoro-dial.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("  - yoru-dial\n", "  - kokoro-chat\n").replace(
        "別の番号もためせます。", "あとでまたかけてください。"
    )
    path.write_text(text, encoding="utf-8")
    kept = bytes_of(copy)
    convert(facts, copy)
    assert bytes_of(copy) == kept
    assert load(copy).services["kokoro-dial"].instead == ("kokoro-chat",)


def test_words_and_danger_signs_are_never_touched(facts: Path, copy: Path) -> None:
    for name in ("messages.yaml", "danger_signs.yaml"):
        (copy / name).write_bytes(b"# mine\n")
    convert(facts, copy)
    assert (copy / "messages.yaml").read_bytes() == (copy / "danger_signs.yaml").read_bytes() == b"# mine\n"


def test_our_own_words_stay(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    path = copy / "services" / "kokoro-dial.yaml"
    path.write_bytes(path.read_bytes().replace("だれでも".encode(), "大人".encode()))
    assert convert(facts, copy)["written"] == 0
    assert load(copy).services["kokoro-dial"].who == "大人"


def test_a_corrected_fact_that_is_not_in_the_facts_is_lost(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    path = copy / "services" / "kokoro-dial.yaml"
    before = path.read_bytes()
    path.write_bytes(before.replace(b"mon", b"tue"))
    assert convert(facts, copy)["written"] == 1
    assert path.read_bytes() == before


def test_files_that_the_facts_no_longer_hold_are_removed(facts: Path, copy: Path) -> None:
    old = copy / "services" / "old.yaml"
    old.write_bytes(b"id: old\n")
    assert convert(facts, copy)["removed"] == 1
    assert not old.exists()


def test_the_files_are_ones_a_person_can_edit(facts: Path, copy: Path) -> None:
    convert(facts, copy)
    text = (copy / "services" / "kokoro-dial.yaml").read_text(encoding="utf-8")
    assert text.splitlines()[:3] == ["# 直したら: hitorijanai catalog check", "id: kokoro-dial", "name: こころダイヤル"]
    assert '    number: "0120-000-111"\n' in text
    assert '        open: "09:00"\n' in text
    assert "verified_on: 2026-11-20\n" in text
    assert "age_max" not in text
    assert "note" not in text
    under18 = (copy / "flows" / "under18.yaml").read_text(encoding="utf-8")
    assert "# 約束: 名前を聞かない\n" in under18
    assert "# 結果にならべる順: いちばん合う所 → チャット・LINE → 電話\n" in under18
    assert "_ruby" not in under18


@pytest.mark.parametrize(
    ("id", "changes", "services", "danger"),
    [
        ("by-phone", {"urgent": True}, ["kokoro-dial", "yoru-dial"], True),
        ("by-phone", {}, ["kokoro-dial", "yoru-dial"], False),
        ("by-phone", {}, ["ambulance-119", "yoru-dial"], True),
        ("danger-at-home", {}, ["yoru-dial", "kokoro-dial"], True),
        ("danger-at-home", {}, ["kokoro-dial", "yoru-dial"], False),
        ("i-want-to-die", {}, ["yoru-dial", "kokoro-dial"], True),
        ("endangered-pet", {}, ["yoru-dial", "kokoro-dial"], False),
    ],
)
def test_an_outcome_of_danger_is_marked(
    facts: Path, copy: Path, *, id: str, changes: Json, services: list[str], danger: bool
) -> None:
    outcome = {"say": "ここへ", "services": services, **changes}
    edit_json(facts / "flows" / "work.json", lambda flow: {**flow, "outcomes": {**flow["outcomes"], id: outcome}})
    convert(facts, copy)
    assert parsed(copy / "flows" / "work.yaml")["outcomes"][id].get("danger", False) is danger


def test_unknown_keys_stay_and_the_checks_complain(facts: Path, copy: Path, lines: Lines) -> None:
    edit_service(facts, "kokoro-chat", telefon="110")
    convert(facts, copy)
    assert ["「telefon」は使えない項目です" in line for line in lines(copy)] == [True]


def broken_line(facts: Path) -> None:
    with (facts / "services.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "x"')


def twice(facts: Path) -> None:
    path = facts / "services.jsonl"
    path.write_text(path.read_text(encoding="utf-8") * 2, encoding="utf-8")


def without(key: str) -> Callable[[Path], None]:
    def change(facts: Path) -> None:
        path = facts / "services.jsonl"
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        records[0].pop(key)
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")

    return change


def rewritten(name: str, content: str | bytes) -> Callable[[Path], None]:
    raw = content if isinstance(content, bytes) else content.encode()
    return lambda facts: bool((facts / name).write_bytes(raw)) and None


def removed(name: str) -> Callable[[Path], None]:
    return lambda facts: (facts / name).unlink()


def service(**changes: Any) -> Callable[[Path], None]:
    return lambda facts: edit_service(facts, "kokoro-dial", **changes)


def exception(**changes: Any) -> Callable[[Path], None]:
    exception = {"open": "09:00", "close": "12:00", **changes}
    return service(channels=[{"type": "phone", "number": "110", "exceptions": [exception]}])


@pytest.mark.parametrize(
    ("change", "place"),
    [
        pytest.param(broken_line, r"services\.jsonl:9", id="bad JSON"),
        pytest.param(rewritten("services.jsonl", '["a"]'), r"services\.jsonl:1", id="a list for a record"),
        pytest.param(rewritten("services.jsonl", b"\x83\x52"), "services.jsonl", id="not UTF-8"),
        pytest.param(removed("services.jsonl"), "services.jsonl", id="no services"),
        pytest.param(twice, "二つあります", id="duplicate id"),
        pytest.param(without("id"), r"services\.jsonl:1", id="no id"),
        pytest.param(without("channels"), r"services\.jsonl:1", id="no channels"),
        pytest.param(without("verified"), r"services\.jsonl:1", id="no verified"),
        pytest.param(service(id="../../x"), "ファイルの名前に使えません", id="id that leaves the folder"),
        pytest.param(service(id="Kokoro Dial"), "ファイルの名前に使えません", id="id that is no file name"),
        pytest.param(service(id=7), r"services\.jsonl:3", id="id that is a number"),
        pytest.param(service(channels=["110"]), r"services\.jsonl:3", id="text for a channel"),
        pytest.param(exception(nth_weekday=[2]), r"services\.jsonl:3", id="half a weekday"),
        pytest.param(service(name="一行目\n二行目"), r"services/kokoro-dial\.yaml", id="line break in a text"),
        pytest.param(service(name="こころ\u200bダイヤル"), r"U\+200B", id="invisible character"),
        pytest.param(service(name="こころ\x07"), r"U\+0007", id="control character"),
        pytest.param(service(name="\ud83d"), "決まった形", id="half a character"),
        pytest.param(rewritten("README.md", "# 事実"), r"state: YYYY-MM-DD", id="no state date"),
        pytest.param(removed("README.md"), "README.md", id="no README"),
        pytest.param(rewritten("SCHEMA.md", "work : 仕事"), "food-housing", id="no labels"),
        pytest.param(removed("flows/work.json"), "work", id="a flow is missing"),
        pytest.param(rewritten("flows/work.json", "[]"), "work.json", id="a list for a flow"),
        pytest.param(rewritten("flows/work.json", '{"category": "work"}'), "work.json", id="a flow without outcomes"),
        pytest.param(
            rewritten("flows/work.json", '{"category": "work", "outcomes": {"a": {"services": []}}}'),
            "work.json",
            id="an outcome without services",
        ),
        pytest.param(rewritten("urgent.json", "[{}]"), "urgent.json", id="urgent help without level"),
        pytest.param(rewritten("urgent.json", '[{"level": "4"}]'), "urgent.json", id="a level in words"),
        pytest.param(rewritten("dead-numbers.json", '["110"]'), "dead-numbers.json", id="text for a dead number"),
        pytest.param(rewritten("dead-numbers.json", ""), "dead-numbers.json", id="no dead numbers"),
    ],
)
def test_broken_facts_write_nothing(
    facts: Path, copy: Path, tmp_path: Path, change: Callable[[Path], None], place: str
) -> None:
    change(facts)
    before = bytes_of(copy)
    with pytest.raises(FactsError, match=place):
        convert(facts, copy)
    assert bytes_of(copy) == before
    with pytest.raises(FactsError):
        convert(facts, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, content) for name in ("categories.yaml", "urgent.yaml") for content in ("a：b\n", "- a\n", "")),
        ("categories.yaml", "categories: a\n"),
        ("categories.yaml", "categories:\n  - id: work\nunder18: a\n"),
    ],
)
def test_hand_written_parts_that_cannot_be_read_are_not_overwritten(
    facts: Path, copy: Path, name: str, content: str
) -> None:
    (copy / name).write_text(content, encoding="utf-8")
    before = bytes_of(copy)
    with pytest.raises(FactsError, match=name):
        convert(facts, copy)
    assert bytes_of(copy) == before


def test_a_wrong_fact_base_is_no_fact_base(tmp_path: Path, copy: Path) -> None:
    before = bytes_of(copy)
    with pytest.raises(FactsError):
        convert(tmp_path / "nowhere", copy)
    assert bytes_of(copy) == before


def test_the_twelve_categories_come_from_the_facts(facts: Path, copy: Path) -> None:
    path = facts / "SCHEMA.md"
    path.write_text(path.read_text(encoding="utf-8").replace("仕事・職場", "しごと"), encoding="utf-8")
    convert(facts, copy)
    found = load(copy)
    assert found.category("work").label == "しごと"
    assert tuple(category.id for category in found.categories) == CATEGORY_IDS
