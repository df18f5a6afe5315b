"""Re-bases the data files on a folder of researched facts (JSON): services, flows, categories, urgent, dead numbers.

Between two imports the YAML files are the truth and people correct them by hand. An import writes them anew from the
facts, so a correction that is not in the facts is lost; only what the facts do not hold is kept from the old files:
the hints of the categories, the under-18 entrance, the urgent strip, the human line, and of a service what to do if
nobody answers. `messages.yaml` and `danger_signs.yaml` are never touched.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catalog.fields import SLUG_PATTERN
from catalog.model import CATEGORY_IDS, UNDER18, Category, Channel, DeadNumber, ExceptionHours, Service, UrgentHelp
from catalog.reading import read
from catalog.writing import Bare, Json, page

CHECK_NOTE = "直したら: hitorijanai catalog check"
PRESS_FIRST = frozenset({"police-110", "ambulance-119", "gyakutai-189"})
"""An outcome that starts with one of these is a danger outcome."""
DANGER_ID = re.compile(r"(^|-)(danger|want-to-die)(-|$)")
"""So is one named like this, if its first service can be reached day and night."""
HAND_WRITTEN = ("what", "who", "how", "cost", "no_answer", "instead", "seasons")
"""Keys of a service that the facts do not hold."""
FIRST_UNDER18: Json = {"label": "18{歳|さい}{以下|いか}のかたはこちら", "hint": "ひとりで なやまなくて いいです"}
FIRST_STRIP: Json = {
    "say": "今あぶない 110 ／ けが・薬 119 ／ 死にたいほどつらい 0120-061-338(24時間・無料)",
    "services": ["police-110", "ambulance-119", "inochi-sos"],
}
FIRST_HUMAN_LINE: Json = {
    "say": "何も選ばなくて大丈夫です。電話でもチャットでも、そのまま人と話せます。",
    "services": ["yorisoi-hotline", "anata-no-ibasho", "mamorouyo-kokoro-sns"],
}
_WAYS = {"best-fit-first": "いちばん合う所", "chat": "チャット・LINE", "phone": "電話"}
_WAYS |= {"letter": "手紙・メール", "visit": "会う", "web": "見る"}
_STATE = re.compile(r"\(state: (\d{4}-\d{2}-\d{2})\)")
_LABEL = re.compile(r"^([a-z0-9-]+) : (\S.*)$", re.MULTILINE)


class FactsError(ValueError):
    """The facts, or the hand-written parts to be kept, cannot be used. Nothing has been written."""


def convert(facts: Path, data: Path) -> Counter[str]:
    """Writes the data files of `data` from the folder `facts` and counts what it did.

    Counted are the records (`services`, `flows`, `urgent`, `dead_numbers`) and the files (`written`, `unchanged`,
    `removed`). The second of two runs changes no byte. Files of services or flows that the facts no longer hold are
    removed.
    """
    with _usable(facts):
        files, counts = _converted(facts, data)
    counts.update(_write(data, files))
    return counts


def _converted(facts: Path, data: Path) -> tuple[dict[Path, str], Counter[str]]:
    services = {id: _kept(record, data / "services" / f"{id}.yaml") for id, record in _services(facts).items()}
    flows = _flows(facts, services)
    urgent_path, dead_path = facts / "urgent.json", facts / "dead-numbers.json"
    with _usable(urgent_path):
        urgent = [_ordered(entry, UrgentHelp) for entry in _json(urgent_path) if entry["level"] > 0]
    with _usable(dead_path):
        dead = [_dead_number(entry) for entry in _json(dead_path)]
    with _usable(data / "categories.yaml"):
        categories = _categories(facts, _old(data / "categories.yaml"))
    with _usable(data / "urgent.yaml"):
        help_ = _urgent(urgent, _old(data / "urgent.yaml"))
    files = {Path("services", f"{id}.yaml"): page(CHECK_NOTE, record=record) for id, record in services.items()}
    for category, (notes, flow) in flows.items():
        files[Path("flows", f"{category}.yaml")] = page(*notes, CHECK_NOTE, record=flow)
    files[Path("categories.yaml")] = page(
        "悩みの分類です。上から順に画面にならびます。hint は下にそえる、短いことばです。",
        CHECK_NOTE,
        record=categories,
    )
    files[Path("urgent.yaml")] = page(
        "strip: どの画面にも出す電話 / human_line: 選ばずに人と話せる所 / help: 危険の段階と種類ごとに出す相談先",
        "段階: 4 今すぐ / 3 先に人の助け / 2 助けを並べて出す / 1 やさしくたずねる",
        CHECK_NOTE,
        record=help_,
    )
    files[Path("dead_numbers.yaml")] = page(
        "まちがい・終わった・期間だけの番号です。この番号が画面に出そうなとき、検査が知らせます。",
        CHECK_NOTE,
        record={"numbers": dead},
    )
    _must_be_readable(files)
    return files, Counter(services=len(services), flows=len(flows), urgent=len(urgent), dead_numbers=len(dead))


@contextmanager
def _usable(place: Path | str) -> Iterator[None]:
    """Whatever a record of an unexpected shape does to the code inside becomes a FactsError that names the place."""
    try:
        yield
    except FactsError:
        raise
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        raise FactsError(f"{place}: 決まった形になっていません({error!r})") from error


def _services(facts: Path) -> dict[str, Json]:
    state = _STATE.search(_text(facts / "README.md"))
    if state is None:
        raise FactsError(f"{facts / 'README.md'}: (state: YYYY-MM-DD) がありません")
    services: dict[str, Json] = {}
    for number, line in enumerate(_text(facts / "services.jsonl").splitlines(), 1):
        if not line.strip():
            continue
        place = f"{facts / 'services.jsonl'}:{number}"
        record = _parsed(line, place)
        with _usable(place):
            _must_be_file_name(record["id"], place)
            if record["id"] in services:
                raise FactsError(f"{place}: {record['id']} が二つあります")
            record["channels"] = [_channel(channel) for channel in record["channels"]]
            if record["verified"] != "memory":
                record["verified_on"] = Bare(state[1])
            services[record["id"]] = _ordered(record, Service)
    return dict(sorted(services.items()))


def _must_be_file_name(id: str, place: str) -> None:
    if not re.fullmatch(SLUG_PATTERN, id):
        raise FactsError(f"{place}: id「{id}」はファイルの名前に使えません")


def _channel(channel: Json) -> Json:
    exceptions = []
    for exception in channel["exceptions"]:
        mended = dict(exception)
        if "nth_weekday" in mended:
            mended["nth_weekday"] = dict(zip(("nth", "day"), mended["nth_weekday"], strict=True))
        exceptions.append(_ordered(mended, ExceptionHours))
    return _ordered({**channel, "exceptions": exceptions}, Channel)


def _flows(facts: Path, services: Mapping[str, Json]) -> dict[str, tuple[list[str], Json]]:
    flows = {}
    for path in sorted((facts / "flows").glob("*.json")):
        with _usable(path):
            flows[path.stem] = _flow(_furigana(_json(path)), services)
    if missing := [id for id in (*CATEGORY_IDS, UNDER18) if id not in flows]:
        raise FactsError(f"{facts / 'flows'}: ファイルがありません: {', '.join(missing)}")
    return flows


def _flow(raw: Json, services: Mapping[str, Json]) -> tuple[list[str], Json]:
    notes = [f"約束: {rule}" for rule in raw.pop("rules", [])]
    if ways := raw.pop("order_of_ways", []):
        notes.append("結果にならべる順: " + " → ".join(_WAYS.get(way, way) for way in ways))
    if raw.pop("ruby_markup", None):
        notes.append("ふりがなは {漢字|よみ} の形で書きます。漢字にはかならずふりがなをつけます。")
    always = raw.pop("always_show", None)
    outcomes = {id: _outcome(id, outcome, services) for id, outcome in raw.pop("outcomes").items()}
    head = {"category": raw.pop("category"), "title": raw.pop("title", None)}
    if always:
        head["always"] = {"say": always["ruby"], "services": always["services"]}
    return notes, {**head, **raw, "outcomes": outcomes}


def _outcome(id: str, outcome: Json, services: Mapping[str, Json]) -> Json:
    record = dict(outcome)
    first = record["services"][0]
    marked = record.pop("urgent", False)
    if marked or first in PRESS_FIRST or (DANGER_ID.search(id) and _day_and_night(services.get(first, {}))):
        record["danger"] = True
    return record


def _day_and_night(service: Mapping[str, Any]) -> bool:
    return any(
        len(hours["days"]) == 7 and hours["open"] == "00:00" and hours["close"] == "24:00"
        for channel in service.get("channels", ())
        if channel["type"] in ("phone", "chat", "line")
        for hours in channel.get("hours", ())
    )


def _furigana(value: Any) -> Any:
    """The same record with each text in its `*_ruby` form, from which the plain one can be had."""
    if isinstance(value, dict):
        return {
            key: _furigana(value.get(f"{key}_ruby", item)) for key, item in value.items() if not key.endswith("_ruby")
        }
    return [_furigana(item) for item in value] if isinstance(value, list) else value


def _categories(facts: Path, old: Json) -> Json:
    labels = dict(_LABEL.findall(_text(facts / "SCHEMA.md")))
    hints = {entry["id"]: entry.get("hint") for entry in old.get("categories", [])}
    if missing := [id for id in CATEGORY_IDS if id not in labels]:
        raise FactsError(f"{facts / 'SCHEMA.md'}: 分類の名前がありません: {', '.join(missing)}")
    return {
        "categories": [{"id": id, "label": labels[id], "hint": hints.get(id) or labels[id]} for id in CATEGORY_IDS],
        "under18": _ordered({**FIRST_UNDER18, **old.get("under18", {}), "id": UNDER18}, Category),
    }


def _urgent(entries: Sequence[Json], old: Json) -> Json:
    return {
        "strip": old.get("strip") or FIRST_STRIP,
        "human_line": old.get("human_line") or FIRST_HUMAN_LINE,
        "help": entries,
    }


def _dead_number(entry: Json) -> Json:
    return _ordered({"number" if key == "wrong" else key: value for key, value in entry.items()}, DeadNumber)


def _ordered(record: Mapping[str, Any], model: type[Any]) -> Json:
    """The record in the order of the model. Unknown keys stay at the end, where the checks will complain of them."""
    known = [key for key in model.model_fields if key in record]
    return {key: record[key] for key in (*known, *(key for key in record if key not in model.model_fields))}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FactsError(f"{path}: 読めません") from error


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FactsError(f"{place}: JSONとして読めません") from error


def _json(path: Path) -> Any:
    return _parsed(_text(path), str(path))


def _old(path: Path) -> Json:
    """What a data file holds now, so that its hand-written parts can be kept."""
    if not path.exists():
        return {}
    document = read(path.name, path.read_bytes())
    if document.problems or not isinstance(document.value, dict):
        raise FactsError("\n".join(map(str, document.problems)) or f"{path.name}: 中身がありません")
    return document.value


def _kept(record: Json, path: Path) -> Json:
    """The record with the words people wrote into its file; numbers, hours and addresses come from the facts."""
    old = _old(path)
    words = {key: old[key] for key in HAND_WRITTEN if key in old}
    if "seasons" in old:
        words["status"] = old["status"]
    return _ordered({**record, **words}, Service)


def _must_be_readable(files: Mapping[Path, str]) -> None:
    """A text with a line break or an invisible character in the facts must not become a broken file."""
    problems = [p for path, text in files.items() for p in read(path.as_posix(), text.encode()).problems]
    if problems:
        raise FactsError("\n".join(map(str, problems)))


def _write(data: Path, files: Mapping[Path, str]) -> Counter[str]:
    done: Counter[str] = Counter(written=0, unchanged=0, removed=0)
    for folder in (data / "services", data / "flows"):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.yaml"):
            if path.relative_to(data) not in files:
                path.unlink()
                done["removed"] += 1
    for name, text in files.items():
        path, content = data / name, text.encode()
        if path.exists() and path.read_bytes() == content:
            done["unchanged"] += 1
        else:
            path.write_bytes(content)
            done["written"] += 1
    return done
