"""Rules of the services: no dead number is ever shown, and every record can be trusted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

import phonenumbers
from pydantic import BaseModel

from catalog.composing import GROUPS, PARTS, SIGNS, repeated
from catalog.model import CATEGORY_IDS, Catalog, DeadNumber, Service
from catalog.places import Places
from catalog.reading import Place, Problem
from catalog.wording import no_such

SHORT_NUMBERS = frozenset({"110", "119", "118", "188", "189", "171"})
FREE_SHORT_NUMBERS = frozenset({"110", "119", "118", "189", "#8103", "#8891", "#9999"})
_SIGNS_BETWEEN = "-‐‑‒–—―−ー・.の() "
"""What people put between the digits of a number."""
_BETWEEN = f"[{_SIGNS_BETWEEN}]"
_WITHOUT_SIGNS = str.maketrans("", "", _SIGNS_BETWEEN)
_SEPARATORS = re.compile(rf"(?<=\d){_BETWEEN}+(?=\d)")
_DASHES = re.compile(r"(?<=\d)[‐‑‒–—―−ー](?=\d)")
_HIDDEN = frozenset({"note", "recheck", "sources", "any", "also", "around", "without", "still"})
_WRITTEN_NUMBER = re.compile(r"(?<![\d-])0\d{1,4}-[\d-]{4,10}\d|(?<![\d-])0\d{8,10}(?!\d)|#\d{4}")


def folded(text: str) -> str:
    """Text in which a number looks the same however it was written: half-width, no separators."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def plausible(number: str) -> bool:
    """Whether a number is a Japanese short number, or one of the ranges that Japan gives out, with hyphens."""
    if number in SHORT_NUMBERS or re.fullmatch(r"#\d{4}", number):
        return True
    if not re.fullmatch(r"0\d+(-\d+)+", number):
        return False
    return phonenumbers.is_valid_number(phonenumbers.parse(number, "JP"))


def written_as(number: str) -> re.Pattern[str]:
    """Finds the number or address in a text in NFKC form, however its digits are separated.

    The text itself is not folded: in `#9999(24時間)` the digits behind the number are not part of it.
    """
    spaced = f"{_BETWEEN}*".join(re.escape(character) for character in folded(number))
    return re.compile(rf"(?<![\d#]){spaced}(?!\d)", re.IGNORECASE)


def no_dead_number_is_shown(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A number that changed or never was leads a person in need to nobody."""
    patterns = [(written_as(dead.number), dead) for dead in catalog.dead_numbers]
    bare = [unicodedata.normalize("NFKC", dead.number).translate(_WITHOUT_SIGNS).lower() for _, dead in patterns]
    any_bare = re.compile("|".join(map(re.escape, bare)) or r"(?!)")
    for file, place, text in shown_texts(catalog):
        uniform = unicodedata.normalize("NFKC", text)
        signless = uniform.translate(_WITHOUT_SIGNS).lower()  # most texts hold none, and this is told quickly
        for pattern, dead in patterns if any_bare.search(signless) else ():
            if pattern.search(uniform) and not _of_its_season(catalog, dead, file):
                right = dead.right or dead.replaced_by
                hint = f"正しくは「{right}」です" if right else "消してください"
                yield places.problem(
                    file, place, f"使ってはいけない番号「{dead.number}」があります({dead.what})。{hint}"
                )


def _of_its_season(catalog: Catalog, dead: DeadNumber, file: str) -> bool:
    """A number that answers only at times may stand in the service that is offered only at those times."""
    return dead.kind == "seasonal" and any(
        service.seasons and file == f"services/{service.id}.yaml" for service in catalog.services.values()
    )


def written_numbers_exist(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A number in a sentence must be one of an active service, so that correcting it there is not forgotten here."""
    known = _active_numbers(catalog)
    known |= {folded(dead.number) for dead in catalog.dead_numbers}  # told of by no_dead_number_is_shown
    for file, place, text in shown_texts(catalog):
        if not file.startswith("services/"):
            for number in _WRITTEN_NUMBER.findall(_DASHES.sub("-", unicodedata.normalize("NFKC", text))):
                if folded(number) not in known:
                    sentence = f"文の中の番号「{number}」が、どの相談先にもありません。いまの番号に直してください"
                    yield places.problem(file, place, sentence)


def _active_numbers(catalog: Catalog) -> set[str]:
    return {folded(channel.number) for s in catalog.active() for channel in s.channels if channel.number}


def right_numbers_are_alive(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """What dead_numbers.yaml calls the right number must not be dead itself, nor belong to nobody."""
    alive = _active_numbers(catalog)
    dead = {folded(entry.number) for entry in catalog.dead_numbers}
    broken = any(
        not plausible(channel.number or "")  # told of by channels_are_sound
        for service in catalog.active()
        for channel in service.channels
        if channel.type in ("phone", "sms")
    )
    for number, entry in enumerate(catalog.dead_numbers):
        right = folded(entry.right or "")
        place = ("numbers", number, "right")
        # A service that shows the dead number itself is told of by no_dead_number_is_shown; that is one slip.
        told = broken or (entry.kind != "seasonal" and folded(entry.number) in alive)
        if right in dead:
            sentence = f"right「{entry.right}」が、使ってはいけない番号になっています。いまの番号に直してください"
            yield places.problem("dead_numbers.yaml", place, sentence)
        elif re.match(r"[#\d]", right) and right not in alive and not told:
            sentence = f"right「{entry.right}」が、案内中のどの相談先にもありません。いまの番号に直してください"
            yield places.problem("dead_numbers.yaml", place, sentence)


def free_numbers_are_free(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Who has no money must not be told that a call costs nothing when it does."""
    for service in catalog.services.values():
        for number, channel in enumerate(service.channels):
            written = folded(channel.number or "")
            if channel.toll_free and written and not written.startswith(("0120", "0800")):
                if written in FREE_SHORT_NUMBERS:
                    continue
                sentence = (
                    f"「{channel.number}」は、電話代のかからない番号(0120・0800・110など)ではありません。"
                    "toll_free を false にしてください"
                )
                yield places.problem(f"services/{service.id}.yaml", ("channels", number, "toll_free"), sentence)


def channels_are_sound(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Numbers that can be dialled, hours that can be read, addresses that can be opened."""
    for service in catalog.services.values():
        file = f"services/{service.id}.yaml"
        for number, channel in enumerate(service.channels):
            place = ("channels", number)
            if channel.type in ("phone", "sms"):
                if channel.number is None:
                    yield places.problem(file, place, "電話なのに、番号(number)がありません。書き足してください")
                elif not plausible(channel.number):
                    yield places.problem(file, (*place, "number"), _misshapen(channel.number))
            elif channel.number is not None:
                sentence = f"番号は電話とSMSだけに書けます(いまは{channel.type})。この行を消すか、type を直してください"
                yield places.problem(file, (*place, "number"), sentence)
            weekly = [("hours", index, span.open, span.close) for index, span in enumerate(channel.hours)]
            special = [("exceptions", index, day.open or "", day.close) for index, day in enumerate(channel.exceptions)]
            for key, index, opens, closes in (*weekly, *special):
                if opens >= closes:
                    sentence = f"終わり「{closes}」は、始まり「{opens}」より後にしてください"
                    hint = "(次の日の8時までは「32:00」)"
                    yield places.problem(file, (*place, key, index, "close"), sentence + hint)
            if channel.exceptions and not channel.hours:
                sentence = (
                    "ふだんの時間(hours)がないのに、例外の日があります。hours を書くか、exceptions を消してください"
                )
                yield places.problem(file, (*place, "exceptions"), sentence)


def _misshapen(number: str) -> str:
    if re.fullmatch(r"0\d+", number) and phonenumbers.is_valid_number(phonenumbers.parse(number, "JP")):
        return f"電話番号「{number}」の形が正しくありません。「03-1234-5678」のように「-」で区切ってください"
    return f"電話番号「{number}」の形が正しくありません。けた数を確かめ、半角の数字と「-」で書いてください"


def services_are_sound(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Names are told apart, ages make sense, categories exist, dates have passed."""
    names: dict[str, str] = {}
    for service in catalog.services.values():
        yield from _record(places, service, today)
        if service.status == "active":
            if service.name in names:
                yield places.problem(
                    f"services/{service.id}.yaml",
                    ("name",),
                    f"名前「{service.name}」は「{names[service.name]}」と同じです。どちらかを変えてください",
                )
            names.setdefault(service.name, service.id)
    for number, dead in enumerate(catalog.dead_numbers):
        if dead.replaced_by is not None and dead.replaced_by not in catalog.services:
            sentence = no_such("相談先", dead.replaced_by, catalog.services, "services")
            yield places.problem("dead_numbers.yaml", ("numbers", number, "replaced_by"), sentence)


def _record(places: Places, service: Service, today: date) -> Iterator[Problem]:
    file = f"services/{service.id}.yaml"
    for number, category in enumerate(service.categories):
        if category not in CATEGORY_IDS:
            yield places.problem(file, ("categories", number), no_such("悩みの分類", category, CATEGORY_IDS, "flows"))
    if service.age_min is not None and service.age_max is not None and service.age_min > service.age_max:
        sentence = f"年齢の下限{service.age_min}が、上限{service.age_max}より上です。どちらかを直してください"
        yield places.problem(file, ("age_min",), sentence)
    for number, season in enumerate(service.seasons):
        if season.last < season.first:
            sentence = f"終わり「{season.last}」が、始まりより前です。日を直してください"
            yield places.problem(file, ("seasons", number, "last"), sentence)
    if service.verified_on is not None and service.verified_on > today:
        sentence = f"確かめた日「{service.verified_on}」が、今日より先です。日を直してください"
        yield places.problem(file, ("verified_on",), sentence)
    if service.status == "active" and not service.channels:
        yield places.problem(file, ("channels",), "案内中の相談先には、連絡の方法(channels)が一つは必要です")


def seen_says_when_and_where(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Who says to have seen a fact says on what day and on what page, so that the next person can look again."""
    for service in catalog.services.values():
        file = f"services/{service.id}.yaml"
        if service.verified == "seen" and service.verified_on is None:
            sentence = (
                "verified が seen なのに、verified_on がありません。確かめた日を「2026-11-25」の形で書いてください"
            )
            yield places.problem(file, ("verified",), sentence)
        if service.verified == "seen" and not service.sources:
            sentence = "verified が seen なのに、sources がありません。確かめたページを書いてください"
            yield places.problem(file, ("verified",), sentence)


def ended_says_why(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """What ended without a word cannot be told from what was ended by mistake."""
    for service in catalog.services.values():
        if service.status != "active" and service.note is None:
            sentence = "終わったか変わった支援には、note にわけと日を書いてください"
            yield places.problem(f"services/{service.id}.yaml", ("status",), sentence)


def danger_signs_are_sound(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A sign given twice hides which of the two decides; a word given twice is changed in one place only."""
    ids: set[str] = set()
    for number, sign in enumerate(catalog.signs):
        if sign.id in ids:
            sentence = f"「{sign.id}」が二回書かれています。片方を変えてください"
            yield places.problem(SIGNS, ("signs", number, "id"), sentence)
        ids.add(sign.id)
    for file, top, keys in ((SIGNS, "signs", GROUPS), (PARTS, "parts", ("words",))):
        for place, word in repeated(places.documents.get(file), top, keys):
            yield places.problem(file, place, f"「{word}」が二回書かれています。一つ消してください")


@lru_cache(maxsize=1)
def shown_texts(catalog: Catalog) -> tuple[tuple[str, Place, str], ...]:
    """Every text a person can come to see, with its file and place."""
    return tuple(_shown(catalog))


def _shown(catalog: Catalog) -> Iterator[tuple[str, Place, str]]:
    for service in catalog.services.values():
        if service.status == "active":
            yield from _texts(f"services/{service.id}.yaml", (), service)
    for flow in catalog.flows.values():
        yield from _texts(f"flows/{flow.category}.yaml", (), flow)
    for number, entry in enumerate(catalog.urgent.values()):
        yield from _texts("urgent.yaml", ("help", number), entry)
    yield from _texts("urgent.yaml", ("strip",), catalog.strip)
    yield from _texts("urgent.yaml", ("human_line",), catalog.human_line)
    yield from _texts("urgent_also.yaml", ("voiceless",), catalog.voiceless)
    for number, told in enumerate(catalog.for_other.say):
        yield from _texts("urgent_also.yaml", ("for_other", "say", number), told)
    yield from _texts("messages.yaml", (), catalog.messages)
    yield from _texts("operator.yaml", (), catalog.operator)
    for number, answer in enumerate(catalog.answers):
        yield from _texts("answers.yaml", ("answers", number), answer)
    for page in catalog.pages.values():
        yield from _texts(f"pages/{page.id}.yaml", (), page)
    for number, category in enumerate(catalog.categories):
        yield from _texts("categories.yaml", ("categories", number), category)
    yield from _texts("categories.yaml", ("under18",), catalog.under18)


def _texts(file: str, place: Place, value: object) -> Iterator[tuple[str, Place, str]]:
    if isinstance(value, BaseModel):
        value = {key: getattr(value, key) for key in type(value).model_fields if key not in _HIDDEN}
    if isinstance(value, str):
        yield file, place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(file, (*place, key), inner)
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _texts(file, (*place, number), inner)


CHECKS = (
    no_dead_number_is_shown,
    written_numbers_exist,
    right_numbers_are_alive,
    free_numbers_are_free,
    channels_are_sound,
    services_are_sound,
    seen_says_when_and_where,
    ended_says_why,
    danger_signs_are_sound,
)
