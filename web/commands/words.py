"""`hitorijanai words`: the catalogue's sentences as gettext catalogues for translators, and back into the program."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import click
from babel.messages.catalog import Catalog as Gettext
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from catalog.checks_services import shown_texts
from catalog.loading import load
from catalog.model import Catalog
from catalog.ruby import bare_kanji, plain
from nlu.furigana import Furigana
from web.commands.failing import told
from web.settings import Settings
from web.translating import DOMAIN, FOLDER, LOCALES, PREPARED

SPOKEN = ("messages.yaml", "categories.yaml", "urgent.yaml", "urgent_also.yaml", "answers.yaml", "flows/", "services/")
"""What the guide itself says, and the services. Pages to read stay in Japanese until somebody translates them."""
UNSEEN = ("kana",)
"""Fields that no page shows."""


def sources(catalog: Catalog) -> dict[str, list[str]]:
    """The sentences to translate, without furigana, each with the places where it stands."""
    found: dict[str, list[str]] = defaultdict(list)
    for file, place, text in shown_texts(catalog):
        if file.startswith(SPOKEN) and place[-1] not in UNSEEN and not text.isascii():
            found[plain(text)].append(f"{file}:{'.'.join(str(step) for step in place)}")
    return dict(found)


@click.group()
def words() -> None:
    """The guide's sentences in other languages."""


@words.command()
@click.pass_obj
def extract(settings: Settings) -> None:
    """Write the sentences into translations/messages.pot and bring every language's file up to date."""
    with told():
        texts = sources(load(settings.hitorijanai_catalog))
    template = Gettext(project="hitorijanai", domain=DOMAIN, charset="utf-8")
    for text in sorted(texts):
        template.add(text, auto_comments=sorted(set(texts[text]))[:3])
    _write(FOLDER / f"{DOMAIN}.pot", template)
    for locale in (*LOCALES.values(), *PREPARED):
        path = _po(locale)
        held = _read(path, locale)
        held.update(template, no_fuzzy_matching=True)
        held.obsolete.clear()
        _write(path, held)
        done = sum(bool(message.string) for message in held if message.id)
        click.echo(f"{locale}: {done} of {len(texts)}")


@words.command("compile")
@click.pass_obj
def compile_(settings: Settings) -> None:
    """Write the finished sentences of every language into the form the program reads, the easy ones with furigana."""
    with told():
        marks = Furigana.of(correction.marked for correction in load(settings.hitorijanai_catalog).readings)
    easy = LOCALES["easy"]
    texts = {str(message.string) for message in _read(_po(easy), easy) if message.id and message.string}
    marked = json.dumps([marks.mark(text) for text in sorted(texts) if bare_kanji(text)], ensure_ascii=False, indent=0)
    (FOLDER / easy / "furigana.json").write_text(marked + "\n", encoding="utf-8")
    for locale in LOCALES.values():
        with _po(locale).with_suffix(".mo").open("wb") as file:
            write_mo(file, _read(_po(locale), locale))
        click.echo(f"{locale}: {_po(locale).with_suffix('.mo')}")


def _po(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


def _read(path: Path, locale: str) -> Gettext:
    if not path.exists():
        return Gettext(locale=locale, project="hitorijanai", domain=DOMAIN, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain=DOMAIN)


def _write(path: Path, catalog: Gettext) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, sort_output=True, omit_header=False, ignore_obsolete=True)
