"""Who sees it: pages, API and commands. `create_app` puts the parts together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.wiring import Parts


def create_app(parts: Parts | None = None) -> Flask:
    """The application. Without `parts` they are wired from the environment; a broken catalogue raises CatalogError."""
    from web.app import build

    return build(parts)
