"""The queue: what waits, who may open it, and when it is enough for a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from web.store.judging import Judgement
from web.wiring import Parts

WORK = Judgement("label", "work")


@pytest.fixture
def judged(console_parts: Parts) -> Callable[..., None]:
    """Somebody's verdict, past the pages."""

    def record(person: Any, phrase: str, said: Judgement = WORK) -> None:
        console_parts.store.verdicts.record(phrase, said, actor=person.id, guideline_version="1", seconds=1.0)

    return record


def seen(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def test_every_kind_stands_there_with_its_count_and_what_it_is(
    sign_in: Callable[..., Any], phrase: Callable[..., str]
) -> None:
    phrase(level=2)
    phrase(margin=0.5, random_slice=True)
    html = seen(sign_in("lead"), "/queue")
    for name in ("命や安全に", "意見が分かれた文", "案内が迷った文", "はじめて見る文", "くじで選んだ文", "すべて"):
        assert name in html
    assert html.count("1 文") == 3  # danger, unsure, random
    assert html.count("2 文") == 2  # new, all


def test_a_phrase_that_differs_is_listed_and_opened_for_leads_only(
    sign_in: Callable[..., Any], phrase: Callable[..., str], member: Callable[..., Any], judged: Callable[..., None]
) -> None:
    split = phrase(text="だれにも言えない話です", blind_second=True)
    judged(member(), split)
    judged(member(), split, Judgement("label", "childcare"))
    lead, reviewer = sign_in("lead"), sign_in("reviewer")
    assert "だれにも言えない話です" in seen(lead, "/label/disagreements")
    assert reviewer.get("/label/disagreements").status_code == 404
    assert reviewer.get("/queue/disagreements/groups").status_code == 404
    for path in ("/label/all", "/queue/all/groups", f"/label/all?phrase={split}"):
        assert "だれにも言えない話です" not in seen(reviewer, path)
    assert "意見が分かれた文" not in seen(reviewer, "/queue")


def test_other_roles_and_strangers_do_not_get_in(sign_in: Callable[..., Any], console: Any) -> None:
    for path in ("/queue", "/label/all", "/queue/all/groups", "/history"):
        assert console.get(path).status_code == 303
        assert sign_in("releaser").get(path).status_code == 403
        assert sign_in("admin").get(path).status_code == 403


def test_a_kind_that_is_none_is_not_found(sign_in: Callable[..., Any]) -> None:
    assert sign_in("lead").get("/label/everything").status_code == 404


def test_groups_show_how_many_and_lead_to_a_card_with_all_of_them(
    sign_in: Callable[..., Any], phrase: Callable[..., str]
) -> None:
    for number in range(3):
        phrase(text=f"家を追い出されそうです {number}", cluster="a")
    reviewer = sign_in()
    html = seen(reviewer, "/queue/all/groups")
    assert "<b>3 文</b>" in html
    address = html.split('<p><a href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    card = seen(reviewer, address)
    assert all(f"家を追い出されそうです {number}" in card for number in range(3))


def test_after_the_days_measure_a_kind_page_says_it_is_enough_and_a_link_goes_on(
    sign_in: Callable[..., Any], phrase: Callable[..., str], judged: Callable[..., None], console_parts: Parts
) -> None:
    console_parts.store.settings.set("daily_cap", 2, actor=None)
    reviewer = sign_in()
    first, second, third = phrase(), phrase(), phrase(text="まだ見ていない文")
    judged(reviewer.person, first)
    assert "きょうは 1 回" in seen(reviewer, "/queue")
    assert "まだ見ていない文" in seen(reviewer, f"/label/all?phrase={third}")
    judged(reviewer.person, second)
    page = seen(reviewer, "/label/all")
    assert "今日はここまでで大丈夫です" in page
    assert "まだ見ていない文" not in page
    link = page.split('<a href="/label/all?', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert "まだ見ていない文" in seen(reviewer, f"/label/all?{link}")


def test_tomorrow_counts_anew(
    sign_in: Callable[..., Any], phrase: Callable[..., str], judged: Callable[..., None], clock: Any, member: Any
) -> None:
    who = member()
    judged(who, phrase())
    assert "きょうは 1 回" in seen(sign_in(person=who), "/queue")
    clock.on(hours=14)  # midnight in Japan, still the same day in UTC
    assert "きょうは 0 回" in seen(sign_in(person=who), "/queue")


def test_twenty_phrases_judged_as_one_count_as_one(
    sign_in: Callable[..., Any], phrase: Callable[..., str], console_parts: Parts
) -> None:
    reviewer = sign_in()
    ids = [phrase() for _ in range(20)]
    console_parts.store.verdicts.record_many(ids, WORK, actor=reviewer.person.id, guideline_version="1", seconds=1.0)
    assert "きょうは 1 回" in seen(reviewer, "/queue")


def test_a_phrase_that_could_point_to_somebody_is_for_leads(
    sign_in: Callable[..., Any], phrase: Callable[..., str]
) -> None:
    id = phrase(text="めずらしい身の上の文", identifying=2)
    assert "めずらしい身の上の文" in seen(sign_in("lead"), "/label/all")
    for path in ("/label/all", "/queue/all/groups", f"/label/all?phrase={id}"):
        assert "めずらしい身の上の文" not in seen(sign_in(), path)
