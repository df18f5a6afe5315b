"""A clock that is wrong, and a zone that is none: open is what is open in Japan, and no conversation is lost."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assistant.guide import Guide
from tests.faults.conftest import SECRET
from tests.faults.running import serving
from tests.faults.visiting import consenting, visit
from web.app import build
from web.wiring import Parts

ZONES = ("", "Asia/Tokyo", "America/New_York", "Pacific/Kiritimati", "Nowhere/Atall")
EVENING = datetime(2026, 11, 25, 8, 30, tzinfo=UTC)
"""Half past five in Japan, when many windows have just closed and others are open."""


@pytest.fixture
def zone() -> Iterator[Callable[[str], None]]:
    """Puts the process into a time zone; none for ""."""
    before = os.environ.get("TZ")

    def put(name: str | None) -> None:
        os.environ.pop("TZ", None)
        if name:
            os.environ["TZ"] = name
        time.tzset()

    yield put
    put(before)


def test_what_is_open_does_not_depend_on_the_zone_of_the_machine(settled: Parts, zone: Callable[[str], None]) -> None:
    def shown() -> list[str]:
        guide = Guide(settled.catalog, lambda text: None, lambda: EVENING)
        pages: FlaskClient = build(replace(settled, guide=guide)).test_client()
        return [pages.get(path).text for path in ("/services", "/numbers", "/under18/contacts")]

    seen = []
    for name in ZONES:
        zone(name)
        seen.append(shown())
    assert all(pages == seen[0] for pages in seen)
    assert settled.catalog.messages.open_now in seen[0][0]


@pytest.mark.parametrize("off", ["+1d", "-1d"])
def test_a_day_off(off: str, home: Path, settled: Parts) -> None:
    """A conversation begun while the clock was right goes on where it is a day ahead or behind."""
    if shutil.which("faketime") is None:
        pytest.skip("no faketime on this machine (Debian: apt-get install faketime)")
    environment = {
        "HITORIJANAI_INSTANCE": str(home),
        "DATABASE_URL": str(settled.settings.database_url),
        "SECRET_KEY": SECRET,
        "TZ": "America/New_York",
    }
    form = consenting(settled)
    start = settled.catalog.flows["work"].questions[settled.catalog.flows["work"].start]
    with serving(environment, before=("faketime", "-f", off)) as ask:
        visit(ask, settled.catalog, "none", patience=60.0)
        visit(ask, settled.catalog, f"clock {off}")
        on = ask("POST", "/choose", {"state": form["state"], "action": "cannot-say"}, None)
        assert settled.catalog.messages.error_stale not in on.text
        assert settled.catalog.messages.human_line_title in on.text
        page = ask("POST", "/look", {"state": form["state"]}, None)
        assert start.ask in page.text
        # What was typed may be kept for an hour; by this clock it is not known how long ago it was, so it is not kept.
        shared = ask("POST", "/share", form, None)
        assert shared.status_code == 200
        assert settled.catalog.messages.share_unavailable in shared.text
