"""The pictures of a model's report as SVG: what is confused, what is promised, what may be answered. Pure text out.

Readable in black and white print: greys, numbers in the cells, and lines told apart by their marks. All in mm.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from nlu.evaluation import Bin, Coverage, Report

INK, SOFT, GRID, PAPER = "#1a1a1c", "#55585e", "#d3d5d9", "#ffffff"
FONT = "Noto Sans JP, Noto Sans CJK JP, Hiragino Sans, Yu Gothic, sans-serif"
FEW = 20
"""Fewer texts than this are drawn and named as a hint only."""
LETTER = 3.2


def matrix(report: Report, names: Mapping[str, str]) -> list[list[int]]:
    """Texts by label (rows) and answer (columns), both in the order of `names`; all that is right is on the diagonal.

    An answer that counts as right by an `also` so stands under its label, and a row's sum is the label's texts.
    """
    place = {label: number for number, label in enumerate(names)}
    counts = [[0] * len(names) for _ in names]
    for score in report.labels:
        counts[place[score.label]][place[score.label]] = score.examples
    for label, answer, count in report.confusions:
        counts[place[label]][place[label]] -= count
        counts[place[label]][place[answer]] += count
    return counts


def confusion(report: Report, names: Mapping[str, str]) -> str:
    """The matrix, darker where a larger share of the row is."""
    counts = matrix(report, names)
    left, top, cell, high = 62.0, 36.0, 17.2, 10.6
    width, height = left + cell * len(names) + 4, top + high * len(names) + 24
    drawn = [
        _text(4, 8, "何を何と取りちがえたか", size=5, bold=True),
        _text(
            4, 14.5, "横の一行が、正しい分類です。列が、案内の答えです。数は文の数です。太いわくが、正しい答えです。"
        ),
        _text(left - 2, top - 3, "正しい分類 ↓　　答え →", anchor="end", size=2.8),
    ]
    for number, name in enumerate(names.values()):
        middle = left + cell * (number + 0.5)
        lines = _wrapped(name, 6)
        for place, part in enumerate(lines):
            drawn.append(_text(middle, top - 2.5 - (len(lines) - 1 - place) * 3.5, part, anchor="middle", size=2.6))
        drawn.append(_text(middle, top - 2.5 - len(lines) * 3.5, str(number + 1), anchor="middle", size=2.6, bold=True))
        drawn.append(_text(left - 2, top + high * (number + 0.5) + 1.1, f"{number + 1}　{name}", anchor="end"))
    for row, line in enumerate(counts):
        whole = sum(line)
        for column, count in enumerate(line):
            grey, ink = _shade(count / whole if whole else 0.0)
            x, y = left + cell * column, top + high * row
            drawn.append(_box(x, y, cell, high, fill=grey, stroke=GRID))
            if count:
                drawn.append(
                    _text(x + cell / 2, y + high / 2 + 1.4, str(count), anchor="middle", size=3.8, fill=ink, bold=True)
                )
    for number in range(len(names)):
        drawn.append(_box(left + cell * number, top + high * number, cell, high, fill="none", stroke=INK, line=0.7))
    bottom = top + high * len(names) + 8
    drawn.append(_text(left - 2, bottom + 4.3, "行の中の割合", anchor="end"))
    for number, share in enumerate((0.0, 0.01, 0.03, 0.1, 0.3, 0.6, 1.0)):
        grey, ink = _shade(share)
        drawn.append(_box(left + 22 * number, bottom, 22, 6.5, fill=grey, stroke=GRID))
        drawn.append(_text(left + 22 * number + 11, bottom + 4.4, f"{share:.0%}", anchor="middle", fill=ink))
    worst = "、".join(f"{names[one]}を{names[other]}と({count}文)" for one, other, count in report.confusions[:5])
    told = f"{report.examples}文のうち、正しい答えは{report.lenient:.1%}。多い取りちがえ: {worst or 'ありません'}。"
    return _page("confusion", "何を何と取りちがえたか", told, (width, height), drawn)


def reliability(bins: Sequence[Bin]) -> str:
    """Ten bars, how often the answer was right, with a diamond where it was promised and the number of texts below."""
    plot = _Plot(left=26, top=36, width=150, height=84, low=0.0)
    wide = plot.width / len(bins)
    drawn = [
        _text(4, 8, "案内の自信と、本当に正しかった割合", size=5, bold=True),
        _box(26, 12.5, 5, 4, fill="#a9adb4", stroke=INK),
        _text(33, 15.8, "本当に正しかった割合"),
        _diamond(80, 14.5),
        _text(84, 15.8, "案内が約束した割合(平均)"),
        _box(26, 19.5, 5, 4, fill=PAPER, stroke=INK, dashed=True),
        _text(33, 22.8, f"{FEW}文より少ない。目安だけ"),
        _text(78, 22.8, "棒がひし形より高い = 言うよりも、よく当たる"),
        *plot.axes("正しかった割合"),
    ]
    for number, part in enumerate(bins):
        x = plot.left + wide * number
        drawn.append(
            _text(
                x + wide / 2, plot.bottom + 5, f"{100 * part.low:.0f}–{100 * part.high:.0f}%", anchor="middle", size=2.7
            )
        )
        drawn.append(_text(x + wide / 2, plot.bottom + 14.5, str(part.count), anchor="middle", bold=True))
        if part.count:
            few = part.count < FEW
            y = plot.y(part.right)
            drawn.append(
                _box(
                    x + 2,
                    y,
                    wide - 4,
                    max(plot.bottom - y, 0.4),
                    fill=PAPER if few else "#a9adb4",
                    stroke=INK,
                    dashed=few,
                )
            )
            drawn.append(_diamond(x + wide / 2, plot.y(part.promised)))
    drawn.append(_text(plot.left - 2, plot.bottom + 5, "自信", anchor="end", size=2.9))
    drawn.append(_text(plot.left - 2, plot.bottom + 14.5, "文の数", anchor="end"))
    told = " ".join(
        f"自信{part.low:.0%}から{part.high:.0%}: {part.count}文、約束{part.promised:.0%}、正しい{part.right:.0%}。"
        for part in bins
        if part.count
    )
    return _page("reliability", "案内の自信と、本当に正しかった割合", told, (182, 142), drawn)


def coverage(points: Sequence[Coverage], chosen: Coverage | None) -> str:
    """The share answered as sure against the share of those right, over thresholds; `chosen` is the model's own."""
    points = [point for point in points if point.sure]
    shares = [point.right_share for point in (*points, *([chosen] if chosen else []))]
    low = max(0.0, math.floor(min(shares, default=0.0) * 20 - 0.5) / 20) if shares else 0.0
    plot = _Plot(left=26, top=32, width=146, height=84, low=min(low, 0.9))
    drawn = [
        _text(4, 8, "言い切る割合と、言い切った時に正しい割合", size=5, bold=True),
        _text(4, 14.5, "右へ行くほど、多くの文に言い切ります。数字は、しきい値(言い切るのに要る自信)です。"),
        *plot.axes("言い切った文のうち、正しかった割合"),
    ]
    if plot.low:
        drawn.append(
            _text(plot.left + 2, plot.bottom - 2, f"縦の目もりは{plot.low:.0%}から始まります", fill=SOFT, size=2.9)
        )
    for step in range(0, 101, 10):
        x = plot.left + plot.width * step / 100
        drawn.append(_line(x, plot.bottom, x, plot.bottom + 1.4))
        drawn.append(_text(x, plot.bottom + 5.5, f"{step}%", anchor="middle", size=2.9))
    drawn.append(_text(plot.left + plot.width / 2, plot.bottom + 12, "全部の文のうち、言い切った割合", anchor="middle"))
    if points:
        way = " ".join(f"{plot.left + plot.width * p.share:.2f},{plot.y(p.right_share):.2f}" for p in points)
        drawn.append(f'<polyline points="{way}" fill="none" stroke="{INK}" stroke-width="0.6"/>')
    taken = [plot.left + plot.width * chosen.share] if chosen else []
    for point in sorted(points, key=lambda point: -point.threshold):
        x, y = plot.left + plot.width * point.share, plot.y(point.right_share)
        if round(point.threshold * 100) % 10 or any(abs(other - x) < 7 for other in taken):
            continue
        taken.append(x)
        drawn.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="1.3" fill="{PAPER}" stroke="{INK}" stroke-width="0.5"/>')
        drawn.append(_text(x + 1, y - 2.6, f"{point.threshold:.2f}", size=2.9))
    if chosen and chosen.sure:
        x, y = plot.left + plot.width * chosen.share, plot.y(chosen.right_share)
        drawn.append(_line(x, plot.bottom, x, y, dashed=True))
        drawn.append(_line(plot.left, y, x, y, dashed=True))
        drawn.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2" fill="{INK}"/>')
        share = f"{chosen.share:.1%}の文に言い切り、{chosen.right_share:.1%}が正しい"
        drawn.append(f'<circle cx="6" cy="20" r="2" fill="{INK}"/>')
        told = f"このモデル: しきい値{chosen.threshold:.2f}。{share}"
    else:
        told = "このモデルは、試験のどの文にも言い切りません"
    drawn.append(_text(10, 21.2, told, bold=True))
    return _page("coverage", "言い切る割合と、言い切った時に正しい割合", f"{told}。", (182, 134), drawn)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A plotting area whose upright axis runs from `low` to 100 %."""

    left: float
    top: float
    width: float
    height: float
    low: float

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def y(self, share: float) -> float:
        return self.bottom - self.height * (share - self.low) / (1 - self.low)

    def axes(self, title: str) -> list[str]:
        step = 0.2 if self.low < 0.3 else 0.1 if self.low < 0.6 else 0.05 if self.low < 0.8 else 0.02
        drawn = [_text(self.left - 2, self.top - 4, title, size=LETTER)]
        share = 1.0
        while share >= self.low - 1e-9:
            drawn.append(_line(self.left, self.y(share), self.left + self.width, self.y(share), stroke=GRID))
            drawn.append(_text(self.left - 2, self.y(share) + 1.1, f"{share:.0%}", anchor="end", size=2.9))
            share -= step
        drawn.append(_line(self.left, self.bottom, self.left + self.width, self.bottom))
        drawn.append(_line(self.left, self.top, self.left, self.bottom))
        return drawn


def _shade(share: float) -> tuple[str, str]:
    """The grey of a share, and the ink that is read on it: by the square root, so that single texts are seen."""
    grey = round(255 - 205 * math.sqrt(share))
    return f"#{grey:02x}{grey:02x}{grey:02x}", PAPER if grey < 130 else INK


def _wrapped(text: str, letters: int) -> list[str]:
    """Lines of at most so many letters: broken after ・ and / where that is enough, else into equal parts."""
    lines = [""]
    for piece in re.findall(r"[^・/]+[・/]?|[・/]", text):
        if len(lines[-1] + piece) <= letters:
            lines[-1] += piece
            continue
        size = math.ceil(len(piece) / math.ceil(len(piece) / letters))
        lines += [piece[start : start + size] for start in range(0, len(piece), size)]
    return [line for line in lines if line]


def _page(id: str, title: str, told: str, size: tuple[float, float], drawn: Sequence[str]) -> str:
    width, height = size
    parts = "\n".join(drawn)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}mm" height="{height:.1f}mm" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" role="img" aria-labelledby="{id}-title {id}-told" '
        f'font-family="{FONT}">\n'
        f'<title id="{id}-title">{escape(title)}</title>\n<desc id="{id}-told">{escape(told)}</desc>\n'
        f'<rect width="{width:.1f}" height="{height:.1f}" fill="{PAPER}"/>\n'
        f'<g aria-hidden="true">\n{parts}\n</g>\n</svg>\n'
    )


def _text(
    x: float, y: float, text: str, *, size: float = LETTER, bold: bool = False, anchor: str = "start", fill: str = INK
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" font-size="{size:.2f}" text-anchor="{anchor}" fill="{fill}"{weight}>'
        f"{escape(text)}</text>"
    )


def _box(
    x: float,
    y: float,
    width: float,
    height: float,
    *,
    fill: str,
    stroke: str,
    line: float = 0.3,
    dashed: bool = False,
) -> str:
    dashes = ' stroke-dasharray="1.2 0.8"' if dashed else ""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{line}"{dashes}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = INK, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="1.6 1.2"' if dashed else ""
    return (
        f'<line x1="{x1:.2f}" y1="{y1:.2f}" x2="{x2:.2f}" y2="{y2:.2f}" stroke="{stroke}" stroke-width="0.35"{dashes}/>'
    )


def _diamond(x: float, y: float) -> str:
    way = f"{x:.2f},{y - 2:.2f} {x + 2:.2f},{y:.2f} {x:.2f},{y + 2:.2f} {x - 2:.2f},{y:.2f}"
    return f'<polygon points="{way}" fill="{PAPER}" stroke="{INK}" stroke-width="0.6"/>'
