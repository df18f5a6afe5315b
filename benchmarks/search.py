"""Searches other choices for the trainer, here or on a cluster, and writes benchmarks/search.md.

Run: python -m benchmarks.search [--every 1] [--cluster local|tcp://scheduler:8786]

`--every 10` learns from every tenth phrase, for a first look in a minute or two. `--cluster` needs the extra
hitorijanai[cluster]: "local" starts two workers on this machine, an address is that of a running Dask scheduler, whose
workers have this program installed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import joblib

from benchmarks.danger import table
from catalog.model import CATEGORY_IDS
from nlu.corpus import Corpus, corpus_of, read_corpus
from nlu.search import Score, best, grid, search
from nlu.training import USED

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "search.md"
TRIED = grid(strength=(0.3, USED.strength, 0.8), also_share=(0.2, USED.also_share, 0.4), fewest=(2, USED.fewest))
HEADS = ("C", "share of marks", "fewest rows", "right, out of fold", "± of the folds", "")


@contextmanager
def spread(cluster: str | None) -> Iterator[str]:
    """Where the jobs run, in words: two cores of this machine, or a Dask cluster."""
    if cluster is None:
        with joblib.parallel_config(backend="loky", n_jobs=os.cpu_count()):
            yield f"{os.cpu_count()} processes of this machine (loky)"
        return
    distributed: Any = import_module("distributed")

    with ExitStack() as open_:
        address: object = cluster
        if cluster == "local":
            local = distributed.LocalCluster(
                n_workers=os.cpu_count(), threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            )
            address = open_.enter_context(local)
        client = open_.enter_context(distributed.Client(address))
        open_.enter_context(joblib.parallel_config(backend="dask"))
        yield f"a Dask cluster of {len(client.scheduler_info(n_workers=-1)['workers'])} workers"


def tell(done: int, total: int, score: Score) -> None:
    """A line of progress."""
    sys.stdout.write(f"{done}/{total}  {score.right:.4f} ± {score.spread:.4f}  {score.choices}\n")
    sys.stdout.flush()


def report(scores: Sequence[Score], corpus: Corpus, where: str, seconds: float) -> str:
    """The page of the result."""
    first = best(scores)
    rows = [
        (
            score.choices.strength,
            score.choices.also_share,
            score.choices.fewest,
            f"{score.right:.4f}",
            f"{score.spread:.4f}",
            ", ".join(word for word, true in (("best", score is first), ("used", score.choices == USED)) if true),
        )
        for score in scores
    ]
    lines = [
        "# Search for better choices",
        "",
        f"{len(corpus.examples):,} phrases, {len(scores)} choices, cross-validated on {where}: {seconds:.0f} s. The "
        "examination was not looked at. What lies within ± of the folds is no difference.",
        "",
        *table(HEADS, rows),
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> None:
    """Searches and writes the page."""
    parser = argparse.ArgumentParser(prog="benchmarks.search")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--cluster")
    told = parser.parse_args(arguments)
    whole = read_corpus(ROOT / "training_data", CATEGORY_IDS)
    corpus = corpus_of(whole.examples[:: told.every], CATEGORY_IDS)
    with spread(told.cluster) as where:
        start = time.perf_counter()
        scores = search(corpus, TRIED, progress=tell)
        seconds = time.perf_counter() - start
    RESULT.write_text(report(scores, corpus, where, seconds), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
