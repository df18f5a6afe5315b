"""The choices of the reader: letters, colours, furigana, language; by links and forms alone, forgotten on leaving."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opened
from tests.browser.walking import press, small, to_the_end, wide

WORRY = "会社をクビになって家賃が払えない"
WIDTHS = (320, 360, 768, 1280)


@pytest.fixture(scope="module")
def lively(browser: Browser) -> Iterator[Page]:
    """A page with scripts; each test takes it to its own width and address."""
    with opened(browser) as context:
        yield context.new_page()


def color(page: Page, of: str) -> int:
    """The brightness of a colour, 0 to 765."""
    value = page.evaluate(f"getComputedStyle(document.body).{of}")
    return sum(int(part) for part in value.removeprefix("rgb(").removesuffix(")").split(","))


def test_every_choice_is_carried_from_page_to_page_without_scripts(page: Page) -> None:
    press(page.locator("#look button", has_text="150%"))
    press(page.locator("#look button", has_text="暗い"))
    press(page.locator("#look button", has_text="つける"))
    assert page.locator("html[data-size='150'][data-theme='dark']").count() == 1
    page.locator("#text").fill(WORRY)
    press(page.get_by_role("button", name="さがす"))
    assert page.locator("html[data-size='150'][data-theme='dark']").count() == 1
    assert page.locator("main ruby").count() > 3
    press(page.locator(".foot a").first)
    assert page.locator("html[data-size='150'][data-theme='dark']").count() == 1
    assert WORRY not in page.url


def test_they_are_forgotten_on_leaving(page: Page, address: str) -> None:
    press(page.locator("#look button", has_text="暗い"))
    page.goto(address)
    assert page.locator("html[data-theme='auto']").count() == 1
    assert page.context.cookies() == []


def test_a_change_in_mid_conversation_keeps_the_question(page: Page) -> None:
    press(page.locator("button[value=work]"))
    question = page.locator("h1").inner_text()
    press(page.locator("#look button", has_text="125%"))
    assert page.locator("h1").inner_text() == question


@pytest.mark.parametrize("size", [100, 125, 150, 200])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_size_of_letters_breaks_the_page(lively: Page, address: str, size: int, width: int) -> None:
    page, found = lively, []
    page.set_viewport_size({"width": width, "height": 740})
    for path in ("/", "/under18", "/numbers", "/pages/leaving"):
        page.goto(f"{address}{path}?v={size}-ruby")
        found += wide(page)
    page.goto(f"{address}/?v={size}")
    press(page.locator("button[name=category][value=food-housing]"))
    found += wide(page)
    to_the_end(page)
    found += wide(page)
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_to_press_is_large_enough_and_nothing_scrolls_sideways(
    lively: Page, address: str, width: int
) -> None:
    page, found = lively, []
    page.set_viewport_size({"width": width, "height": 740})
    for path in (
        "/",
        "/under18",
        "/services",
        "/numbers",
        "/pages",
        "/pages/contact",
        "/pages/faq",
        "/services/childline",
    ):
        page.goto(f"{address}{path}")
        found += [(path, what) for what in small(page) + wide(page)]
    for text in (WORRY, "死にたい気持ちが消えない", "薬をたくさん飲んでしまった"):
        page.goto(address)
        page.locator("#text").fill(text)
        press(page.locator(".typing button.main"))
        found += [(text, what) for what in small(page) + wide(page)]
    assert found == []


@pytest.mark.parametrize(("theme", "dark"), [("light", False), ("dark", True), ("contrast", False)])
def test_the_chosen_colours_rule_over_those_of_the_phone(
    browser: Browser, address: str, theme: str, dark: bool
) -> None:
    context = browser.new_context(color_scheme="light" if dark else "dark")
    page = context.new_page()
    page.goto(f"{address}/?v={theme}")
    assert (color(page, "backgroundColor") < 200) is dark
    assert abs(color(page, "backgroundColor") - color(page, "color")) > 450
    context.close()


def test_english_is_english_and_what_is_not_says_so(page: Page, address: str) -> None:
    page.goto(f"{address}/?v=en")
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("h1")).not_to_contain_text("つらい")
    kana = page.evaluate(
        """() => [...document.querySelectorAll('main *')]
          .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && /[ぁ-ん]/.test(n.textContent)))
          .filter(e => e.closest('[lang=ja]') === null).map(e => e.textContent.slice(0, 60))"""
    )
    assert kana == []
    press(page.locator("button[value=work]"))
    expect(page.locator("h1")).not_to_contain_text("の")
    assert page.locator("fieldset .options button").count() >= 3


def test_easy_japanese_has_words_of_its_own(page: Page, address: str) -> None:
    usual = page.locator("main").inner_text()
    page.goto(f"{address}/?v=easy")
    assert page.locator("main").inner_text() != usual
    assert page.locator("html").get_attribute("lang") == "ja"


@pytest.mark.parametrize("forced", ["active"])
def test_forced_colours_leave_every_button_a_border(browser: Browser, address: str, forced: str) -> None:
    context = browser.new_context(forced_colors=forced)
    page = context.new_page()
    page.goto(address)
    bare = page.evaluate(
        """() => [...document.querySelectorAll('button, .press, .exit, .door, .choice')]
          .filter(e => parseFloat(getComputedStyle(e).borderTopWidth) < 1).map(e => e.outerHTML.slice(0, 80))"""
    )
    context.close()
    assert bare == []
