"""The slider in a real Chromium: with scripts it tells at once what the form tells without them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import TODAY
from tests.console.test_label_browser import address, opened
from web.wiring import Parts

__all__ = ["address", "opened"]
pytestmark = pytest.mark.browser
TOLD = ("told-threshold", "told-share", "told-right", "told-people")


@pytest.fixture
def console_parts(console_parts: Parts, instance: Path) -> Parts:
    """The same, with the models of the installation and a hundred sentences a day."""
    settings = console_parts.settings.model_copy(update={"hitorijanai_instance": instance})
    for days in range(1, 29):
        console_parts.store.tallies.count(TODAY - timedelta(days=days), "heard", "work", by=100)
    return replace(console_parts, settings=settings)


def told(page: Page) -> list[str]:
    return [page.locator(f"#{id}").inner_text() for id in TOLD]


def test_the_slider_tells_the_same_with_and_without_scripts(opened: Callable[..., Page]) -> None:
    live, plain = opened("releaser", width=360), opened("admin", scripts=False)
    faults: list[str] = []
    live.on("console", lambda message: faults.append(message.text))
    live.on("pageerror", lambda error: faults.append(str(error)))
    live.set_default_timeout(60_000)
    plain.set_default_timeout(60_000)
    live.goto("/insight/curve")
    assert not live.get_by_role("button", name="この値で見る").is_visible()
    live.locator("#threshold").focus()
    for key, presses in (("ArrowLeft", 1), ("PageDown", 3), ("Home", 1), ("End", 1)):
        for _ in range(presses):
            live.keyboard.press(key)
        threshold = live.locator("#threshold").input_value()
        plain.goto(f"/insight/curve?threshold={threshold}")
        assert told(live) == told(plain)
        assert float(live.locator("#value").input_value()) == float(threshold)
    assert plain.get_by_role("button", name="この値で見る").is_visible()
    expect(live.locator("#told-aloud")).to_contain_text("しきい値0.995。")
    assert live.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert faults == []
