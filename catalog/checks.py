"""What must hold between records: one function a rule; see the modules checks_* for the rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalog import checks_flows, checks_help, checks_said, checks_services, checks_texts
from catalog.model import Catalog
from catalog.places import Places
from catalog.reading import Problem

__all__ = ["CHECKS", "Places", "problems"]

CHECKS = (*checks_flows.CHECKS, *checks_said.CHECKS, *checks_services.CHECKS, *checks_help.CHECKS, *checks_texts.CHECKS)
"""Each is called as check(catalog, places, today) and yields problems."""


def problems(catalog: Catalog, places: Places, today: date) -> list[Problem]:
    """Every problem any rule finds."""
    return list(_all(catalog, places, today))


def _all(catalog: Catalog, places: Places, today: date) -> Iterator[Problem]:
    for check in CHECKS:
        yield from check(catalog, places, today)
