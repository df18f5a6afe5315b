from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from catalog.checks_notices import Notice, notices, untold_times
from catalog.model import Catalog, Channel
from web.cli import main


def channel(text: str, *times: tuple[str, str]) -> Channel:
    hours = [{"days": ["mon"], "open": opens, "close": closes} for opens, closes in times]
    return Channel.model_validate({"type": "phone", "number": "110", "hours": hours, "hours_text": text})


@pytest.mark.parametrize(
    ("text", "times", "untold"),
    [
        ("平日9時30分〜16時30分", ("09:30", "16:30"), []),
        ("平日9時半〜16時半", ("09:30", "16:30"), []),
        ("平日９：３０〜１６：３０", ("09:30", "16:30"), []),
        ("平日9〜21時", ("09:00", "21:00"), []),
        ("毎日22時〜翌朝5時", ("22:00", "29:00"), []),
        ("平日正午〜17時", ("12:00", "17:00"), []),
        ("平日10時〜午後5時", ("10:00", "17:00"), []),
        ("平日9時30分〜16時30分", ("10:00", "18:00"), ["10:00", "18:00"]),
        ("平日9時30分〜17時", ("09:00", "17:00"), ["09:00"]),
        ("平日9時〜17時", ("09:00", "17:15"), ["17:15"]),
        ("平日19時〜21時", ("09:00", "21:00"), ["09:00"]),
        ("いつでも", ("00:00", "24:00"), []),
        ("金曜13時〜日曜22時(続けて)", ("00:00", "22:00"), []),
        ("上の電話と同じ時間(受付は30分前まで)", ("10:00", "16:00"), []),
        ("平日の昼間(9時から)", ("09:00", "17:00"), []),
    ],
)
def test_times_that_the_text_does_not_say(text: str, times: tuple[str, str], untold: list[str]) -> None:
    assert untold_times(channel(text, times)) == untold


def test_the_real_services_say_their_times(catalog: Catalog) -> None:
    assert notices(catalog) == []


def changed(catalog: Catalog, id: str, **changes: Any) -> Catalog:
    service = catalog.services[id].model_copy(update=changes)
    return replace(catalog, services={**catalog.services, id: service})


def test_a_number_pasted_from_another_service_is_told_of(catalog: Catalog) -> None:
    pasted = catalog.services["yorisoi-hotline"].channels[:1]
    others = "、".join(f"services/yorisoi-{name}.yaml" for name in ("foreign", "hotline", "sekumai"))
    sentence = f"番号「0120-279-338」は {others} にもあります。写しまちがいではないか、見てください"
    assert notices(changed(catalog, "freelance-110", channels=pasted)) == [
        Notice("services/freelance-110.yaml", sentence)
    ]


def test_the_check_says_the_notices_of_a_file_in_one_line(data: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data, tmp_path / "data"))
    path = folder / "services" / "freelance-110.yaml"
    text = path.read_text(encoding="utf-8").replace("16:30", "18:00").replace("0120-532-110", "0120-279-338")
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["catalog", "check", str(folder)])
    assert result.exit_code == 0
    assert result.stdout == "問題はありません\n"
    (told,) = [line for line in result.stderr.splitlines() if line.startswith("services/freelance-110.yaml: ")]
    assert "hours_text「平日9時30分〜16時30分」に、hours の 18:00 がありません。合わせてください" in told
    assert "写しまちがい" in told
    assert told.endswith("(お知らせ)")
