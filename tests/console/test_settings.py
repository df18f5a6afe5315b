"""What holds for everybody: who may change it, everything that is wrong at once, and that it works afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from nlu.certainty import LOWEST_SURE
from web import measures
from web.admission import Caps
from web.store.judging import Judgement
from web.wiring import Parts

Send = Callable[..., Any]
DAY = "/settings/day"
CAPS = "/settings/caps"
GOOD = {"per_cluster": "2", "per_day": "40", "per_person": "0.5", "together": "1.5", "reason": "かたよりが出たので"}


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_the_measure_of_a_day_is_changed_with_a_reason_and_holds_at_once(
    sign_in: Send, send: Send, console_parts: Parts, role: str
) -> None:
    who, store = sign_in(role), console_parts.store
    for value, reason in (("40", "夏のあいだ、人が少ない"), ("８０回", "もどす")):
        assert send(who, DAY, {"daily_cap": value, "reason": reason}, page="/settings").status_code == 303
    assert measures.daily_cap(store) == 80
    assert "80" in sign_in("reviewer").get("/queue").text
    changes = [(e.actor, e.before, e.after, e.reason) for e in store.audit.list(subject="setting:daily_cap")]
    assert changes == [
        (who.person.id, 40, 80, "もどす"),
        (who.person.id, None, 40, "夏のあいだ、人が少ない"),
    ]
    html = who.get("/settings").text
    assert "もどす" in html
    assert who.person.name in html


def test_the_caps_of_learning_are_changed_together_and_learning_uses_them(
    sign_in: Send, send: Send, console_parts: Parts
) -> None:
    admin, store = sign_in("admin"), console_parts.store
    assert Caps.of(store) == Caps()
    assert send(admin, CAPS, GOOD, page="/settings").status_code == 303
    assert Caps.of(store) == Caps(per_cluster=2, per_day=40, per_person=0.005, together=0.015)
    entry = store.audit.list(subject="setting:learning_caps")[0]
    assert (entry.actor, entry.before, entry.reason) == (admin.person.id, None, "かたよりが出たので")
    assert entry.after == {"per_cluster": 2, "per_day": 40, "per_person": 0.005, "together": 0.015}
    assert "0.5 %" in admin.get("/settings").text


def test_everything_that_is_wrong_is_told_at_once_and_what_was_typed_stays(
    sign_in: Send, send: Send, console_parts: Parts
) -> None:
    form = {"per_cluster": "2.5", "per_day": "<b>", "per_person": "60", "together": "nan", "reason": "  "}
    answer = send(sign_in("admin"), CAPS, form, page="/settings")
    assert answer.status_code == 400
    problems = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert problems.count("<p>") == 5
    assert "1から20までの整数" in problems
    assert "0.1から5までの数" in problems
    assert 'value="&lt;b&gt;"' in answer.text
    assert Caps.of(console_parts.store) == Caps()
    assert console_parts.store.audit.list(subject="setting:learning_caps") == ()


@pytest.mark.parametrize("value", ["", "4", "501", "60.5", "-60", "inf", "六十"])
def test_a_day_has_a_sensible_measure(sign_in: Send, send: Send, console_parts: Parts, value: str) -> None:
    assert send(sign_in("lead"), DAY, {"daily_cap": value, "reason": "x"}, page="/settings").status_code == 400
    assert measures.daily_cap(console_parts.store) == 60


def test_one_person_may_not_teach_more_than_all_together(sign_in: Send, send: Send, console_parts: Parts) -> None:
    answer = send(sign_in("admin"), CAPS, GOOD | {"per_person": "2"}, page="/settings")
    assert answer.status_code == 400
    assert "「あわせて」は" in answer.text
    assert Caps.of(console_parts.store) == Caps()


@pytest.mark.parametrize(("role", "forms"), [("lead", [DAY]), ("releaser", []), ("admin", [DAY, CAPS])])
def test_everybody_who_may_look_sees_the_values_and_only_the_forms_they_may_send(
    sign_in: Send, role: str, forms: list[str]
) -> None:
    html = sign_in(role).get("/settings").text
    assert re.findall(r'action="(/settings/[^"]+)"', html) == forms
    assert "60 回" in html
    assert "はじめの値のままです" in html


@pytest.mark.parametrize("kept", [True, "x", [], {}, None, 0, -3, {"per_day": "9", "together": -1, "per_cluster": 0}])
def test_what_makes_no_sense_in_the_store_is_the_default(console_parts: Parts, kept: Any) -> None:
    for key in (measures.DAILY_CAP, measures.LEARNING_CAPS, measures.SURE):
        console_parts.store.settings.set(key, kept, actor=None)
    assert measures.daily_cap(console_parts.store) == 60
    assert Caps.of(console_parts.store) == Caps()
    assert measures.lowest_sure(console_parts.store) == measures.CAREFUL == LOWEST_SURE


def test_the_floor_is_careful_until_enough_real_sentences_were_reviewed(
    console_parts: Parts, phrase: Send, member: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, reviewer = console_parts.store, member()
    monkeypatch.setattr(measures, "ENOUGH_REAL", 2)
    store.settings.set(measures.SURE, 0.8, actor=None)
    for expected in (0.9, 0.8):
        said = Judgement("label", "work")
        store.verdicts.record(phrase(), said, actor=reviewer.id, guideline_version="1", seconds=1)
        assert measures.lowest_sure(store) == expected
    store.settings.set(measures.SURE, 0.95, actor=None)
    assert measures.lowest_sure(store) == 0.95
