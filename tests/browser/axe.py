"""axe-core before a page: every rule on the whole of it, and contrast once for each way that letters are painted.

Contrast costs more than all other rules together, and says the same of every letter that is painted alike: of the same
colour and size over the same grounds. Three of a kind are looked at, and only if axe passes one of them are the
others left out, on this page and on later ones. With EVERY_LETTER set all of them are looked at.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

EVERY_LETTER = bool(os.environ.get("EVERY_LETTER"))
CONTRAST = "color-contrast"
# Best practices are asked too; only the rule that every piece of a page lies in a landmark does not hold for the way
# out, which must be the first of all.
REST: dict[str, object] = {"rules": {"region": {"enabled": False}, CONTRAST: {"enabled": False}}}
COLOURED: dict[str, object] = {"runOnly": ["link-in-text-block"]}
"""All that depends on the colours, but for contrast."""
VIOLATIONS = """async options => {
  const found = await axe.run({...options, resultTypes: ['violations'], preload: false});
  return found.violations.flatMap(rule => rule.nodes.map(node => rule.id + ': ' + node.html.slice(0, 160)));
}"""
NOT_ENOUGH_CONTRAST = """async ([known, every]) => {
  const passed = new Set(known), grounds = new Map(), kinds = new Map(), faults = new Set();
  const ground = e => {
    if (!e) return '';
    if (!grounds.has(e)) {
      const s = getComputedStyle(e);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode, s.position].join();
      const plain = own === 'rgba(0, 0, 0, 0),none,1,none,normal,static';
      grounds.set(e, ground(e.parentElement) + (plain ? '' : '>' + own));
    }
    return grounds.get(e);
  };
  for (const e of document.querySelectorAll('body, body *')) {
    const letters = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!(letters || e.matches('input, textarea, select')) || !e.checkVisibility()) continue;
    const s = getComputedStyle(e);
    kinds.set(e, [s.color, s.fontSize, s.fontWeight, s.textShadow, s.webkitTextStroke, ground(e)].join('|'));
  }
  axe.configure({rules: [{id: 'color-contrast', selector: '[data-unlike]'}]});
  for (const most of every ? [Infinity] : [3, Infinity]) {
    const marked = new Map();
    for (const [e, kind] of kinds) {
      const before = marked.get(kind) ?? 0;
      const wanted = every || (!passed.has(kind) && before < most);
      e.toggleAttribute('data-unlike', wanted);
      if (wanted) marked.set(kind, before + 1);
    }
    if (!marked.size) break;
    const found = await axe.run({runOnly: ['color-contrast'], elementRef: true, selectors: false, preload: false});
    found.passes.forEach(rule => rule.nodes.forEach(node => passed.add(kinds.get(node.element))));
    found.violations.forEach(rule => rule.nodes.forEach(node =>
      faults.add(rule.id + ': ' + node.html.replace(' data-unlike=""', '').slice(0, 160))));
  }
  return [[...faults], [...passed]];
}"""
"""Gives the faults, and the ways of painting that are known to be right."""


@dataclass(slots=True)
class Axe:
    """Looks at pages of contexts with `bypass_csp` and without motion; what it says is the rule and the markup."""

    _right: list[str] = field(default_factory=list)

    def faults(self, page: Page, themes: Iterable[str] = ()) -> dict[str, list[str]]:
        """What is to mend, by theme: all rules in the first, in the others what depends on the colours.

        The page is put into a theme as the server does it, by `data-theme`; without themes it is looked at as it is.
        """
        page.evaluate(AXE_SCRIPT)
        found = {}
        for number, theme in enumerate(themes):
            page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
            found[theme] = self._look(page, REST if number == 0 else COLOURED)
        return found or {"": self._look(page, REST)}

    def _look(self, page: Page, rest: dict[str, object]) -> list[str]:
        faults, self._right = page.evaluate(NOT_ENOUGH_CONTRAST, [self._right, EVERY_LETTER])
        return [*page.evaluate(VIOLATIONS, rest), *faults]
