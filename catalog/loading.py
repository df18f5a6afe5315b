"""The data folder as one checked Catalog, or every problem in it at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from catalog import checks, composing, reading, ruby, wording
from catalog.hours import JAPAN
from catalog.model import (
    CATEGORY_IDS,
    UNDER18,
    Always,
    Catalog,
    Category,
    ContentPage,
    CrisisNumbers,
    DangerPart,
    DangerSign,
    DeadNumber,
    FixedAnswer,
    Flow,
    ForOther,
    Holiday,
    Messages,
    NeverSay,
    Operator,
    PlainWord,
    ReadingCorrection,
    Record,
    SaidRules,
    Service,
    UrgentHelp,
)
from catalog.places import Places
from catalog.reading import Document, Place, Plain, Problem

FURIGANA = "furigana.json"
R = TypeVar("R", bound=Record)
_PARTS = {
    "categories.yaml": ("categories", "under18"),
    "urgent.yaml": ("strip", "human_line", "help"),
    "danger_signs.yaml": ("signs",),
    "danger_parts.yaml": ("parts",),
    "urgent_also.yaml": ("voiceless", "for_other"),
    "never_say.yaml": ("words",),
    "dead_numbers.yaml": ("numbers",),
    "holidays.yaml": ("holidays",),
    "plain_words.yaml": ("words",),
    "crisis_numbers.yaml": ("services",),
    "furigana.yaml": ("corrections",),
    "answers.yaml": ("answers",),
}
"""What the files that hold more than one record are made of."""


class CatalogError(Exception):
    """The data files cannot be used. `problems` are all of them, sorted by file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def load(folder: Path, today: date | None = None) -> Catalog:
    """The catalogue in `folder`, checked as a whole. Raises CatalogError with every problem found."""
    reader = _Reader(folder)
    catalog = reader.catalog()
    problems = reader.problems
    if catalog is not None:
        problems += checks.problems(catalog, reader.places, today or datetime.now(JAPAN).date())
    if problems or catalog is None:
        raise CatalogError(sorted(set(problems)))
    return catalog


def problems_in(folder: Path, today: date | None = None) -> list[Problem]:
    """Every problem of the data files in `folder`; empty if the catalogue can be used."""
    try:
        load(folder, today)
    except CatalogError as error:
        return error.problems
    return []


@dataclass
class _Reader:
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    places: Places = field(default_factory=Places)

    def catalog(self) -> Catalog | None:
        """The catalogue without the checks that look at more than one record; None if a part is broken."""
        services = self._by_name("services", Service, "id")
        flows = self._by_name("flows", Flow, "category")
        said = self._by_name("said", SaidRules, "category", needed=False)
        categories = self._list("categories.yaml", "categories", Category)
        under18 = self._one("categories.yaml", ("under18",), Category)
        help_ = self._list("urgent.yaml", "help", UrgentHelp)
        strip = self._one("urgent.yaml", ("strip",), Always)
        human_line = self._one("urgent.yaml", ("human_line",), Always)
        voiceless = self._one("urgent_also.yaml", ("voiceless",), Always)
        for_other = self._one("urgent_also.yaml", ("for_other",), ForOther)
        never = self._list("never_say.yaml", "words", NeverSay)
        signs = self._list("danger_signs.yaml", "signs", DangerSign)
        parts = self._list("danger_parts.yaml", "parts", DangerPart)
        dead = self._list("dead_numbers.yaml", "numbers", DeadNumber)
        holidays = self._list("holidays.yaml", "holidays", Holiday)
        words = self._list("plain_words.yaml", "words", PlainWord)
        answers = self._list("answers.yaml", "answers", FixedAnswer)
        corrections = self._list("furigana.yaml", "corrections", ReadingCorrection)
        crisis = self._list("crisis_numbers.yaml", "services", CrisisNumbers)
        messages = self._one("messages.yaml", (), Messages)
        pages = self._by_name("pages", ContentPage, "id")
        operator = self._one("operator.yaml", (), Operator)
        self._order(categories, under18)
        self._pairs(help_)
        composed = self._composed(signs, parts)
        self._unknown_parts()
        if self.problems or not (
            under18 and strip and human_line and voiceless and for_other and messages and operator
        ):
            return None
        return Catalog(
            categories=tuple(categories),
            under18=under18,
            services=dict(sorted(services.items())),
            flows=flows,
            said=said,
            urgent={(entry.level, entry.kind): entry for entry in help_},
            strip=strip,
            human_line=human_line,
            voiceless=voiceless,
            for_other=for_other,
            never_say=tuple(never),
            signs=composed,
            messages=messages,
            answers=tuple(answers),
            pages=dict(sorted(pages.items(), key=lambda item: (item[1].order, item[0]))),
            operator=operator,
            plain_words=tuple(words),
            readings=tuple(corrections),
            furigana=self._furigana(),
            crisis_numbers={entry.service: entry for entry in crisis},
            dead_numbers=tuple(dead),
            holidays=tuple(holidays),
        )

    def _composed(self, signs: list[DangerSign], parts: list[DangerPart]) -> tuple[DangerSign, ...]:
        """The signs with their parts filled in. Not tried where an entry is broken: its part would seem unknown."""
        written = (self._document(composing.SIGNS), "signs"), (self._document(composing.PARTS), "parts")
        if [_count(document, key) for document, key in written] != [len(signs), len(parts)]:
            return ()
        composed = composing.compose(signs, parts, self.places)
        self.problems += composed.problems
        return composed.signs

    def _furigana(self) -> dict[str, str]:
        path = self.folder / FURIGANA
        try:
            marked = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        except (OSError, ValueError):
            marked = None
        if not isinstance(marked, list) or not all(isinstance(text, str) for text in marked):
            self.problems.append(Problem(FURIGANA, 1, "読み取れません。make furigana で作りなおしてください"))
            return {}
        return {ruby.plain(text): text for text in marked}

    def _document(self, name: str) -> Document:
        if name in self.places.documents:
            return self.places.documents[name]
        try:
            document = reading.read(name, (self.folder / name).read_bytes())
        except OSError:
            document = Document(name, None, (Problem(name, 1, "ファイルがないか、読み取れません"),))
        self.places.documents[name] = document
        self.problems += document.problems
        if document.value is None and not document.problems:
            self.problems.append(Problem(name, 1, "ファイルに何も書かれていません"))
        return document

    def _by_name(self, folder: str, model: type[R], key: str, *, needed: bool = True) -> dict[str, R]:
        """One record a file; the file's name is the value of `key`."""
        found: dict[str, R] = {}
        paths = sorted((self.folder / folder).glob("*"))
        if not paths and needed:
            self.problems.append(Problem(folder, 1, "フォルダがないか、空です"))
        for path in paths:
            name = f"{folder}/{path.name}"
            if path.suffix != ".yaml":
                if not path.name.startswith("."):
                    self.problems.append(Problem(name, 1, "ファイルの名前は「.yaml」で終わるようにしてください"))
                continue
            document = self._document(name)
            record = self._record(document, document.value, (), model)
            if record is None:
                continue
            id = str(getattr(record, key))
            if id != path.stem:
                sentence = f"{key}「{id}」とファイルの名前「{path.stem}」が違います。どちらかにそろえてください"
                self.problems.append(Problem(name, document.line_of((key,)), sentence))
            found[id] = record
        return found

    def _list(self, name: str, key: str, model: type[R]) -> list[R]:
        document = self._document(name)
        if document.value is None:
            return []
        entries = document.value.get(key) if isinstance(document.value, dict) else None
        if not isinstance(entries, list):
            if self._misnamed(document, key):
                return []
            self.problems.append(Problem(name, document.line_of((key,)), f"「{key}:」のリストがありません"))
            return []
        records = [self._record(document, entry, (key, number), model) for number, entry in enumerate(entries)]
        return [record for record in records if record is not None]

    def _one(self, name: str, place: tuple[str, ...], model: type[R]) -> R | None:
        document = self._document(name)
        value = document.value
        for part in place:
            value = value.get(part) if isinstance(value, dict) else None
        if value is None:
            if document.value is not None and not self._misnamed(document, *place):
                self.problems.append(Problem(name, 1, f"「{'・'.join(place)}」がありません。書き足してください"))
            return None
        return self._record(document, value, place, model)

    def _record(self, document: Document, value: Plain, place: Place, model: type[R]) -> R | None:
        if value is None:
            return None
        try:
            return model.model_validate(value)
        except ValidationError as error:
            for detail in wording.telling(error.errors(), model):
                line = document.line_of((*place, *(part for part in detail["loc"] if part != "[key]")))
                self.problems.append(Problem(document.file, line, wording.sentence(detail, model)))
            return None

    def _misnamed(self, document: Document, *place: str) -> bool:
        """Whether a part is there under a name written wrongly, of which `_unknown_parts` tells."""
        parts = _PARTS.get(document.file, ())
        given = document.value if isinstance(document.value, dict) else {}
        return place in [(wording.meant(key, parts),) for key in given if key not in parts]

    def _unknown_parts(self) -> None:
        for name, document in self.places.documents.items():
            parts = _PARTS.get(name, ())
            for key in document.value if parts and isinstance(document.value, dict) else ():
                if key not in parts:
                    sentence = f"「{key}」は使えない項目です{wording.nearest(key, parts)}"
                    self.problems.append(Problem(name, document.line_of((key,)), sentence))

    def _order(self, categories: list[Category], under18: Category | None) -> None:
        ids = tuple(category.id for category in categories)
        document = self.places.documents["categories.yaml"]
        if under18 and under18.id != UNDER18:
            line = document.line_of(("under18", "id"))
            self.problems.append(Problem("categories.yaml", line, f"ここのidは「{UNDER18}」のままにしてください"))
        if len(ids) != _count(document, "categories"):
            return
        if len(ids) == len(set(ids)) and not set(ids) - set(CATEGORY_IDS):
            missing = [id for id in CATEGORY_IDS if id not in ids]
            if missing:
                sentence = f"悩みの分類「{'、'.join(missing)}」がありません"
                self.problems.append(Problem("categories.yaml", document.line_of(("categories",)), sentence))
            elif ids != CATEGORY_IDS:
                number = next(number for number, id in enumerate(ids) if id != CATEGORY_IDS[number])
                line = document.line_of(("categories", number, "id"))
                sentence = f"悩みの分類の順番が違います。ここには「{CATEGORY_IDS[number]}」が来ます"
                self.problems.append(Problem("categories.yaml", line, sentence))
        for number, id in enumerate(ids):
            line = document.line_of(("categories", number, "id"))
            if id not in CATEGORY_IDS:
                hint = wording.nearest(id, CATEGORY_IDS)
                self.problems.append(Problem("categories.yaml", line, f"悩みの分類「{id}」は使えません{hint}"))
            elif id in ids[:number]:
                self.problems.append(Problem("categories.yaml", line, f"悩みの分類「{id}」が二回書かれています"))

    def _pairs(self, help_: list[UrgentHelp]) -> None:
        seen: set[tuple[int, str]] = set()
        document = self.places.documents["urgent.yaml"]
        if len(help_) != _count(document, "help"):
            return
        for number, entry in enumerate(help_):
            if (entry.level, entry.kind) in seen:
                line = document.line_of(("help", number))
                sentence = f"段階{entry.level}・{entry.kind} の案内が二回書かれています"
                self.problems.append(Problem("urgent.yaml", line, sentence))
            seen.add((entry.level, entry.kind))


def _count(document: Document, key: str) -> int | None:
    """How many entries the list `key` has as written, be they right or wrong; None if there is no such list."""
    entries = document.value.get(key) if isinstance(document.value, dict) else None
    return len(entries) if isinstance(entries, list) else None
