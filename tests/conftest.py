"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright

from catalog.loading import load
from catalog.model import Catalog
from tests.support.chromium import WHOLE, chromium
from tests.support.instances import current_instance
from web import wiring

settings.register_profile("ours", deadline=None)  # a busy machine is no bug
settings.load_profile("ours")

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "catalog" / "data"

_read_once = lru_cache(maxsize=1)(load)
_scratch = tempfile.TemporaryDirectory(prefix="hitorijanai-tests-")
os.environ.setdefault("HITORIJANAI_STRICT_LOGS", "1")
# A busy machine is no model that hangs. The tests of faults wait as long as an installation does.
os.environ.setdefault("MODEL_SECONDS", "30")
# No test writes into the database of the installation beside it.
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_scratch.name}/store.sqlite")


def _loaded(folder: Path) -> Catalog:
    """Any catalogue; the real one, of which nothing changes while tests run, is read once a process."""
    return _read_once(folder) if folder == DATA else load(folder)


wiring.load_catalog = _loaded


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The real catalogue."""
    return _loaded(DATA)


@pytest.fixture(scope="session")
def instance() -> Path:
    """An installation whose model in use was trained on the phrases as they are now."""
    return current_instance()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real Chromium, one for all tests."""
    with chromium(playwright) as opened:
        yield opened


@pytest.fixture(scope="session")
def whole_browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium as people have it, for tests that lead away from here."""
    with chromium(playwright, WHOLE) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names what this machine could not run, as the last thing on the screen."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    terminalreporter.section("not run on this machine")
    for reason, count in reasons.items():
        terminalreporter.line(f"{count} tests: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where NOTHING_SKIPPED is set, a skipped test is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("NOTHING_SKIPPED") and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
