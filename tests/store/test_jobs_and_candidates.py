from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.clocks import Clock
from web.store import Conflict, Store
from web.store.people import Person

Make = Callable[..., Person]


def test_a_job_is_asked_for_done_and_shows_how_far_it_is(store: Store, person: Make, clock: Clock) -> None:
    who = person("hana")
    asked = store.jobs.add("train", actor=who.id)
    assert (asked.state, asked.started_by) == ("waiting", who.id)
    job = store.jobs.claim("train")
    assert job is not None
    assert (job.id, job.state, job.started_at) == (asked.id, "running", clock.now)
    assert store.jobs.beat(job, done=3, total=9, what="calibrating")
    seen = store.jobs.by_id(job.id)
    assert seen is not None
    assert (seen.done, seen.total, seen.what) == (3, 9, "calibrating")
    assert store.jobs.finish(job, result={"version": "abc"})
    ended = store.jobs.by_id(job.id)
    assert ended is not None
    assert (ended.state, ended.result, ended.ended_at) == ("done", {"version": "abc"}, clock.now)
    assert store.jobs.claim("train") is None


def test_one_of_a_kind_runs_at_a_time_and_the_oldest_goes_first(store: Store) -> None:
    first, second, other = (store.jobs.add(kind, actor=None) for kind in ("train", "train", "export"))
    job = store.jobs.claim("train")
    assert job is not None
    assert job.id == first.id
    assert store.jobs.claim("train") is None
    exporting = store.jobs.claim("export")
    assert exporting is not None
    assert exporting.id == other.id
    assert store.jobs.finish(job, failed=True)
    after = store.jobs.claim("train")
    assert after is not None
    assert after.id == second.id
    assert [(each.id, each.state) for each in store.jobs.list(kind="train")] == [
        (second.id, "running"),
        (first.id, "failed"),
    ]


def test_eight_workers_at_the_same_time_get_one_job_once(store: Store) -> None:
    store.jobs.add("train", actor=None)
    store.jobs.add("train", actor=None)
    with ThreadPoolExecutor(8) as threads:
        claimed = [job for job in threads.map(lambda _: store.jobs.claim("train"), range(8)) if job]
    assert len(claimed) == 1


def test_a_job_whose_runner_died_is_claimed_again_and_the_dead_has_no_say_any_more(store: Store, clock: Clock) -> None:
    store.jobs.add("train", actor=None)
    store.jobs.add("train", actor=None)
    dead = store.jobs.claim("train")
    assert dead is not None
    clock.on(seconds=59)
    assert store.jobs.beat(dead, done=1, total=2)
    clock.on(seconds=60)
    assert store.jobs.claim("train") is None
    clock.on(seconds=1)
    alive = store.jobs.claim("train")
    assert alive is not None
    assert (alive.id, alive.done) == (dead.id, 0)
    assert not store.jobs.beat(dead, done=2, total=2)
    assert not store.jobs.finish(dead, result="late")
    assert store.jobs.finish(alive, result="good")
    ended = store.jobs.by_id(dead.id)
    assert ended is not None
    assert ended.result == "good"


def test_a_stopped_job_tells_its_runner(store: Store) -> None:
    store.jobs.add("train", actor=None)
    job = store.jobs.claim("train")
    assert job is not None
    assert store.jobs.stop(job.id, actor=1, reason="まちがえた")
    assert not store.jobs.beat(job, done=1, total=2)
    assert not store.jobs.finish(job)
    assert not store.jobs.stop(job.id, actor=1)
    assert store.jobs.claim("train") is None
    assert [entry.action for entry in store.audit.list()] == ["stop job", "ask for job"]


def test_nobody_releases_what_they_trained(store: Store, person: Make, clock: Clock) -> None:
    trainer, releaser = person("hana", "lead"), person("taro", "releaser")
    store.candidates.create("v1", gate={"worse": []}, passed=True, actor=trainer.id)
    with pytest.raises(Conflict, match="trained"):
        store.candidates.decide("v1", "released", actor=trainer.id)
    released = store.candidates.decide("v1", "released", actor=releaser.id, reason="よくなった")
    assert (released.state, released.released_by, released.released_at) == ("released", releaser.id, clock.now)
    assert store.candidates.by_version("v1") == released
    entry = store.audit.list(subject="model:v1")[0]
    assert (entry.actor, entry.before, entry.after) == (releaser.id, {"state": "waiting"}, {"state": "released"})


def test_a_refused_model_is_never_released_and_a_withdrawn_one_may_come_back(store: Store, person: Make) -> None:
    trainer, releaser = person("hana"), person("taro")
    store.candidates.create("bad", gate={"worse": ["work"]}, passed=False, actor=trainer.id)
    with pytest.raises(Conflict, match="refused cannot become released"):
        store.candidates.decide("bad", "released", actor=releaser.id)
    store.candidates.create("good", gate={}, passed=True, actor=trainer.id)
    for state in ("released", "withdrawn", "released"):
        assert store.candidates.decide("good", state, actor=releaser.id).state == state
    with pytest.raises(Conflict):
        store.candidates.decide("good", "waiting", actor=releaser.id)
    with pytest.raises(Conflict, match="no such model"):
        store.candidates.decide("unknown", "released", actor=releaser.id)
    with pytest.raises(Conflict):
        store.candidates.create("good", gate={}, passed=True, actor=releaser.id)


def test_candidates_are_listed_newest_first(store: Store, clock: Clock) -> None:
    for version, passed in (("a", True), ("b", False), ("c", True)):
        store.candidates.create(version, gate={}, passed=passed, actor=None)
        clock.on(seconds=1)
    assert [each.version for each in store.candidates.list()] == ["c", "b", "a"]
    assert [each.version for each in store.candidates.list(state="refused")] == ["b"]
