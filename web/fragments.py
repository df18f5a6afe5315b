"""Parts of pages that are the same for everybody, made once and kept. No text of a person, nothing of a conversation.

A part is kept for each way a page is shown and for each `which` it is asked for, addresses likewise.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import Flask, g, render_template, request, url_for
from markupsafe import Markup

from web.filters import FURIGANA
from web.showing import showing

MOST = 5_000
"""Kept parts or addresses; when there are more, all are made anew."""


def install(app: Flask) -> None:
    """`fragment(template, which, **values)` and a quicker `url_for` for the templates.

    The values must follow from `which`: they are not looked at where the part is kept. Only a `moment` is, where one is
    given: what was made in another minute is not kept longer.
    """
    parts: dict[Hashable, Markup] = {}
    minute: Hashable = None
    addresses: dict[Hashable, str] = {}

    def fragment(template: str, which: Hashable = None, **values: Any) -> Markup:
        nonlocal minute
        if "moment" in values and (now := values["moment"].minute) != minute:
            parts.clear()
            minute = now
        key = (template, showing(), bool(g.get(FURIGANA)), request.root_path, which)
        found = parts.get(key)
        if found is None:
            found = Markup(render_template(template, **values))  # noqa: S704 - a template, which escapes
            _keep(parts, key, found)
        return found

    def address(endpoint: str, **values: Any) -> str:
        key = (endpoint, showing().code, request.root_path, *values.items())
        found = addresses.get(key)
        if found is None:
            found = url_for(endpoint, **values)
            _keep(addresses, key, found)
        return found

    app.jinja_env.globals.update(fragment=fragment, url_for=address)


def plainly(app: Flask) -> None:
    """`fragment` for templates of an application that keeps nothing."""

    def fragment(template: str, which: Hashable = None, **values: Any) -> Markup:
        return Markup(render_template(template, **values))  # noqa: S704 - a template, which escapes

    app.jinja_env.globals.update(fragment=fragment)


def _keep(kept: dict[Hashable, Any], key: Hashable, made: Any) -> None:
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = made
