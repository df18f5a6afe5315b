"""Is danger found, and are look-alikes left alone? By level, kind and style, on examples nobody learnt from.

Prints the tables and writes them to benchmarks/danger.md. Run: make bench, or python -m benchmarks.danger [--misses].
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.crisis import DangerSigns
from assistant.opinion import graver
from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS, URGENT_KINDS
from nlu.classifier import load as load_classifier
from nlu.corpus import read_held_out
from nlu.danger_corpus import DangerExample, read_examined

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "training_data"
Look = Callable[[str], int]


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]


def share(found: Sequence[int], least: int) -> str:
    """The share of levels that reach `least`."""
    return f"{sum(level >= least for level in found) / len(found):.3f}" if found else "-"


def report(name: str, look: Look, examined: Sequence[DangerExample], ordinary: Sequence[str]) -> list[str]:
    """The tables for one way of looking."""
    levels = [(example, look(example.text)) for example in examined]
    lines = [f"## {name}", ""]
    rows = []
    for true in (4, 3, 2, 1, 0):
        found = [level for example, level in levels if example.level == true]
        counts = Counter(found)
        rows.append([true, len(found), *(counts[n] for n in range(5)), share(found, 1), share(found, 2)])
    lines += table(["level", "texts", "0", "1", "2", "3", "4", "shown (1+)", "at 2+"], rows)
    plain = [look(text) for text in ordinary]
    lines += ["", f"Ordinary worries: {len(plain)}, at 1+ {share(plain, 1)}, at 2+ {share(plain, 2)}", ""]
    for key, title in (("kind", "kind"), ("style", "style")):
        groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for example, level in levels:
            if example.level:
                groups[getattr(example, key)].append((example.level, level))
        rows = [
            [group, len(pairs), share([level for _, level in pairs], 1), share([level for _, level in pairs], 2)]
            for group, pairs in sorted(groups.items())
        ]
        lines += [*table([title, "texts", "shown (1+)", "at 2+"], rows), ""]
    return lines


def main() -> None:
    """Measures the signs alone and the signs with the second opinion."""
    catalog = load_catalog(ROOT / "catalog" / "data")
    signs, classifier = DangerSigns(catalog.signs), load_classifier()
    examined = read_examined(DATA, URGENT_KINDS)
    ordinary = [example.text for example in read_held_out(DATA, CATEGORY_IDS) if not example.safety]

    def together(text: str) -> int:
        return graver(signs.look(text), classifier.predict(text)).level

    lines = ["# Danger, on examples nobody learnt from", "", f"Model {classifier.version}.", ""]
    lines += report("The signs alone", lambda text: signs.look(text).level, examined, ordinary)
    lines += report("The signs with the second opinion", together, examined, ordinary)
    times = []
    for example in examined:
        start = time.perf_counter()
        signs.look(example.text)
        times.append(1000 * (time.perf_counter() - start))
    lines.append(f"Signs alone: {statistics.median(times):.2f} ms a text (median of this run).")
    (ROOT / "benchmarks" / "danger.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    if "--misses" in sys.argv:
        for example in examined:
            if example.level and not together(example.text):
                sys.stdout.write(f"missed {example.kind} {example.level}: {example.text}\n")


if __name__ == "__main__":
    main()
