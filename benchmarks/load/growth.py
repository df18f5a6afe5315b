"""From core milliseconds for a request to the machines many people need: the figures of docs/operations/growth.md."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.danger import table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "growth.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
PAGES, TEXTS, BUTTONS = 3, 1, 4
"""What one visit asks for: pages that everybody gets alike, one worry in free text, four buttons."""
BUSY = 0.6
"""Cores are planned to be busy for this share: beyond it, answers wait for each other."""
CORES = 2
KINDS = {"pages": PAGES, "free text (POST /say)": TEXTS, "buttons (POST /choose)": BUTTONS}


@dataclass(frozen=True, slots=True)
class Case:
    """So many visits within so many seconds, `peak` times as many at the worst; `cached`: share of pages from a CDN."""

    name: str
    visits: int
    seconds: int
    peak: float
    cached: float

    def rate(self, kind: str) -> float:
        """Requests of a kind a second that reach the servers at the worst."""
        reaching = 1 - self.cached if kind == "pages" else 1.0
        return self.visits * KINDS[kind] * self.peak * reaching / self.seconds

    def cores(self, core_ms: Mapping[str, float]) -> float:
        """Cores, busy for the planned share."""
        return sum(self.rate(kind) * core_ms[kind] for kind in KINDS) / 1000 / BUSY


DAY = 86_400
CASES = (
    Case("a town: 2,000 visits a day, evening ×10", 2_000, DAY, 10, 0.0),
    Case("a prefecture: 50,000 a day, evening ×10", 50_000, DAY, 10, 0.0),
    Case("the country: 1,000,000 a day, evening ×10, no CDN", 1_000_000, DAY, 10, 0.0),
    Case("the same, 90 % of pages from a CDN", 1_000_000, DAY, 10, 0.9),
    Case("a broadcast: 1,000,000 in ten minutes, CDN", 1_000_000, 600, 1, 0.9),
    Case("a broadcast: 2,000,000 in one minute, CDN", 2_000_000, 60, 1, 0.9),
)


def figures(core_ms: Mapping[str, float], cases: Sequence[Case] = CASES) -> list[str]:
    """The two tables: what a core carries, and what the cases need."""
    carried = [
        (kind, per_visit, f"{core_ms[kind]:.2f}", f"{1000 / core_ms[kind]:,.0f}") for kind, per_visit in KINDS.items()
    ]
    needed = []
    for case in cases:
        cores = case.cores(core_ms)
        rates = [f"{case.rate(kind):,.0f}" for kind in KINDS]
        needed.append((case.name, *rates, f"{cores:,.1f}", max(2, math.ceil(cores / CORES) + 1)))
    return [
        *table(("request", "in one visit", "core ms", "a second per core"), carried),
        "",
        *table(
            ("case", "pages a second", "texts a second", "buttons a second", "cores", f"machines of {CORES} cores"),
            needed,
        ),
    ]


def renew(core_ms: Mapping[str, float], page: Path = PAGE) -> None:
    """Puts the figures into their place in the page. ValueError if the place is not there."""
    text = page.read_text(encoding="utf-8")
    before, marked, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (marked and closed):
        raise ValueError(f"{page} has no place for the figures")
    page.write_text("\n".join([before + BEGIN, "", *figures(core_ms), "", END + after]), encoding="utf-8")
