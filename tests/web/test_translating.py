"""Every sentence has English; easy Japanese where it exists; the compiled files are those of the sources."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask

from catalog.model import Catalog
from catalog.ruby import plain
from web.commands.words import sources
from web.translating import DOMAIN, FOLDER, LOCALES, PREPARED, translated

SPOKEN_BY_THE_PERSON = "first_words"
"""What they say on the phone stays Japanese: the person who answers speaks it."""
_KANA = re.compile(r"[ぁ-んァ-ヶ]")
_QUOTED = re.compile(r"""\((?:[^()]|\([^()]*\))*\)|「[^」]*」|["“][^"”]*["”]""")


def held(locale: str) -> dict[str, str]:
    with (FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id}


def test_the_files_hold_the_sentences_of_today(catalog: Catalog) -> None:
    texts = set(sources(catalog))
    for locale in (*LOCALES.values(), *PREPARED):
        assert set(held(locale)) == texts, f"{locale}: hitorijanai words extract"


def test_english_lacks_nothing_the_guide_says(catalog: Catalog) -> None:
    places = sources(catalog)
    known = held("en")
    missing = [text for text, where in places.items() if not known[text] and SPOKEN_BY_THE_PERSON not in str(where)]
    assert missing == []


def test_no_number_is_lost_or_changed_on_the_way() -> None:
    for locale in LOCALES.values():
        for source, target in held(locale).items():
            if not target:
                continue
            numbers = set(re.findall(r"#?\d[\d-]{2,}\d|#\d+", source))
            assert numbers <= set(re.findall(r"#?\d[\d-]{2,}\d|#\d+", target)), source


def test_english_is_free_of_kana_but_for_names_and_words_to_say() -> None:
    left = [target for target in held("en").values() if _KANA.search(_QUOTED.sub("", target))]
    assert [text for text in left if "外国語" not in text] == []


@pytest.mark.parametrize("locale", sorted(LOCALES.values()))
def test_what_the_program_reads_is_what_was_translated(locale: str) -> None:
    folder = FOLDER / locale / "LC_MESSAGES"
    with (folder / f"{DOMAIN}.po").open("rb") as file:
        written = BytesIO()
        write_mo(written, read_po(file, locale=locale, domain=DOMAIN))
    assert written.getvalue() == (folder / f"{DOMAIN}.mo").read_bytes(), "hitorijanai words compile"


def test_a_sentence_without_translation_is_told_apart(app: Flask) -> None:
    with app.test_request_context("/?v=en"):
        assert translated("まだ訳していない文です") is None
        assert translated("さがす") not in (None, "さがす")
    with app.test_request_context("/"):
        assert translated("さがす") == "さがす"


def test_furigana_of_the_source_is_no_part_of_the_key(app: Flask, catalog: Catalog) -> None:
    marked = next(q.ask for q in catalog.flows["under18"].questions.values() if "{" in q.ask)
    with app.test_request_context("/?v=en"):
        found = translated(marked)
    assert found == held("en")[plain(marked)]
