"""The page of numbers can be kept on the phone: only when asked, only that page, and one tap erases it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.walking import press

WORRY = "会社をクビになって家賃が払えない"


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ja-JP")
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext, address: str) -> Page:
    page = phone.new_page()
    page.goto(f"{address}/numbers")
    return page


def cached(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """async () => (await Promise.all((await caches.keys()).map(async name =>
          (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"""
    )
    return found


def test_nothing_is_kept_before_it_is_asked_for(page: Page) -> None:
    assert cached(page) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0


def test_kept_it_opens_without_a_connection_and_holds_no_conversation(
    page: Page, phone: BrowserContext, address: str
) -> None:
    page.locator("[data-save]").click()
    expect(page.locator("[data-result]")).to_contain_text("保存しました")
    page.goto(address)
    page.locator("#text").fill(WORRY)
    press(page.locator(".typing button.main"))
    assert sorted(path for path in cached(page) if not path.startswith("/static/")) == ["/numbers"]
    phone.set_offline(True)
    page.goto(f"{address}/numbers")
    assert page.locator("a[href^='tel:']").count() > 10
    phone.set_offline(False)


def test_one_tap_erases_it(page: Page) -> None:
    page.locator("[data-save]").click()
    expect(page.locator("[data-erase]")).to_be_visible()
    page.locator("[data-erase]").click()
    expect(page.locator("[data-result]")).to_contain_text("消しました")
    assert cached(page) == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0


def test_without_scripts_it_says_what_else_to_do(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/numbers")
    expect(page.get_by_text("番号を紙に書きうつしてください")).to_be_visible()
    assert page.locator("[data-save]").is_hidden()
    context.close()
