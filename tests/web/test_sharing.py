"""A sentence is kept only after help, only with a yes, only redacted; never at levels 3 and 4, never from children."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from assistant.conversation import Conversation
from catalog.model import UNDER18
from tests.support.clocks import clock
from tests.support.pages import Person
from web import sharing as rules
from web.app import build
from web.sharing import MAX_CARRIED, Sharing
from web.store.phrases import Phrase
from web.wiring import Parts

WORRY = "田中花子です。会社をクビになって家賃が払えません。090-1234-5678に電話してください"
ASKED = "あなたの文を、この案内をよくするために使ってもいいですか"


@pytest.fixture
def client(here: Parts) -> FlaskClient:
    return build(here).test_client()


def kept(here: Parts) -> tuple[Phrase, ...]:
    here.store.phrases.release(clock().date() + timedelta(days=3), least=1)
    return here.store.queue.list("all", for_person=None, limit=50)


class Typist(Person):
    """Goes on to the results by the first button of every page."""

    def to_results(self) -> None:
        for _ in range(9):
            if "ここに相談できます" in self.page.headings:
                return
            name = "answer" if any(b.name == "answer" for b in self.page.buttons) else "category"
            button = next(b for b in self.page.buttons if b.name == name)
            self.send("/choose", {"state": button.state, button.name: button.value})
        raise AssertionError(self.page.headings)


def typed(client: FlaskClient, text: str = WORRY) -> Typist:
    person = Typist(client)
    person.say(text)
    return person


def test_nothing_is_asked_before_help_is_shown_and_then_once(client: FlaskClient) -> None:
    person = typed(client)
    assert ASKED not in person.page.headings
    person.to_results()
    assert ASKED in person.page.headings
    labels = [b.label for b in person.page.buttons if b.name == "share"]
    assert labels == ["使っていい", "使わないで"]
    person.press("使わないで")
    assert "ここに相談できます" in person.page.headings
    assert ASKED not in person.page.headings
    assert person.page.carried == ""


def test_without_a_yes_nothing_is_kept(client: FlaskClient, here: Parts) -> None:
    person = typed(client)
    person.to_results()
    person.press("使わないで")
    assert kept(here) == ()


def test_with_a_yes_one_redacted_sentence_is_kept_with_the_day_only(client: FlaskClient, here: Parts) -> None:
    person = typed(client)
    person.to_results()
    person.press("使っていい")
    (phrase,) = kept(here)
    assert phrase.text is not None
    assert "家賃が払えません" in phrase.text
    assert "花子" not in phrase.text
    assert "1234" not in phrase.text
    assert phrase.day == clock().date()
    assert phrase.expires_on == clock().date() + timedelta(days=here.settings.phrase_days)
    assert phrase.consent == rules.CONSENT
    assert len(phrase.ranked) == 3


def test_the_plain_sentence_is_in_no_byte_of_the_database(client: FlaskClient, here: Parts, tmp_path: Path) -> None:
    person = typed(client)
    person.to_results()
    person.press("使っていい")
    assert kept(here)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert content
    for word in ("家賃", "クビ", "花子", "5678"):
        assert word.encode() not in content


def test_what_travels_with_the_page_cannot_be_read(client: FlaskClient) -> None:
    person = typed(client)
    assert person.page.carried
    assert "家賃が払えません" not in person.page.html


@pytest.mark.parametrize("text", ["もう死にたい。今から飛び降りる", "夫に殴られて、殺されそうです"])
def test_danger_is_never_asked_about(client: FlaskClient, here: Parts, text: str) -> None:
    person = typed(client, text)
    assert person.page.carried == ""
    assert not here.sharing.keep(here.sharing.sealed(text, Conversation()), Conversation(), clock().date())
    assert kept(here) == ()


def test_children_are_never_asked(client: FlaskClient, here: Parts) -> None:
    person = Typist(client)
    person.open("/under18")
    child = Conversation(category=UNDER18)
    sealed = here.sharing.sealed("がっこうに いきたくない", Conversation())
    assert sealed
    assert not here.sharing.asks(sealed, child)
    assert not here.sharing.keep(sealed, child, clock().date())
    assert here.sharing.sealed("がっこうに いきたくない", child) == ""


def test_what_the_person_chose_after_wrong_is_kept_with_it(here: Parts) -> None:
    conversation = Conversation(category="nursing-care", rejected=("work",))
    assert here.sharing.keep(here.sharing.sealed(WORRY, conversation), conversation, clock().date())
    (phrase,) = kept(here)
    assert phrase.chosen == "nursing-care"


@pytest.mark.parametrize("damage", [lambda s: s[:-4], lambda s: "x" + s, lambda s: "", lambda s: "あ" * 40])
def test_a_damaged_seal_is_no_sentence(here: Parts, damage: Callable[[str], str]) -> None:
    sealed = damage(here.sharing.sealed(WORRY, Conversation()))
    assert not here.sharing.asks(sealed, Conversation())
    assert not here.sharing.keep(sealed, Conversation(), clock().date())


def test_another_installation_cannot_open_it(here: Parts) -> None:
    other = Sharing(here.store, here.classifier.predict, lambda text: (0, None), ["y" * 32], 30)
    assert not other.asks(here.sharing.sealed(WORRY, Conversation()), Conversation())


def test_an_older_secret_still_opens_it(here: Parts) -> None:
    sealed = here.sharing.sealed(WORRY, Conversation())
    newer = Sharing(here.store, here.classifier.predict, lambda text: (0, None), ["y" * 32, *here.sharing.keys], 30)
    assert newer.asks(sealed, Conversation())


def test_a_long_text_is_cut_between_words(here: Parts) -> None:
    text = "家賃が払えません。" * 60 + "090-1234-5678"
    conversation = Conversation()
    assert here.sharing.keep(here.sharing.sealed(text, conversation), conversation, clock().date())
    (phrase,) = kept(here)
    assert phrase.text is not None
    assert len(phrase.text) <= MAX_CARRIED
    assert phrase.text.endswith("。")


def test_a_share_of_a_20th_is_looked_at_whatever_the_model_thought(here: Parts) -> None:
    drawn = iter([0.04, 0.9, 0.06, 0.9])
    chosen = Sharing(here.store, here.classifier.predict, lambda text: (0, None), here.sharing.keys, 30, drawn.__next__)
    for text in ("家賃が払えません", "仕事がつらいです"):
        assert chosen.keep(chosen.sealed(text, Conversation()), Conversation(), date(2026, 11, 25))
    assert sorted(phrase.random_slice for phrase in kept(here)) == [False, True]


def test_a_database_that_is_away_is_told_and_nothing_is_lost(parts_on: Callable[[str], Parts], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    person = typed(build(parts_on(f"sqlite:///{tmp_path}/file/x.sqlite")).test_client())
    person.to_results()
    person.press("使っていい")
    assert "いまは受けとれませんでした" in person.page.text
    assert "ここに相談できます" in person.page.headings
