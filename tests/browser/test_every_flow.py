"""Every flow to its end by keyboard, at every width and in every colour: what has the focus is seen, nothing breaks.

A run walks each flow in two of the twelve looks, so that every look is met by two flows or more; with EVERY_LOOK
set it walks each flow in all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page

from catalog.model import CATEGORY_IDS, UNDER18
from tests.browser.conftest import opened
from tests.browser.walking import at_the_end, covered, settled, small, wide

FLOWS = (*CATEGORY_IDS, UNDER18)
LOOKS = tuple(product((320, 360, 768, 1280), ("light", "dark", "contrast")))
WALKS = [
    (flow, *LOOKS[at % len(LOOKS)])
    for number, flow in enumerate(FLOWS)
    for at in (range(len(LOOKS)) if os.environ.get("EVERY_LOOK") else (number, number + 7))
]
UNSEEN = """() => {
  const here = document.activeElement, box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const x = box.left + Math.min(box.width, innerWidth - box.left) / 2, y = box.top + Math.min(box.height, 44) / 2;
  const found = document.elementFromPoint(x, y);
  return [
    ...(here === document.body ? ['nothing has the focus'] : []),
    ...(style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? ['no ring'] : []),
    ...(box.top < 0 || box.top > innerHeight - 8 ? ['out of view'] : []),
    ...(found && (here.contains(found) || found.contains(here)) ? [] : ['covered']),
  ].map(fault => fault + ': ' + here.outerHTML.slice(0, 90));
}"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
CUT_OFF = """() => [...document.querySelectorAll('main *')]
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1)
  .map(e => e.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page with scripts; each test takes it to its own width and address."""
    with opened(browser) as context:
        yield context.new_page()


def tab_to(page: Page, selector: str) -> None:
    """Goes on by Tab until something of the selector has the focus; everything on the way is seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        unseen, reached = page.evaluate(
            f"selector => [({UNSEEN})(), document.activeElement.matches(selector)]", selector
        )
        assert unseen == []
        if reached:
            return
    raise AssertionError(f"never reached: {selector}")


def as_it_should_be(page: Page) -> None:
    assert (small(page), wide(page), covered(page)) == ([], [], [])


@pytest.mark.parametrize(("flow", "width", "theme"), WALKS)
def test_a_flow_is_walked_by_keyboard(page: Page, address: str, flow: str, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if flow == UNDER18:
        page.goto(f"{address}/under18?v={theme}")
    else:
        page.goto(f"{address}/?v={theme}")
        page.locator(f"button[name=category][value={flow}]").focus()
        page.keyboard.press("Enter")
        settled(page)
    for _ in range(9):
        as_it_should_be(page)
        if at_the_end(page):
            break
        tab_to(page, "main > form .options button")
        page.keyboard.press("Enter")
        settled(page)
    tab_to(page, ".cards a")
    assert page.locator(".cards > li").count() >= 1


@pytest.fixture(scope="module")
def unguarded(browser: Browser) -> Iterator[Page]:
    """A page that takes styles from elsewhere."""
    with opened(browser, viewport={"width": 320, "height": 640}, bypass_csp=True) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", ["/", "/under18", "/numbers", "/pages/faq", "/services/police-110"])
def test_letters_and_lines_set_wider_cut_nothing_off(unguarded: Page, address: str, path: str) -> None:
    unguarded.goto(address + path)
    unguarded.add_style_tag(content=SPACED)
    assert (unguarded.evaluate(CUT_OFF), wide(unguarded)) == ([], [])
