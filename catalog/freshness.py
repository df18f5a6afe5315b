"""How old the facts are, and what a person has to look up next. Pure: today is an argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from catalog.model import Catalog, Service

OLD_DAYS, TOO_OLD_DAYS, CRISIS_DAYS = 180, 365, 30
"""Days after which a person is told the date, the check fails, and a crisis line must be looked at again."""
Risk = Literal[1, 2, 3, 4]
RISKS: dict[Risk, str] = {
    1: "命にかかわる窓口",
    2: "番号が確かめられていない",
    3: "公開の前に見ることがある",
    4: "確かめてから日がたった",
}


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing to look up: the lower `risk` (1 to 4), the sooner."""

    risk: Risk
    service: str
    sentence: str


def age_in_days(service: Service, today: date) -> int | None:
    """Days since the record was checked; None if it never was."""
    return (today - service.verified_on).days if service.verified_on else None


def is_old(service: Service, today: date) -> bool:
    """Whether the person should be told when the record was checked, and to look at the official page too."""
    age = age_in_days(service, today)
    return age is None or age > OLD_DAYS


def crisis_lines(catalog: Catalog) -> frozenset[str]:
    """Services shown for danger, on the urgent strip or as the human line."""
    shown = {id for help_ in catalog.urgent.values() for id in help_.services}
    always = [flow.always for flow in catalog.flows.values() if flow.always]
    beside = (catalog.strip, catalog.human_line, catalog.voiceless, *always)
    return frozenset(shown.union(*(entry.services for entry in beside)))


def too_old(catalog: Catalog, today: date) -> list[Due]:
    """Active records unchecked for more than a year: they must be checked or ended."""
    return sorted(due for due in _by_age(catalog, today) if _age(catalog, due, today) > TOO_OLD_DAYS)


def getting_old(catalog: Catalog, today: date) -> list[Due]:
    """Active records to be looked at soon: half a year for any, a month for a crisis line."""
    return sorted(due for due in _by_age(catalog, today) if _age(catalog, due, today) <= TOO_OLD_DAYS)


def work_list(catalog: Catalog, today: date) -> list[Due]:
    """Everything to look up, in order of risk: numbers not confirmed, notes to settle, ages. Sorted."""
    return sorted({*_numbers(catalog), *_notes(catalog), *_by_age(catalog, today)})


def _numbers(catalog: Catalog) -> Iterator[Due]:
    crisis = crisis_lines(catalog)
    for service in catalog.active():
        for channel in service.channels:
            if channel.number and channel.audit != "confirmed":
                reason = {
                    "conflict": "資料により番号や時間がちがいます",
                    "unseen": "番号を別の資料で確かめられていません",
                }
                sentence = f"{channel.number}({channel.label or service.name}): {reason.get(channel.audit or 'unseen')}"
                yield Due(1 if service.id in crisis else 2, service.id, sentence)


def _notes(catalog: Catalog) -> Iterator[Due]:
    crisis = crisis_lines(catalog)
    for service in catalog.active():
        if service.recheck:
            yield Due(1 if service.id in crisis else 3, service.id, service.recheck)


def _by_age(catalog: Catalog, today: date) -> Iterator[Due]:
    crisis = crisis_lines(catalog)
    for service in catalog.active():
        age = age_in_days(service, today)
        if age is None:
            yield Due(1 if service.id in crisis else 3, service.id, "まだ一度も確かめられていません")
        elif service.id in crisis and age > CRISIS_DAYS:
            yield Due(1, service.id, f"確かめてから{age}日たちました({CRISIS_DAYS}日ごとに電話かページで確かめます)")
        elif age > OLD_DAYS:
            yield Due(4, service.id, f"確かめてから{age}日たちました")


def _age(catalog: Catalog, due: Due, today: date) -> int:
    return age_in_days(catalog.services[due.service], today) or 0
