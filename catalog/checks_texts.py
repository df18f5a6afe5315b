"""Rules of the texts: short sentences, plain words, and pages whose furigana and services hold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from catalog import readability, ruby
from catalog.checks_help import not_all_year
from catalog.checks_services import shown_texts
from catalog.model import UNDER18, Catalog
from catalog.places import Places
from catalog.readability import KANJI_SHARE, KANJI_SHARE_OF_SERVICE, MEAN_SENTENCE
from catalog.reading import Place, Problem
from catalog.wording import nearest, no_reading

PROSE = frozenset(
    {"what", "who", "how", "cost", "no_answer", "hours_text", "say", "ask", "help", "title", "lead", "heading", "text"}
    | {"points", "label"}
)
"""Keys whose values a person reads as sentences. Names, addresses and ids are said as they are; so are the labels of a
service's channels, and the categories, which list key words."""


@lru_cache(maxsize=1)
def _prose(catalog: Catalog) -> tuple[tuple[str, Place, str], ...]:
    return tuple(_of_prose(catalog))


def _of_prose(catalog: Catalog) -> Iterator[tuple[str, Place, str]]:
    for file, place, text in shown_texts(catalog):
        last = next((part for part in reversed(place) if isinstance(part, str)), "")
        of_messages = file in ("messages.yaml", "operator.yaml")
        prose = last in PROSE and not (last == "label" and file.startswith("services/"))
        if file != "categories.yaml" and (of_messages or prose):
            yield file, place, text


def sentences_are_short(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """At night, on a phone, a sentence over sixty characters is read twice or not at all."""
    for file, place, text in _prose(catalog):
        for sentence in readability.too_long(text):
            told = f"一つの文が{len(sentence)}文字あります。{readability.LONGEST_SENTENCE}文字までに分けてください"
            yield places.problem(file, place, f"{told}:「{sentence[:12]}…」")


def words_are_plain(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A word of the office shuts out the person who needs it most."""
    any_word = re.compile("|".join(re.escape(word.word) for word in catalog.plain_words) or r"(?!)")
    for file, place, text in _prose(catalog):
        for word in readability.unexplained(text, catalog.plain_words) if any_word.search(ruby.plain(text)) else ():
            sentence = (
                f"役所のことば「{word.word}」には、後ろに({word.plain})のような説明をそえるか、言いかえてください"
            )
            yield places.problem(file, place, sentence)


def texts_are_easy_as_a_whole(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Each file by itself, and everything together: the mean length of a sentence and the share of kanji."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for file, _, text in _prose(catalog):
        by_file[file].append(text)
    for file, texts in by_file.items():
        most = KANJI_SHARE_OF_SERVICE if file.startswith("services/") else KANJI_SHARE
        if (share := readability.kanji_share(texts)) > most:
            sentence = f"漢字が{share:.0%}あります。{most:.0%}までにしてください(ひらがなの言い方にかえる)"
            yield places.problem(file, (), sentence)
        if (mean := readability.mean_sentence(texts)) > MEAN_SENTENCE:
            sentence = f"文の長さの平均が{mean:.0f}文字です。{MEAN_SENTENCE}文字までにしてください"
            yield places.problem(file, (), sentence)
    whole = readability.kanji_share(text for texts in by_file.values() for text in texts)
    if whole > KANJI_SHARE:
        yield Problem("services", 1, f"全部の文の漢字が{whole:.0%}あります。{KANJI_SHARE:.0%}までにしてください")


def pages_offer_what_runs(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """What a page names can be pressed all year."""
    for page in catalog.pages.values():
        file = f"pages/{page.id}.yaml"
        yield from _named(catalog, places, file, ("services",), page.services)
        for number, section in enumerate(page.sections):
            yield from _named(catalog, places, file, ("sections", number, "services"), section.services)


def _named(catalog: Catalog, places: Places, file: str, place: Place, ids: tuple[str, ...]) -> Iterator[Problem]:
    for number, id in enumerate(ids):
        if sentence := not_all_year(catalog, id):
            yield places.problem(file, (*place, number), sentence)


def fixed_answers_lead_somewhere(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """An answer offers what runs and a page that exists."""
    for number, answer in enumerate(catalog.answers):
        yield from _named(catalog, places, "answers.yaml", ("answers", number, "services"), answer.services)
        if answer.page is not None and answer.page not in catalog.pages:
            sentence = f"ページ「{answer.page}」がありません{nearest(answer.page, catalog.pages)}"
            yield places.problem("answers.yaml", ("answers", number, "page"), sentence)


def pages_are_whole(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """Every section says something at its own address, and a page for children reads every kanji."""
    for page in catalog.pages.values():
        file = f"pages/{page.id}.yaml"
        ids: set[str] = set()
        for number, section in enumerate(page.sections):
            if section.id in ids:
                sentence = f"「{section.id}」が二回書かれています。片方を変えてください"
                yield places.problem(file, ("sections", number, "id"), sentence)
            ids.add(section.id)
            if not (section.text or section.points or section.services):
                yield places.problem(
                    file, ("sections", number), "見出しだけで、中身がありません。text を書いてください"
                )
        if page.updated_on > today:
            yield places.problem(
                file, ("updated_on",), f"直した日「{page.updated_on}」が、今日より先です。日を直してください"
            )
    for file, place, text in _prose(catalog):
        if file.startswith("pages/"):
            if found := ruby.problem(text):
                yield places.problem(file, place, found)
            elif catalog.pages[file[6:-5]].audience == UNDER18 and (bare := ruby.bare_kanji(text)):
                yield places.problem(file, place, no_reading(bare))


def corrections_of_readings_are_whole(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    """A broken correction would show as braces in every text that holds it."""
    for number, correction in enumerate(catalog.readings):
        place = ("corrections", number, "marked")
        if found := ruby.problem(correction.marked):
            yield places.problem("furigana.yaml", place, found)
        elif bare := ruby.bare_kanji(correction.marked):
            yield places.problem("furigana.yaml", place, no_reading(bare))


def unmarked(catalog: Catalog) -> list[str]:
    """The shown texts with kanji whose furigana has not been made, or not since they changed."""
    texts = {text for _, _, text in shown_texts(catalog)}
    return sorted(text for text in texts if ruby.bare_kanji(text) and text not in catalog.furigana)


CHECKS = (
    sentences_are_short,
    words_are_plain,
    texts_are_easy_as_a_whole,
    pages_offer_what_runs,
    fixed_answers_lead_somewhere,
    pages_are_whole,
    corrections_of_readings_are_whole,
)
