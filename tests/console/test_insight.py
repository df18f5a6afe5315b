"""What insight shows, and that it shows nobody more than they may see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from benchmarks.poisoning import thinned
from catalog.model import CATEGORY_IDS
from nlu.corpus import read_held_out
from tests.conftest import ROOT
from tests.console.conftest import TODAY
from tests.support.clocks import Clock
from web.store.judging import Judgement
from web.store.people import Person
from web.wiring import Parts

Make = Callable[..., Any]
PAGES = ("/insight", "/insight/confusion", "/insight/curve", "/insight/errors", "/insight/drift")
SINCE_LAST_MONTH = timedelta(weeks=6)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training_data with every third phrase of the examination, and the guideline."""
    folder = tmp_path_factory.mktemp("data")
    thinned(folder, {"held_out": 3})
    shutil.copy(ROOT / "training_data" / "LABELS.md", folder)
    return folder


@pytest.fixture
def console_parts(console_parts: Parts, instance: Path, data: Path) -> Parts:
    """The same, with the models of the installation and the smaller examination."""
    update = {"hitorijanai_instance": instance, "hitorijanai_training_data": data}
    settings = console_parts.settings.model_copy(update=update)
    return replace(console_parts, settings=settings)


@pytest.fixture
def judged(console_parts: Parts, phrase: Make, member: Make) -> Make:
    """Keeps a phrase and labels it; gives its id."""
    who: list[Person] = []

    def keep(label: str, *, also: str | None = None, **changes: Any) -> str:
        if not who:
            who.append(member("reviewer"))
        id = phrase(**changes)
        said = Judgement("two", label, also) if also else Judgement("label", label)
        console_parts.store.verdicts.record(id, said, actor=who[0].id, guideline_version="1", seconds=2)
        return id

    return keep


def page(client: FlaskClient, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200, path
    return found.get_data(as_text=True)


def plain(html: str) -> str:
    """The words of a page, without marks."""
    return words(html.partition("<main")[2].partition(">")[2])


def words(html: str) -> str:
    """The words of a piece of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def row(html: str, name: str) -> list[str]:
    """The cells of the row of a table whose head is `name`, as words."""
    found = re.search(rf'<th scope="row"[^>]*>(?:<bdi>)?{re.escape(name)}.*?</tr>', html, re.DOTALL)
    assert found, name
    return [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[0], re.DOTALL)]


def test_every_page_opens_without_any_phrase_and_says_so(sign_in: Make) -> None:
    lead = sign_in("lead")
    assert "待っている文は、ありません" in page(lead, "/insight")
    assert "見直しが終わった文が、まだありません" in page(lead, "/insight/confusion")
    assert "50文たまると" in page(lead, "/insight/curve?over=people")
    assert "いまは、ありません" in page(lead, "/insight/errors")
    assert "両方の文が要ります" in page(lead, "/insight/drift")


@pytest.mark.parametrize("address", PAGES)
def test_pages_obey_the_headers_and_hold_no_inline_script_or_style(sign_in: Make, address: str) -> None:
    html = page(sign_in("lead"), address)
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", html)


def test_the_backlog_counts_what_waits_how_long_and_what_was_judged(
    sign_in: Make, phrase: Make, judged: Make, clock: Clock
) -> None:
    phrase(day=TODAY - timedelta(days=31))
    phrase(ranked=(("work", 0.5), ("childcare", 0.2)))
    judged("work", day=TODAY - timedelta(days=9))
    phrase(state="held", day=TODAY)
    html = page(sign_in("reviewer"), "/insight")
    assert "2文が待っています。いちばん古い文は、31日前" in plain(html)
    assert "30日より長く待っている" in html
    assert row(html, "すべて")[0] == "2"
    assert row(html, "仕事・職場")[:2] == ["1", "50%"]
    assert row(html, '<time datetime="2026-11-23">') == ["0", "1"]
    assert row(html, '<time datetime="2026-11-16">') == ["2", "0"]


def test_what_people_answered_is_told_by_category_and_small_counts_are_hidden(
    sign_in: Make, console_parts: Parts
) -> None:
    tallies = console_parts.store.tallies
    for days in (1, 20):
        tallies.count(TODAY - timedelta(days=days), "heard", "work", by=20)
    tallies.count(TODAY - timedelta(days=2), "not-this", "work", by=9)
    tallies.count(TODAY - timedelta(days=29), "heard", "work", by=500)
    tallies.count(TODAY - timedelta(days=2), "shown", "covid19", by=500)
    html = page(sign_in("admin"), "/insight")
    assert row(html, "仕事・職場") == ["40", "10未満", "10未満", "10未満"]
    assert "新型コロナウイルス" not in html.partition('id="said"')[2]


def test_a_cell_of_the_confusions_opens_its_phrases(sign_in: Make, judged: Make) -> None:
    judged("work", text="店長にどなられる", ranked=(("childcare", 0.7), ("work", 0.2)))
    judged("work", text="シフトをけずられた", ranked=(("work", 0.7), ("childcare", 0.2)))
    reviewer = sign_in("reviewer")
    html = page(reviewer, "/insight/confusion")
    assert "2文のうち、1文が合っています(50.0%)" in html
    link = re.search(r'href="(/insight/confusion/phrases[^"]*answer=childcare[^"]*)"', html)
    assert link
    opened = page(reviewer, link[1].replace("&amp;", "&"))
    assert "店長にどなられる" in opened
    assert "シフトをけずられた" not in opened


def test_the_examination_has_its_own_matrix_whose_cells_hold_as_many_phrases_as_they_say(
    sign_in: Make, data: Path
) -> None:
    reviewer = sign_in("reviewer")
    html = page(reviewer, "/insight/confusion?over=examination")
    cells = re.findall(r'<a href="([^"]+)" aria-label="正しくは[^"]*、(\d+)文">', html)
    held_out = read_held_out(data, CATEGORY_IDS)
    assert sum(int(count) for _, count in cells) == len(held_out)
    for address, count in cells[:3]:
        opened = page(reviewer, address.replace("&amp;", "&"))
        assert f"試験の文 {count}文" in opened
        assert opened.count('<p class="phrase">') == min(int(count), 30)


def test_what_could_point_to_somebody_is_counted_and_not_shown_to_reviewers(sign_in: Make, judged: Make) -> None:
    judged("work", text="わたしだけの店の話", identifying=2, ranked=(("childcare", 0.7),))
    address = "/insight/confusion/phrases?label=work&answer=childcare"
    seen = page(sign_in("reviewer"), address)
    assert "わたしだけの店の話" not in seen
    assert "ほかに1文は" in seen
    assert "わたしだけの店の話" in page(sign_in("lead"), address)


def test_grave_phrases_are_covered_and_hostile_ones_are_words_only(
    console_parts: Parts, sign_in: Make, phrase: Make, member: Make
) -> None:
    hostile = "<script>alert(1)</script>\u202e<b>"
    id = phrase(text=hostile, level=3, kind="dv", ranked=(("childcare", 0.7),))
    for _ in range(2):
        console_parts.store.verdicts.record(
            id, Judgement("label", "work"), actor=member("reviewer").id, guideline_version="1", seconds=2
        )
    html = page(sign_in("lead"), "/insight/confusion/phrases?label=work&answer=childcare")
    assert "<script>alert" not in html
    assert re.search(r'<details class="veil">.*?<bdi>&lt;script&gt;alert\(1\).*?</bdi></p></details>', html, re.DOTALL)


@pytest.mark.parametrize("query", ["", "?label=work", "?label=work&answer=nowhere", "?label=%3Cscript%3E&answer=work"])
def test_a_cell_that_is_not_there_is_not_found(sign_in: Make, query: str) -> None:
    assert sign_in("lead").get(f"/insight/confusion/phrases{query}").status_code == 404


def test_admins_see_figures_and_no_phrases(sign_in: Make, judged: Make) -> None:
    judged("work", text="店長にどなられる", ranked=(("childcare", 0.7),))
    admin = sign_in("admin")
    assert "/insight/confusion/phrases" not in page(admin, "/insight/confusion")
    assert "/insight/errors" not in page(admin, "/insight")
    for address in ("/insight/confusion/phrases?label=work&answer=childcare", "/insight/errors"):
        assert admin.get(address).status_code == 403


def figures(html: str) -> dict[str, float]:
    """What the curve page tells of the threshold chosen: share, share right, people a day; in numbers."""
    return {
        name: float(found[1])
        for name in ("share", "right", "people")
        if (found := re.search(rf'id="told-{name}">[^<\d]*([\d.]+)', html))
    }


def test_the_slider_works_as_a_form_and_tells_share_rightness_and_people_a_day(
    sign_in: Make, console_parts: Parts
) -> None:
    for days in range(1, 29):
        console_parts.store.tallies.count(TODAY - timedelta(days=days), "heard", "work", by=100)
    admin = sign_in("admin")
    low, high = (figures(page(admin, f"/insight/curve?threshold={t}")) for t in (0.5, 0.95))
    assert low["share"] > high["share"] > 0
    assert high["right"] >= low["right"] > 80
    assert low["people"] == pytest.approx(low["share"], abs=0.6)


def test_the_threshold_of_the_model_is_where_the_slider_stands_first_and_odd_values_do_no_harm(
    sign_in: Make, instance: Path
) -> None:
    from nlu import classifier
    from nlu import instance as installation

    version = classifier.load(instance).version
    own = installation.registry(instance).load(str(version)).trained.sure_probability
    admin = sign_in("admin")
    assert f'id="told-threshold">{own:.3f}' in page(admin, "/insight/curve")
    for odd in ("nan", "inf", "-1", "7", "x", ""):
        page(admin, f"/insight/curve?threshold={odd}&over={odd}")


def test_the_pictures_are_svg_with_words_and_a_table_beside_them(sign_in: Make) -> None:
    admin = sign_in("admin")
    html = page(admin, "/insight/curve")
    pictures = re.findall(r'<img src="([^"]+)"[^>]*alt="([^"]+)"', html)
    assert len(pictures) == 2
    for address, words in pictures:
        assert "下の表" in words
        drawn = admin.get(address.replace("&amp;", "&"))
        assert drawn.mimetype == "image/svg+xml"
        assert b"<desc" in drawn.data
    assert html.count("<table") == 2
    assert admin.get("/insight/curve/other.svg").status_code == 404


def test_only_releasers_set_the_floor_of_certainty_and_the_audit_says_who_and_why(
    sign_in: Make, console_parts: Parts, send: Make
) -> None:
    form = {"threshold": "0.935", "reason": "夜の相談で迷わせない"}
    for role in ("reviewer", "lead", "admin"):
        assert send(sign_in(role), "/insight/threshold", form).status_code == 403
    store = console_parts.store
    assert store.settings.get("sure_probability") is None
    releaser = sign_in("releaser")
    assert send(releaser, "/insight/threshold", form, page="/insight/curve").status_code == 303
    assert store.settings.get("sure_probability") == 0.935
    entry = store.audit.list(subject="setting:sure_probability")[0]
    assert (entry.actor, entry.before, entry.after) == (releaser.person.id, None, 0.935)
    assert entry.reason == "夜の相談で迷わせない"
    html = page(releaser, "/insight/curve")
    assert "いまの案内は変わりません" in html
    assert "いまの下限は <b>0.935</b>" in html
    assert "夜の相談で迷わせない" in html


@pytest.mark.parametrize(
    "form",
    [
        {"threshold": "0.2", "reason": "x"},
        {"threshold": "0.895", "reason": "本当の文が、まだ少ない"},
        {"threshold": "1.2", "reason": "x"},
        {"threshold": "nan", "reason": "x"},
        {"threshold": "", "reason": "x"},
        {"threshold": "0.9", "reason": " "},
        {"threshold": "0.9", "reason": "長" * 401},
        {},
    ],
)
def test_a_threshold_that_cannot_be_kept_is_not_and_the_page_says_why(
    sign_in: Make, console_parts: Parts, send: Make, form: dict[str, str]
) -> None:
    releaser = sign_in("releaser")
    assert send(releaser, "/insight/threshold", form).status_code == 303
    assert re.search("残していません", page(releaser, "/account"))
    assert console_parts.store.settings.get("sure_probability") is None


@pytest.fixture
def fifty_of_the_examination(judged: Make) -> dict[str, str]:
    """Sixty reviewed phrases of three categories, with the label they have; two have another one. Labels by id."""
    kept = ("work", "pregnancy-birth", "nursing-care")
    wrong = {"work": "pregnancy-birth", "pregnancy-birth": "nursing-care"}
    found: dict[str, str] = {}
    for label in kept:
        of_label = [e for e in read_held_out(Path("training_data"), CATEGORY_IDS) if e.label == label and not e.also]
        for place, example in enumerate(of_label[:21]):
            said = wrong.get(label, label) if place == 20 else label
            found[judged(said, text=example.text, ranked=((label, 0.8), ("covid19", 0.1)))] = said
    return found


def test_the_curve_is_drawn_over_peoples_phrases_once_there_are_fifty(
    sign_in: Make, fifty_of_the_examination: dict[str, str]
) -> None:
    html = page(sign_in("admin"), "/insight/curve?over=people")
    assert "相談した人の文 63文" in html
    assert figures(html)["right"] > 80


def test_slips_of_labels_are_listed_first_and_a_lead_has_them_decided_again(
    sign_in: Make, console_parts: Parts, fifty_of_the_examination: dict[str, str], send: Make
) -> None:
    slips = {id for id, said in fifty_of_the_examination.items() if id in list(fifty_of_the_examination)[20::21][:2]}
    lead = sign_in("lead")
    html = page(lead, "/insight/errors")
    listed = re.findall(r'action="/insight/errors/(\w+)/again"', html)
    assert slips <= set(listed[:3])
    assert "action=" not in page(sign_in("reviewer"), "/insight/errors").partition("<main")[2]
    assert send(lead, f"/insight/errors/{listed[0]}/again", page="/insight/errors").status_code == 303
    again = console_parts.store.phrases.by_id(listed[0])
    assert again is not None
    assert again.state == "adjudicate"
    assert listed[0] not in page(lead, "/insight/errors")
    assert send(lead, f"/insight/errors/{listed[0]}/again", page="/insight/curve").status_code == 404


def test_phrases_that_the_model_may_have_learnt_are_left_out_and_counted(
    sign_in: Make, console_parts: Parts, fifty_of_the_examination: dict[str, str]
) -> None:
    version = console_parts.classifier.version
    assert version is not None
    console_parts.store.candidates.create(version, gate={}, passed=True, actor=None)
    assert "学んだかもしれない63文" in page(sign_in("lead"), "/insight/errors")
    assert "50文たまると" in page(sign_in("lead"), "/insight/curve?over=people")


def test_drift_names_the_words_that_ten_phrases_share_and_no_others(sign_in: Make, phrase: Make) -> None:
    for number in range(40):
        phrase(text=f"家賃が払えない {number}", day=TODAY - SINCE_LAST_MONTH)
    for number in range(40):
        word = "値上げ" if number < 20 else "立ち退き" if number < 29 else "家賃"
        phrase(text=f"{word}で困っている {number}", day=TODAY - timedelta(days=5), expires_on=TODAY + timedelta(days=9))
    html = page(sign_in("reviewer"), "/insight/drift")
    found = html.partition("<h2>言葉</h2>")[2].partition("<h2>分類</h2>")[0]
    assert row(found, "値上げ") == ["10文未満", "50.0%", "↑ ふえた"]
    assert row(found, "家賃")[2] == "↓ へった"
    assert "立ち退き" not in found
    assert row(html, "すべて").count("40") == 2


def test_words_of_phrases_that_are_held_hidden_or_could_point_to_somebody_do_not_count(
    sign_in: Make, phrase: Make
) -> None:
    for number in range(12):
        phrase(text=f"家賃が払えない {number}", day=TODAY - SINCE_LAST_MONTH)
        phrase(text=f"家賃が払えません {number}", day=TODAY - timedelta(days=5))
        phrase(text=f"値上げがつらい {number}", day=TODAY - timedelta(days=5), state="hidden")
        phrase(text=f"立ち退きがつらい {number}", day=TODAY - timedelta(days=5), identifying=2)
    for number in range(12):
        phrase(text=f"雨漏りがつらい {number}", day=TODAY, state="held")
    html = page(sign_in("lead"), "/insight/drift")
    assert not re.search("値上げ|立ち退き|雨漏り", html)


def test_figures_are_made_anew_after_ten_minutes(sign_in: Make, phrase: Make, clock: Clock) -> None:
    reviewer = sign_in("reviewer")
    phrase()
    assert "1文が待っています" in plain(page(reviewer, "/insight"))
    phrase()
    assert "1文が待っています" in plain(page(reviewer, "/insight"))
    clock.on(minutes=10)
    assert "2文が待っています" in plain(page(reviewer, "/insight"))


def test_words_are_counted_once_a_day(sign_in: Make, phrase: Make, clock: Clock) -> None:
    reviewer = sign_in("reviewer")
    for number in range(10):
        phrase(text=f"家賃が払えない {number}", day=TODAY - SINCE_LAST_MONTH)
    assert "両方の文が要ります" in page(reviewer, "/insight/drift")
    for number in range(10):
        phrase(text=f"値上げがつらい {number}")
    clock.on(minutes=14)
    assert "両方の文が要ります" in page(reviewer, "/insight/drift")
    clock.on(days=1)
    assert row(page(sign_in("reviewer"), "/insight/drift"), "値上げ")[2] == "↑ ふえた"


def test_no_text_of_a_phrase_is_kept_between_requests(
    console_app: Flask, sign_in: Make, fifty_of_the_examination: dict[str, str], console_parts: Parts
) -> None:
    lead = sign_in("lead")
    for address in ("/insight", "/insight/errors", "/insight/curve?over=people", "/insight/drift"):
        page(lead, address)
    kept = console_app.extensions["console figures"]
    assert {"backlog", "drift", "reviewed"} <= set(kept)
    shown = repr({name: kept[name] for name in ("backlog", "drift", "reviewed")})
    for id in fifty_of_the_examination:
        text = console_parts.store.phrases.by_id(id)
        assert text is not None
        assert str(text.text) not in shown


def test_another_version_of_the_model_is_examined_anew(console_app: Flask, sign_in: Make, console_parts: Parts) -> None:
    page(sign_in("lead"), "/insight/confusion?over=examination")
    key, judged = console_app.extensions["console figures"]["examined"]
    assert key == console_parts.classifier.version
    assert {one.prediction.model for one in judged} == {console_parts.classifier.version}
