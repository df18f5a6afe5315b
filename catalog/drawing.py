"""A flow as pictures for a meeting: SVG pages of A4 landscape, Mermaid, and a table of its paths. Pure text out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from catalog.model import Catalog, Flow
from catalog.ruby import plain

PAGE_WIDTH, PAGE_HEIGHT = 297.0, 210.0
MARGIN, GAP, PADDING = 8.0, 1.6, 1.4
HEADER = 13.0
LETTER = 2.9
"""Height of a letter in mm: 8.2 points, which prints well and shows a whole outcome on three lines."""
LINE = LETTER * 1.38
QUESTION_WIDTH, ANSWER_WIDTH = 27.0, 29.0
FILLS = {"question": "#eef2fb", "answer": "#ffffff", "outcome": "#fff8e8", "danger": "#ffe9d6"}
INK, EDGE = "#1a1a1c", "#6b7280"


@dataclass(frozen=True, slots=True)
class Cell:
    """One box of a row. Neighbouring rows with the same `key` in the same column share one box."""

    key: tuple[str, ...]
    kind: str
    text: tuple[str, ...]


Row = tuple[Cell, ...]


def table(flow: Flow, catalog: Catalog) -> str:
    """Every path as a line: the answers joined by →, a tab, the outcome, a tab, its services in order."""
    lines = []
    for path in flow.paths():
        answers = " → ".join(_label(flow, question, option) for question, option in path.answers)
        names = "、".join(catalog.services[id].name for id in flow.outcomes[path.outcome].services)
        lines.append(f"{answers}\t{path.outcome}\t{names}")
    return "\n".join(lines) + "\n"


def index(catalog: Catalog, folder: Path) -> str:
    """The page that lists what was drawn into a folder, with every picture in it (Markdown, Japanese)."""
    lines = ["# 質問の絵", "", "`make draw` で作りなおせます。一枚ずつ、A4の横で印刷できます。", ""]
    drawn = [flow for flow in catalog.flows.values() if (folder / f"{flow.category}.mmd").exists()]
    titles = {flow.category: plain(flow.title or catalog.category(flow.category).label) for flow in drawn}
    lines += [f"- [{titles[flow.category]}](#{flow.category})" for flow in drawn]
    for flow in drawn:
        id = flow.category
        paths = sum(1 for _ in flow.paths())
        lines += ["", f'## <a id="{id}"></a>{titles[id]}', ""]
        lines.append(f"道は{paths}本あります。[道の一覧]({id}.txt) ・ [Mermaid]({id}.mmd)")
        pictures = sorted(folder.glob(f"{id}-[0-9]*.svg"), key=lambda path: (len(path.name), path.name))
        for number, path in enumerate(pictures, 1):
            lines += ["", f"![{titles[id]} {number}]({path.name})"]
    return "\n".join(lines) + "\n"


def mermaid(flow: Flow, catalog: Catalog) -> str:
    """The flow as a Mermaid flowchart, each question and outcome once."""
    lines = ["flowchart LR"]
    for id, question in flow.questions.items():
        lines.append(f'  {_node(id)}["{_quoted(plain(question.ask))}"]')
    for id, outcome in flow.outcomes.items():
        names = "<br>".join(_quoted(catalog.services[service].name) for service in outcome.services)
        lines.append(f'  {_node(id)}(["{names}"])')
    for id, question in flow.questions.items():
        for option in question.options:
            lines.append(f'  {_node(id)} -- "{_quoted(plain(option.label))}" --> {_node(option.next)}')
    return "\n".join(lines) + "\n"


def pages(flow: Flow, catalog: Catalog) -> list[str]:
    """The flow as SVG documents, one per A4 page in landscape; each can be read without the others."""
    rows = list(_rows(flow, catalog))
    columns = max(len(row) for row in rows)
    widths = _widths(columns)
    rows = [_stretched(row, columns) for row in rows]
    heights = _heights(rows, widths)
    cut = _cut(heights)
    title = plain(flow.title or catalog.category(flow.category).label)
    return [
        _page(rows[first:last], heights[first:last], widths, f"{title}  {number}/{len(cut)}")
        for number, (first, last) in enumerate(cut, 1)
    ]


def stacked(documents: Sequence[str]) -> str:
    """The pages one below the other, as one SVG document."""
    height = PAGE_HEIGHT * len(documents)
    inner = "".join(
        document.replace("<svg ", f'<svg y="{number * PAGE_HEIGHT:.0f}" ', 1).replace('mm" ', '" ')
        for number, document in enumerate(documents)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH:.0f}mm" height="{height:.0f}mm" '
        f'viewBox="0 0 {PAGE_WIDTH:.0f} {height:.0f}">\n{inner}</svg>\n'
    )


def _label(flow: Flow, question: str, option: str) -> str:
    return next(plain(o.label) for o in flow.questions[question].options if o.id == option)


def _node(id: str) -> str:
    return "n_" + id.replace("-", "_")


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


def _rows(flow: Flow, catalog: Catalog) -> Iterator[Row]:
    for path in flow.paths():
        cells: list[Cell] = []
        key: tuple[str, ...] = ()
        for question, option in path.answers:
            cells.append(Cell((*key, question), "question", (plain(flow.questions[question].ask),)))
            key = (*key, question, option)
            cells.append(Cell(key, "answer", (_label(flow, question, option),)))
        outcome = flow.outcomes[path.outcome]
        names = tuple(f"{n} {catalog.services[id].name}" for n, id in enumerate(outcome.services, 1))
        cells.append(Cell((*key, path.outcome), "danger" if outcome.danger else "outcome", names))
        yield tuple(cells)


def _widths(columns: int) -> list[float]:
    narrow = [QUESTION_WIDTH, ANSWER_WIDTH] * ((columns - 1) // 2)
    room = PAGE_WIDTH - 2 * MARGIN - GAP * (columns - 1)
    if len(narrow) > 6:
        narrow = [width * 0.82 for width in narrow]
    return [*narrow, room - sum(narrow)]


def _stretched(row: Row, columns: int) -> Row:
    """A shorter way has its outcome in the last column too; the gap before it stays empty."""
    missing = columns - len(row)
    return (*row[:-1], *(Cell((*row[-2].key, "gap", str(n)), "gap", ()) for n in range(missing)), row[-1])


def _heights(rows: Sequence[Row], widths: Sequence[float]) -> list[float]:
    heights = [_height(row[-1], widths[-1]) for row in rows]
    for column, width in enumerate(widths[:-1]):
        for first, last in _spans(rows, column):
            lacking = _height(rows[first][column], width) - sum(heights[first:last]) - GAP * (last - first - 1)
            if lacking > 0:
                for number in range(first, last):
                    heights[number] += lacking / (last - first)
    return heights


def _height(cell: Cell, width: float) -> float:
    return len(_lines(cell, width)) * LINE + 2 * PADDING


def _lines(cell: Cell, width: float) -> list[str]:
    if cell.kind in ("outcome", "danger"):
        return _flowing(cell.text, width - 2 * PADDING)
    return [line for text in cell.text for line in wrapped(text, width - 2 * PADDING)]


def _flowing(names: Sequence[str], room: float) -> list[str]:
    """Names one after another, as many on a line as fit; a name is broken only where it is longer than a line."""
    lines: list[str] = []
    for name in names:
        if lines and _length(f"{lines[-1]}　{name}") <= room:
            lines[-1] = f"{lines[-1]}　{name}"
        else:
            lines += wrapped(name, room)
    return lines


def wrapped(text: str, room: float) -> list[str]:
    """The text in lines of some `room` mm, none beginning with a closing mark or ending with an opening one."""
    lines, line = [], ""
    for letter in text:
        if line and _length(line + letter) > room and letter not in "、。」）)・?？ー ":
            kept = line.rstrip("「(（")
            lines.append(kept.rstrip())
            line = line[len(kept) :]
        line += letter
    return [*lines, line]


def _length(text: str) -> float:
    return sum(LETTER if unicodedata.east_asian_width(c) in "WFA" else LETTER * 0.56 for c in text)


def _spans(rows: Sequence[Row], column: int) -> Iterator[tuple[int, int]]:
    first = 0
    for number in range(1, len(rows) + 1):
        if number == len(rows) or rows[number][column].key != rows[first][column].key:
            yield first, number
            first = number


def _cut(heights: Sequence[float]) -> list[tuple[int, int]]:
    room = PAGE_HEIGHT - 2 * MARGIN - HEADER
    parts, first, used = [], 0, 0.0
    for number, height in enumerate(heights):
        if number > first and used + GAP + height > room:
            parts.append((first, number))
            first, used = number, 0.0
        used += height + (GAP if number > first else 0)
    return [*parts, (first, len(heights))]


def _page(rows: Sequence[Row], heights: Sequence[float], widths: Sequence[float], title: str) -> str:
    tops = [MARGIN + HEADER]
    for height in heights[:-1]:
        tops.append(tops[-1] + height + GAP)
    drawn = [_text(MARGIN, MARGIN + 5, [title], size=4.6, bold=True)]
    left = MARGIN
    for column, width in enumerate(widths):
        for first, last in _spans(rows, column):
            cell = rows[first][column]
            if cell.kind == "gap":
                middle = tops[first] + LINE / 2 + PADDING
                drawn.append(_line(left - GAP, middle, left + width + GAP, middle))
                continue
            height = tops[last - 1] + heights[last - 1] - tops[first]
            drawn.append(_box(left, tops[first], width, height, FILLS[cell.kind]))
            drawn.append(
                _text(left + PADDING, tops[first] + PADDING + LETTER, _lines(cell, width), bold=cell.kind == "question")
            )
            if column:
                middle = tops[first] + LINE / 2 + PADDING
                drawn.append(_line(left - GAP, middle, left, middle))
        left += width + GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{PAGE_WIDTH:.0f}mm" height="{PAGE_HEIGHT:.0f}mm" '
        f'viewBox="0 0 {PAGE_WIDTH:.0f} {PAGE_HEIGHT:.0f}" role="img" aria-label={quoteattr(title)} '
        'font-family="Noto Sans JP, Noto Sans CJK JP, Hiragino Sans, Yu Gothic, sans-serif">\n'
        f'<rect width="{PAGE_WIDTH:.0f}" height="{PAGE_HEIGHT:.0f}" fill="#ffffff"/>\n{"".join(drawn)}</svg>\n'
    )


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" rx="1.2" '
        f'fill="{fill}" stroke="{EDGE}" stroke-width="0.25"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{EDGE}" stroke-width="0.35"/>'


def _text(x: float, y: float, lines: Sequence[str], *, size: float = LETTER, bold: bool = False) -> str:
    weight = ' font-weight="700"' if bold else ""
    spans = "".join(
        f'<tspan x="{x:.2f}" y="{y + number * size * 1.38:.2f}">{escape(line)}</tspan>'
        for number, line in enumerate(lines)
    )
    return f'<text font-size="{size:.2f}" fill="{INK}"{weight}>{spans}</text>'
