"""The work of a training: what a candidate learns from, the training, the examination, the gate. Loads scikit-learn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.crisis import DangerSigns
from assistant.opinion import together
from catalog.model import CATEGORY_IDS, URGENT_KINDS, Catalog
from nlu import training
from nlu.classifier import Model
from nlu.comparison import Comparison, Level, Material, compare, leaks
from nlu.corpus import Corpus, CorpusError, Example, corpus_of, read_corpus, read_hard, read_held_out
from nlu.danger_corpus import EXAMINED, DangerExample, fingerprint, read_examined, read_trained
from nlu.gate import Evidence, Verdict, judge, unusable
from nlu.golden import read_golden
from nlu.one_way import one_way
from nlu.registry import Registry, UnusableModel
from nlu.reviewed import PHRASE, STYLE
from nlu.weights import Trained
from web import logs
from web.admission import Admitted, Caps, admit
from web.gate_record import gate_record
from web.learning import KIND, Heart, Stopped, label_names
from web.measures import lowest_sure
from web.settings import Settings
from web.store import Conflict, Store
from web.store.jobs import Job

STEPS = training.STEPS + 4
log = logs.get("learning")


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt, and what the model is examined on afterwards."""

    corpus: Corpus
    danger: tuple[DangerExample, ...]
    admitted: Admitted
    material: Material

    @property
    def reviewed(self) -> tuple[Example, ...]:
        """What people gave and reviewers labelled: of the files and of the store."""
        return tuple(example for example in self.corpus.examples if example.style == STYLE)

    def as_json(self) -> dict[str, Any]:
        """How much was learnt from, and why the rest was left; no text."""
        return {
            "phrases": len(self.corpus.examples) - len(self.reviewed),
            "reviewed": len(self.reviewed),
            "by_label": dict(Counter(example.label for example in self.reviewed)),
            "left": dict(self.admitted.left),
            "contradicting": list(self.admitted.contradicting),
        }


def lesson_of(store: Store, folder: Path) -> Lesson:
    """The phrases of training_data with the accepted verdicts that may be learnt from. Raises CorpusError."""
    written = read_corpus(folder, CATEGORY_IDS)
    material = Material(
        held_out=read_held_out(folder, CATEGORY_IDS),
        hard=read_hard(folder, CATEGORY_IDS),
        golden=read_golden(folder, CATEGORY_IDS, URGENT_KINDS),
    )
    danger = read_trained(folder, URGENT_KINDS)
    apart = [example.text for example in (*material.examining, *written.calibration)]
    if danger:
        apart += [e.text for name in EXAMINED for e in read_examined(folder, URGENT_KINDS, name)]
    admitted = admit(
        store.opinions.accepted(),
        written=written.examples,
        apart=apart,
        labels=written.labels,
        caps=Caps.of(store),
    )
    return Lesson(
        corpus=corpus_of((*written.examples, *admitted.examples), CATEGORY_IDS, written.calibration),
        danger=danger,
        admitted=admitted,
        material=replace(material, reviewed=admitted.examples),
    )


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """What the work needs: the settings of the installation, its catalogue, store and models."""

    settings: Settings
    catalog: Catalog
    store: Store
    registry: Registry

    def run_next(self) -> Job | None:
        """Does the training that is due, to its end, and gives the job as it ended; None if there is none.

        Never raises for what the work runs into: that is the job's result. StoreUnavailable without a store.
        """
        job = self.store.jobs.claim(KIND)
        if job is None:
            return None
        try:
            with Heart(self.store, job) as heart:
                result = self._run(job, heart)
            self.store.jobs.finish(job, result=result)
        except Stopped:
            log.info("a job was stopped", job=job.id)
        except (CorpusError, UnusableModel) as error:
            self.store.jobs.finish(job, failed=True, result={"problem": str(error)})
        except Exception as error:
            log.error("a job failed", job=job.id, **logs.of(error))
            self.store.jobs.finish(job, failed=True, result={"problem": f"途中で止まりました({type(error).__name__})"})
        return self.store.jobs.by_id(job.id)

    def lesson(self) -> Lesson:
        """What a training now would learn from. Raises CorpusError."""
        return lesson_of(self.store, self.settings.hitorijanai_training_data)

    def examined(self, version: str, lesson: Lesson) -> tuple[Verdict, dict[str, Any]]:
        """What the gate says of a stored model that should have learnt this lesson, and the record of what it saw."""
        names = label_names(self.catalog)
        try:
            candidate = self.registry.load(version)
            current = self.registry.current()
            in_use = Model(self.registry.load(current)) if current else None
        except UnusableModel as error:
            verdict = unusable(str(error))
            return verdict, gate_record(verdict, lesson.as_json(), compared_with=None)
        found = compare(in_use, Model(candidate), lesson.material, level=level_of(self.catalog), names=names)
        told = evidence(found, candidate.trained, lesson, names)
        verdict = judge(told)
        seen = (found, candidate.trained, names)
        record = gate_record(verdict, lesson.as_json(), compared_with=current, seen=seen)
        asked = [where.removeprefix(PHRASE) for direction in told.one_way for where in direction.where]
        return verdict, record | {"second_opinions": asked}

    def _run(self, job: Job, heart: Heart) -> dict[str, Any]:
        heart.tell(0, STEPS, "例文と、見なおした文を読んでいます")
        lesson = self.lesson()
        trained = training.train(
            lesson.corpus,
            progress=lambda done, total, what: heart.tell(1 + done, STEPS, what),
            danger=lesson.danger,
            lowest_sure=lowest_sure(self.store),
        )
        origin = {"reviewed": len(lesson.reviewed), "compared_with": self.registry.current()}
        version = self.registry.save(replace(trained, card=trained.card | origin))
        heart.tell(STEPS - 2, STEPS, "今のモデルとくらべています")
        verdict, record = self.examined(version, lesson)
        heart.tell(STEPS - 1, STEPS, "結果を残しています")
        if asked := record.get("second_opinions"):
            self.store.phrases.ask_second(asked, actor=job.started_by, reason=f"candidate {version}")
        try:
            self.store.candidates.create(version, gate=record, passed=verdict.passed, actor=job.started_by, job=job.id)
        except Conflict:
            return {"version": version, "known": True}
        return {"version": version, "passed": verdict.passed, "reasons": len(verdict.reasons)}


def evidence(found: Comparison, trained: Trained, lesson: Lesson, names: Mapping[str, str]) -> Evidence:
    """What the gate is told of a candidate that should have learnt this lesson."""
    material = lesson.material
    sets = {"golden": material.golden.cases, "danger": material.golden.danger, "hard": material.hard}
    told = (trained.card.get("corpus"), trained.danger.card.get("corpus") if trained.danger else None)
    wanted = (lesson.corpus.fingerprint, fingerprint(lesson.danger) if lesson.danger else None)
    return Evidence(
        now=found.now,
        before=found.before,
        names=names,
        labels=trained.labels,
        cases=found.cases,
        pace=found.pace,
        leaks=[
            *leaks(lesson.corpus.examples, material.examining),
            *leaks(lesson.danger, material.golden.danger),
        ],
        told_rows=told == wanted,
        cases_missing=[group for group, cases in sets.items() if not cases],
        one_way=one_way(found.reviewed, lesson.admitted.alone),
    )


def level_of(catalog: Catalog) -> Level:
    """How grave a text is taken to be by the signs of the catalogue and a model's second opinion together."""
    signs = DangerSigns(catalog.signs)
    return lambda text, prediction: together(signs.look(text), prediction).level
