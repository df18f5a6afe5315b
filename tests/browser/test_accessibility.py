"""axe-core finds nothing to mend on any page and state, in any colours; EVERY_LETTER: see tests/browser/axe.py."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import Axe
from tests.browser.walking import press, to_the_end

PAGES = (
    "/",
    "/?v=en",
    "/?v=easy-ruby",
    "/under18",
    "/under18/contacts",
    "/services",
    "/services?category=work&way=chat",
    "/services/yorisoi-hotline",
    "/numbers",
    "/pages",
    "/pages/faq",
    "/pages/contact",
    "/pages/leaving",
    "/pages/greeting-under18",
    "/pages/accessibility",
    "/not-there",
)
SAID = (
    "会社をクビになって家賃が払えない",
    "つらい",
    "死にたい気持ちが消えない",
    "夫にたたかれるのがこわい",
    "薬をたくさん飲んでしまった",
    "ありがとう",
)
THEMES = ("light", "dark", "contrast")
Found = dict[str, dict[str, list[str]]]


@pytest.fixture(scope="module")
def found(browser: Browser, address: str) -> Found:
    """What is to mend, by theme and place."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    page, axe = context.new_page(), Axe()
    found: Found = {theme: {} for theme in THEMES}

    def look(place: str) -> None:
        for theme, faults in axe.faults(page, THEMES).items():
            found[theme][place] = faults

    for path in PAGES:
        page.goto(f"{address}{path}")
        look(path)
    for text in SAID:
        page.goto(address)
        page.locator("#text").fill(text)
        press(page.locator(".typing button.main"))
        look(text)
    page.goto(address)
    press(page.locator("button[name=category][value=work]"))
    look("question")
    to_the_end(page)
    look("results")
    press(page.locator(".take button").first)
    look("sheet")
    context.close()
    return found


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_and_state(found: Found, theme: str) -> None:
    assert len(found[theme]) == len(PAGES) + len(SAID) + 3
    assert {where: what for where, what in found[theme].items() if what} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_pale_letters_are_found_in_any_theme(browser: Browser, address: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True, reduced_motion="reduce")
    page, axe = context.new_page(), Axe()
    page.goto(address)
    assert set(map(tuple, axe.faults(page, THEMES).values())) == {()}
    page.add_style_tag(content=f"[data-theme={theme}] main h1 {{ color: #888 !important; background: #999 }}")
    for name, faults in axe.faults(page, THEMES).items():
        assert [fault.split(":")[0] for fault in faults] == (["color-contrast"] if name == theme else [])
    context.close()
