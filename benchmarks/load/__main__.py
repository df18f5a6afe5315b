"""Runs the scenarios in turn and writes the page after each."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.load import growth, wrk
from benchmarks.load.scenarios import FULL, QUICK, SCENARIOS, Cost, Ground, throughput
from benchmarks.load.servers import CONFIGURATION, THREADS, WORKERS
from web.settings import read

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "benchmarks" / "load.md"
FIRST = "throughput"


def main(arguments: Sequence[str]) -> None:
    """Runs what was asked for."""
    told = _told(arguments)
    plan = QUICK if told.quick else FULL
    plan = replace(plan, each=told.seconds or plan.each, soak=60 * told.soak_minutes or plan.soak)
    if not wrk.available():
        raise SystemExit("wrk is not installed (Debian: apt install wrk)")
    if not CONFIGURATION.exists():
        raise SystemExit(f"{CONFIGURATION} is missing")
    with tempfile.TemporaryDirectory(prefix="hitorijanai-load-") as folder:
        material = wrk.material(Path(folder) / "material")
        ground = Ground(read().hitorijanai_instance, Path(folder), material, plan)
        lines, costs = _head(quick=told.quick), list[Cost]()
        if FIRST in told.only:
            lines += ["## Requests a second", "", *throughput(ground, costs), ""]
            _write(told.out, lines)
        for name, (title, act) in SCENARIOS.items():
            if name in told.only:
                lines += [f"## {title}", "", *act(ground), ""]
                _write(told.out, lines)
    if costs and told.out == PAGE:
        growth.renew({cost.kind: cost.core_ms for cost in costs if cost.connections == 32})


def _told(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.load")
    parser.add_argument("--quick", action="store_true", help="each part for some seconds only: does it work?")
    parser.add_argument("--only", nargs="+", choices=(FIRST, *SCENARIOS), default=(FIRST, *SCENARIOS))
    parser.add_argument("--seconds", type=float, default=0.0, help="of each row of the first table")
    parser.add_argument("--soak-minutes", type=float, default=0.0)
    parser.add_argument("--out", type=Path, default=PAGE)
    return parser.parse_args(arguments)


def _head(*, quick: bool) -> list[str]:
    lines = [
        "# Load",
        "",
        f"gunicorn {version('gunicorn')} by {CONFIGURATION.relative_to(ROOT)} with {WORKERS} workers of {THREADS} "
        f"threads, Python {platform.python_version()}, Flask {version('flask')}, SQLite; wrk 4 on the same "
        f"{os.cpu_count()} cores, which takes its share of them: only ratios and core milliseconds mean something "
        "elsewhere. Core milliseconds are what the workers used, divided by the requests. wrk asks again as soon as it "
        "is answered.",
        "",
        f"`python -m benchmarks.load{' --quick' if quick else ''}`; load before it began: {os.getloadavg()[0]:.1f}.",
        "",
    ]
    return [*lines, "**A quick run: it shows that everything works, not how fast.**", ""] if quick else lines


def _write(page: Path, lines: Sequence[str]) -> None:
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
