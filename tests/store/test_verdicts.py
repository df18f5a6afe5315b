from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.store.conftest import TODAY, new_phrase
from web.store import Conflict, Store
from web.store.judging import Judgement
from web.store.opinions import Pair
from web.store.people import Person
from web.store.tables import ROLES
from web.store.verdicts import Verdict

WORK, CARE = Judgement("label", "work"), Judgement("label", "nursing-care")
BOTH, BOTH_TURNED = Judgement("two", "work", "nursing-care"), Judgement("two", "nursing-care", "work")
CANNOT, NAME = Judgement("cannot-judge"), Judgement("contains-name")
Make = Callable[..., Person]
Keep = Callable[..., str]
Say = Callable[..., Verdict]


@pytest.fixture
def team(person: Make) -> dict[str, Person]:
    roles = {"a": "reviewer", "b": "reviewer", "c": "reviewer", "lead": "lead"}
    return {name: person(name, role) for name, role in roles.items()}


@pytest.fixture
def say(store: Store, team: dict[str, Person]) -> Say:
    return lambda id, who, said, **other: store.verdicts.record(
        id, said, actor=team[who].id, guideline_version="2026-11", seconds=3.5, **other
    )


def place(store: Store, id: str) -> tuple[str, str | None, str | None]:
    found = store.phrases.by_id(id)
    assert found is not None
    return found.state, found.label, found.also


@pytest.mark.parametrize(
    ("answer", "label", "also"),
    [
        ("label", None, None),
        ("label", "work", "childcare"),
        ("two", "work", None),
        ("two", "work", "work"),
        ("cannot-judge", "work", None),
        ("contains-name", "work", None),
        ("nonsense", "work", None),
    ],
)
def test_an_answer_and_its_labels_must_go_together(answer: str, label: str | None, also: str | None) -> None:
    with pytest.raises(ValueError, match="labels"):
        Judgement(answer, label, also)


def test_an_ordinary_phrase_is_done_at_the_first_verdict(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting()
    verdict = say(id, "a", BOTH, keep_until=TODAY + timedelta(days=365))
    assert place(store, id) == ("done", "work", "nursing-care")
    assert (verdict.round, verdict.answer, verdict.seconds, verdict.undone_at) == ("first", "two", 3.5, None)
    found = store.phrases.by_id(id)
    assert found is not None
    assert found.expires_on == TODAY + timedelta(days=365)
    assert store.audit.list(subject=f"phrase:{id}")[0].after["label"] == "work"


@pytest.mark.parametrize("why", [{"level": 1}, {"kind": "child-abuse"}, {"blind_second": True}])
def test_danger_and_the_blind_sample_need_two_equal_labels(
    store: Store, waiting: Keep, say: Say, why: dict[str, Any]
) -> None:
    id = waiting(**why)
    say(id, "a", BOTH)
    assert place(store, id) == ("second", None, None), "the first label is not shown to the second person"
    with pytest.raises(Conflict, match="same person"):
        say(id, "a", BOTH)
    assert say(id, "b", BOTH_TURNED).round == "second"
    assert place(store, id) == ("done", "nursing-care", "work")


def test_two_different_labels_are_decided_by_a_third(store: Store, waiting: Keep, say: Say, person: Make) -> None:
    id, other_lead = waiting(level=2, kind="dv"), person("d", "lead")
    say(id, "a", WORK)
    say(id, "lead", CARE)
    assert place(store, id) == ("adjudicate", None, None)
    with pytest.raises(Conflict, match="same person"):
        say(id, "lead", WORK)
    decided = store.verdicts.record(id, CARE, actor=other_lead.id, guideline_version="2026-11", seconds=1)
    assert decided.round == "adjudication"
    assert place(store, id) == ("done", "nursing-care", None)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "lead"])
def test_opinions_that_differ_are_decided_by_a_lead_and_nobody_else(
    store: Store, waiting: Keep, say: Say, person: Make, role: str
) -> None:
    id, who = waiting(level=2, kind="dv"), person("d", role)
    say(id, "a", WORK)
    say(id, "b", CARE)
    with pytest.raises(Conflict, match=f"not for the role {role}"):
        store.verdicts.record(id, CARE, actor=who.id, guideline_version="2026-11", seconds=1)
    bulk = store.verdicts.record_many([id], CARE, actor=who.id, guideline_version="2026-11", seconds=1)
    assert (bulk.judged, [left for left, _ in bulk.left]) == ((), [id])
    assert place(store, id) == ("adjudicate", None, None)


@pytest.mark.parametrize("role", ["releaser", "admin"])
@pytest.mark.parametrize("grave", [0, 1])
def test_who_releases_models_or_manages_people_labels_nothing(
    *, store: Store, waiting: Keep, say: Say, person: Make, role: str, grave: int
) -> None:
    id, who = waiting(level=grave), person("d", role)
    for former in ["a"] * grave:
        say(id, former, WORK)
    before = place(store, id)
    with pytest.raises(Conflict, match=f"not for the role {role}"):
        store.verdicts.record(id, WORK, actor=who.id, guideline_version="2026-11", seconds=1)
    assert place(store, id) == before


def test_who_cannot_judge_leaves_it_to_the_next_and_then_to_a_third(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting(level=1)
    say(id, "a", CANNOT)
    assert place(store, id)[0] == "waiting"
    say(id, "b", CANNOT)
    assert place(store, id)[0] == "adjudicate"
    say(id, "lead", CANNOT)
    assert place(store, id) == ("done", None, None)
    assert store.opinions.accepted() == ()


def test_a_phrase_with_a_name_is_hidden_at_once(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting(blind_second=True)
    say(id, "a", NAME)
    assert place(store, id) == ("hidden", None, None)
    with pytest.raises(Conflict, match="not open"):
        say(id, "b", WORK)


def test_what_is_held_unknown_or_judged_by_nobody_real_is_refused(store: Store, waiting: Keep, say: Say) -> None:
    held = store.phrases.add(new_phrase(day=TODAY + timedelta(days=9)))
    for id in (held, "no-such-phrase"):
        with pytest.raises(Conflict):
            say(id, "a", WORK)
    open_ = waiting()
    with pytest.raises(Conflict, match="person"):
        store.verdicts.record(open_, WORK, actor=4711, guideline_version="1", seconds=1)


def test_a_done_phrase_is_corrected_by_a_lead_only(
    store: Store, waiting: Keep, say: Say, team: dict[str, Person]
) -> None:
    id = waiting()
    say(id, "a", WORK)
    with pytest.raises(Conflict, match="for a lead"):
        say(id, "b", CARE)
    assert say(id, "lead", CARE).round == "adjudication"
    assert place(store, id) == ("done", "nursing-care", None)
    assert store.opinions.accepted()[0].people == (team["lead"].id,)


def test_a_lead_does_not_overrule_alone_what_needed_two_if_they_were_one_of_them(
    store: Store, waiting: Keep, say: Say
) -> None:
    id = waiting(level=1)
    say(id, "lead", WORK)
    say(id, "b", WORK)
    with pytest.raises(Conflict, match="same person"):
        say(id, "lead", CARE)


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (0, [("a", WORK)]),
        (0, [("a", NAME)]),
        (0, [("a", CANNOT)]),
        (1, [("a", WORK)]),
        (1, [("a", WORK), ("b", WORK)]),
        (1, [("a", WORK), ("b", CARE)]),
        (1, [("a", WORK), ("b", CARE), ("lead", BOTH)]),
        (0, [("a", WORK), ("lead", CARE)]),
    ],
)
def test_undoing_gives_back_the_very_same_row(
    store: Store,
    say: Say,
    behind_its_back: Callable[[str], list[tuple[Any, ...]]],
    *,
    level: int,
    said: list[tuple[str, Judgement]],
) -> None:
    id = store.phrases.add(new_phrase(level=level))
    store.phrases.release(TODAY + timedelta(days=2), least=1)
    rows, verdicts = [], []
    for who, judgement in said:
        rows.append(behind_its_back("SELECT * FROM phrases"))
        verdicts.append(say(id, who, judgement, keep_until=TODAY + timedelta(days=365)))
    for row, verdict in zip(reversed(rows), reversed(verdicts), strict=True):
        store.verdicts.undo(verdict.id, actor=verdict.person)
        assert behind_its_back("SELECT * FROM phrases") == row
    again = say(id, "a", WORK)
    assert again.round == "first"
    assert [verdict.undone_at is None for verdict in store.verdicts.of_phrase(id)] == [False] * len(said) + [True]
    assert store.audit.verify() == ()


def test_what_has_moved_on_is_not_undone(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting(level=1)
    first = say(id, "a", WORK)
    second = say(id, "b", WORK)
    with pytest.raises(Conflict, match="moved on"):
        store.verdicts.undo(first.id, actor=first.person)
    store.phrases.hide(id, actor=None)
    with pytest.raises(Conflict, match="moved on"):
        store.verdicts.undo(second.id, actor=second.person)
    assert place(store, id)[0] == "hidden"
    with pytest.raises(Conflict, match="no such verdict"):
        store.verdicts.undo(4711, actor=None)


def test_a_verdict_is_undone_once(store: Store, waiting: Keep, say: Say) -> None:
    verdict = say(waiting(), "a", WORK)
    store.verdicts.undo(verdict.id, actor=verdict.person)
    with pytest.raises(Conflict, match="taken back before"):
        store.verdicts.undo(verdict.id, actor=verdict.person)


def test_what_is_done_is_sent_to_a_second_person_who_may_agree(
    store: Store, team: dict[str, Person], waiting: Keep, say: Say
) -> None:
    done, other = waiting("一つ目の文"), waiting("二つ目の文")
    say(done, "a", WORK)
    assert store.phrases.ask_second([done, other, "nobody"], actor=None, reason="candidate x") == 1
    assert place(store, done) == ("second", None, None)
    waits = {who: {phrase.id for phrase in store.queue.list("all", for_person=team[who])} for who in ("a", "b")}
    assert waits == {"a": {other}, "b": {done, other}}
    assert store.opinions.accepted() == ()
    [entry] = [entry for entry in store.audit.list(subject=f"phrase:{done}") if entry.action == "ask second"]
    assert (entry.reason, entry.before["state"], entry.after["state"]) == ("candidate x", "done", "second")
    with pytest.raises(Conflict, match="same person"):
        say(done, "a", WORK)
    say(done, "b", WORK)
    [accepted] = store.opinions.accepted()
    assert (accepted.people, accepted.judges) == ((team["a"].id, team["b"].id), 2)


def test_who_disagrees_as_the_second_leaves_it_to_a_third(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting()
    say(id, "a", WORK)
    store.phrases.ask_second([id], actor=None)
    say(id, "b", CARE)
    assert place(store, id)[0] == "adjudicate"


def test_many_are_relabelled_and_taken_back_as_one(store: Store, team: dict[str, Person], say: Say) -> None:
    plain = [store.phrases.add(new_phrase(f"文{number}")) for number in range(20)]
    grave = store.phrases.add(new_phrase("怖い", level=2, kind="dv"))
    store.phrases.release(TODAY + timedelta(days=2), least=1)
    say(plain[0], "b", CARE)
    bulk = store.verdicts.record_many(
        [*plain, grave, grave, "nobody"], WORK, actor=team["a"].id, guideline_version="1", seconds=0.1
    )
    assert bulk.judged == (*plain[1:], grave)
    assert [id for id, _ in bulk.left] == [plain[0], "nobody"]
    assert {place(store, id) for id in plain[1:]} == {("done", "work", None)}
    assert place(store, grave) == ("second", None, None)
    assert len(store.verdicts.last(team["a"].id, 50)) == 20
    assert store.verdicts.undo_bulk(bulk.id, actor=team["a"].id) == 20
    assert {place(store, id) for id in [*plain[1:], grave]} == {("waiting", None, None)}
    assert place(store, plain[0]) == ("done", "nursing-care", None)
    assert store.verdicts.last(team["a"].id) == ()


def test_too_many_at_once_are_refused_before_anything_is_done(store: Store, team: dict[str, Person]) -> None:
    with pytest.raises(ValueError, match="2000"):
        store.verdicts.record_many(["x"] * 2001, WORK, actor=team["a"].id, guideline_version="1", seconds=0.1)


def test_a_bulk_is_undone_whole_or_not_at_all(store: Store, team: dict[str, Person], say: Say) -> None:
    ids = [store.phrases.add(new_phrase(f"文{number}", level=1)) for number in range(3)]
    store.phrases.release(TODAY + timedelta(days=2), least=1)
    bulk = store.verdicts.record_many(ids, WORK, actor=team["a"].id, guideline_version="1", seconds=0.1)
    say(ids[1], "b", WORK)
    with pytest.raises(Conflict, match="moved on"):
        store.verdicts.undo_bulk(bulk.id, actor=team["a"].id)
    assert [place(store, id)[0] for id in ids] == ["second", "done", "second"]


def test_the_last_of_a_person_are_theirs_and_newest_first(store: Store, waiting: Keep, say: Say) -> None:
    mine = [say(waiting(f"文{number}"), "a", WORK) for number in range(3)]
    say(waiting("別の文"), "b", WORK)
    assert store.verdicts.last(mine[0].person, 2) == (mine[2], mine[1])
    assert store.verdicts.by_id(mine[0].id) == mine[0]


def test_pairs_for_agreement_are_the_two_blind_labels(
    store: Store, waiting: Keep, say: Say, team: dict[str, Person]
) -> None:
    both = waiting("一", level=1)
    say(both, "a", WORK)
    say(both, "b", CARE)
    say(both, "lead", CARE)
    half = waiting("二", level=1)
    say(half, "a", WORK)
    undone = waiting("三", level=1)
    say(undone, "a", WORK)
    store.verdicts.undo(say(undone, "b", WORK).id, actor=None)
    passed = waiting("四", level=1)
    for who, said in (("c", CANNOT), ("a", WORK), ("b", WORK)):
        say(passed, who, said)
    a, b = team["a"].id, team["b"].id
    assert store.opinions.pairs() == (
        Pair(both, "work", "nursing-care", (a, b)),
        Pair(passed, "work", "work", (a, b)),
    )
    assert store.opinions.pairs(guideline_version="2026-11") == store.opinions.pairs()
    assert store.opinions.pairs(guideline_version="older") == ()


def test_accepted_are_the_done_with_their_labels_and_whose_they_are(
    store: Store, waiting: Keep, say: Say, team: dict[str, Person]
) -> None:
    two, one, open_ = waiting("二人", level=1, cluster="c"), waiting("一人"), waiting("まだ", level=1)
    for id, who, said in (
        (two, "a", WORK),
        (two, "b", CARE),
        (two, "lead", CARE),
        (one, "a", BOTH),
        (open_, "a", WORK),
    ):
        say(id, who, said)
    accepted = {each.phrase: each for each in store.opinions.accepted()}
    assert set(accepted) == {one, two}
    assert (accepted[two].text, accepted[two].label, accepted[two].cluster) == ("二人", "nursing-care", "c")
    assert accepted[two].people == (team["b"].id, team["lead"].id)
    assert (accepted[one].label, accepted[one].also, accepted[one].people) == ("work", "nursing-care", (team["a"].id,))
    store.phrases.purge(TODAY + timedelta(days=60))
    assert store.opinions.accepted() == ()
    assert store.verdicts.of_phrase(two) == ()


def test_a_phrase_set_back_to_waiting_starts_anew(store: Store, waiting: Keep, say: Say) -> None:
    id = waiting(level=1)
    say(id, "a", WORK)
    say(id, "b", WORK)
    store.phrases.set_state(id, "waiting", actor=None, reason="手引きが変わった")
    assert place(store, id) == ("waiting", None, None)
    assert say(id, "a", CARE).round == "first"
