from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, update

from catalog.model import CATEGORY_IDS, Catalog
from nlu import instance
from nlu.classifier import Model
from nlu.evaluation import answer
from nlu.one_way import FEWEST_MIXED
from nlu.registry import Registry
from tests.support.clocks import Clock
from tests.support.lessons import learnt
from web import learning
from web.admission import Caps
from web.commands.learning import candidates, worker
from web.settings import ROOT, Settings
from web.store import Store, migrating
from web.store.jobs import Job
from web.store.judging import Judgement
from web.store.people import Person
from web.store.phrases import NewPhrase
from web.store.tables import jobs
from web.training_job import TrainingJob

TODAY = date(2026, 11, 25)
SECRET = "a-secret-of-the-tests-of-32-letters"  # noqa: S105
MISREAD = "上司の机に辞表を置いたのに、しゃくとりむしみたいに机を引きずられて受けとってもらえません"

TURNED = (
    "給料日に一円も振り込まれていませんでした",
    "上司が毎日みんなの前で怒鳴ります",
    "保育園に三つとも落ちて復帰できません",
    "赤ちゃんの夜泣きで二か月寝ていない",
    "母の徘徊を一人で見張っています",
    "ヘルパーさんの来る日を増やしたい",
    "つわりで水も飲めません",
    "夫と三年口をきいていません",
)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own that learnt the small data."""
    home = tmp_path / "home"
    shutil.copytree(learnt(), home)
    url = f"sqlite:///{home / 'instance' / 'store.sqlite'}"
    migrating.upgrade(url)
    return Settings(
        hitorijanai_instance=home / "instance",
        hitorijanai_training_data=home / "data",
        secret_key=SECRET,
        database_url=url,
    )


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    opened = Store.open(settings.database_url, [SECRET], clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def registry(settings: Settings) -> Registry:
    return instance.registry(settings.hitorijanai_instance)


@pytest.fixture
def work(settings: Settings, catalog: Catalog, store: Store, registry: Registry) -> TrainingJob:
    return TrainingJob(settings, catalog, store, registry)


@pytest.fixture
def lead(store: Store) -> Person:
    return store.people.create("lead", role="lead", profession="精神科医", password_hash="x", actor=None)  # noqa: S106


@pytest.fixture
def accept(store: Store, lead: Person) -> Callable[..., str]:
    """Keeps a phrase that is done, with its label."""

    def keep(text: str, label: str, day: date = TODAY) -> str:
        new = NewPhrase(
            text=text,
            day=day,
            expires_on=TODAY + timedelta(days=30),
            consent="2026-11",
            model="0123456789abcdef",
            ranked=(("childcare", 0.5), ("work", 0.3)),
            margin=0.2,
            cluster=text,
        )
        id = store.phrases.add(new)
        store.phrases.release(TODAY + timedelta(days=9), least=1)
        said = Judgement("label", label)
        store.verdicts.record(id, said, actor=lead.id, guideline_version="1", seconds=1, keep_until=TODAY)
        return id

    return keep


def test_an_accepted_verdict_becomes_a_candidate_that_waits_and_changes_nothing_by_itself(
    work: TrainingJob, store: Store, registry: Registry, lead: Person, accept: Callable[..., str]
) -> None:
    phrase = accept(MISREAD, "work")
    in_use = registry.current()
    learning.ask(store, lead.id)
    job = work.run_next()
    assert job is not None
    assert job.state == "done", job.result
    [candidate] = store.candidates.list()
    assert (candidate.trained_by, candidate.job) == (lead.id, job.id)
    gate = candidate.gate
    assert gate["learnt"]["reviewed"] == 1
    assert gate["learnt"]["by_label"] == {"work": 1}
    assert gate["compared_with"] == in_use == registry.current()
    assert candidate.state == ("waiting" if gate["passed"] else "refused")
    learnt_model = Model(registry.load(candidate.version))
    assert answer(learnt_model.predict(MISREAD)) == "work"
    assert MISREAD not in str(gate)
    assert all(f"phrase:{phrase}" == c["where"] for c in gate["changes"] if c["group"] == "reviewed")


def test_what_one_person_turns_towards_one_label_is_refused_and_goes_to_a_second(
    work: TrainingJob, store: Store, registry: Registry, lead: Person, accept: Callable[..., str]
) -> None:
    model = Model(registry.load(str(registry.current())))
    texts = [text for text in TURNED if answer(model.predict(text)) != "covid19"]
    assert len(texts) >= FEWEST_MIXED
    store.settings.set("learning_caps", asdict(Caps(per_person=9, together=9)), actor=None)
    turned = {accept(text, "covid19") for text in texts}
    learning.ask(store, lead.id)
    assert work.run_next() is not None
    [candidate] = store.candidates.list()
    assert candidate.state == "refused"
    assert "second-opinions" in {reason["rule"] for reason in candidate.gate["reasons"]}
    assert set(candidate.gate["second_opinions"]) == turned
    assert store.opinions.accepted() == ()
    other = store.people.create("other", role="reviewer", profession="", password_hash="x", actor=None)  # noqa: S106
    assert {phrase.id for phrase in store.queue.list("all", for_person=other)} == turned
    for id in turned:
        said = Judgement("label", "covid19")
        store.verdicts.record(id, said, actor=other.id, guideline_version="1", seconds=1, keep_until=TODAY)
    verdict, record = work.examined(candidate.version, work.lesson())
    assert "second-opinions" not in {reason.rule for reason in verdict.reasons}
    assert record["second_opinions"] == []


def test_a_case_of_the_golden_set_among_the_phrases_ends_the_job_with_both_places(
    work: TrainingJob, store: Store, settings: Settings
) -> None:
    path = settings.hitorijanai_training_data / "golden" / "work.txt"
    case = next(line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    with (settings.hitorijanai_training_data / "phrases" / "work.txt").open("a", encoding="utf-8") as file:
        file.write(f"{case}\n")
    learning.ask(store, None)
    job = work.run_next()
    assert job is not None
    assert job.state == "failed"
    assert re.search(r"phrases/work\.txt:\d+: 守る文 golden/work\.txt:\d+ と同じです", str(job.result))
    assert store.candidates.list() == ()


def test_faulty_phrases_end_the_job_with_every_place(work: TrainingJob, store: Store, settings: Settings) -> None:
    (settings.hitorijanai_training_data / "phrases" / "childcare.txt").unlink()
    with (settings.hitorijanai_training_data / "phrases" / "work.txt").open("a", encoding="utf-8") as file:
        file.write("#給料が出ない\n")
    learning.ask(store, None)
    job = work.run_next()
    assert job is not None
    assert job.state == "failed"
    assert "phrases/childcare.txt:1" in str(job.result)
    assert "phrases/work.txt:" in str(job.result)
    assert store.candidates.list() == ()


def test_a_missing_golden_set_ends_the_job(work: TrainingJob, store: Store, settings: Settings) -> None:
    shutil.rmtree(settings.hitorijanai_training_data / "golden")
    learning.ask(store, None)
    job = work.run_next()
    assert job is not None
    assert job.state == "failed"
    assert "golden/danger.txt" in str(job.result)


def test_one_training_is_asked_for_at_a_time(store: Store) -> None:
    first = learning.ask(store, None)
    assert learning.ask(store, None).id == first.id
    assert store.jobs.claim(learning.KIND) is not None
    assert learning.ask(store, None).id == first.id


def test_a_stopped_training_ends_and_leaves_no_candidate(work: TrainingJob, store: Store) -> None:
    asked = learning.ask(store, None)
    thread = Thread(target=work.run_next)
    thread.start()
    wait_until(lambda: (store.jobs.by_id(asked.id) or asked).total > 0)
    assert store.jobs.stop(asked.id, actor=None)
    thread.join(timeout=120)
    assert not thread.is_alive()
    stopped = store.jobs.by_id(asked.id)
    assert stopped is not None
    assert stopped.state == "stopped"
    assert store.candidates.list() == ()


def test_a_training_killed_in_the_middle_is_done_again_by_a_process_started_apart(
    settings: Settings, work: TrainingJob, store: Store, clock: Clock, registry: Registry
) -> None:
    """The same phrases again pass the gate without a changed answer, and once more they give the same candidate."""
    asked = learning.ask(store, None)
    process = subprocess.Popen(
        learning.WORKER,
        cwd=ROOT,
        env={**os.environ, **learning.environment(settings)},
        start_new_session=True,
    )
    try:
        wait_until(lambda: (store.jobs.by_id(asked.id) or asked).done > 0)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    left = store.jobs.by_id(asked.id)
    assert left is not None
    assert left.state == "running"
    assert not learning.dead(left, datetime.now(UTC))
    assert work.run_next() is None
    clock.now = datetime.now(UTC) + timedelta(seconds=61)
    assert learning.dead(left, clock.now)

    a_minute_passes(settings, left)
    learning.start_apart(settings)
    wait_until(lambda: (store.jobs.by_id(asked.id) or asked).state == "done")
    [candidate] = store.candidates.list()
    assert registry.current() is not None
    assert candidate.gate["reasons"] == [r for r in candidate.gate["reasons"] if r["rule"] == "pace"]
    assert candidate.gate["changes"] == []

    learning.ask(store, None)
    again = work.run_next()
    assert again is not None
    assert again.result == {"version": candidate.version, "known": True}


def a_minute_passes(settings: Settings, job: Job) -> None:
    """For a process that has the clock of the machine: the heart of the job beat last so long ago."""
    assert job.heartbeat is not None
    engine = create_engine(settings.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        before = job.heartbeat - timedelta(seconds=61)
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(heartbeat=before))


def test_the_commands_train_tell_every_reason_and_list(settings: Settings, store: Store) -> None:
    nothing_due = CliRunner().invoke(worker, ["--once"], obj=settings)
    assert (nothing_due.exit_code, nothing_due.output) == (0, "")
    shutil.rmtree(settings.hitorijanai_training_data / "hard")
    done = CliRunner().invoke(candidates, ["train"], obj=settings)
    [candidate] = store.candidates.list()
    assert done.exit_code == 1
    assert candidate.version in done.output
    assert candidate.gate["reasons"]
    for reason in candidate.gate["reasons"]:
        assert reason["say"] in done.output
    listed = CliRunner().invoke(candidates, ["list"], obj=settings)
    assert listed.output.split()[:2] == [candidate.version, "refused"]


def test_another_process_is_given_the_same_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in learning.environment(settings).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_the_names_are_those_of_the_twelve_and_none(catalog: Catalog) -> None:
    names = learning.label_names(catalog)
    assert list(names) == [*CATEGORY_IDS, "none-of-these"]
    assert names["work"] == "仕事・職場"


def wait_until(seen: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
