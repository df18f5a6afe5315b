"""axe-core finds nothing to mend on any page and state, in any colours."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.walking import settled, to_the_end

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
# Best practices are asked too; only the rule that every piece of a page lies in a landmark does not hold for the way
# out, which must be the first of all.
RULES: dict[str, object] = {"rules": {"region": {"enabled": False}}}
CONTRAST: dict[str, object] = {"runOnly": ["color-contrast", "link-in-text-block"]}
"""All that depends on the colours; everything else is asked once, in the light ones."""


def faults(page: Page, theme: str) -> list[str]:
    found = Axe().run(page, options=RULES if theme == "light" else CONTRAST).response["violations"]
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_page_and_state(browser: Browser, address: str, theme: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, bypass_csp=True)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for path in PAGES:
        joined = (
            path.replace("?v=", f"?v={theme}-") if "?v=" in path else f"{path}{'&' if '?' in path else '?'}v={theme}"
        )
        page.goto(f"{address}{joined}")
        found[path] = faults(page, theme)
    for text in SAID:
        page.goto(f"{address}/?v={theme}")
        page.locator("#text").fill(text)
        page.locator(".typing button.main").click()
        settled(page)
        found[text] = faults(page, theme)
    page.goto(f"{address}/?v={theme}")
    page.locator("button[name=category][value=work]").click()
    settled(page)
    found["question"] = faults(page, theme)
    to_the_end(page)
    found["results"] = faults(page, theme)
    page.locator(".take button").first.click()
    settled(page)
    found["sheet"] = faults(page, theme)
    context.close()
    assert {where: what for where, what in found.items() if what} == {}
