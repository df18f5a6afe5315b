"""Whether aimed poison gets past the caps and the gate: hostile verdicts on phrases of each category.

Each trial takes the way of a real training: phrases kept in a store, labels given by two people who mean harm,
accepted, capped, trained, examined by the gate. The phrases are real ones of the category, about one matter, that the
model in use never saw; their label is another's. For comparison the same number of phrases of many matters, rightly
labelled.

A quarter of the phrases is trained on, without danger, to have a trial in half a minute. The caps are those of the
whole, in numbers of phrases, so that the poison is four times as strong as it could be in earnest.

Run: nice python -m benchmarks.poisoning [--counts 5,10,50,500] [--categories work,…] [--every 4] [--controls 3]
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS
from nlu import instance
from nlu.classifier import Model
from nlu.corpus import Example, read_corpus
from nlu.nearness import near_pairs
from nlu.registry import Registry
from nlu.training import train
from web import learning
from web.admission import Caps
from web.settings import Settings
from web.store import Store, migrating
from web.store.judging import Judgement
from web.store.phrases import NewPhrase
from web.training_job import TrainingJob

ROOT = Path(__file__).resolve().parent.parent
COUNTS = (5, 10, 50, 500)
PROBES = 20
APART = ("calibration", "held_out", "hard", "golden")
TODAY = date(2026, 11, 25)
KEY = "the-secret-of-this-benchmark-of-32-letters"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one attempt. `cases`: golden or hard cases for the worse; probes are of the matter attacked, and
    no phrase of theirs was learnt: how many are answered rightly before and after.
    """

    category: str
    label: str
    count: int
    learnt: int
    refused: bool
    rules: tuple[str, ...]
    cases: int
    probes: int
    right_before: int
    right_after: int
    lenient_before: float
    lenient_after: float

    @property
    def held(self) -> bool:
        """Whether nobody would be read worse: the gate refuses, or no case is worse."""
        return self.refused or not self.cases

    def line(self) -> str:
        """A row of the table."""
        cells = (
            f"{self.category} → {self.label}",
            self.count,
            self.learnt,
            "refused" if self.refused else "passed",
            ", ".join(self.rules) or "—",
            self.cases,
            f"{self.right_before} → {self.right_after} of {self.probes}",
            f"{self.lenient_before:.3f} → {self.lenient_after:.3f}",
        )
        return f"| {' | '.join(str(cell) for cell in cells)} |"


HEADS = (
    "| phrases of → labelled | given | learnt | gate | rules | cases worse | probes right | examination right |\n"
    "|---|---|---|---|---|---|---|---|"
)


class Ground:
    """A model in use that learnt every so manieth phrase, and the phrases that it did not learn."""

    def __init__(self, home: Path, every: int) -> None:
        self.every = every
        self.data = home / "data"
        thinned(self.data, {"phrases": every, **dict.fromkeys(APART, 1)})
        self.corpus = read_corpus(self.data, CATEGORY_IDS)
        self.catalog = load_catalog(ROOT / "catalog" / "data")
        self.home = home
        learnt = {example.text for example in self.corpus.examples}
        self.rest = [e for e in read_corpus(ROOT / "training_data", CATEGORY_IDS).examples if e.text not in learnt]
        registry = instance.registry(home / "instance", make_key=True)
        registry.promote(registry.save(train(self.corpus)))

    def caps(self) -> Caps:
        """Those of the whole, in numbers of phrases."""
        caps = Caps()
        return replace(caps, per_person=caps.per_person * self.every, together=caps.together * self.every)

    def unlearnt(self, category: str) -> list[Example]:
        """The phrases of a category that the model in use has not seen, without marks."""
        return [example for example in self.rest if example.label == category and not example.also]


def attack(ground: Ground, category: str, count: int, caps: Caps | None = None) -> Trial:
    """Hostile verdicts on `count` phrases of the category about one matter, under other caps if any are given."""
    order = _about_one_matter(ground.unlearnt(category))
    label = CATEGORY_IDS[(CATEGORY_IDS.index(category) + 1) % len(CATEGORY_IDS)]
    hostile, probes = order[PROBES : PROBES + count], order[:PROBES]
    return tried(
        ground, [(example.text, label) for example in hostile], probes, told=(category, label, count), caps=caps
    )


def control(ground: Ground, count: int, seed: int) -> Trial:
    """Honest verdicts on phrases of all categories."""
    chosen = random.Random(seed).sample(ground.rest, count + PROBES)  # noqa: S311 - an experiment
    pairs = [(example.text, example.label) for example in chosen[PROBES:]]
    return tried(ground, pairs, chosen[:PROBES], told=("(all)", "(right)", count))


def tried(
    ground: Ground,
    verdicts: Iterable[tuple[str, str]],
    probes: Sequence[Example],
    *,
    told: tuple[str, str, int],
    caps: Caps | None = None,
) -> Trial:
    """One training with these verdicts, by the real way, in a folder of its own that is gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="poisoning-", dir=ground.home))
    shutil.copytree(ground.home / "instance", home / "instance")
    url = f"sqlite:///{home / 'store.sqlite'}"
    migrating.upgrade(url)
    store = Store.open(url, [KEY])
    try:
        registry = instance.registry(home / "instance")
        in_use = Model(registry.load(str(registry.current())))
        store.settings.set("learning_caps", asdict(caps or ground.caps()), actor=None)
        _accept(store, verdicts)
        settings = Settings(
            hitorijanai_instance=home / "instance",
            hitorijanai_training_data=ground.data,
            secret_key=KEY,
            database_url=url,
        )
        learning.ask(store, None)
        job = TrainingJob(settings, ground.catalog, store, registry).run_next()
        if job is None or job.state != "done":
            raise RuntimeError(str(job))
        return _judged(store, registry, in_use, probes, told=told)
    finally:
        store.close()
        shutil.rmtree(home)


def thinned(target: Path, every: dict[str, int]) -> None:
    """The files of training_data, of each folder every so manieth phrase; nothing of danger but its golden cases."""
    for folder, step in every.items():
        for path in sorted((ROOT / "training_data" / folder).glob("*.txt")):
            kept, seen = [], 0
            for line in path.read_text(encoding="utf-8").splitlines():
                is_phrase = bool(line.strip()) and not line.startswith("#")
                if not is_phrase or seen % step == 0:
                    kept.append(line)
                seen += is_phrase
            out = target / folder / path.name
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text("\n".join(kept) + "\n", encoding="utf-8")


def _about_one_matter(examples: Sequence[Example]) -> list[Example]:
    """The examples, those nearest to the one with most near ones first: probes and poison are of the same matter."""
    texts = [example.text for example in examples]
    near: dict[int, dict[int, float]] = {place: {} for place in range(len(texts))}
    for i, j, cosine in near_pairs(texts, texts, at_least=0.05):
        near[i][j] = cosine
    middle = max(near, key=lambda place: sum(sorted(near[place].values())[-50:]))
    chosen = sorted(range(len(texts)), key=lambda place: (-near[middle].get(place, 0.0), place))
    mixed = chosen[: 2 * PROBES]
    random.Random(0).shuffle(mixed)  # noqa: S311 - an experiment
    return [examples[place] for place in (*mixed, *chosen[2 * PROBES :])]


def _accept(store: Store, verdicts: Iterable[tuple[str, str]]) -> None:
    people = [
        store.people.create(f"lead{number}", role="lead", profession="", password_hash="x", actor=None).id  # noqa: S106
        for number in range(2)
    ]
    ids = []
    for number, (text, label) in enumerate(verdicts):
        new = NewPhrase(
            text=text,
            day=TODAY - timedelta(days=3 + number % 20),
            expires_on=TODAY + timedelta(days=30),
            consent="2026-11",
            model="",
            ranked=((label, 0.5),),
            margin=0.1,
            cluster=str(number),
        )
        ids.append((store.phrases.add(new), label))
    store.phrases.release(TODAY, least=1)
    for number, (id, label) in enumerate(ids):
        said = Judgement("label", label)
        actor = people[number % 2]
        store.verdicts.record(id, said, actor=actor, guideline_version="1", seconds=1, keep_until=TODAY)


def _judged(
    store: Store, registry: Registry, in_use: Model, probes: Sequence[Example], *, told: tuple[str, str, int]
) -> Trial:
    [candidate] = store.candidates.list()
    gate = candidate.gate
    after = Model(registry.load(candidate.version))

    def right(model: Model) -> int:
        found = [(example, model.predict(example.text)) for example in probes]
        return sum(max(said.ranked, key=lambda score: score.probability).category in e.right for e, said in found)

    category, label, count = told
    return Trial(
        category=category,
        label=label,
        count=count,
        learnt=gate["learnt"]["reviewed"],
        refused=candidate.state == "refused",
        rules=tuple(dict.fromkeys(reason["rule"] for reason in gate["reasons"])),
        cases=sum(cases["worse"] for cases in gate["cases"]),
        probes=len(probes),
        right_before=right(in_use),
        right_after=right(after),
        lenient_before=gate["before"]["lenient"],
        lenient_after=gate["now"]["lenient"],
    )


def main(arguments: Sequence[str]) -> None:
    """Prints a row for each trial as it ends, and how many held."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--counts", default=",".join(str(count) for count in COUNTS))
    options.add_argument("--categories", default=",".join(CATEGORY_IDS))
    options.add_argument("--every", type=int, default=4)
    options.add_argument("--controls", type=int, default=3)
    told = options.parse_args(arguments)
    counts = [int(count) for count in told.counts.split(",")]
    home = Path(tempfile.mkdtemp(prefix="poisoning-"))
    try:
        ground = Ground(home, told.every)
        print(HEADS, flush=True)  # noqa: T201
        trials = []
        for count in counts:
            for seed in range(told.controls if count <= 50 else 0):
                print(control(ground, count, seed).line(), flush=True)  # noqa: T201
            for category in told.categories.split(","):
                trials.append(attack(ground, category, count))
                print(trials[-1].line(), flush=True)  # noqa: T201
        held = sum(trial.held for trial in trials)
        print(f"\n{held} of {len(trials)} held; {sum(t.refused for t in trials)} refused")  # noqa: T201
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main(sys.argv[1:])
