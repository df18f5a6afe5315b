from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from catalog.freshness import crisis_lines
from catalog.loading import load, problems_in
from catalog.model import Catalog, Season

Edit = Callable[..., list[str]]
DIAL, CRISIS = "services/yoru-dial.yaml", "crisis_numbers.yaml"


def test_a_number_for_danger_that_differs_is_one_line(edit: Edit) -> None:
    (told,) = [line for line in edit(DIAL, ("0120-000-333", "0120-000-334")) if "どの相談先にも" not in line]
    assert told.startswith(f"{DIAL}:12: 命にかかわる番号「0120-000-334」が、")
    assert told.endswith("公式ページで確かめ、二人で両方を直してください")


def test_a_number_written_only_the_second_time_is_told_there(edit: Edit) -> None:
    (told,) = edit(CRISIS, ("0120-000-333", "0120-000-333\n      - 0120-000-334"))
    assert told.startswith(f"{CRISIS}:")
    assert told.endswith(f"番号「0120-000-334」が、{DIAL} にありません。公式ページで確かめて直してください")


def test_what_comes_instead_runs_all_year(edit: Edit) -> None:
    (told,) = edit(DIAL, ("  - kokoro-chat", "  - mukashi-dial"))
    assert told.endswith(
        "「むかしのダイヤル」は、終わったか、期間だけの支援です。この行を消すか、いつも開いている支援を書いてください"
    )


@pytest.mark.parametrize("missing", ["no_answer: 別の番号もためせます。\n", "instead:\n  - yoru-dial\n"])
def test_a_line_without_a_next_step_is_told(edit: Edit, missing: str) -> None:
    (told,) = edit("services/kokoro-dial.yaml", (missing, ""))
    assert told.startswith("services/kokoro-dial.yaml:")
    assert "no_answer" in told
    assert "instead" in told


@pytest.mark.parametrize("other", ["yoru-daial", "kokoro-dial", "mukashi-dial", "mado-dayori"])
def test_what_comes_next_must_answer(edit: Edit, other: str) -> None:
    (told,) = edit("services/kokoro-dial.yaml", ("  - yoru-dial", f"  - {other}"))
    assert told.startswith("services/kokoro-dial.yaml:")


def test_a_wrong_digit_in_each_number_for_danger_is_refused_with_its_line(data: Path, copy_real: Path) -> None:
    catalog = load(data)
    changed: list[tuple[str, str, int]] = []
    for id in sorted(crisis_lines(catalog)):
        path = copy_real / "services" / f"{id}.yaml"
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        for number in dict.fromkeys(c.number for c in catalog.services[id].channels if c.type in ("phone", "sms")):
            assert number
            wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
            assert f'number: "{number}"' in text, (id, number)
            text = text.replace(f'number: "{number}"', f'number: "{wrong}"')
            line = next(n for n, line in enumerate(lines, 1) if line.endswith(f'number: "{number}"'))
            changed.append((id, wrong, line))
        path.write_text(text, encoding="utf-8")
    told = problems_in(copy_real)
    for id, wrong, line in changed:
        assert [p for p in told if (p.file, p.line) == (f"services/{id}.yaml", line) and wrong in p.sentence], (
            id,
            wrong,
        )
    assert len(changed) >= 15


def test_holidays_are_compared_with_the_calculation(copy: Path) -> None:
    path = copy / "holidays.yaml"
    text = path.read_text(encoding="utf-8")
    assert "date: 2027-05-05" in text
    path.write_text(text.replace("date: 2027-05-05", "date: 2027-05-06"), encoding="utf-8")
    told = [str(p) for p in problems_in(copy, date(2026, 11, 24))]
    assert len(told) == 2
    assert any("2027-05-06 は、計算では祝日になりません" in line for line in told)
    assert any("2027-05-05(" in line and "がありません" in line for line in told)


def test_a_seasonal_service_is_offered_in_season_only(good: Catalog) -> None:
    service = good.services["yoru-dial"]
    seasons = (Season(first=date(2025, 12, 25), last=date(2026, 1, 4)),)
    seasonal = service.model_copy(update={"seasons": seasons})
    assert [seasonal.in_season(date(2025, 12, day)) for day in (24, 25)] == [False, True]
    assert [seasonal.in_season(date(2026, 1, day)) for day in (4, 5)] == [True, False]
    assert service.in_season(date(2026, 11, 25))


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("2026-05-07", "2026-05-01", "始まりより前です"),
        ("2026-05-01", "2026-05-07", "一年じゅう案内できる相談先を、二つは入れてください"),
    ],
)
def test_seasons_are_sound_and_leave_two_others(edit: Edit, first: str, last: str, sentence: str) -> None:
    seasons = f"status: active\nseasons:\n  - first: {first}\n    last: {last}\n"
    told = edit("services/kokoro-dial.yaml", ("status: active\n", seasons))
    assert any(sentence in line for line in told), told


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("urgent.yaml", "say: すぐに", "say: がんばって、すぐに"),
        ("urgent.yaml", "say: 何も", "say: 命は大切です。何も"),
        ("urgent_also.yaml", "say: 声を", "say: 必ずよくなります。声を"),
        ("urgent_also.yaml", "say: そばの人のことなら、一人", "say: もっとつらい人もいます。一人"),
        ("messages.yaml", "check_no: ", "check_no: 死なないで。"),
        ("services/yoru-dial.yaml", "what: ", "what: だれにも言いません。"),
    ],
)
def test_what_hurts_is_refused_wherever_people_read(edit: Edit, file: str, old: str, new: str) -> None:
    told = [line for line in edit(file, (old, new)) if "言わないことば" in line]
    assert told
    assert all(line.startswith(f"{file}:") for line in told)


@pytest.mark.parametrize("said", ["あなたのせいではありません", "あなたが悪いのではありません", "つらい気持ち"])
def test_what_relieves_is_not_taken_for_blame(edit: Edit, said: str) -> None:
    assert edit("urgent.yaml", ("say: 何も選ばなくて大丈夫です", f"say: {said}")) == []


def test_what_must_be_read_at_once_is_short(edit: Edit) -> None:
    (told,) = edit(
        "urgent.yaml", ("say: すぐに電話してください。", "say: すぐに電話してください。そばにいてください。")
    )
    assert told.startswith("urgent.yaml:")
    assert "段階4の文は1文までです(いま2文)" in told


def test_ways_without_a_voice_are_known_services(edit: Edit) -> None:
    (told,) = edit("urgent_also.yaml", ("    - kokoro-chat", "    - kokoro-chatto"))
    assert told.startswith("urgent_also.yaml:")
    assert "相談先「kokoro-chatto」がありません" in told


def test_a_sentence_for_helpers_twice_is_told(edit: Edit) -> None:
    (told,) = edit("urgent_also.yaml", ("    - kind: medical", "    - kind: overdose"))
    assert told.endswith("「overdose」の文が二回書かれています")
