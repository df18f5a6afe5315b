"""Is danger found, and are look-alikes left alone? By level, kind and style, on examples nobody learnt from.

Prints the tables and writes them to benchmarks/danger.md. Run: make bench, or python -m benchmarks.danger [--misses].
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.crisis import DangerSigns
from assistant.opinion import together
from catalog.loading import load as load_catalog
from catalog.model import CATEGORY_IDS, URGENT_KINDS
from nlu.classifier import load as load_classifier
from nlu.corpus import read_corpus, read_held_out
from nlu.danger_corpus import EXAMINED, ORDINARY, DangerExample, read_examined

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "training_data"
TITLES = dict(
    zip(
        EXAMINED,
        (
            "As people mostly write",
            "Said in a roundabout way on purpose",
            "As people mostly write, by a later hand",
            "Plainly danger or none, by another later hand",
        ),
        strict=True,
    )
)
SHORTEST_AROUND, LONGEST_AROUND = 15, 60
"""Letters of the worries among which danger is told."""
Look = Callable[[str], int]


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)]


def share(found: Sequence[int], least: int) -> str:
    """The share of levels that reach `least`."""
    return f"{sum(level >= least for level in found) / len(found):.3f}" if found else "-"


def report(name: str, look: Look, examined: Sequence[DangerExample], ordinary: Sequence[str]) -> list[str]:
    """The tables for one way of looking. `ordinary`: used where the examination has no such texts of its own."""
    ordinary = [example.text for example in examined if example.style == ORDINARY] or ordinary
    examined = [example for example in examined if example.style != ORDINARY]
    levels = [(example, look(example.text)) for example in examined]
    lines = [f"## {name}", ""]
    by_level: dict[object, list[int]] = {
        true: [level for example, level in levels if example.level == true] for true in (4, 3, 2, 1, 0)
    }
    by_level["1 to 4"] = [level for example, level in levels if example.level]
    by_level["ordinary worries"] = [look(text) for text in ordinary]
    rows: list[list[object]] = [
        [level, len(found), *map(found.count, range(5)), *(share(found, least) for least in (1, 2, 3))]
        for level, found in by_level.items()
    ]
    lines += [*table(["level", "texts", "0", "1", "2", "3", "4", "shown (1+)", "at 2+", "at 3+"], rows), ""]
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


def buried(look: Look, examined: Sequence[DangerExample], ordinary: Sequence[str]) -> list[str]:
    """What becomes of danger that is told among ordinary worries: a table of how much of it is still shown."""
    chance = random.Random(0)  # noqa: S311 - worries to stand around others, not secrets
    around = [text.rstrip("。") + "。" for text in ordinary if SHORTEST_AROUND <= len(text) <= LONGEST_AROUND]
    rows: list[list[object]] = []
    for sentences in (1, 2):
        pairs = []
        for example in examined:
            alone = look(example.text)
            before, behind = ("".join(chance.sample(around, sentences)) for _ in range(2))
            if example.level and alone:
                pairs.append((alone, look(f"{before}{example.text.rstrip('。')}。{behind}")))
        grave = [(alone, told) for alone, told in pairs if alone > 1]
        rows.append(
            [
                sentences,
                len(pairs),
                f"{sum(told > 0 for _, told in pairs) / len(pairs):.3f}",
                f"{sum(told >= alone for alone, told in pairs) / len(pairs):.3f}",
                f"{sum(told > 1 for _, told in grave) / len(grave):.3f}",
            ]
        )
    heads = ("worries before and behind", "texts shown alone", "still shown", "at no lower level", "of 2+ still at 2+")
    return ["## Danger told among ordinary worries", "", *table(heads, rows), ""]


def main() -> None:
    """Measures the signs alone and the signs with the second opinion."""
    catalog = load_catalog(ROOT / "catalog" / "data")
    signs, classifier = DangerSigns(catalog.signs), load_classifier()
    corpus = read_corpus(DATA, CATEGORY_IDS, compared=False)
    unseen = (*read_held_out(DATA, CATEGORY_IDS), *corpus.calibration)
    ordinary = [example.text for example in unseen if not example.safety]
    examined = {name: read_examined(DATA, URGENT_KINDS, name) for name in EXAMINED}

    def both(text: str) -> int:
        return together(signs.look(text), classifier.predict(text)).level

    lines = [
        "# Danger, on examples nobody learnt from",
        "",
        f"Model {classifier.version}. Ordinary worries: the examination and the calibration texts without @safety; "
        "for the later hands their own.",
        "",
    ]
    for name, examples in examined.items():
        lines += report(f"{TITLES[name]}: signs and second opinion", both, examples, ordinary)
        lines += report(f"{TITLES[name]}: the signs alone", lambda text: signs.look(text).level, examples, ordinary)
    everything = [e for examples in examined.values() for e in examples if e.style != ORDINARY]
    lines += buried(both, everything, ordinary)
    learnt = [signs.look(example.text).level for example in corpus.examples if not example.safety]
    lines.append(
        f"The signs alone on the {len(learnt):,} phrases of worries without @safety: at 1+ {share(learnt, 1)}, "
        f"at 2+ {share(learnt, 2)}, at 3+ {share(learnt, 3)}."
    )
    times: dict[str, list[float]] = defaultdict(list)
    for example in examined[EXAMINED[0]]:
        for what, act in (("signs alone", signs.look), ("signs and second opinion", both)):
            start = time.perf_counter()
            act(example.text)
            times[what].append(1000 * (time.perf_counter() - start))
    for what, taken in times.items():
        lines += ["", f"{what.capitalize()}: {statistics.median(taken):.2f} ms a text (median of this run)."]
    (ROOT / "benchmarks" / "danger.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")
    if "--misses" in sys.argv:
        for name, examples in examined.items():
            for example in examples:
                found = both(example.text)
                if (example.level and not found) or (example.level == 4 and found < 3):
                    sys.stdout.write(f"{name}: {example.kind} {example.level}, found {found}: {example.text}\n")


if __name__ == "__main__":
    main()
