"""The comparison as a Markdown table and as a picture."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.compare_scores import Measures

SHARES = {
    "strict": "strict",
    "lenient": "lenient",
    "macro_f1": "macro-F1",
    "top3": "top-3",
    "ece": "ECE",
    "coverage": "cov@95",
}
REWRITTEN = {"few": "as written", "hiragana": "hiragana", "typos": "typos 5 %", "noise": "width, emoji"}
COSTS = {
    "p50": "p50 ms",
    "p99": "p99 ms",
    "peak_mb": "peak RSS MB",
    "disk_mb": "model MB",
    "train_seconds": "training s",
}
LOW_IS_GOOD = {"ece", *COSTS}
NAMES = {
    "ours": "ひとりじゃない (this project)",
    "sklearn": "scikit-learn, characters + LR",
    "sklearn-words": "scikit-learn, Sudachi words + LR",
    "fasttext": "fastText, Sudachi words",
    "nlpjs": "NLP.js (ja)",
    "spacy": "spaCy ensemble, GiNZA vectors",
    "e5": "multilingual-e5-small + LR",
}
IDLE = 1.5
"""A mean load above this means that others were working too."""
INK, OURS, OTHERS, PALE = "#222222", "#0b6e4f", "#8a94a6", "#dde1e7"


@dataclass
class Comparison:
    """What one run found. `measures` by system, in the order run; `results` are the systems' own words."""

    source: str
    train: int
    test: int
    rewritten: int
    single: int
    machine: str
    measures: dict[str, Measures] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def markdown(found: Comparison) -> str:
    """The whole report."""
    error = 100 * (0.25 / found.test) ** 0.5
    lines = [
        "# Compared with other classifiers",
        "",
        f"Made by `make bench-peers`. Learnt from {found.train:,} texts, judged by {found.test:,} ({found.source}), "
        f"which nobody learnt from. {found.machine}",
        "",
        "strict: the label itself; lenient, and all that follows but macro-F1: a label in `also` counts too. ECE: of "
        "the raw scores. cov@95: the surest share of the texts of which 95 % are right. **Bold**: the best of a "
        f"column. One standard error of an accuracy is at most {error:.1f} points: smaller differences mean nothing.",
        "",
        *_table(found, SHARES),
        "",
        f"Accuracy (lenient) on the same {found.rewritten} texts as written and rewritten. Ours learns from hiragana "
        "and misspelt copies; the readings for learning and for this test come from the same tool (SudachiPy).",
        "",
        *_table(found, REWRITTEN),
        "",
        f"One text at a time ({found.single} texts), each system in a process of its own. Peak RSS includes training. "
        "Sudachi's dictionary (about 200 MB, mapped) is in the RSS, not in the model's size.",
        *_under_load(found),
        "",
        *_table(found, COSTS),
        "",
        "## Where ours loses",
        "",
        *losses(found.measures),
        "",
        "## Notes",
        "",
        "- Ours also learns from the `also` marks and from rewritten copies, fits its certainty on texts of its own, "
        "and its settings were chosen on texts of this project; the peers have the settings of their textbooks and "
        "learn from text and label alone.",
    ]
    for peer, result in found.results.items():
        versions = ", ".join(f"{name} {number}" for name, number in result["versions"].items())
        note = f"{result['note']}. " if result["note"] else ""
        if result.get("unfinished"):
            note += "**Stopped by its limit of time: its accuracy is not what it can reach.** "
        lines.append(f"- {NAMES[peer]}: {note}{versions}. {result['date']}, load {result['load']}.")
    lines += [f"- {NAMES[peer]}: missing ({reason})." for peer, reason in found.missing.items()]
    return "\n".join(lines) + "\n"


def _name(found: Comparison, peer: str) -> str:
    return NAMES[peer] + (" (unfinished)" if found.results[peer].get("unfinished") else "")


def _under_load(found: Comparison) -> list[str]:
    loads = [float(result["load"]) for result in found.results.values()]
    if not loads or max(loads) <= IDLE:
        return []
    return [
        "",
        f"**Times were taken under load**: other work ran on the same cores (mean load {min(loads)} to {max(loads)}). "
        "They tell orders of magnitude, p99 hardly that; accuracies are not affected, but a peer that stops learning "
        "after a time (spaCy) learns less.",
    ]


def _table(found: Comparison, columns: Mapping[str, str]) -> list[str]:
    best = {
        column: (min if column in LOW_IS_GOOD else max)(
            (_shown(column, measures[column]) for measures in found.measures.values()), key=float, default=""
        )
        for column in columns
    }
    rows: list[list[str]] = []
    for peer, measures in found.measures.items():
        cells = [_shown(column, measures[column]) for column in columns]
        marked = [f"**{cell}**" if cell == best[column] else cell for column, cell in zip(columns, cells, strict=True)]
        rows.append([_name(found, peer), *marked])
    rows += [[NAMES[peer], "missing", *[""] * (len(columns) - 1)] for peer in found.missing]
    heads = ["system", *columns.values()]
    return [f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)]


def losses(measures: Mapping[str, Measures]) -> list[str]:
    """A line for each measure in which another system is better than ours, with the best of them."""
    ours = measures.get("ours")
    if ours is None:
        return ["Ours was not in this run."]
    lines = []
    for column, title in (SHARES | REWRITTEN | COSTS).items():
        sign = -1 if column in LOW_IS_GOOD else 1
        best = max(measures, key=lambda peer: sign * measures[peer][column])
        if _shown(column, measures[best][column]) != _shown(column, ours[column]):
            others = sum(sign * other[column] > sign * ours[column] for other in measures.values())
            more = f" ({others} systems are better)" if others > 1 else ""
            mine, theirs = _shown(column, ours[column]), _shown(column, measures[best][column])
            lines.append(f"- {title}: {mine}, {NAMES[best]} has {theirs}{more}.")
    return lines or ["In no measure of this run."]


def _shown(column: str, value: float) -> str:
    if column not in COSTS:
        return f"{value:.3f}"
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def svg(found: Comparison) -> str:
    """Bars: accuracy as written, and below it, thinner, on hiragana. Longest first."""
    order = sorted(found.measures, key=lambda peer: -found.measures[peer]["lenient"])
    left, width, row, top = 340, 400, 54, 84
    height = top + row * len(order) + 44
    title = f"Accuracy on {found.test:,} texts nobody learnt from"
    parts = [_text(20, 32, title, size=19, bold=True)]
    parts.append(
        _text(
            20,
            56,
            "A second label that was marked as right counts. Thick: as written; thin: rewritten in hiragana.",
            size=13,
        )
    )
    for share in (0, 25, 50, 75, 100):
        x = left + width * share / 100
        parts.append(f'<path d="M{x:g} {top - 8}V{height - 40}" stroke="{PALE}"/>')
        parts.append(_text(x, height - 20, f"{share} %", size=12, anchor="middle"))
    for place, peer in enumerate(order):
        y, measures = top + row * place, found.measures[peer]
        colour = OURS if peer == "ours" else OTHERS
        parts.append(_text(left - 12, y + 20, _name(found, peer), size=14, anchor="end", bold=peer == "ours"))
        for value, start, thick in ((measures["lenient"], y, 22), (measures["hiragana"], y + 25, 10)):
            long = width * value
            parts.append(f'<rect x="{left}" y="{start}" width="{long:.1f}" height="{thick}" fill="{colour}"/>')
            size = 14 if thick > 10 else 11
            base = start + thick / 2 + size * 0.36
            parts.append(_text(left + long + 6, base, f"{100 * value:.1f}", size=size, bold=thick > 10))
    return "\n".join(_page(left + width + 60, height, title, parts)) + "\n"


def _page(width: int, height: int, title: str, parts: Sequence[str]) -> Iterable[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        "role=\"img\" font-family=\"system-ui, 'Noto Sans CJK JP', 'Noto Sans JP', sans-serif\">"
    )
    yield f"<title>{html.escape(title)}</title>"
    yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
    yield from parts
    yield "</svg>"


def _text(x: float, y: float, words: str, *, size: int, anchor: str = "start", bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}" fill="{INK}"{weight}'
    return f"<text {place}>{html.escape(words)}</text>"
