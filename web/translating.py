"""The words of the catalogue in the reader's language: gettext catalogues whose source is the Japanese text itself.

A text without a translation is shown in Japanese, and marked as Japanese. Nothing typed by a person comes here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import Babel, Domain

from catalog.ruby import plain
from web.showing import Language, showing

LOCALES: Mapping[Language, str] = {"easy": "ja", "en": "en"}
"""The gettext locale of a shown language. Plain Japanese is the source and has none; easy Japanese stands as `ja`."""
PREPARED = ("zh_Hans", "ko", "vi", "ne", "pt", "fil")
"""Catalogues that wait for a translator; none of their languages is offered before."""
DOMAIN = "messages"
FOLDER = Path(__file__).resolve().parent / "translations"


def install(app: Flask) -> None:
    """Flask-Babel with the language that the page is shown in."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "translations")
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ja")
    Babel(app, locale_selector=lambda: LOCALES.get(showing().language, "ja"))


def translated(text: str) -> str | None:
    """The text in the language of this page; None where it has none. Plain Japanese is given as it is."""
    if showing().language == "ja":
        return text
    # The furigana of the source is no part of the key.
    source = plain(text)
    found = str(_domain().gettext(source)) if source else ""
    return found if found != source else None


@cache
def easy_furigana() -> Mapping[str, str]:
    """Texts in easy Japanese to the same with a reading on every kanji, made by `hitorijanai words compile`."""
    path = FOLDER / LOCALES["easy"] / "furigana.json"
    marked = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return {plain(text): text for text in marked}


@cache
def _domain() -> Any:
    return Domain(domain=DOMAIN)


def ready(app: Flask, language: Language, texts: set[str]) -> float:
    """The share of these texts that has a translation, 0 to 1."""
    with app.test_request_context(f"/?v={language}"):
        known = sum(translated(text) is not None for text in texts)
    return known / len(texts) if texts else 1.0
