"""The room of models: compare, release by a second person, roll back, train apart."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from nlu import instance
from nlu.classifier import Classifier
from nlu.registry import Registry
from tests.support.clocks import Clock
from tests.support.lessons import learnt
from web import learning
from web.admission import REASONS
from web.console.model_words import LEFT, card_html
from web.releasing import SEEN
from web.store.candidates import Candidate
from web.store.people import Person
from web.training_job import TrainingJob
from web.wiring import Parts

Send = Callable[..., TestResponse]
SignIn = Callable[..., FlaskClient]


RECORDS: dict[tuple[str, str], dict[str, Any]] = {}
"""What the gate saw of a model beside another: measured once, it is the same in every test."""


@pytest.fixture
def console_parts(console_parts: Parts) -> Parts:
    """The parts over an installation of its own that learnt little."""
    home = console_parts.settings.hitorijanai_instance
    shutil.copytree(learnt() / "instance", home, dirs_exist_ok=True)
    data = {"hitorijanai_training_data": learnt() / "data"}
    return replace(console_parts, settings=console_parts.settings.model_copy(update=data))


@pytest.fixture
def registry(console_parts: Parts) -> Registry:
    return instance.registry(console_parts.settings.hitorijanai_instance)


@pytest.fixture
def candidate(console_parts: Parts, registry: Registry) -> Callable[..., Candidate]:
    """A candidate that answers as the model in use does, as the gate sees it; fields of its record may change."""

    def propose(trained_by: Person | None = None, *, name: str = "one", **changes: Any) -> Candidate:
        parts = console_parts
        work = TrainingJob(parts.settings, parts.catalog, parts.store, registry)
        trained = registry.load(str(registry.current())).trained
        version = registry.save(replace(trained, card=trained.card | {"name": name}))
        seen = (version, str(registry.current()))
        if seen not in RECORDS:
            RECORDS[seen] = work.examined(version, work.lesson())[1]
        record = RECORDS[seen]
        gate = record | {"reasons": [r for r in record["reasons"] if r["rule"] != "pace"]} | changes
        actor = trained_by.id if trained_by else None
        return parts.store.candidates.create(version, gate=gate, passed=not gate["reasons"], actor=actor)

    return propose


REASON = {"rule": "cases", "say": "守る文「給料が出ない」の答えが悪くなりました"}
CHANGE = {
    "group": "held_out",
    "where": "held_out/work.txt:3",
    "text": "給料が出ない",
    "wanted": "work",
    "before": "work",
    "now": "childcare",
    "effect": "worse",
    "confidence": 0.7,
    "sure": True,
}


def test_a_second_person_who_has_seen_what_gets_worse_releases_and_every_worker_follows(
    candidate: Callable[..., Candidate],
    member: Callable[..., Person],
    sign_in: SignIn,
    send: Send,
    registry: Registry,
) -> None:
    serving = Classifier(registry)
    before = registry.current()
    one = candidate(member("lead"))
    releaser = sign_in("releaser")
    page = releaser.get(f"/models/{one.version}").text
    assert "先に「悪くなる答え」の画面を開いてください" in page
    assert "このモデルを使い始める</button>" not in page
    assert send(releaser, f"/models/{one.version}/release").status_code == 409
    assert registry.current() == before

    assert releaser.get(f"/models/{one.version}/changes").status_code == 200
    assert "このモデルを使い始める</button>" in releaser.get(f"/models/{one.version}").text
    assert send(releaser, f"/models/{one.version}/release").status_code == 303
    assert registry.current() == one.version
    serving._next_look = 0.0
    told = serving.predict("家賃が払えない")
    assert told is not None
    assert told.model == one.version


def test_the_trail_keeps_who_saw_the_changes_once_and_who_released_and_why(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, console_parts: Parts
) -> None:
    one, releaser = candidate(), sign_in("releaser")
    for _ in range(2):
        releaser.get(f"/models/{one.version}/changes")
    send(releaser, f"/models/{one.version}/release", {"reason": "夏の言い方"})
    [seen] = console_parts.store.audit.list(action=SEEN, subject=f"model:{one.version}")
    [decided] = console_parts.store.audit.list(action="decide model")
    assert seen.actor == decided.actor == releaser.person.id  # type: ignore[attr-defined]
    assert decided.reason == "夏の言い方"


def test_nobody_releases_what_they_trained_or_what_another_has_seen(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry
) -> None:
    trainer, other = sign_in("releaser"), sign_in("releaser")
    one = candidate(trainer.person)  # type: ignore[attr-defined]
    before = registry.current()
    trainer.get(f"/models/{one.version}/changes")
    refused = send(trainer, f"/models/{one.version}/release")
    assert refused.status_code == 409
    assert "自分では使い始められません" in refused.text
    assert send(other, f"/models/{one.version}/release").status_code == 409
    assert registry.current() == before


def test_one_that_the_gate_refused_is_shown_with_every_reason_and_never_released(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry
) -> None:
    one = candidate(reasons=[REASON, {"rule": "pace", "say": "1.6倍かかります"}], second_opinions=["one", "two"])
    releaser = sign_in("releaser")
    releaser.get(f"/models/{one.version}/changes")
    page = releaser.get(f"/models/{one.version}").text
    assert REASON["say"] in page
    assert "1.6倍かかります" in page
    assert "理由が2件" in page
    assert "二人目の見立てに回した文は2です" in page
    assert send(releaser, f"/models/{one.version}/release").status_code == 409
    assert registry.current() != one.version


def test_one_compared_with_another_model_than_the_one_in_use_waits_for_a_new_comparison(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry
) -> None:
    first, second = candidate(), candidate(name="another")
    releaser = sign_in("releaser")
    for one in (first, second):
        releaser.get(f"/models/{one.version}/changes")
    assert send(releaser, f"/models/{first.version}/release").status_code == 303
    refused = send(releaser, f"/models/{second.version}/release")
    assert refused.status_code == 409
    assert "くらべた時のモデル" in refused.text
    assert registry.current() == first.version


def test_one_click_rolls_back_and_a_second_click_does_not_lead_forth_again(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry, console_parts: Parts
) -> None:
    one, before = candidate(), registry.current()
    releaser = sign_in("releaser")
    releaser.get(f"/models/{one.version}/changes")
    send(releaser, f"/models/{one.version}/release")
    form = {"in_use": one.version, "reason": "言いすぎる"}
    assert send(releaser, "/models/roll-back", form).status_code == 303
    assert registry.current() == before
    assert send(releaser, "/models/roll-back", form).status_code == 409
    assert registry.current() == before
    left = console_parts.store.candidates.by_version(one.version)
    assert left is not None
    assert left.state == "withdrawn"
    [entry] = console_parts.store.audit.list(action="roll back")
    assert (entry.before, entry.after) == ({"in use": one.version}, {"in use": before})
    assert send(releaser, f"/models/{one.version}/release").status_code == 303
    assert registry.current() == one.version


def test_a_release_that_was_cut_off_after_the_decision_is_finished_by_pressing_again(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry, console_parts: Parts
) -> None:
    one, releaser = candidate(), sign_in("releaser")
    console_parts.store.candidates.decide(one.version, "released", actor=releaser.person.id)  # type: ignore[attr-defined]
    assert registry.current() != one.version
    assert "このモデルを使い始める</button>" in releaser.get(f"/models/{one.version}").text
    assert send(releaser, f"/models/{one.version}/release").status_code == 303
    assert registry.current() == one.version


def test_without_a_model_before_there_is_no_way_back(sign_in: SignIn, send: Send, registry: Registry) -> None:
    refused = send(sign_in("releaser"), "/models/roll-back", {"in_use": str(registry.current())})
    assert refused.status_code == 409
    assert "前のモデルがありません" in refused.text


def test_a_touched_candidate_is_not_released(
    candidate: Callable[..., Candidate], sign_in: SignIn, send: Send, registry: Registry
) -> None:
    one, releaser, before = candidate(), sign_in("releaser"), registry.current()
    releaser.get(f"/models/{one.version}/changes")
    (registry.folder / one.version / "signature").write_text("0" * 64)
    refused = send(releaser, f"/models/{one.version}/release")
    assert refused.status_code == 409
    assert "署名が合いません" in refused.text
    assert registry.current() == before


ASKED = (
    ("GET", "/models", {"lead", "releaser", "admin"}),
    ("GET", "/models/{version}", {"lead", "releaser", "admin"}),
    ("GET", "/models/{version}/changes", {"lead", "releaser", "admin"}),
    ("GET", "/models/{version}/reliability.svg", {"lead", "releaser", "admin"}),
    ("POST", "/models/stop", {"lead", "releaser"}),
    ("POST", "/models/{version}/release", {"releaser"}),
    ("POST", "/models/roll-back", {"releaser"}),
)


@pytest.mark.parametrize("role", ["reviewer", "lead", "releaser", "admin"])
def test_each_role_opens_what_is_for_it_and_no_more(
    role: str, candidate: Callable[..., Candidate], sign_in: SignIn, send: Send
) -> None:
    version = candidate().version
    client = sign_in(role)
    for method, path, roles in ASKED:
        address = path.format(version=version)
        answer = client.get(address) if method == "GET" else send(client, address)
        assert (answer.status_code != 403) == (role in roles), (method, path, answer.status_code)
    if role in ("reviewer", "admin"):
        assert send(client, "/models/train").status_code == 403


def test_the_page_of_a_model_has_figures_pictures_with_tables_and_the_card(
    candidate: Callable[..., Candidate], sign_in: SignIn
) -> None:
    one, lead = candidate(), sign_in("lead")
    page = lead.get(f"/models/{one.version}").text
    for said in ("正しく分けた", "仕事・職場", "守る文", "使ってはいけないこと", "多い取りちがえ", "約束した割合"):
        assert said in page
    for name in ("confusion", "reliability", "coverage"):
        picture = lead.get(f"/models/{one.version}/{name}.svg")
        assert picture.mimetype == "image/svg+xml"
        assert picture.text.startswith("<svg")
        assert f"{name}.svg" in page
    assert "使い始める</button>" not in page


def test_the_worst_changes_come_first_and_what_was_typed_stays_harmless(
    candidate: Callable[..., Candidate], sign_in: SignIn, phrase: Callable[..., str]
) -> None:
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    shown, hidden = phrase(text=hostile), phrase(text="青い屋根の三軒目の家の話", identifying=2)
    changes = [
        CHANGE,
        *({**CHANGE, "group": "reviewed", "text": "", "where": f"phrase:{id}"} for id in (shown, hidden)),
    ]
    gone = {**CHANGE, "group": "reviewed", "text": "", "where": "phrase:0", "effect": "better"}
    one = candidate(changes=[*changes, gone])
    page = sign_in("releaser").get(f"/models/{one.version}/changes").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page
    assert "青い屋根" not in page
    assert page.index("給料が出ない") < page.index("&lt;script&gt;")
    assert page.index("&lt;script&gt;") < page.index("よくなる</span>")
    assert "青い屋根" in sign_in("lead").get(f"/models/{one.version}/changes").text


def test_many_changes_are_shown_in_pages(candidate: Callable[..., Candidate], sign_in: SignIn) -> None:
    one = candidate(changes=[{**CHANGE, "text": f"文その{number}。"} for number in range(120)])
    lead = sign_in("lead")
    pages = [lead.get(f"/models/{one.version}/changes?page={page}").text for page in (1, 2, 3)]
    assert [page.count("文その") for page in pages] == [50, 50, 20]
    assert "次へ" in pages[0]
    assert "次へ" not in pages[2]


@pytest.mark.parametrize("version", ["0" * 16, "..", "x", "../../keys/model.key"])
def test_a_model_that_is_not_there_is_a_kind_404(sign_in: SignIn, version: str) -> None:
    assert sign_in("lead").get(f"/models/{version}").status_code == 404


def test_a_training_asked_for_in_the_console_is_done_by_a_process_apart(
    sign_in: SignIn, send: Send, console_parts: Parts, clock: Clock
) -> None:
    lead = sign_in("lead")
    assert send(lead, "/models/train").status_code == 303
    job = learning.open_job(console_parts.store)
    assert job is not None
    assert job.started_by == lead.person.id  # type: ignore[attr-defined]
    page = lead.get("/models?watch=1").text
    assert 'http-equiv="refresh"' in page
    end = time.monotonic() + 180
    while learning.open_job(console_parts.store) and time.monotonic() < end:
        time.sleep(0.2)
    ended = console_parts.store.jobs.by_id(job.id)
    assert ended is not None
    assert ended.state == "done", ended.result
    [candidate] = console_parts.store.candidates.list()
    assert candidate.trained_by == lead.person.id  # type: ignore[attr-defined]
    page = sign_in("lead").get("/models").text  # the process apart, whose day is another, ended the former sign-in
    assert candidate.version in page
    assert 'http-equiv="refresh"' not in page


def test_a_training_that_nobody_does_any_more_is_shown_as_such_and_can_be_stopped(
    sign_in: SignIn, send: Send, console_parts: Parts, clock: Clock
) -> None:
    learning.ask(console_parts.store, None)
    job = console_parts.store.jobs.claim(learning.KIND)
    assert job is not None
    console_parts.store.jobs.beat(job, done=3, total=12, what="2/4 回の学習が終わりました")
    lead = sign_in("lead")
    page = lead.get("/models").text
    assert "2/4 回の学習が終わりました" in page
    assert "もう一度始める" not in page
    clock.on(seconds=61)
    page = lead.get("/models").text
    assert "止まってしまったようです" in page
    assert "もう一度始める" in page
    assert send(lead, "/models/stop").status_code == 303
    assert learning.open_job(console_parts.store) is None


def test_a_training_that_failed_says_why(sign_in: SignIn, console_parts: Parts) -> None:
    learning.ask(console_parts.store, None)
    job = console_parts.store.jobs.claim(learning.KIND)
    assert job is not None
    console_parts.store.jobs.finish(job, failed=True, result={"problem": "phrases/work.txt:3: 例文の中身がありません"})
    assert "phrases/work.txt:3: 例文の中身がありません" in sign_in("lead").get("/models").text


def test_an_installation_without_a_key_still_shows_the_page(sign_in: SignIn, console_parts: Parts) -> None:
    home: Path = console_parts.settings.hitorijanai_instance
    (home / "keys" / "model.key").unlink()
    page = sign_in("lead").get("/models")
    assert page.status_code == 200
    assert "鍵がない" in page.text


def test_every_reason_for_leaving_a_verdict_out_has_words() -> None:
    assert LEFT.keys() == set(REASONS)


def test_the_card_keeps_what_is_no_markdown_of_ours_as_text() -> None:
    html = card_html(
        ["## 題", "### 見出し", "", "| a | b |", "|---|---|", "| <b> | `x` |", "- **太**", "", "<i>文</i>"]
    )
    assert html == (
        "<h3>見出し</h3>\n"
        '<div class="wide-table"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        "<tbody><tr><td>&lt;b&gt;</td><td><code>x</code></td></tr></tbody></table></div>\n"
        "<ul><li><strong>太</strong></li></ul>\n"
        "<p>&lt;i&gt;文&lt;/i&gt;</p>"
    )
