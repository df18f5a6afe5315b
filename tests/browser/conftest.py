"""A real Chromium before the real server. Skipped, by name, where the machine has no Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.support.serving import served
from web.app import build
from web.settings import Settings
from web.wiring import wire

SMALL_PHONE: ViewportSize = {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def address(instance: Path) -> Iterator[str]:
    app = build(wire(Settings(hitorijanai_instance=instance)))
    with served(app) as here:
        yield here


@contextmanager
def opened(browser: Browser, **phone: Any) -> Iterator[BrowserContext]:
    """A browser of somebody on a small phone, or on what is said instead."""
    context = browser.new_context(**{"viewport": SMALL_PHONE, "locale": "ja-JP", **phone})
    context.set_default_timeout(60_000)
    yield context
    context.close()


@contextmanager
def leading_away(browser: Browser, **phone: Any) -> Iterator[BrowserContext]:
    """The same; everything beyond this machine answers with an empty neutral page."""
    with opened(browser, **phone) as context:
        context.route(
            lambda url: "127.0.0.1" not in url,
            lambda route: route.fulfill(
                status=200, content_type="text/html", body="<title>weather</title><p>weather</p>"
            ),
        )
        yield context


def at_the_start(page: Page, address: str, viewport: ViewportSize = SMALL_PHONE) -> Page:
    """A page that others had before, on the first page of the assistant: a new one costs as much as a whole walk."""
    page.context.clear_cookies()
    page.set_viewport_size(viewport)
    page.goto(address)
    return page


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without scripts that nobody used before."""
    with opened(browser, java_script_enabled=False) as context:
        yield context


@pytest.fixture(scope="module")
def used_page(browser: Browser) -> Iterator[Page]:
    with opened(browser, java_script_enabled=False) as context:
        yield context.new_page()


@pytest.fixture
def page(used_page: Page, address: str) -> Page:
    """The first page without scripts."""
    return at_the_start(used_page, address)
