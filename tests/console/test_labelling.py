"""Cards: every answer, near-duplicates together, blind second opinions, undoing, and many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from nlu.corpus import NONE
from tests.console.conftest import TODAY
from web.console import guideline, keys
from web.console.bulk import preview
from web.console.reviewing import KEPT_ACTIONS
from web.store.judging import Judgement
from web.store.phrases import Phrase
from web.wiring import Parts

Send = Callable[..., Any]


@pytest.fixture
def say(send: Send) -> Send:
    """Says something of a phrase through its card."""

    def answer(client: Any, phrase: str, said: str = "work", **form: Any) -> Any:
        return send(client, "/label/all", {"phrase": phrase, "said": said, **form})

    return answer


@pytest.fixture
def stands(console_parts: Parts) -> Callable[[str], Phrase]:
    """The phrase as the store has it."""

    def found(id: str) -> Phrase:
        phrase = console_parts.store.phrases.by_id(id)
        assert phrase is not None
        return phrase

    return found


def seen(client: Any, path: str = "/label/all") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    ("said", "form", "state", "label", "also"),
    [
        ("work", {}, "done", "work", None),
        (NONE, {}, "done", NONE, None),
        ("two", {"label": "work", "also": "childcare"}, "done", "work", "childcare"),
        ("cannot-judge", {}, "waiting", None, None),
        ("contains-name", {}, "hidden", None, None),
    ],
)
def test_every_answer_is_recorded_and_leads_on(
    *, sign_in: Send, phrase: Send, say: Send, stands: Any, said: str, form: Any, state: str, label: Any, also: Any
) -> None:
    id, other = phrase(margin=0.1), phrase(text="つぎの文", margin=0.2)
    reviewer = sign_in()
    answer = say(reviewer, id, said, **form)
    assert (answer.status_code, answer.location) == (303, "/label/all")
    found = stands(id)
    assert (found.state, found.label, found.also) == (state, label, also)
    assert other in seen(reviewer)


def test_a_labelled_phrase_is_kept_as_long_as_settings_say(
    sign_in: Send, phrase: Send, say: Send, stands: Any, console_parts: Parts
) -> None:
    id = phrase()
    say(sign_in(), id)
    assert stands(id).expires_on == TODAY + timedelta(days=console_parts.settings.labelled_days)


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("", {}),
        ("music", {}),
        ("two", {"label": "work"}),
        ("two", {"label": "work", "also": "work"}),
        ("two", {"label": NONE, "also": "work"}),
    ],
)
def test_half_an_answer_shows_the_same_card_again_and_changes_nothing(
    *, sign_in: Send, phrase: Send, say: Send, stands: Any, said: str, form: Any
) -> None:
    id = phrase()
    reviewer = sign_in()
    answer = say(reviewer, id, said, **form)
    assert id in answer.location
    assert "分類を選んでから" in seen(reviewer, answer.location)
    assert stands(id).state == "waiting"


def test_a_card_shows_what_was_read_how_sure_why_and_what_the_person_chose(sign_in: Send, phrase: Send) -> None:
    phrase(text="会社をクビになって家賃が払えません", chosen="work")
    html = seen(sign_in())
    assert "家賃が払えません" in html
    assert "55 % もしかすると" in html
    assert "5 % うすい" in html
    assert re.search(r"生活や医療に係る費用 と読んだことば</dt><dd>(<bdi>[^<]+</bdi>、?)+", html)
    assert "を押して、<b>仕事・職場</b> を選びました" in html


def test_every_answer_on_a_card_shows_its_key(sign_in: Send, phrase: Send) -> None:
    phrase()
    html = seen(sign_in())
    found = re.findall(r'<button name="said" value="([^"]+)" data-key="([^"]+)"', html)
    assert "".join(key for _, key in found) == "1234567890-^nuhs"
    for key in ("t", "z", "?"):
        assert f'data-key="{key}"' in html or key == "z"  # nothing to take back yet
    for each in (*keys.ANSWERS, *keys.OTHERS):
        assert f"<kbd>{each.key.upper()}</kbd></dt><dd>{each.name}" in html


def test_the_guideline_of_every_label_stands_beside_and_the_read_one_is_open(
    sign_in: Send, phrase: Send, console_parts: Parts
) -> None:
    phrase()
    html = seen(sign_in())
    labels = [category.id for category in console_parts.catalog.categories]
    for label in (*labels, NONE):
        assert f'data-for="{label}"' in html
    assert re.findall(r'data-for="([^"]+)" open', html) == ["living-medical-costs"]
    aside = html.split("<aside", 1)[1]
    assert "food-housing(" not in aside  # names, not ids


def test_verdicts_name_the_version_of_the_guideline(
    sign_in: Send, phrase: Send, say: Send, console_parts: Parts
) -> None:
    id = phrase()
    say(sign_in(), id)
    (verdict,) = console_parts.store.verdicts.of_phrase(id)
    path = console_parts.settings.hitorijanai_training_data / "LABELS.md"
    assert verdict.guideline_version == guideline.read(path).version != "none"


def test_a_changed_guideline_is_another_version() -> None:
    one, other = (guideline.parsed(text.encode()) for text in ("## A(work)\nb **c** `d`\n", "## A(work)\nb\n"))
    assert one.version != other.version
    assert [(piece.text, piece.look) for piece in one.sections[0].lines[0].pieces] == [
        ("b ", "plain"),
        ("c", "strong"),
        (" ", "plain"),
        ("d", "code"),
    ]
    assert guideline.read(Path("/nowhere/LABELS.md")).version == "none"


@pytest.mark.parametrize("changes", [{"level": 3}, {"level": 1, "kind": "dv"}, {"kind": "sexual-violence"}])
def test_what_may_hurt_is_covered_until_asked_for(
    sign_in: Send, phrase: Send, changes: Any, say: Send, send: Send
) -> None:
    text = "なぐられてあざができた"
    id = phrase(text=text, **changes)
    lead = sign_in("lead")
    covered = re.compile(rf'<details class="veil"><summary>[^\n]*</summary>\s*<p class="phrase"><bdi>{text}')
    for path in ("/label/all", "/queue/all/groups", "/bulk?state=waiting"):
        assert covered.search(seen(lead, path)), path
    say(lead, id)
    assert covered.search(seen(lead, "/history"))


def test_ordinary_phrases_are_not_covered(sign_in: Send, phrase: Send) -> None:
    phrase(level=1, kind="suicide")
    assert 'class="veil"' not in seen(sign_in())


def test_near_duplicates_are_labelled_together_only_if_asked_and_only_those_shown(
    sign_in: Send, phrase: Send, say: Send, stands: Any
) -> None:
    first, second, third = (phrase(text=f"家を追い出される {n}", cluster="a") for n in range(3))
    elsewhere = phrase(cluster="b")
    reviewer = sign_in()
    say(reviewer, first, mates=f"{second} {elsewhere}")
    assert stands(second).state == "waiting"
    say(reviewer, third, together="1", mates=f"{second} {elsewhere}")
    assert [stands(id).label for id in (first, second, third, elsewhere)] == ["work", "work", "work", None]


def test_what_was_put_off_comes_last_and_is_not_lost(sign_in: Send, phrase: Send, say: Send) -> None:
    first, second = phrase(margin=0.1), phrase(margin=0.2)
    reviewer = sign_in()
    assert first in seen(reviewer)
    answer = say(reviewer, first, "skip")
    assert second in seen(reviewer, answer.location)
    answer = say(reviewer, second, skipped="1")
    page = seen(reviewer, answer.location)
    assert "あとにした文が、1 あります" in page
    assert first in seen(reviewer, page.split("あとにした文を見る", 1)[0].rsplit('href="', 1)[1].split('"', 1)[0])


def test_a_second_opinion_looks_exactly_like_a_first(sign_in: Send, phrase: Send, say: Send, stands: Any) -> None:
    """All a reviewer sees of a phrase is the same whatever the first said of it, or whether there was a first."""
    pages = []
    for first in (None, "work", "childcare", "cannot-judge"):
        id = phrase(text="ふたりの目で見る文", blind_second=True, cluster="x")
        if first:
            say(sign_in(), id, first)
        reviewer = sign_in()
        shown = [seen(reviewer, path) for path in ("/queue", f"/label/all?phrase={id}", "/queue/all/groups")]
        pages.append([_without_chance(html, id, reviewer.person.name) for html in shown])
        say(sign_in("lead"), id, "contains-name")
    assert all(page == pages[0] for page in pages)


def _without_chance(html: str, id: str, name: str) -> str:
    html = html.replace(id, "ID").replace(name, "NAME")
    return re.sub(r'(name="(csrf_token|shown)" value=")[^"]+', r"\1", html)


def test_what_follows_a_second_opinion_does_not_tell_whether_it_was_the_same(
    sign_in: Send, phrase: Send, say: Send
) -> None:
    pages = []
    for second in ("work", "childcare"):
        id = phrase(text="ふたりの目で見る文", blind_second=True, cluster="x")
        say(sign_in(), id, "work")
        reviewer = sign_in()
        answer = say(reviewer, id, second)
        shown = [seen(reviewer, path) for path in (answer.location, "/queue", "/history")]
        names = "|".join(("仕事・職場", "子育て"))
        pages.append([re.sub(names, "LABEL", _without_chance(html, id, reviewer.person.name)) for html in shown])
        say(sign_in("lead"), id, "contains-name")
        assert "ひとつ前" in shown[0]
    assert [re.sub(r'value="\d+"', "", page) for page in pages[0]] == [
        re.sub(r'value="\d+"', "", page) for page in pages[1]
    ]


def test_whoever_decides_sees_both_without_names_and_the_look_is_in_the_audit(
    sign_in: Send, phrase: Send, say: Send, stands: Any, console_parts: Parts
) -> None:
    id = phrase(blind_second=True)
    one, two, lead = sign_in(), sign_in(), sign_in("lead")
    say(one, id, "two", label="work", also="childcare")
    say(two, id, "nursing-care")
    html = seen(lead, "/label/disagreements")
    both = html.split("ふたりの見方", 1)[1].split("</ul>", 1)[0]
    assert "仕事・職場 と 子育て" in both
    assert "介護" in both
    assert one.person.name not in html
    assert two.person.name not in html
    assert [entry.subject for entry in console_parts.store.audit.list(action="see opinions")] == [f"phrase:{id}"]
    say(lead, id, "nursing-care")
    assert (stands(id).state, stands(id).label) == ("done", "nursing-care")


def test_a_lead_who_gave_one_of_the_opinions_neither_sees_the_other_nor_decides(
    sign_in: Send, phrase: Send, say: Send, stands: Any
) -> None:
    id = phrase(text="別々に読まれた文", blind_second=True)
    lead = sign_in("lead")
    say(sign_in(), id, "work")
    say(lead, id, "childcare")
    for path in ("/label/disagreements", f"/label/disagreements?phrase={id}"):
        assert "別々に読まれた文" not in seen(lead, path)
    say(lead, id, "childcare")
    assert stands(id).state == "adjudicate"


def test_a_lead_who_has_seen_the_opinions_gives_no_second_one(
    sign_in: Send, phrase: Send, say: Send, stands: Any, send: Send
) -> None:
    id = phrase(text="別々に読まれた文", blind_second=True)
    second, lead = sign_in(), sign_in("lead")
    say(sign_in(), id, "work")
    say(second, id, "childcare")
    assert "別々に読まれた文" in seen(lead, "/label/disagreements")
    send(second, "/undo")
    assert stands(id).state == "second"
    assert "別々に読まれた文" not in seen(lead)
    say(lead, id, "work")
    assert stands(id).state == "second"


def test_reviewers_do_not_decide_between_two(sign_in: Send, phrase: Send, say: Send, stands: Any) -> None:
    id = phrase(blind_second=True)
    say(sign_in(), id, "work")
    say(sign_in(), id, "childcare")
    say(sign_in(), id, "work")
    assert stands(id).state == "adjudicate"


def test_any_of_the_last_fifty_is_taken_back_exactly(
    sign_in: Send, phrase: Send, say: Send, send: Send, console_parts: Parts
) -> None:
    console_parts.store.settings.set("daily_cap", 1000, actor=None)
    reviewer = sign_in()
    ids = [phrase(blind_second=number % 7 == 0) for number in range(KEPT_ACTIONS + 1)]
    before = {id: console_parts.store.phrases.by_id(id) for id in ids}
    answers = ("work", "cannot-judge", "contains-name", NONE)
    for number, id in enumerate(ids):
        say(reviewer, id, answers[number % 4])
    html = seen(reviewer, "/history")
    named = re.findall(r'name="action" value="([^"]+)"', html)
    assert len(named) == KEPT_ACTIONS
    for action in (named[-1], named[20], *named[:20], *named[21:-1]):
        assert send(reviewer, "/undo", {"action": action}).location == "/history"
    after = {id: console_parts.store.phrases.by_id(id) for id in ids}
    assert [id for id in ids if after[id] != before[id]] == [ids[0]]  # the fifty-first is out of reach


def test_undoing_from_a_card_takes_back_the_last_and_shows_its_card(
    sign_in: Send, phrase: Send, say: Send, send: Send, stands: Any
) -> None:
    first, second = phrase(), phrase()
    reviewer = sign_in()
    say(reviewer, first)
    say(reviewer, second)
    answer = send(reviewer, "/undo", {"kind": "all"})
    assert stands(second).state == "waiting"
    assert stands(first).state == "done"
    assert f'name="phrase" value="{second}"' in seen(reviewer, answer.location)


def test_nobody_takes_back_what_another_did_or_what_has_moved_on(
    *, sign_in: Send, phrase: Send, say: Send, send: Send, stands: Any, console_parts: Parts
) -> None:
    id = phrase(blind_second=True)
    one, two = sign_in(), sign_in()
    say(one, id, "work")
    say(two, id, "work")
    first, second = console_parts.store.verdicts.of_phrase(id)
    send(two, "/undo", {"action": str(first.id)})
    assert stands(id).state == "done"
    send(one, "/undo", {"action": str(first.id)})
    assert "先へ進んだ" in seen(one, "/history")
    assert stands(id).state == "done"
    assert second.undone_at is None


def test_the_same_phrase_is_not_judged_twice_by_an_old_tab(
    sign_in: Send, phrase: Send, say: Send, stands: Any, console_parts: Parts
) -> None:
    id = phrase()
    reviewer = sign_in()
    say(reviewer, id, "work")
    answer = say(reviewer, id, "childcare")
    assert "先へ進んだ" in seen(reviewer, answer.location)
    assert stands(id).label == "work"
    assert len(console_parts.store.verdicts.of_phrase(id)) == 1


def test_seconds_are_those_since_the_card_was_shown_and_never_nonsense(
    sign_in: Send, phrase: Send, say: Send, console_parts: Parts
) -> None:
    reviewer = sign_in()
    for shown in ("nan", "x", "1", "99999999999", "-5"):
        id = phrase()
        say(reviewer, id, shown=shown)
        assert console_parts.store.verdicts.of_phrase(id)[0].seconds == 0.0


# Many at once


def _field(html: str, name: str) -> str:
    return html.rsplit(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def test_many_are_looked_at_first_changed_as_one_and_taken_back_as_one(
    *, sign_in: Send, phrase: Send, say: Send, send: Send, stands: Any, console_parts: Parts
) -> None:
    reviewer, lead = sign_in(), sign_in("lead")
    ids = [phrase() for _ in range(5)]
    for id in ids:
        say(reviewer, id, "food-housing")
    before = [stands(id) for id in ids]
    html = seen(lead, "/bulk?label=food-housing&to=living-medical-costs")
    assert "5 文が変わります" in html
    assert re.search(r"食事・住まい・家事</th><td>5</td><td>0</td><td>-5</td>", html)
    assert re.search(r"生活や医療に係る費用</th><td>0</td><td>5</td><td>\+5</td>", html)
    form = {"state": "done", "label": "food-housing", "to": "living-medical-costs", "digest": _field(html, "digest")}
    send(lead, "/bulk", form)
    assert {stands(id).label for id in ids} == {"living-medical-costs"}
    history = seen(lead, "/history")
    assert "いっしょに 5 文" in history
    send(lead, "/undo", {"action": _field(history, "action")})
    assert [stands(id) for id in ids] == before


def test_many_are_not_changed_if_they_are_others_than_those_looked_at(
    sign_in: Send, phrase: Send, say: Send, send: Send, stands: Any
) -> None:
    reviewer, lead = sign_in(), sign_in("lead")
    first, second = phrase(), phrase()
    say(reviewer, first, "work")
    html = seen(lead, "/bulk?label=work&to=childcare")
    say(reviewer, second, "work")
    form = {"state": "done", "label": "work", "to": "childcare", "digest": _field(html, "digest")}
    answer = send(lead, "/bulk", form)
    assert "そのあいだに、文が変わりました" in seen(lead, answer.location)
    assert (stands(first).label, stands(second).label) == ("work", "work")


def test_second_opinions_are_never_given_many_at_once(
    sign_in: Send, phrase: Send, say: Send, send: Send, stands: Any
) -> None:
    second, split = phrase(text="二人目を待つ文", blind_second=True), phrase(text="別々に読まれた文", blind_second=True)
    say(sign_in(), second, "work")
    say(sign_in(), split, "work")
    say(sign_in(), split, "childcare")
    lead = sign_in("lead")
    for state in ("second", "adjudicate", "waiting", "done", "held", "", "x"):
        html = seen(lead, f"/bulk?state={state}&to=work")
        assert "二人目を待つ文" not in html
        assert "別々に読まれた文" not in html


def test_a_look_says_how_many_need_two_people(console_parts: Parts, phrase: Send, stands: Any) -> None:
    ids = (phrase(), phrase(blind_second=True), phrase(level=1))
    look = preview(tuple(stands(id) for id in ids), "work", {("childcare", "work"): 3, ("work", "childcare"): 2})
    assert (look.changed, look.same, look.first_opinions) == (3, 0, 2)
    assert dict(look.balance) == {"childcare": (2, 2), "work": (3, 4)}


def test_only_leads_do_many_at_once(sign_in: Send, send: Send) -> None:
    assert sign_in().get("/bulk").status_code == 403
    assert send(sign_in(), "/bulk", {"to": "work"}).status_code == 403


def test_what_is_said_never_gets_into_the_log_or_the_address(
    sign_in: Send, phrase: Send, say: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    id = phrase(text="ひみつの文です")
    reviewer = sign_in("lead")
    location = say(reviewer, id).location + say(reviewer, id).location
    for path in ("/label/all", "/queue", "/queue/all/groups", "/bulk", "/history"):
        seen(reviewer, path)
    assert "ひみつ" not in caplog.text + location


def test_a_judgement_is_what_the_store_knows() -> None:
    """Every answer that a button gives is one that the store takes."""
    assert Judgement(keys.CANNOT_JUDGE).label is None
    assert Judgement(keys.CONTAINS_NAME).label is None
    with pytest.raises(ValueError, match="keys"):
        keys.usual(["x"] * 13, ["x"] * 13)
