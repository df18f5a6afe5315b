from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from assistant.crisis import DangerSigns
from catalog.model import CATEGORY_IDS, UNDER18, URGENT_KINDS, Catalog
from nlu.danger_corpus import read_trained
from tests.browser.walking import options, press, to_the_end

DATA = Path(__file__).resolve().parents[2]
WORRY = "会社をクビになって家賃が払えない"


def test_a_typed_worry_reaches_services_with_numbers_to_call(page: Page) -> None:
    page.get_by_label("いま困っていることを").fill(WORRY)
    press(page.get_by_role("button", name="さがす"))
    assert WORRY not in page.url
    if page.get_by_role("heading", name="もう少しだけ教えてください").count():
        press(page.locator(options(page), has_text="食事・住まい・家事").first)
    expect(page.get_by_text("書いてくれたことから、こう読みました")).to_be_visible()
    expect(page.locator(".read b", has_text="家賃が払えない・払えなくなりそう")).to_be_visible()
    assert to_the_end(page) <= 4
    assert page.locator(".cards > li").count() >= 2
    assert page.locator(".cards a[href^='tel:']").count() >= 1
    expect(page.locator(".noanswer")).to_be_visible()


def test_what_the_words_answered_can_be_changed(page: Page) -> None:
    page.get_by_label("いま困っていることを").fill(WORRY)
    press(page.get_by_role("button", name="さがす"))
    if page.get_by_role("heading", name="もう少しだけ教えてください").count():
        press(page.locator(options(page), has_text="食事・住まい・家事").first)
    page.locator(".read details summary").first.click()
    press(page.locator(".read .options button", has_text="食べるもの").first)
    expect(page.locator(".read", has_text="家賃が払えない")).to_have_count(0)
    page.locator(".trail > summary").click()
    expect(page.locator(".trail b", has_text="食べるもの")).to_be_visible()


@pytest.mark.parametrize("category", CATEGORY_IDS)
def test_a_category_is_walked_by_tapping(page: Page, category: str) -> None:
    press(page.locator(f"button[name=category][value={category}]"))
    assert to_the_end(page) <= 4


def test_young_people_walk_their_own_way(page: Page) -> None:
    press(page.get_by_role("link", name="18さい以下のあなたはこちら"))
    assert to_the_end(page, answer=1) <= 5
    assert page.locator("aside a[href='tel:189']").count() == 1
    assert UNDER18 in page.url or page.url.endswith("/choose")


def test_unsure_all_the_way_still_ends_with_people_to_talk_to(page: Page) -> None:
    press(page.get_by_role("button", name="ことばにできない"))
    press(page.locator("button[value=no-one-to-talk-to]"))
    assert to_the_end(page, answer=-1) <= 5
    assert page.locator(".cards a.press").count() >= 1


def test_the_way_back_and_the_way_out(page: Page, address: str) -> None:
    press(page.locator("button[value=work]"))
    question = page.locator("h1").inner_text()
    press(page.locator(options(page)).first)
    press(page.get_by_role("button", name="ひとつもどる"))
    assert page.locator("h1").inner_text() == question
    press(page.get_by_role("button", name="ちがう"))
    expect(page.get_by_role("heading", name="もう少しだけ教えてください")).to_be_visible()
    press(page.get_by_role("button", name="はじめから"))
    expect(page.get_by_role("heading", name="どんなことで、つらいですか")).to_be_visible()


def test_letters_twice_as_large_still_fit(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ja-JP")
    page = context.new_page()
    page.goto(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert _too_wide(page) == []
    context.close()


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.get_by_label("いま困っていることを").focus()
    page.keyboard.type("介護がつらい")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="はじめから")).to_be_visible()


def test_every_field_and_region_has_a_name(page: Page) -> None:
    tree = page.locator("body").aria_snapshot()
    assert 'textbox "いま困っていることを、あなたのことばで"' in tree
    assert "main" in tree
    assert "complementary" in tree
    assert 'button ""' not in tree


def test_nothing_is_kept_and_nobody_else_is_called(context: BrowserContext, address: str) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(address)
    page.get_by_label("いま困っていることを").fill(WORRY)
    press(page.get_by_role("button", name="さがす"))
    page.goto(f"{address}/under18")
    assert asked
    assert all(url.startswith(address) for url in asked)
    assert context.cookies() == []
    assert context.storage_state() == {"cookies": [], "origins": []}


def test_the_page_in_the_dark(browser: Browser, address: str) -> None:
    context = browser.new_context(color_scheme="dark", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(address)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    context.close()
    assert sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")) < 150


def _too_wide(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          const wide = [...document.body.querySelectorAll('*')].filter(e => !e.closest('.skip')
            && e.getBoundingClientRect().right > width + 1);
          return [...wide.map(e => e.outerHTML.slice(0, 80)),
            ...(document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : [])];
        }"""
    )
    return found


@pytest.fixture(scope="module")
def phrases(catalog: Catalog) -> dict[tuple[int, str | None], str]:
    """For each level and kind a phrase that the fixed signs take for it."""
    signs, found = DangerSigns(catalog.signs), {}
    wanted = {(level, kind) for level in (3, 4) for kind in URGENT_KINDS} - {(3, "medical")}
    for example in read_trained(DATA / "training_data", URGENT_KINDS, compared=False):
        if example.level < 3:
            continue
        danger = signs.look(example.text)
        found.setdefault((danger.level, danger.kind), example.text)
        if wanted <= found.keys():
            break
    return found


@pytest.mark.parametrize("kind", URGENT_KINDS)
@pytest.mark.parametrize("level", [3, 4])
def test_the_first_number_is_in_the_first_view_of_a_small_screen(
    page: Page, phrases: dict[tuple[int, str | None], str], level: int, kind: str
) -> None:
    text = phrases.get((level, kind))
    if text is None:
        assert (level, kind) == (3, "medical"), "the body in danger is always level 4"
        return
    page.set_viewport_size({"width": 320, "height": 568})
    page.get_by_label("いま困っていることを").fill(text)
    press(page.get_by_role("button", name="さがす"))
    box = page.locator(".urgent .press").first.bounding_box()
    assert box
    assert box["y"] + box["height"] <= 568
