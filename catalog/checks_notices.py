"""What is perhaps a slip and never stops the check: notices, each a file and one sentence."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from catalog.checks_services import folded
from catalog.model import Catalog, Channel, Service

_SPAN = re.compile(r"\d(?:時|分|半|:\d\d)?\s*[~〜～]\s*\S*?\d+[時:]")
"""`9時〜17時` or `9〜17時`: the text says from when to when. Others (`いつでも`, `9時から`) say less than the hours."""
_MIDNIGHT = ("00:00", "24:00")
"""Where hours over several days are cut."""


class Notice(NamedTuple):
    """Something to look at: the file, and one sentence."""

    file: str
    sentence: str


def notices(catalog: Catalog) -> list[Notice]:
    """Every notice, by file."""
    return sorted({*_hours_not_told(catalog), *_numbers_of_others(catalog)})


def _hours_not_told(catalog: Catalog) -> Iterator[Notice]:
    for service in catalog.active():
        for channel in service.channels:
            if missing := untold_times(channel):
                sentence = f"hours_text「{channel.hours_text}」に、hours の {'、'.join(missing)} がありません"
                yield Notice(f"services/{service.id}.yaml", f"{sentence}。合わせてください")


def untold_times(channel: Channel) -> list[str]:
    """The opening and closing times of `hours` that `hours_text`, the line a person reads, does not say."""
    text = unicodedata.normalize("NFKC", channel.hours_text or "")
    if not _SPAN.search(text):
        return []
    times = {time for span in channel.hours for time in (span.open, span.close)} - {*_MIDNIGHT}
    return sorted(time for time in times if not _said(time, text))


def _said(time: str, text: str) -> bool:
    hour, minute = (int(part) for part in time.split(":"))
    hours = {hour, hour % 24, *((hour % 12,) if re.search("午後|夜|夕方", text) else ())}
    ends = {0: r"(?:時(?![\d半])|:00|\s*[~〜])", 30: r"(?:時30|時半|:30)"}
    end = ends.get(minute, rf"[時:]{minute:02}")
    return (hour == 12 and "正午" in text) or any(re.search(rf"(?<!\d)0?{hour}{end}", text) for hour in hours)


def _numbers_of_others(catalog: Catalog) -> Iterator[Notice]:
    """A number at a window that shares no word with the others that have it: perhaps pasted into the wrong file."""
    owners: dict[str, list[Service]] = defaultdict(list)
    for service in catalog.active():
        for number in {folded(channel.number) for channel in service.channels if channel.number}:
            if service.kind == "window" and number.startswith("0"):
                owners[number].append(service)
    for number, services in owners.items():
        for service in services:
            others = [other for other in services if other is not service]
            if others and not any(_threes(service) & _threes(other) for other in others):
                written = next(c.number for c in service.channels if c.number and folded(c.number) == number)
                where = "、".join(f"services/{other.id}.yaml" for other in others)
                sentence = f"番号「{written}」は {where} にもあります。写しまちがいではないか、見てください"
                yield Notice(f"services/{service.id}.yaml", sentence)
                break


def _threes(service: Service) -> set[str]:
    """Every three characters in a row of who it is and who runs it."""
    text = f"{service.name} {service.operator}"
    return {text[start : start + 3] for start in range(len(text) - 2)}
