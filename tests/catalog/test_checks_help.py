from __future__ import annotations

from collections.abc import Callable

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
