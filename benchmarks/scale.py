"""How training time and memory grow with the phrases: benchmarks/scale.md. Run: python -m benchmarks.scale [SIZE ...]

Up to the number of phrases there are, some of them are taken; beyond it, new ones are made of two of one category: the
first half of one and the second half of the other.
Each size is trained in a process of its own, without the second opinion on danger.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from joblib.externals.loky import get_reusable_executor

from benchmarks.danger import table
from benchmarks.peers import peak_mb
from catalog.model import CATEGORY_IDS
from nlu.corpus import Corpus, Example, corpus_of, read_corpus
from nlu.training import train

ROOT = Path(__file__).resolve().parents[1]
SIZES = (3_000, 30_000, 105_600, 300_000)


def sample(corpus: Corpus, size: int) -> Corpus:
    """So many phrases, each category as often as before."""
    chance = random.Random(0)  # noqa: S311 - a choice of texts, not secrets
    if size <= len(corpus.examples):
        return corpus_of(chance.sample(corpus.examples, size), CATEGORY_IDS, corpus.calibration)
    by_label: dict[str, list[Example]] = defaultdict(list)
    for example in corpus.examples:
        by_label[example.label].append(example)
    made = list(corpus.examples)
    while len(made) < size:
        one = corpus.examples[len(made) % len(corpus.examples)]
        other = chance.choice(by_label[one.label]).text
        made.append(replace(one, text=f"{one.text[: len(one.text) // 2]}{other[len(other) // 2 :]}"))
    return corpus_of(made, CATEGORY_IDS, corpus.calibration)


def measure(size: int) -> dict[str, float]:
    """Trains once in this process."""
    corpus = sample(read_corpus(ROOT / "training_data", CATEGORY_IDS), size)
    start = time.perf_counter()
    trained = train(corpus)
    seconds = time.perf_counter() - start
    get_reusable_executor().shutdown(wait=True)  # what its processes used is told when they have ended
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "size": size,
        "characters": sum(len(example.text) for example in corpus.examples),
        "seconds": seconds,
        "core_seconds": sum(one.ru_utime + one.ru_stime for one in spent),
        "features": len(trained.words) + len(trained.characters),
        "peak_mb": peak_mb(),
    }


def main(arguments: Sequence[str]) -> None:
    """Measures each size in turn and writes the table after each."""
    if arguments[:1] == ["--one"]:
        sys.stdout.write(json.dumps(measure(int(arguments[1]))))
        return
    lines = [
        "# Training time",
        "",
        f"{os.cpu_count()} cores. Phrases beyond those there are were made of the halves of two of one category. "
        "Core seconds are what all processes together used, starting included: they stay the same on a machine "
        "that has other work. The memory is that of the main process; two more hold a part of it while they fit.",
        "",
    ]
    rows = []
    for size in [int(argument) for argument in arguments] or SIZES:
        command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
        found = json.loads(ended.stdout)
        rows.append(
            [
                f"{size:,}",
                f"{found['seconds']:.0f}",
                f"{1000 * found['seconds'] / size:.1f}",
                f"{found['core_seconds']:.0f}",
                f"{1000 * found['core_seconds'] / found['characters']:.2f}",
                f"{found['features']:,}",
                f"{found['peak_mb']:.0f}",
                f"{os.getloadavg()[0]:.1f}",
            ]
        )
        heads = (
            "phrases",
            "seconds",
            "ms a phrase",
            "core seconds",
            "core ms a character",
            "features",
            "peak MB",
            "load",
        )
        text = "\n".join([*lines, *table(heads, rows)]) + "\n"
        (ROOT / "benchmarks" / "scale.md").write_text(text, encoding="utf-8")
        sys.stdout.write(f"{rows[-1]}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
