from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.store.conftest import TODAY, new_phrase
from web.store import Store
from web.store.judging import Judgement
from web.store.people import Person
from web.store.queue import KINDS, Filter, Kind

WORK = Judgement("label", "work")
Make = Callable[..., Person]


def keep(store: Store, *phrases: tuple[str, dict[str, object]]) -> dict[str, str]:
    """Keeps phrases and releases them; ids by text."""
    ids = {text: store.phrases.add(new_phrase(text, **{"margin": 0.6} | other)) for text, other in phrases}
    store.phrases.release(TODAY + timedelta(days=2), least=1)
    return ids


def texts(store: Store, kind: Kind, person: Person | None = None) -> list[str | None]:
    return [phrase.text for phrase in store.queue.list(kind, for_person=person)]


@pytest.fixture
def five(store: Store, person: Make) -> dict[str, str]:
    """One phrase of each reason to look at it, and a cluster that is known already."""
    ids = keep(
        store,
        ("known", {"cluster": "known"}),
        ("sure", {"cluster": "known"}),
        ("random", {"cluster": "known", "random_slice": True}),
        ("new", {}),
        ("unsure", {"margin": 0.1, "cluster": "known"}),
        ("argued", {"cluster": "known", "blind_second": True}),
        ("grave", {"level": 2, "kind": "dv", "cluster": "known"}),
        ("gentle", {"level": 1, "kind": "suicide", "cluster": "known"}),
    )
    first, second = person("first"), person("second")
    store.verdicts.record(ids["known"], WORK, actor=first.id, guideline_version="1", seconds=2)
    store.verdicts.record(ids["argued"], WORK, actor=first.id, guideline_version="1", seconds=2)
    store.verdicts.record(
        ids["argued"], Judgement("label", "childcare"), actor=second.id, guideline_version="1", seconds=2
    )
    return ids


def test_danger_comes_first_then_disagreement_doubt_what_is_new_and_the_random_slice(
    store: Store, five: dict[str, str]
) -> None:
    assert texts(store, "all") == ["grave", "gentle", "argued", "unsure", "new", "random", "sure"]


def test_each_kind_has_its_list_and_its_count(store: Store, five: dict[str, str]) -> None:
    lists = {kind: texts(store, kind) for kind in KINDS}
    assert lists["danger"] == ["grave", "gentle"]
    assert lists["disagreements"] == ["argued"]
    assert lists["unsure"] == ["unsure"]
    assert lists["new"] == ["new"]
    assert lists["random"] == ["random"]
    assert store.queue.counts(for_person=None) == {kind: len(found) for kind, found in lists.items()}


def test_pages_of_a_list_fit_together(store: Store, five: dict[str, str]) -> None:
    whole = store.queue.list("all", for_person=None)
    pages = [store.queue.list("all", for_person=None, limit=2, offset=offset) for offset in (0, 2, 4, 6, 8)]
    assert tuple(phrase for page in pages for phrase in page) == whole
    assert store.queue.counts(for_person=None) == store.queue.counts(for_person=None)


def test_an_empty_queue_counts_nothing(store: Store) -> None:
    assert store.queue.counts(for_person=None) == dict.fromkeys(KINDS, 0)


def test_nobody_is_asked_twice_about_one_phrase(store: Store, person: Make) -> None:
    ids = keep(store, ("argued", {"blind_second": True}))
    first, second, third, lead = person("first"), person("second"), person("third"), person("lead", "lead")
    store.verdicts.record(ids["argued"], WORK, actor=first.id, guideline_version="1", seconds=2)
    assert [texts(store, "all", each) for each in (first, second, third)] == [[], ["argued"], ["argued"]]
    assert store.queue.counts(for_person=first)["all"] == 0
    given = Judgement("label", "childcare")
    store.verdicts.record(ids["argued"], given, actor=second.id, guideline_version="1", seconds=2)
    assert [texts(store, "disagreements", each) for each in (first, second, third)] == [[], [], []]
    assert store.queue.counts(for_person=third)["all"] == 0
    assert texts(store, "disagreements", lead) == ["argued"]


def test_what_could_point_to_somebody_is_seen_by_leads_only(store: Store, person: Make) -> None:
    ids = keep(store, ("plain", {"identifying": 1}), ("telling", {"identifying": 2}))
    lead = person("lead", "lead")
    assert set(texts(store, "all", lead)) == {"plain", "telling"}
    assert store.queue.by_id(ids["telling"], for_person=lead) is not None
    for role in ("reviewer", "releaser", "admin"):
        other = person(role, role)
        assert texts(store, "all", other) == ["plain"]
        assert store.queue.by_id(ids["telling"], for_person=other) is None
        assert store.queue.of_cluster("telling", for_person=other) == ()
        assert [group.cluster for group in store.queue.groups("all", for_person=other)] == ["plain"]
        assert store.queue.size(Filter(), for_person=other) == 1


def test_what_is_held_is_seen_by_nobody_and_what_is_hidden_by_leads(store: Store, person: Make) -> None:
    held = store.phrases.add(new_phrase("held", day=TODAY + timedelta(days=9)))
    hidden = keep(store, ("hidden", {}))["hidden"]
    store.phrases.hide(hidden, actor=None)
    lead, reviewer = person("lead", "lead"), person("reviewer")
    assert store.queue.by_id(held, for_person=lead) is None
    assert store.queue.by_id(hidden, for_person=lead) is not None
    assert store.queue.by_id(hidden, for_person=reviewer) is None
    assert store.queue.find(Filter(), for_person=reviewer) == ()


def test_near_duplicates_are_one_group_the_largest_first(store: Store) -> None:
    keep(store, *[(f"家賃{number}", {"cluster": "rent"}) for number in range(3)], ("仕事", {"cluster": "job"}))
    groups = store.queue.groups("all", for_person=None)
    assert [(group.cluster, group.size) for group in groups] == [("rent", 3), ("job", 1)]
    of_rent = store.queue.of_cluster("rent", for_person=None)
    assert {phrase.text for phrase in of_rent} == {"家賃0", "家賃1", "家賃2"}
    assert groups[0].first == of_rent[0]


def test_phrases_are_found_by_every_condition_and_a_cell_of_the_confusions_opens_its_phrases(
    store: Store, five: dict[str, str]
) -> None:
    def found(**conditions: object) -> set[str | None]:
        wanted = Filter(**conditions)  # type: ignore[arg-type]
        listed = {phrase.text for phrase in store.queue.find(wanted, for_person=None)}
        assert store.queue.size(wanted, for_person=None) == len(listed)
        return listed

    assert store.queue.confusions() == {("living-medical-costs", "work"): 1}
    assert found(predicted="living-medical-costs", label="work") == {"known"}
    assert found(state="adjudicate") == {"argued"}
    assert found(level=1) == {"grave", "gentle"}
    assert found(level=1, kind="dv") == {"grave"}
    assert found(cluster="new") == {"new"}
    assert found(chosen="work") == set()
    assert found() == set(five)
