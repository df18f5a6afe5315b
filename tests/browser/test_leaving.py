"""Leaving at once: blank within a moment, everywhere in reach, and nothing to see when somebody presses Back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import at_the_start, leading_away
from tests.browser.walking import covered, press, to_the_end

WORRY = "夫にたたかれるのがこわい"
PLACES = ("/", "/under18", "/services", "/numbers", "/pages/leaving", "/pages/faq", "/not-there")


@pytest.fixture(scope="module")
def elsewhere(whole_browser: Browser) -> Iterator[BrowserContext]:
    with leading_away(whole_browser) as context:
        yield context


@pytest.fixture(scope="module")
def used_page(elsewhere: BrowserContext) -> Page:
    return elsewhere.new_page()


@pytest.fixture
def page(used_page: Page, address: str) -> Page:
    return at_the_start(used_page, address)


def in_a_conversation(page: Page) -> None:
    page.locator("#text").fill(WORRY)
    press(page.locator(".typing button.main"))


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_ever_covers_the_way_out(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 568})
    for place in PLACES:
        page.goto(f"{address}{place}")
        assert covered(page) == []
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        assert covered(page) == []
    page.goto(address)
    press(page.locator("button[name=category][value=work]"))
    to_the_end(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    assert covered(page) == []


def test_it_is_first_in_the_order_of_the_keyboard(page: Page, address: str) -> None:
    for place in PLACES:
        page.goto(f"{address}{place}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "exit"


def test_the_page_is_blank_at_once(elsewhere: BrowserContext, address: str) -> None:
    page = at_the_start(elsewhere.new_page(), address)
    in_a_conversation(page)
    blank = page.evaluate(
        """() => {
          const start = performance.now();
          addEventListener('beforeunload', event => event.preventDefault());
          document.getElementById('exit').click();
          return [document.body.innerText.trim(), getComputedStyle(document.body).display, performance.now() - start];
        }"""
    )
    assert blank[:2] == ["", "none"]
    page.close()


def test_it_leads_to_a_neutral_page_and_clears(page: Page, elsewhere: BrowserContext, address: str) -> None:
    in_a_conversation(page)
    with page.expect_response(f"{address}/exit") as answered:
        page.locator("#exit").click()
    assert answered.value.status == 303
    assert "storage" in answered.value.all_headers()["clear-site-data"]
    expect(page).to_have_title("weather")
    assert elsewhere.cookies() == []


@pytest.mark.parametrize("away", ["click", "keys"])
def test_back_shows_the_start_page_only(page: Page, away: str) -> None:
    in_a_conversation(page)
    if away == "click":
        page.locator("#exit").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    expect(page).to_have_title("weather")
    page.go_back()
    expect(page.get_by_role("heading", name="どんなことで、つらいですか")).to_be_visible()
    assert WORRY not in page.content()
    assert page.locator("#text").input_value() == ""


def test_three_times_shift_within_five_seconds_and_nothing_less(page: Page) -> None:
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    expect(page.locator("#told")).to_contain_text("閉じます")
    page.locator("#text").focus()
    page.keyboard.type("A")
    page.keyboard.press("Shift")
    page.keyboard.press("Escape")
    page.wait_for_timeout(300)
    assert page.title() == "ご案内"


def test_without_scripts_it_is_a_link_that_does_the_same(whole_browser: Browser, address: str) -> None:
    with leading_away(whole_browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(address)
        page.locator("#text").fill(WORRY)
        press(page.locator(".typing button.main"))
        page.locator("#exit").click()
        expect(page).to_have_title("weather")


def test_no_title_or_address_tells_what_it_was_about(page: Page, address: str) -> None:
    seen: list[tuple[str, str]] = []
    for place in PLACES:
        page.goto(f"{address}{place}")
        seen.append((page.title(), page.url))
    page.goto(address)
    in_a_conversation(page)
    seen.append((page.title(), page.url))
    assert {title for title, _ in seen} == {"ご案内"}
    assert seen[-1][1] == f"{address}/"


def test_what_it_cannot_do_is_told_one_tap_away(page: Page) -> None:
    press(page.locator("#look a", has_text="すぐ閉じるボタンのこと"))
    expect(page.get_by_role("heading", name="消えないもの")).to_be_visible()
