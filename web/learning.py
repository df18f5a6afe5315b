"""The learning loop: a job that trains on the phrases and the accepted verdicts, and shows the candidate to the gate.

It runs apart from requests, one at a time, and starts again by its state: a job whose heart has stopped is claimed anew.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

from assistant.crisis import DangerSigns
from assistant.opinion import graver
from catalog.model import CATEGORY_IDS, URGENT_KINDS, Catalog
from catalog.ruby import plain
from nlu import training
from nlu.classifier import Model
from nlu.comparison import Comparison, Level, Material, compare, leaks
from nlu.corpus import NONE, Corpus, CorpusError, corpus_of, read_corpus, read_hard, read_held_out
from nlu.danger_corpus import EXAMINED, DangerExample, fingerprint, read_examined, read_trained
from nlu.gate import Evidence, Verdict, judge, unusable
from nlu.golden import Golden, read_golden
from nlu.registry import Registry, UnusableModel
from nlu.weights import Trained
from web.admission import Admitted, Caps, admit
from web.gate_record import gate_record
from web.settings import ROOT, Settings
from web.store import Conflict, Store, StoreUnavailable
from web.store.jobs import DEAD_AFTER, Job

KIND = "train"
BEAT_SECONDS = 5.0
STEPS = training.STEPS + 4
log = logging.getLogger("hitorijanai.learning")


class Stopped(Exception):  # noqa: N818
    """The job was stopped, or is somebody else's by now."""


@dataclass(frozen=True, slots=True)
class Learning:
    """What a job needs: the settings of the installation, its catalogue, store and models."""

    settings: Settings
    catalog: Catalog
    store: Store
    registry: Registry

    def ask(self, actor: int | None) -> Job:
        """The job that waits or runs, or a new one."""
        for job in self.store.jobs.list(kind=KIND):
            if job.state in ("waiting", "running"):
                return job
        return self.store.jobs.add(KIND, actor=actor)

    def run_next(self) -> Job | None:
        """Does the job that is due, to its end, and gives it as it ended; None if there is none.

        Never raises for what the job runs into: that is its result. StoreUnavailable if no job could be asked for.
        """
        job = self.store.jobs.claim(KIND)
        if job is None:
            return None
        try:
            with Heart(self.store, job) as heart:
                result = self._run(job, heart)
            self.store.jobs.finish(job, result=result)
        except Stopped:
            log.info("job %d was stopped", job.id)
        except (CorpusError, UnusableModel) as error:
            self.store.jobs.finish(job, failed=True, result={"problem": str(error)})
        except Exception as error:
            log.error("job %d failed: %s", job.id, type(error).__name__)
            self.store.jobs.finish(job, failed=True, result={"problem": f"途中で止まりました({type(error).__name__})"})
        return self.store.jobs.by_id(job.id)

    def _run(self, job: Job, heart: Heart) -> dict[str, Any]:
        heart.tell(0, STEPS, "例文と、見なおした文を読んでいます")
        written, danger, material = self.read()
        admitted = self.admitted(written, material)
        corpus = corpus_of((*written.examples, *admitted.examples), CATEGORY_IDS, written.calibration)
        in_use = self.registry.current()
        trained = training.train(
            corpus, progress=lambda done, total, what: heart.tell(1 + done, STEPS, what), danger=danger
        )
        trained = replace(trained, card=trained.card | {"reviewed": len(admitted.examples), "compared_with": in_use})
        version = self.registry.save(trained)
        heart.tell(STEPS - 2, STEPS, "今のモデルとくらべています")
        verdict, record = self.examined(version, corpus, danger, material, admitted=admitted)
        heart.tell(STEPS - 1, STEPS, "結果を残しています")
        try:
            self.store.candidates.create(version, gate=record, passed=verdict.passed, actor=job.started_by, job=job.id)
        except Conflict:
            return {"version": version, "known": True}
        return {"version": version, "passed": verdict.passed, "reasons": len(verdict.reasons)}

    def read(self) -> tuple[Corpus, tuple[DangerExample, ...], Material]:
        """The phrases to learn from, those of danger, and what models are examined on. Raises CorpusError."""
        folder = self.settings.hitorijanai_training_data
        return (
            read_corpus(folder, CATEGORY_IDS),
            read_trained(folder, URGENT_KINDS),
            Material(
                held_out=read_held_out(folder, CATEGORY_IDS),
                hard=read_hard(folder, CATEGORY_IDS),
                golden=read_golden(folder, CATEGORY_IDS, URGENT_KINDS),
            ),
        )

    def admitted(self, written: Corpus, material: Material) -> Admitted:
        """The accepted verdicts that may be learnt from, under the caps as they are set."""
        folder = self.settings.hitorijanai_training_data
        apart = [example.text for example in (*material.examining, *written.calibration)]
        if (folder / "danger").is_dir():
            apart += [e.text for name in EXAMINED for e in read_examined(folder, URGENT_KINDS, name)]
        return admit(self.store.opinions.accepted(), written.examples, apart, written.labels, Caps.of(self.store))

    def examined(
        self,
        version: str,
        corpus: Corpus,
        danger: tuple[DangerExample, ...],
        material: Material,
        *,
        admitted: Admitted,
    ) -> tuple[Verdict, dict[str, Any]]:
        """What the gate says of a stored model that learnt from this corpus, and the record of what it saw."""
        names = label_names(self.catalog)
        with_reviewed = replace(material, reviewed=admitted.examples)
        try:
            candidate = self.registry.load(version)
            current = self.registry.current()
            in_use = Model(self.registry.load(current)) if current else None
        except UnusableModel as error:
            verdict = unusable(str(error))
            return verdict, gate_record(verdict, None, None, None, {}, self._learnt(corpus, admitted))
        found = compare(in_use, Model(candidate), with_reviewed, level=level_of(self.catalog), names=names)
        verdict = judge(evidence(found, candidate.trained, corpus, danger, material, names))
        learnt = self._learnt(corpus, admitted)
        return verdict, gate_record(verdict, found, current, candidate.trained, names, learnt)

    def _learnt(self, corpus: Corpus, admitted: Admitted) -> dict[str, Any]:
        return {
            "phrases": len(corpus.examples) - len(admitted.examples),
            "reviewed": len(admitted.examples),
            "by_label": dict(Counter(example.label for example in admitted.examples)),
            "left": dict(admitted.left),
            "contradicting": list(admitted.contradicting),
        }


class Heart:
    """Beats for a job while it is done, and tells the work when the job is no longer its own."""

    def __init__(self, store: Store, job: Job, *, every: float = BEAT_SECONDS) -> None:
        self._store = store
        self._job = job
        self._every = every
        self._told = (0, STEPS, "")
        self._over = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._beat_on, daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def tell(self, done: int, total: int, what: str) -> None:
        """Says how far the work is. Raises Stopped if it is to end."""
        self._told = (done, total, what)
        self._beat()
        if self._lost.is_set():
            raise Stopped

    def _beat_on(self) -> None:
        while not self._over.wait(self._every):
            self._beat()

    def _beat(self) -> None:
        done, total, what = self._told
        try:
            if not self._store.jobs.beat(self._job, done=done, total=total, what=what):
                self._lost.set()
        except StoreUnavailable:
            log.warning("job %d: the store is unavailable, the work goes on", self._job.id)


def evidence(
    found: Comparison,
    trained: Trained,
    corpus: Corpus,
    danger: tuple[DangerExample, ...],
    material: Material,
    names: Mapping[str, str],
) -> Evidence:
    """What the gate is told of a candidate that should have learnt from this corpus."""
    told = (trained.card.get("corpus"), trained.danger.card.get("corpus") if trained.danger else None)
    wanted = (corpus.fingerprint, fingerprint(danger) if danger else None)
    return Evidence(
        now=found.now,
        before=found.before,
        names=names,
        labels=trained.labels,
        cases=found.cases,
        pace=found.pace,
        leaks=[*leaks(corpus.examples, material.examining), *leaks(danger, material.golden.danger)],
        told_rows=told == wanted,
        cases_missing=[group for group, cases in _case_sets(material.golden, material).items() if not cases],
    )


def _case_sets(golden: Golden, material: Material) -> Mapping[str, tuple[object, ...]]:
    return {"golden": golden.cases, "danger": golden.danger, "hard": material.hard}


def level_of(catalog: Catalog) -> Level:
    """How grave a text is taken to be by the signs of the catalogue and a model's second opinion together."""
    signs = DangerSigns(catalog.signs)
    return lambda text, prediction: graver(signs.look(text), prediction).level


def label_names(catalog: Catalog) -> dict[str, str]:
    """Readable names of all labels, in their order, none-of-these last."""
    labels = {category.id: plain(category.label) for category in catalog.categories}
    return {id: labels[id] for id in CATEGORY_IDS} | {NONE: "どれでもない"}


def dead(job: Job, now: Any) -> bool:
    """Whether the job runs by its state, and nobody does it any more."""
    return job.state == "running" and (job.heartbeat is None or job.heartbeat < now - DEAD_AFTER)


def start_apart(settings: Settings) -> None:
    """A process of its own that does the job that is due and ends; it outlives whoever starts it."""
    told = {name.upper(): str(value) for name, value in settings.model_dump().items()}
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "web", "worker", "--once"],
        cwd=ROOT,
        env={**os.environ, **told},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
