"""Ten people, each from the first word to a number or a chat that this person can use.

A tired person has few actions: one sentence or one press counts as one. Each walk says how many it may take; whoever
goes wrong, is angry or has to leave has some more. The three numbers at the foot of every page do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from catalog.hours import JAPAN
from tests.browser.conftest import leading_away
from tests.browser.walking import at_the_end, options, press, wide
from tests.support.serving import served
from web.app import build
from web.settings import Settings
from web.wiring import wire

NIGHT = datetime(2026, 11, 26, 3, 0, tzinfo=JAPAN)
CALL = "a.press[href^='tel:']"
WRITING = "a.press[href^='https:']"
KEPT = """async () => [
  localStorage.length, sessionStorage.length, document.cookie.length, (await caches.keys()).length,
  (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""


@dataclass(slots=True)
class Walker:
    """One person before one page; `actions` counts what it took."""

    page: Page
    actions: int = 0

    def press(self, what: Locator) -> None:
        """One press, and what it asked for is shown."""
        press(what)
        self.actions += 1

    def button(self, name: str) -> None:
        """One press of the button of this name, the first if there are several."""
        self.press(self.page.get_by_role("button", name=name, exact=True).first)

    def say(self, text: str) -> None:
        """One sentence, key by key, and sent."""
        box = self.page.get_by_role("textbox")
        box.click()
        self.page.keyboard.insert_text(text)
        self.press(self.page.locator(".typing button.main"))

    def to_the_end(self, *answers: str) -> None:
        """Presses these answers, then the first of every question, until services are shown."""
        for answer in answers:
            self.press(self.page.locator(options(self.page), has_text=answer).first)
        for _ in range(5):
            if at_the_end(self.page):
                return
            self.press(self.page.locator(options(self.page)).first)
        raise AssertionError(f"no end; {self.page.locator('h1').inner_text()}")

    def finds(self, link: str, *, within: int) -> None:
        """Such a link stands in the page's own matter, can be seen, and did not take more actions than a person has."""
        expect(self.page.locator(f"main {link}").first).to_be_visible()
        assert self.actions <= within


Meet = Callable[..., AbstractContextManager[Walker]]


@pytest.fixture
def meet(whole_browser: Browser, address: str) -> Meet:
    """A person on a small phone, before the first page; everything beyond this machine is an empty neutral page."""

    @contextmanager
    def opened(where: str = address, **phone: Any) -> Iterator[Walker]:
        with leading_away(whole_browser, **phone) as context:
            page = context.new_page()
            page.goto(where)
            yield Walker(page)

    return opened


@pytest.fixture(scope="module")
def night(instance: Path) -> Iterator[str]:
    """The same assistant at three o'clock in the night."""
    with served(build(wire(Settings(hitorijanai_instance=instance), clock=lambda: NIGHT))) as here:
        yield here


def test_at_eighty_with_large_letters_a_wrong_button_and_the_way_back(meet: Meet) -> None:
    with meet() as old:
        page = old.page
        old.button("150%")
        old.button("つける")
        old.say("つまが ねたきりで、わたしも こしが いたくて せわが できません")
        question = page.locator("h1").inner_text()
        old.press(page.locator(options(page), has_text="じまりそう"))
        old.button("ひとつもどる")
        assert page.locator("h1").inner_text() == question
        old.to_the_end("つらい")
        assert page.locator("html[data-size='150']").count() == 1
        assert page.locator(".cards ruby").count() > 10
        assert wide(page) == []
        old.finds(f".cards {CALL}", within=8)


def test_at_thirteen_in_hiragana_through_the_entrance_for_the_young(meet: Meet) -> None:
    with meet() as child:
        child.say("がっこうで みんなに むしされてて もう いきたくない")
        child.press(child.page.locator("main a.door"))
        child.to_the_end("いまは だいじょうぶ", "がっこう", "がっこう", "いじめ")
        assert child.page.locator("aside a[href='tel:189']").count() == 1
        child.finds(f".cards {CALL}", within=6)
        child.press(child.page.locator(".filter button", has_text="チャット"))
        child.finds(f".cards {WRITING}", within=7)


def test_watched_leaves_in_the_middle_comes_again_and_leaves_nothing(meet: Meet) -> None:
    worry = "夫にスマホを全部見られていて、お金もわたしてもらえない"
    with meet() as watched:
        page = watched.page
        watched.say(worry)
        page.get_by_role("link", name="すぐ閉じる", exact=True).click()
        expect(page).to_have_title("weather")
        page.go_back()
        expect(page.locator("#text")).to_have_value("")
        assert worry not in page.content()
        assert page.locator("main .urgent").count() == 0
        watched.press(page.locator("button[name=category][value=household-relations]"))
        watched.to_the_end("こわいことがある")
        watched.finds(f".cards {CALL}", within=5)
        assert page.title() == "ご案内"
        assert page.context.cookies() == []
        assert page.evaluate(KEPT) == [0] * 6


def test_by_ear_headings_names_and_focus_lead_to_a_number(meet: Meet) -> None:
    with meet() as ear:
        page = ear.page
        ear.say("子どもが泣きやまなくて、手が出そうでこわい")
        spoken = page.locator("main").get_by_role("region").first
        help_first = page.locator("main").get_by_role("heading").first.inner_text()
        assert page.evaluate("document.activeElement.matches('.urgent')")
        expect(spoken).to_have_accessible_name(help_first)
        ear.button("ひとつもどる")
        assert page.evaluate("document.activeElement.tagName") == "H1"
        ear.to_the_end()
        assert page.evaluate("document.activeElement.tagName") == "H1"
        cards = page.locator(".cards")
        assert cards.get_by_role("heading", level=2).count() == cards.locator("> li").count()
        expect(cards.get_by_role("link", name="0120").first).to_be_visible()
        ear.finds(f".cards {CALL}", within=3)


def test_in_english_without_a_word_of_japanese(meet: Meet) -> None:
    with meet(locale="en-US") as foreigner:
        page = foreigner.page
        foreigner.button("English")
        assert page.locator(".examples").count() == 0
        foreigner.say("I lost my job and I cannot pay the rent")
        foreigner.finds(f".answer {CALL}", within=2)
        foreigner.press(page.locator("button[name=category][value=food-housing]").first)
        foreigner.to_the_end()
        foreigner.press(page.locator("main a[href*='lang=en']"))
        expect(page.locator("main [aria-current=true]", has_text="English")).to_be_attached()
        foreigner.press(page.locator("main .contents a").first)
        foreigner.finds("a.press", within=7)


def test_drunk_and_angry_is_never_sent_away_and_then_heard(meet: Meet) -> None:
    with meet(color_scheme="dark") as angry:
        page = angry.page
        for outburst in ("うるせえばか、ふざけんな", "asdkfj;lk123;;;", ""):
            angry.say(outburst)
            assert page.locator("main h1", has_text="ごめんなさい").count() == 0
            assert page.get_by_text("この中に近いもの").count() == 0
            expect(page.locator(f"main {CALL}").first).to_be_visible()
        angry.say("酒がやめられない")
        angry.to_the_end()
        expect(page.locator(".understood", has_text="依存症")).to_be_visible()
        angry.finds(f".cards {CALL}", within=7)


def test_changing_the_mind_twice_and_then_the_worry(meet: Meet) -> None:
    with meet() as wavering:
        page = wavering.page
        wavering.press(page.locator("button[name=category][value=work]"))
        wavering.button("ちがう")
        expect(page.get_by_text("教えてくれてありがとうございます")).to_be_visible()
        wavering.press(page.locator("button[name=category][value=nursing-care]").first)
        wavering.press(page.locator(options(page), has_text="お金のこと"))
        page.locator(".trail > summary").click()
        page.locator(".trail details summary").first.click()
        wavering.press(page.locator(".trail .options button", has_text="もの忘れ"))
        page.locator(".trail > summary").click()
        expect(page.locator(".trail b", has_text="もの忘れ")).to_be_visible()
        wavering.button("はじめから")
        assert page.locator(".trail").count() == 0
        wavering.say("夜眠れない")
        wavering.to_the_end()
        expect(page.locator(".understood", has_text="病気")).to_be_visible()
        wavering.finds(f".cards {CALL}", within=9)


def test_deaf_finds_writing_first_and_in_danger_help_without_a_voice(meet: Meet) -> None:
    with meet() as deaf:
        page = deaf.page
        deaf.press(page.locator("button[name=category][value=no-one-to-talk-to]"))
        deaf.to_the_end("話を聞いてほしい", "18歳")
        deaf.press(page.locator(".filter button", has_text="チャット"))
        deaf.finds(f".cards {WRITING}", within=6)
        for card in page.locator(".cards > li").all():
            assert (card.locator(".press").first.get_attribute("href") or "").startswith("https:")
    with meet() as deaf:
        deaf.say("もう死にたい。今から飛び降りる")
        deaf.press(deaf.page.locator(".urgent summary", has_text="声で話せない"))
        expect(deaf.page.get_by_role("link", name="NET119")).to_be_visible()
        deaf.finds(f".urgent details {WRITING}", within=2)


def test_at_three_in_the_night_on_an_old_small_phone(meet: Meet, night: str) -> None:
    with meet(night, java_script_enabled=False, viewport={"width": 320, "height": 568}) as awake:
        page = awake.page
        awake.say("さびしくてねむれない")
        awake.press(page.locator(options(page)).first)
        awake.to_the_end()
        first = page.locator(".cards > li").first
        expect(first.locator(".state.open").first).to_be_visible()
        expect(first.locator(CALL).first).to_be_visible()
        assert wide(page) == []
        awake.finds(f".cards {CALL}", within=4)


def test_worried_about_a_friend_who_wants_to_die(meet: Meet) -> None:
    with meet(viewport={"width": 360, "height": 568}) as friend:
        page = friend.page
        friend.say("友だちが死にたいと言っています。どうしたらいいですか")
        expect(page.locator(".urgent .for-other")).to_contain_text("そばの人")
        friend.finds(f".urgent {CALL}", within=1)
        box = page.locator(".urgent .press").first.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 568
        if not page.locator(".understood").count():
            friend.press(page.locator(options(page), has_text="悩みを話せる").first)
        friend.to_the_end()
        expect(page.locator(".lead")).to_contain_text("気づいたあなたも")
        friend.finds(f".cards {CALL}", within=4)
