"""New example phrases from somebody's file, looked at line by line before anything is made of them. Keeps nothing."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from nlu.corpus import MAX_PHRASE, NEAR, NONE
from nlu.text import normalise
from web.redaction import redact

MOST_BYTES = 10_000_000
MOST_LINES = 3_000
"""Names are looked for in every line, some milliseconds each."""
ENCODINGS = (("utf-8-sig", "UTF-8"), ("cp932", "Shift_JIS"))
COLUMNS = {"分類": "label", "category": "label", "label": "label", "例文": "text", "文": "text", "phrase": "text"}
"""What the first line of a CSV may call the two columns; without such a line they are 分類, 例文."""
EXAMINED = ("calibration", "held_out", "hard", "golden")
STYLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MARK = re.compile(r"[ 　][@＠](\S+)$")
_SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class New:
    """A phrase as it would be added. `marks`: other labels, or safety."""

    line: int
    label: str
    text: str = field(repr=False)
    marks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "".join((self.text, *(f" @{mark}" for mark in self.marks)))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line, in Japanese; line 0 is the whole file."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Looked:
    """A file looked at: its phrases, everything that is wrong with it, and how its letters were encoded."""

    phrases: tuple[New, ...]
    problems: tuple[Problem, ...]
    encoding: str

    @property
    def usable(self) -> bool:
        """Whether it may be added, which is as a whole or not at all."""
        return bool(self.phrases) and not self.problems


@dataclass(frozen=True, slots=True)
class Known:
    """Where phrases stand already: normalised text to "file:line"; and the texts of the examinations."""

    places: Mapping[str, str]
    examined: tuple[tuple[str, str], ...]


def known(folder: Path) -> Known:
    """Every phrase of the training data, of the examinations too, without reading what it is labelled."""
    files = ((path, path.stat()) for path in sorted(folder.rglob("*.txt")))
    return _known(folder, tuple((path, found.st_mtime_ns, found.st_size) for path, found in files))


@lru_cache(maxsize=1)
def _known(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> Known:
    """As long as no file has changed, the phrases are those read before."""
    places: dict[str, str] = {}
    examined: list[tuple[str, str]] = []
    for path, *_ in files:
        name = path.relative_to(folder).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                text = _unmarked(line)[0]
                places.setdefault(normalise(text), f"{name}:{number}")
                if name.startswith(EXAMINED):
                    examined.append((f"{name}:{number}", text))
    return Known(places, tuple(examined))


def look(content: bytes, *, name: str, label: str, labels: Mapping[str, str], there: Known) -> Looked:
    """The phrases of a CSV (分類, 例文) or a text file (a phrase a line), and all that is wrong, in order of the lines.

    `name`: of the file, whose ending tells which of the two it is; `label`: of a text file, or "" to take it from the
    name. `labels`: id to name of every label. `there`: what `known` found.
    """
    text, encoding, fault = _decoded(content)
    if fault is not None:
        return Looked((), (fault,), encoding)
    problems: list[Problem] = []
    found = _csv(text, problems) if name.lower().endswith(".csv") else _lines(text, label or _stem(name))
    rows = list(islice(found, MOST_LINES + 1))
    if len(rows) > MOST_LINES:
        return Looked((), (Problem(0, f"例文が多すぎます。{MOST_LINES:,} 文までに分けてください。"),), encoding)
    if not rows and not problems:
        problems.append(Problem(0, "例文が一つもありません。"))
    phrases: list[New] = []
    first: dict[str, int] = {}
    for line, given, raw in rows:
        bare, marks = _unmarked(raw)
        new = New(line, _label(given, labels), bare, marks)
        faults = [*_faults(new, given, labels), *_twice(new, first, there)]
        problems += [Problem(line, fault) for fault in faults or _telling(bare)]
        phrases.append(new)
    problems += _near(phrases, there) if not problems else []
    return Looked(tuple(phrases), tuple(sorted(problems, key=lambda problem: problem.line)), encoding)


def appended(phrases: Iterable[New], *, style: str) -> dict[str, str]:
    """Name of a file in `training_data/phrases` to the text to put at its end."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for new in phrases:
        by_label[new.label].append(str(new))
    return {f"{label}.txt": "\n".join((f"## {style}", *lines, "")) for label, lines in sorted(by_label.items())}


def as_csv(phrases: Iterable[New]) -> str:
    """The phrases as a CSV that `look` reads as the same phrases."""
    held = io.StringIO()
    csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows((new.label, str(new)) for new in phrases)
    return held.getvalue()


def _decoded(content: bytes) -> tuple[str, str, Problem | None]:
    if len(content) > MOST_BYTES:
        return "", "", Problem(0, "ファイルが大きすぎます。10 MB までに分けてください。")
    if b"\0" in content or content.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"%PDF")):
        return "", "", Problem(0, "文字だけのファイルではありません。UTF-8 か Shift_JIS の CSV か TXT にしてください。")
    for encoding, shown in ENCODINGS:
        try:
            return content.decode(encoding), shown, None
        except UnicodeDecodeError:
            continue
    line = next(number for number, raw in enumerate(content.split(b"\n"), 1) if not _readable(raw))
    return "", "", Problem(line, "文字コードが読めません。UTF-8 か Shift_JIS でほぞんし直してください。")


def _readable(raw: bytes) -> bool:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _csv(text: str, problems: list[Problem]) -> Iterator[tuple[int, str, str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    order: dict[str, int] = {"label": 0, "text": 1}
    line = 1
    try:
        for row in reader:
            names = [COLUMNS.get(cell.strip().lower()) for cell in row]
            if line == 1 and {"label", "text"} <= set(names):
                order = {found: place for place, found in reversed(list(enumerate(names))) if found}
            elif len(row) <= max(order.values()):
                if any(cell.strip() for cell in row):
                    problems.append(Problem(line, "列が足りません。分類と例文の、二つの列にしてください。"))
            else:
                yield line, row[order["label"]].strip(), row[order["text"]]
            line = reader.line_num + 1
    except csv.Error:
        problems.append(Problem(line, 'CSV として読めません。引用符(")の閉じ忘れがないか、見てください。'))


def _lines(text: str, label: str) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(io.StringIO(text, newline="\n"), 1):
        raw = line.rstrip("\r\n")
        if raw.strip() and not raw.startswith(("# ", "## ")):
            yield number, label, raw


def _unmarked(raw: str) -> tuple[str, tuple[str, ...]]:
    text = raw.strip(" \u3000")
    marks: list[str] = []
    while match := _MARK.search(text):
        marks.insert(0, match[1])
        text = text[: match.start()].rstrip(" \u3000")
    return text, tuple(marks)


def _label(given: str, labels: Mapping[str, str]) -> str:
    """The id, where the name that people read was given."""
    return next((id for id, name in labels.items() if given == name), given)


def _faults(new: New, given: str, labels: Mapping[str, str]) -> Iterator[str]:
    if not given:
        yield "分類がありません。"
    elif new.label not in labels:
        near = difflib.get_close_matches(given, [*labels, *labels.values()], n=1)
        hint = f"「{near[0]}」のことですか。" if near else ""
        yield f"「{given[:40]}」という分類はありません。{hint}"
    for mark in new.marks:
        if mark not in labels and mark != _SAFETY:
            yield f"印「@{mark[:40]}」はありません。"
        elif NONE in (mark, new.label):
            yield f"悩みではない文に、印「@{mark}」は使えません。"
        elif mark == new.label or new.marks.count(mark) > 1:
            yield f"印「@{mark}」が重なっています。"
    if not normalise(new.text):
        yield "例文の中身がありません。"
    if len(new.text) > MAX_PHRASE:
        yield f"例文が {len(new.text)} 文字あります。{MAX_PHRASE} 文字までにしてください。"
    if any(character in new.text for character in "\t\n\r"):
        yield "例文の中に、タブか改行があります。一行の文にしてください。"
    if new.text.startswith("#"):
        yield "例文は「#」から始められません。"


def _twice(new: New, first: dict[str, int], there: Known) -> Iterator[str]:
    normal = normalise(new.text)
    if not normal:
        return
    if normal in first:
        yield f"{first[normal]} 行目と同じ例文です。"
    if normal in there.places:
        yield f"同じ例文が、もう {there.places[normal]} にあります。"
    first.setdefault(normal, new.line)


def _telling(text: str) -> Iterator[str]:
    found = redact(text).found
    if found:
        yield f"{'、'.join(found)}のようなものがあります。消すか、書きかえてください。"


def _near(phrases: list[New], there: Known) -> Iterator[Problem]:
    from nlu.nearness import near_pairs  # noqa: PLC0415 — scikit-learn: only for those who import

    ours, theirs = [new.text for new in phrases], [text for _, text in there.examined]
    for i, j, cosine in near_pairs(ours, theirs, at_least=NEAR) if ours and theirs else ():
        place = there.examined[j][0]
        yield Problem(phrases[i].line, f"試験の文 {place} とほぼ同じです(類似度 {cosine:.2f})。")


def _stem(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
