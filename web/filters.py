"""What templates do with single values: texts in the reader's language and with furigana, numbers, days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from flask import Flask, g
from markupsafe import Markup, escape

from catalog.freshness import is_old
from catalog.model import Catalog, Channel, Service
from catalog.ruby import parts as ruby_parts
from catalog.ruby import plain
from web.showing import Language, showing
from web.translating import easy_furigana, translated

FURIGANA = "furigana"
"""Set on `g` by pages for children: every kanji of the catalogue has its reading, whatever was chosen."""
TEXTS = 30_000
"""So many texts are kept as they were last made; the catalogue has some 4,000, each read in up to six ways."""
WEEKDAYS = "月火水木金土日"
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def install(app: Flask, catalog: Catalog) -> None:
    """The filters, by the names that templates use."""
    readings = catalog.furigana

    @lru_cache(maxsize=TEXTS)
    def read(source: str, language: Language, ruby: bool) -> Markup:
        found = translated(source)
        if language == "en" and found is not None:
            return escape(found)
        shown = source if found is None else found
        if ruby:
            shown = readings.get(shown) or easy_furigana().get(shown) or shown
        html = ruby_html(shown)
        return Markup('<span lang="ja">{}</span>').format(html) if language == "en" else html

    def text(source: str) -> Markup:
        """A text of the catalogue as this reader reads it: translated, with furigana if asked, marked if Japanese."""
        chosen = showing()
        return read(source, chosen.language, chosen.ruby or bool(g.get(FURIGANA)))

    app.jinja_env.filters.update(
        text=text,
        label=lambda source: plain(translated(source) or source),
        tel=tel,
        shortlist=shortlist,
        date_text=lambda day: date_text(day, showing().lang),
        clock_time=lambda moment, now: clock_time(moment, now, showing().lang),
        day_and_time=lambda moment, now: day_and_time(moment, now, showing().lang),
        old=lambda service, now: is_old(service, now.date()),
    )


def ruby_html(text: str) -> Markup:
    """`{漢字|よみ}` as <ruby>, everything else escaped."""
    return Markup("").join(
        Markup("<ruby>{}<rp>(</rp><rt>{}</rt><rp>)</rp></ruby>").format(base, reading) if reading else escape(base)
        for base, reading in ruby_parts(text)
    )


def tel(number: str) -> str:
    """A `tel:` address for a number as people write it; `#` must be escaped or a browser drops what follows."""
    return "tel:" + "".join(c for c in number if c.isdigit() or c in "+#*").replace("#", "%23")


def shortlist(service: Service) -> tuple[list[Channel], list[Channel]]:
    """The quickest ways to reach a service (a call, a chat; else a page or a counter), and the others to press."""
    calls = [c for c in service.channels if c.number and c.type in ("phone", "sms")]
    chats = [c for c in service.channels if c.url and c.type in ("chat", "line")]
    pages = [c for c in service.channels if c.url and c.type == "web"]
    quick = [*calls[:1], *chats[:1]] or pages[:1] or list(service.channels[:1])
    return quick, [c for c in (*calls, *chats, *pages) if c not in quick]


def date_text(day: date, language: str = "ja") -> str:
    """A date as people write it."""
    return day.isoformat() if language == "en" else f"{day.year}年{day.month}月{day.day}日"


def clock_time(moment: datetime, now: datetime, language: str = "ja") -> str:
    """A time today as people say it: 17時, 22時30分; midnight is the 24時 of the day that ends."""
    if moment - now > timedelta(days=1):
        return day_and_time(moment, now, language)
    if (moment.hour, moment.minute) == (0, 0):
        return "24:00" if language == "en" else "24時"
    tomorrow = "tomorrow " if language == "en" else "あした"
    return f"{tomorrow if moment.date() > now.date() else ''}{_clock(moment, language)}"


def day_and_time(moment: datetime, now: datetime, language: str = "ja") -> str:
    """A coming time with its day: きょう9時, あした9時, 11月30日(月)9時."""
    days = (moment.date() - now.date()).days
    if language == "en":
        day = {0: "today", 1: "tomorrow"}.get(days) or f"{ENGLISH_DAYS[moment.weekday()]} {moment:%m-%d}"
        return f"{day} {_clock(moment, language)}"
    day = {0: "きょう", 1: "あした"}.get(days) or f"{moment.month}月{moment.day}日({WEEKDAYS[moment.weekday()]})"
    return f"{day}{_clock(moment, language)}"


def _clock(moment: datetime, language: str) -> str:
    if language == "en":
        return f"{moment.hour}:{moment.minute:02}"
    return f"{moment.hour}時{f'{moment.minute}分' if moment.minute else ''}"
