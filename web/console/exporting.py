"""Accepted verdicts as files: for `training_data/reviewed`, for a spreadsheet, for machines, and a sheet about them."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from catalog.model import CATEGORY_IDS
from nlu.corpus import NONE
from nlu.reviewed import PHRASE, Row, file_of, rows_of
from web import agreement
from web.redaction import KINDS
from web.store import Store
from web.store.phrases import Phrase
from web.store.queue import Filter

LABELS = (*CATEGORY_IDS, NONE)
FEW = 20
"""A category with fewer phrases is named as a gap."""
_FORMULA = frozenset("=+-@＝＋－＠−﹦﹢﹣﹫|%")
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A phrase that is done, with its text and label, what was read in it, and the codes of who labelled it so."""

    phrase: Phrase
    text: str
    label: str
    reviewers: str


def labelled(store: Store) -> tuple[Labelled, ...]:
    """Every accepted label whose text can still be read, by day, text and id: the same store gives the same order."""
    done = store.queue.find(Filter(state="done"), for_person=None, limit=10_000_000)
    phrases = {phrase.id: phrase for phrase in done}
    found = [
        Labelled(phrases[each.phrase], each.text, each.label, reviewers(each.people))
        for each in store.opinions.accepted()
        if each.text is not None and each.phrase in phrases
    ]
    return tuple(sorted(found, key=lambda each: (each.phrase.day, each.text, each.phrase.id)))


def learnable(store: Store, folder: Path) -> tuple[Labelled, ...]:
    """Those of `labelled` that a training on `folder` would learn from now: only these may stand beside its phrases.

    Raises CorpusError where `folder` has faults.
    """
    from web.training_job import lesson_of  # noqa: PLC0415 — scikit-learn: only for those who export

    admitted = {example.file for example in lesson_of(store, folder).admitted.examples}
    return tuple(each for each in labelled(store) if f"{PHRASE}{each.phrase.id}" in admitted)


def reviewers(people: Sequence[int]) -> str:
    """A code in place of names, the same for the same people."""
    return "+".join(f"r{person:03d}" for person in sorted(set(people)))


def reviewed_files(rows: Sequence[Labelled], folder: Path) -> dict[str, str]:
    """Name of a file in `training_data/reviewed` to its content, one for each of the thirteen labels.

    What stands in the files of `folder`, a training_data, stays; the texts of `rows` come to it.
    """
    files = {label: list(rows_of(folder, label)) for label in LABELS}
    for each in rows:
        if each.label in files:
            phrase = each.phrase
            files[each.label].append(Row(phrase.day, each.reviewers, each.text, phrase.also, phrase.level > 0))
    return {f"{label}.tsv": file_of(kept) for label, kept in files.items()}


def as_zip(files: Mapping[str, str]) -> bytes:
    """The files as one archive; the same files give the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def as_csv(rows: Sequence[Labelled], names: Mapping[str, str]) -> bytes:
    """For a spreadsheet: a byte order mark, RFC 4180, and no cell that a spreadsheet takes for a formula."""
    held = io.StringIO()
    writer = csv.writer(held, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(
        ("日", "分類", "そえる分類", "案内の読み", "確率", "本人が選んだ分類", "危険の重さ", "見直した人", "文")
    )
    for each in rows:
        phrase = each.phrase
        cells = (
            phrase.day.isoformat(),
            names.get(each.label, each.label),
            names.get(phrase.also or "", phrase.also or ""),
            names.get(phrase.predicted, phrase.predicted),
            f"{phrase.ranked[0][1]:.3f}",
            names.get(phrase.chosen or "", phrase.chosen or ""),
            str(phrase.level),
            each.reviewers,
            each.text,
        )
        writer.writerow([defused(cell) for cell in cells])
    return held.getvalue().encode("utf-8-sig", errors="replace")


def defused(cell: str) -> str:
    """The cell with an apostrophe before it, if a spreadsheet could take it for a formula or a command."""
    if cell[:1] in ("\t", "\r", "\n"):
        return f"'{cell}"
    seen = next((c for c in cell if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc", "Mn")), "")
    return f"'{cell}" if seen in _FORMULA and seen else cell


def as_jsonl(rows: Sequence[Labelled]) -> bytes:
    """For machines: one object a line, categories by their ids."""
    return "".join(f"{json.dumps(_object(each), ensure_ascii=False, sort_keys=True)}\n" for each in rows).encode(
        errors="replace"
    )


def _object(each: Labelled) -> dict[str, object]:
    phrase = each.phrase
    return {
        "id": phrase.id,
        "day": phrase.day.isoformat(),
        "text": each.text,
        "label": each.label,
        "also": phrase.also,
        "predicted": dict(phrase.ranked),
        "chosen": phrase.chosen,
        "level": phrase.level,
        "kind": phrase.kind,
        "model": phrase.model,
        "consent": phrase.consent,
        "reviewers": each.reviewers.split("+") if each.reviewers else [],
    }


def datasheet(store: Store, rows: Sequence[Labelled], names: Mapping[str, str], *, today: date) -> str:
    """What the exported phrases are, where they come from and what is missing, as Markdown in Japanese."""
    return "\n".join(_sheet(store, rows, names, today)) + "\n"


def _sheet(store: Store, rows: Sequence[Labelled], names: Mapping[str, str], today: date) -> Iterator[str]:
    days = sorted({each.phrase.day for each in rows})
    yield "# データの説明書"
    yield f"\n{today.isoformat()} に書き出しました。文は {len(rows)} あります。"
    yield "\n## どこから来た文か\n"
    yield "悩みの案内に書きこまれ、助けを見たあとで「案内をよくするために使ってよい」と答えた人の文だけです。"
    yield "作った文は 0 % です。18歳以下の入口の文と、命にかかわる重さ3以上の文は、はじめから残していません。"
    yield f"\n- 日: {days[0].isoformat()} から {days[-1].isoformat()}" if days else "\n- 日: まだありません"
    yield from _counts("同意の文の版", (each.phrase.consent for each in rows))
    yield from _counts("読んだモデルの版", (each.phrase.model for each in rows))
    yield "\n## かくしたもの\n"
    yield "残す前に、名前・電話・メール・URL・ID・住所・生年月日・番号・学校・会社を、〔名前〕のような印に変えました。"
    yield f"印のある文は {sum(_masked(each.text) for each in rows)} です。"
    yield "名前などが残っていると言われた文は、入っていません。"
    yield "\n## だれが分類したか\n"
    yield "人の名前は符号(r001 など)です。仕事ごとの人数:"
    professions = {person.id: person.profession for person in store.people.list()}
    who = {int(code[1:]) for each in rows for code in each.reviewers.split("+") if code}
    yield from (f"- {_line(name)}: {count}人" for name, count in _most(professions.get(id, "") or "不明" for id in who))
    yield "\n## ふたりの一致(κ)\n"
    yield from _agreement(store, names)
    yield "\n## 分類ごとの数\n"
    balance = Counter(each.label for each in rows)
    yield "| 分類 | 文 | 割合 |\n|---|---:|---:|"
    whole = max(1, len(rows))
    yield from (f"| {names.get(id, id)} | {balance[id]} | {balance[id] / whole:.1%} |" for id in LABELS)
    yield "\n## 足りないもの\n"
    yield from (f"- {names.get(id, id)} は {balance[id]} 文だけです。" for id in LABELS if balance[id] < FEW)
    yield "- 同意した人の文だけなので、書きこんだ人みんなを表してはいません。"
    yield "- 日本語の文だけです。"


def _agreement(store: Store, names: Mapping[str, str]) -> Iterator[str]:
    pairs = [(pair.first, pair.second) for pair in store.opinions.pairs()]
    found = [("全体", agreement.overall(pairs))]
    found += [(names.get(label, label), agreement.of_category(pairs, label)) for label in LABELS]
    yield "| 分類 | 組 | κ | 95 % の区間 |\n|---|---:|---:|---|"
    for name, each in found:
        if not each.told or each.kappa is None:
            yield f"| {name} | {each.pairs} | まだ言えません | |"
        else:
            between = "" if each.low is None or each.high is None else f"{each.low:.2f} から {each.high:.2f}"
            yield f"| {name} | {each.pairs} | {each.kappa:.2f} | {between} |"


def _counts(title: str, values: Iterator[str]) -> Iterator[str]:
    counted = "、".join(f"{_line(value)}({count}文)" for value, count in _most(values))
    yield f"- {title}: {counted or 'まだありません'}"


def _most(values: Iterator[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))


def _masked(text: str) -> bool:
    return any(f"〔{kind}" in text for kind in KINDS)


def _line(text: str) -> str:
    return " ".join(text.split()).replace("|", "/")
