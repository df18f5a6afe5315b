"""A real Chromium for the tests of a run: Playwright cannot be started twice in a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Playwright, expect

WHOLE = ("chromium", "chromium-browser", "google-chrome")
ANY = ("chromium-headless-shell", *WHOLE)
"""The first that is there is taken; the one without a window is the same engine for half of the computing, but lets
nobody answer in the place of another machine to which one of ours leads on."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(playwright: Playwright, names: Sequence[str] = ANY) -> Iterator[Browser]:
    """The browser; a test that needs it is skipped, by name, where the machine has none."""
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    opened = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=120_000)
    expect.set_options(timeout=60_000)
    yield opened
    opened.close()
