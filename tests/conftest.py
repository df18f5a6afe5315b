"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from catalog.loading import load
from catalog.model import Catalog
from tests.support.chromium import chromium
from tests.support.instances import current_instance

settings.register_profile("ours", deadline=None)  # a busy machine is no bug
settings.load_profile("ours")

ROOT = Path(__file__).resolve().parent.parent

_scratch = tempfile.TemporaryDirectory(prefix="hitorijanai-tests-")
os.environ.setdefault("HITORIJANAI_STRICT_LOGS", "1")
# No test writes into the database of the installation beside it.
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_scratch.name}/store.sqlite")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The real catalogue."""
    return load(ROOT / "catalog" / "data")


@pytest.fixture(scope="session")
def instance() -> Path:
    """An installation whose model in use was trained on the phrases as they are now."""
    return current_instance()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, one for all tests."""
    with chromium() as opened:
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
