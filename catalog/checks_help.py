"""Nobody left alone: what to do if nobody answers, numbers for danger written twice, holidays as calculated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import jpholiday

from catalog import ruby
from catalog.checks_services import shown_texts
from catalog.freshness import crisis_lines
from catalog.hours import LIVE
from catalog.model import Catalog, Service
from catalog.places import Places
from catalog.readability import sentences
from catalog.reading import Problem
from catalog.wording import nearest, no_such


def is_live(service: Service) -> bool:
    """Whether somebody answers by phone or chat there."""
    return any(channel.type in LIVE for channel in service.channels)


def not_all_year(catalog: Catalog, id: str) -> str | None:
    """Why a service cannot be named where only those that run all year may be, and what to do; None if it can."""
    service = catalog.services.get(id)
    if service is None:
        return no_such("相談先", id, catalog.services, "services")
    if service.status != "active" or service.seasons:
        return (
            f"「{service.name}」は、終わったか、期間だけの支援です。"
            "この行を消すか、いつも開いている支援を書いてください"
        )
    return None


def nobody_answers_is_answered(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Hotlines are overloaded: each says what to do next, and where else somebody answers."""
    for service in catalog.active():
        file = f"services/{service.id}.yaml"
        if is_live(service) and not (service.no_answer and service.instead):
            sentence = (
                "電話かチャットの相談先には、つながらないときのひとこと(no_answer)と、次の相談先(instead)が必要です"
            )
            yield places.problem(file, ("channels",), sentence)
        for number, id in enumerate(service.instead):
            place = ("instead", number)
            if id == service.id:
                sentence = "つながらないときの次に、同じ相談先が書かれています。ほかの相談先に直してください"
                yield places.problem(file, place, sentence)
            elif reason := not_all_year(catalog, id):
                yield places.problem(file, place, reason)
            elif not is_live(other := catalog.services[id]):
                sentence = f"「{other.name}」には、電話もチャットもありません。話せる相談先に直してください"
                yield places.problem(file, place, sentence)


def numbers_for_danger_are_written_twice(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """One slip of the hand must not change a number for danger: data/crisis_numbers.yaml holds each a second time."""
    crisis = crisis_lines(catalog) & set(catalog.services)
    differing: set[str] = set()  # told of once, at the service
    for id in sorted(crisis):
        service = catalog.services[id]
        entry = catalog.crisis_numbers.get(id)
        given = [
            (number, channel.number)
            for number, channel in enumerate(service.channels)
            if channel.type in ("phone", "sms")
        ]
        if entry is None:
            if given:
                sentence = "命にかかわる相談先なので、番号を crisis_numbers.yaml にも書いてください"
                yield places.problem(f"services/{id}.yaml", ("channels",), sentence)
            continue
        for number, written in given:
            if written is not None and written not in entry.numbers:
                differing.add(id)
                other = "、".join(entry.numbers)
                sentence = (
                    f"命にかかわる番号「{written}」が、crisis_numbers.yaml の番号({other})とちがいます。"
                    "公式ページで確かめ、二人で両方を直してください"
                )
                yield places.problem(f"services/{id}.yaml", ("channels", number, "number"), sentence)
    for index, (id, entry) in enumerate(catalog.crisis_numbers.items()):
        where = ("services", index)
        if id not in crisis:
            sentence = (
                f"「{id}」は、命にかかわる相談先として使われていません{nearest(id, crisis)}。"
                "使わないなら、ここから消してください"
            )
            yield places.problem("crisis_numbers.yaml", (*where, "service"), sentence)
            continue
        numbers = {channel.number for channel in catalog.services[id].channels}
        for number, written in enumerate(entry.numbers):
            if written not in numbers and id not in differing:
                sentence = f"番号「{written}」が、services/{id}.yaml にありません。公式ページで確かめて直してください"
                yield places.problem("crisis_numbers.yaml", (*where, "numbers", number), sentence)


def holidays_are_as_calculated(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """The Cabinet Office's list, carried as data, against the calculation of a library, from today on."""
    written = {holiday.date: number for number, holiday in enumerate(catalog.holidays) if holiday.date >= today}
    published = {holiday.date.year for holiday in catalog.holidays if (holiday.date.month, holiday.date.day) == (1, 1)}
    last = date(max(published, default=today.year), 12, 31)
    calculated = {day: name for day, name in jpholiday.between(today, last) if day.year in published}
    for day, number in written.items():
        if day.year in published and day not in calculated:
            sentence = f"{day} は、計算では祝日になりません。内閣府の発表と見くらべてください"
            yield places.problem("holidays.yaml", ("holidays", number, "date"), sentence)
    for day, name in calculated.items():
        if day not in written:
            sentence = f"{day}({name})がありません。内閣府の発表と見くらべてください"
            yield places.problem("holidays.yaml", ("holidays",), sentence)


def nothing_that_hurts_is_said(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Cheering on, blame, promises, comparisons and methods do harm, whoever reads them."""
    never = [(re.compile(entry.word), entry.why) for entry in catalog.never_say]
    any_of_them = re.compile("|".join(f"(?:{entry.word})" for entry in catalog.never_say) or r"(?!)")
    for file, place, text in shown_texts(catalog):
        if file.startswith("pages/"):
            continue
        plain = ruby.plain(text)
        for pattern, why in never if any_of_them.search(plain) else ():
            if found := pattern.search(plain):
                sentence = f"「{found[0]}」は言わないことばです({why})。ほかの言い方にしてください"
                yield places.problem(file, place, sentence)


def urgent_sentences_are_few(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """At level 4 one sentence, so that the number is in the first view; at most two above that, three at level 2."""
    for number, entry in enumerate(catalog.urgent.values()):
        most = {4: 1, 3: 2}.get(entry.level, 3)
        count = len(sentences(entry.say))
        if count > most:
            sentence = f"段階{entry.level}の文は{most}文までです(いま{count}文)。短くしてください"
            yield places.problem("urgent.yaml", ("help", number, "say"), sentence)


CHECKS = (
    nobody_answers_is_answered,
    numbers_for_danger_are_written_twice,
    holidays_are_as_calculated,
    nothing_that_hurts_is_said,
    urgent_sentences_are_few,
)
