"""What the browser tests look for on a page, and how they walk to the end of a flow."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

SMALL = """() => (document.querySelectorAll('.contents').forEach(e => e.style.contentVisibility = 'visible'),
  [...document.querySelectorAll('a, button, summary, input:not([type=hidden]), textarea, select')]
  .filter(e => e.checkVisibility() && !e.closest('.skip'))
  .filter(e => !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'))
  .map(e => [e.getBoundingClientRect(), e.outerHTML.slice(0, 90)])
  .filter(([box]) => box.height < 43.9 || box.width < 43.9).map(([, html]) => html))"""
"""Everything to press that is under 44 pixels; a link inside a running sentence may be as low as its line.

Long lists, laid out only where they are looked at, are laid out whole before.
"""
WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.skip, .unseen, .wide')
    && e.getBoundingClientRect().right > width + 1);
  return [...wide.map(e => e.outerHTML.slice(0, 90)),
    ...(document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : [])];
}"""
COVERED = """() => {
  const exit = document.getElementById('exit').getBoundingClientRect();
  const points = [[.5, .5], [.1, .2], [.9, .8]];
  return points.map(([x, y]) => document.elementFromPoint(exit.left + x * exit.width, exit.top + y * exit.height))
    .filter(e => !e || e.closest('#exit') === null).map(e => e ? e.outerHTML.slice(0, 90) : 'outside the screen');
}"""


def small(page: Page) -> list[str]:
    """What is too small for a thumb."""
    found: list[str] = page.evaluate(SMALL)
    return found


def wide(page: Page) -> list[str]:
    """What is wider than the screen."""
    found: list[str] = page.evaluate(WIDE)
    return found


def covered(page: Page) -> list[str]:
    """What lies over the way out."""
    found: list[str] = page.evaluate(COVERED)
    return found


def at_the_end(page: Page) -> bool:
    """Whether services are shown."""
    return page.locator(".cards").count() > 0


def options(page: Page) -> str:
    """Where the answers to the question on the page are."""
    return "main > form .options button"


def settled(page: Page) -> None:
    """Waits until what was asked for is shown whole: a page that only began to arrive has none of its parts yet."""
    page.wait_for_load_state()
    page.locator("#page:not([aria-busy=true])").wait_for(state="attached")


def press(what: Locator, *, touch: bool = False) -> None:
    """One press, and what it leads to is shown whole, with scripts or without."""
    if touch:
        what.tap()
    else:
        what.click()
    settled(what.page)


def to_the_end(page: Page, *, touch: bool = False, answer: int = 0) -> int:
    """Answers every question with the same place in the list (-1: the last) until services are shown.

    The number of answers.
    """
    for number in range(9):
        if at_the_end(page):
            return number
        choices = page.locator(options(page))
        press(choices.nth(min(answer, choices.count() - 1)), touch=touch)
    raise AssertionError(f"no end; {page.locator('h1').inner_text()}")
