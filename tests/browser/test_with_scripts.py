"""With scripts the guide flows as one page: no address, no history entry, nothing kept; focus and voice follow."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from catalog.model import CATEGORY_IDS
from tests.browser.conftest import at_the_start, opened
from tests.browser.walking import press, settled, to_the_end

WORRY = "会社をクビになって家賃が払えない"
PAPER: ViewportSize = {"width": 703, "height": 1032}
"""A4 without its margins of 12 mm, in CSS pixels."""
KEPT = """async () => [
  localStorage.length, sessionStorage.length, document.cookie.length, (await caches.keys()).length,
  (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""


@pytest.fixture(scope="module")
def lively(browser: Browser) -> Iterator[BrowserContext]:
    with opened(browser, has_touch=True) as context:
        yield context


@pytest.fixture(scope="module")
def used_page(lively: BrowserContext) -> Page:
    return lively.new_page()


@pytest.fixture
def page(used_page: Page, address: str) -> Page:
    return at_the_start(used_page, address)


def say(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    press(page.locator(".typing button.main"))


@pytest.mark.parametrize("category", CATEGORY_IDS)
def test_a_category_is_walked_by_touch_within_one_history_entry(page: Page, address: str, category: str) -> None:
    before = page.evaluate("history.length")
    assert before < 40, "a full history would hide a new entry"
    press(page.locator(f"button[name=category][value={category}]"), touch=True)
    to_the_end(page, touch=True)
    assert page.url == f"{address}/"
    assert page.evaluate("history.length") == before
    assert page.evaluate(KEPT) == [0] * 6


def test_the_new_turn_has_the_focus_and_the_old_words_are_gone(page: Page) -> None:
    say(page, WORRY)
    focused = page.evaluate("document.activeElement.closest('main') !== null && document.activeElement.tagName")
    assert focused in ("H1", "SECTION", "P")
    assert page.evaluate("scrollY") == 0
    assert WORRY not in page.content()


def test_help_for_danger_has_the_focus(page: Page) -> None:
    say(page, "もう死にたい。今から飛び降りる")
    assert "urgent" in page.evaluate("document.activeElement.className")


def test_a_cut_line_says_so_and_loses_no_word(page: Page, lively: BrowserContext) -> None:
    lively.set_offline(True)
    page.locator("#text").fill(WORRY)
    page.locator(".typing button.main").click()
    expect(page.locator("#told")).to_contain_text("つながりませんでした")
    assert page.locator("#text").input_value() == WORRY
    lively.set_offline(False)
    press(page.locator(".typing button.main"))
    expect(page.locator("#text")).not_to_have_value(WORRY)


def test_the_keyboard_alone_walks_to_a_number(page: Page) -> None:
    page.locator("#text").focus()
    page.keyboard.type("仕事がつらい。残業が多くて眠れない")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    settled(page)
    for _ in range(8):
        if page.locator(".cards").count():
            break
        page.keyboard.press("Tab")
        for _ in range(30):
            if page.evaluate("document.activeElement.closest('.options') !== null"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        settled(page)
    assert page.locator(".cards a[href^='tel:']").count() >= 1


def test_an_answer_given_is_seen_and_changed(page: Page) -> None:
    press(page.locator("button[name=category][value=work]"))
    press(page.locator("main > form .options button").first)
    page.locator(".trail > summary").click()
    page.locator(".trail details summary").first.click()
    press(page.locator(".trail .options button").nth(1))
    page.locator(".trail > summary").click()
    assert page.locator(".trail ol > li").count() == 1


def test_the_way_of_talking_filters_and_never_empties(page: Page) -> None:
    press(page.locator("button[name=category][value=no-one-to-talk-to]"))
    to_the_end(page)
    everyone = page.locator(".cards > li").count()
    for button in range(page.locator("button[name=way]").count()):
        press(page.locator("button[name=way]").nth(button))
        assert 1 <= page.locator(".cards > li").count() <= everyone
        assert page.locator("button[name=way][aria-current=true]").count() == 1


def test_the_language_filters_and_never_empties(page: Page) -> None:
    press(page.locator("button[name=category][value=no-one-to-talk-to]"))
    to_the_end(page, answer=2)
    for button in range(page.locator("button[name=tongue]").count()):
        press(page.locator("button[name=tongue]").nth(button))
        assert page.locator(".cards > li").count() >= 1
        assert page.locator("button[name=tongue][aria-current=true]").count() == 1


def test_the_sheet_is_one_page_of_paper(browser: Browser, address: str) -> None:
    heights = {}
    with opened(browser, viewport=PAPER) as context:
        page = context.new_page()
        for category in CATEGORY_IDS:
            page.goto(address)
            press(page.locator(f"button[name=category][value={category}]"))
            to_the_end(page)
            services = page.locator(".cards > li").count()
            press(page.locator(".take button").first)
            page.locator(".sheet").wait_for()
            page.emulate_media(media="print")
            heights[category, services] = page.evaluate("document.getElementById('page').scrollHeight")
            page.emulate_media(media="screen")
    assert {place: high for place, high in heights.items() if high > PAPER["height"]} == {}


def test_children_find_everyone_they_can_turn_to_with_furigana(page: Page, address: str) -> None:
    page.goto(f"{address}/under18")
    press(page.locator("a.door[href*=contacts]"))
    assert page.locator(".presses > li").count() >= 11
    assert page.locator("main h2").first.inner_text().startswith("チャット")
    assert page.locator("main ruby").count() > 20


def test_numbers_are_copied_and_the_sheet_has_a_pattern_for_each(page: Page, lively: BrowserContext) -> None:
    lively.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page.locator("button[name=category][value=no-one-to-talk-to]"))
    to_the_end(page)
    page.locator("[data-copy]").click()
    expect(page.locator("#told")).to_have_text("コピーしました")
    numbers = page.locator(".cards .press .number").all_inner_texts()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert numbers
    assert all(number in copied for number in numbers)
    services = page.locator(".cards > li").count()
    press(page.locator(".take button").first)
    assert page.locator(".sheet .qr svg").count() == services
    expect(page.locator("[data-print]")).to_be_visible()


def test_nobody_else_is_asked_and_no_error_is_told(lively: BrowserContext, address: str) -> None:
    asked: list[str] = []
    told: list[str] = []
    lively.on("request", lambda request: asked.append(request.url))
    page = lively.new_page()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    for path in ("/", "/under18", "/pages", "/services", "/numbers", "/pages/leaving", "/services/yorisoi-hotline"):
        page.goto(f"{address}{path}")
    page.goto(address)
    say(page, WORRY)
    assert len(asked) > 7
    assert [url for url in asked if not url.startswith(address)] == []
    assert told == []
