from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.model import CATEGORY_IDS
from catalog.ruby import plain
from tests.support.clocks import clock
from tests.support.pages import Page, Person
from web.wiring import Parts

STRIP = ["110", "119", "0120061338"]


def urgent_numbers_stand_on(page: Page) -> bool:
    return page.numbers[-3:] == STRIP


def test_the_first_page_offers_words_buttons_and_the_young_entrance(client: FlaskClient, parts: Parts) -> None:
    page = Person(client).page
    assert page.button("さがす").action == "/say"
    assert page.button("ことばにできない")
    shown = [b.value for b in page.buttons if b.name == "category"]
    assert tuple(shown) == CATEGORY_IDS
    assert ("18さい以下のあなたはこちら", "/under18") in page.links
    assert urgent_numbers_stand_on(page)


def test_a_worry_leads_to_services_that_fit(client: FlaskClient) -> None:
    person = Person(client)
    person.say("会社をクビになって家賃が払えない")
    if "もう少しだけ教えてください" in person.page.headings:
        candidates = [b.value for b in person.page.buttons if b.name == "category"][:3]
        assert {"food-housing", "work"} & set(candidates)
        person.press("食事・住まい・家事")
    person.press("住むところ・家賃のこと")
    person.press("家賃が払えない・払えなくなりそう")
    while not any("ここに相談できます" in h for h in person.page.headings):
        person.send("/choose", _first_answer(person.page))
    names = " ".join(person.page.headings)
    assert "住居確保給付金" in names or "自立相談支援機関" in names
    assert "つながらないときは" in person.page.text


@pytest.mark.parametrize("category", [*CATEGORY_IDS, "under18"])
def test_every_category_is_walked_to_its_end_by_tapping(client: FlaskClient, parts: Parts, category: str) -> None:
    """A page holds all that led to it, so what several paths begin with is tapped once."""
    flow = parts.catalog.flows[category]
    person = Person(client)
    first = (
        person.open("/under18")
        if category == "under18"
        else person.press(plain(parts.catalog.category(category).label))
    )
    reached: dict[tuple[tuple[str, str], ...], Page] = {(): first}
    for path in flow.paths():
        for number, (question, option) in enumerate(path.answers):
            person.page = reached[path.answers[:number]]
            labels = {o.id: plain(o.label) for o in flow.questions[question].options}
            button = next(b for b in person.page.buttons if b.value == f"{question}={option}")
            assert button.label == labels[option]
            if path.answers[: number + 1] not in reached:
                page = person.send(button.action, {"state": button.state, button.name: button.value})
                reached[path.answers[: number + 1]] = page
        person.page = reached[path.answers]
        for service in flow.outcomes[path.outcome].services:
            offered = parts.catalog.services[service].in_season(clock().date())
            assert (parts.catalog.services[service].name in person.page.text) == offered
        assert person.page.button("はじめから")
        assert person.page.button("ちがう")


def test_young_people_see_their_own_numbers_and_readings(client: FlaskClient) -> None:
    page = Person(client).open("/under18")
    assert page.numbers[-3:] == ["110", "119", "189"]
    assert "<rt>" in page.html


def test_back_restart_and_not_this(client: FlaskClient) -> None:
    person = Person(client)
    person.press("介護")
    first = person.page.headings[0]
    person.press(_options(person.page)[0])
    person.press("ひとつもどる")
    assert person.page.headings[0] == first
    person.press("ちがう")
    assert "もう少しだけ教えてください" in person.page.headings
    person.press("はじめから")
    assert "どんなことで、つらいですか" in person.page.headings


def test_an_answer_can_be_changed_from_the_end(client: FlaskClient) -> None:
    person = Person(client)
    person.press("仕事・職場")
    question = person.page.headings[0]
    while "ここに相談できます" not in person.page.headings:
        person.send("/choose", _first_answer(person.page))
    assert question in person.page.text
    changed = [b for b in person.page.buttons if b.name == "answer"][1]
    person.send(changed.action, {"state": changed.state, "answer": changed.value})
    assert "ここまでの答えを見る・かえる" in person.page.text


def test_danger_comes_before_everything_else(client: FlaskClient) -> None:
    page = Person(client).say("いま薬を全部飲んだ")
    main = page.html[page.html.index("<main") :]
    assert main.index("tel:119") < main.index("ほかの相談先も見る")
    assert "<fieldset" not in main
    assert page.numbers[0] == "119"


def test_a_hint_of_danger_shows_one_number_the_question_and_the_other_numbers_folded(
    client: FlaskClient, parts: Parts
) -> None:
    page = Person(client).say("もう疲れた。消えてしまえたら楽かな")
    assert "死にたい気持ちも" in page.text
    main = page.html[page.html.index("<main") : page.html.index("<h1")]
    first, folded = main.split("<details", 1)
    said = parts.catalog.urgent[1, "suicide"].services
    assert first.count('class="press"') == 1
    assert parts.catalog.services[said[0]].name in first
    assert [parts.catalog.services[id].name in folded for id in said] == [True] * len(said)


def test_danger_stays_while_the_talk_goes_on_and_can_be_folded(client: FlaskClient) -> None:
    person = Person(client)
    person.say("もう死にたい")
    assert "0120061338" in person.page.numbers[:1]
    person.press("だれかに話を聞いてほしい")
    assert "0120061338" in person.page.numbers[:1]
    person.press("ちがいます")
    assert 'class="urgent folded"' in person.page.html
    assert person.page.button("はじめから")


def test_laughing_to_death_is_no_danger(client: FlaskClient) -> None:
    assert 'class="urgent' not in Person(client).say("死ぬほど眠い").html


def test_cannot_say_shows_people_to_talk_to(client: FlaskClient) -> None:
    page = Person(client).press("ことばにできない")
    assert "0120279338" in page.numbers


def test_without_a_model_buttons_take_over(without_model: Flask) -> None:
    page = Person(without_model.test_client()).say("会社をクビになって家賃が払えない")
    assert "いまは文を読みとれません" in page.text
    assert [b.value for b in page.buttons if b.name == "category"] == list(CATEGORY_IDS)
    danger = Person(without_model.test_client()).say("いま薬を全部飲んだ")
    assert danger.numbers[0] == "119"


@pytest.mark.parametrize("text", ["", "   \n\t", "。。。", "🍎", "\x00", "　"])
def test_nothing_said_is_met_kindly(client: FlaskClient, text: str) -> None:
    page = Person(client).say(text)
    assert "まだ何も書かれていないようです" in page.text
    assert urgent_numbers_stand_on(page)


def test_a_very_long_text_is_read_at_its_beginning(client: FlaskClient) -> None:
    page = Person(client).say("家賃が払えなくて困っています。" + "helpme " * 5000)
    assert "はじめのほうだけを読みました" in page.text


def test_a_text_too_big_to_take_gets_a_kind_page(client: FlaskClient) -> None:
    response = client.post("/say", data={"text": "あ" * 1_000_000})
    assert response.status_code == 413
    page = Page(response.get_data(as_text=True))
    assert "受けとれませんでした" in page.text
    assert urgent_numbers_stand_on(page)


@pytest.mark.parametrize("quote", [quote_from_bytes, bytes])
def test_bytes_that_are_no_utf8_get_a_kind_page(client: FlaskClient, quote: Callable[[bytes], bytes | str]) -> None:
    typed = quote("家賃が払えない".encode("cp932") * 3)
    body = b"text=" + (typed if isinstance(typed, bytes) else typed.encode())
    response = client.post("/say", data=body, content_type="application/x-www-form-urlencoded")
    page = Page(response.get_data(as_text=True))
    assert "文字がうまく読みとれませんでした" in page.text
    assert urgent_numbers_stand_on(page)


@pytest.mark.parametrize("state", ["x", "eyJ2IjoxfQ.AAAA", "あ" * 300, "a" * 5000, "..", "null"])
def test_a_damaged_state_begins_anew_with_a_word_of_excuse(client: FlaskClient, state: str) -> None:
    page = Page(client.post("/choose", data={"state": state, "action": "back"}).get_data(as_text=True))
    assert "前の画面のつづきを読みこめませんでした" in page.text
    said = Page(client.post("/say", data={"state": state, "text": "いま薬を全部飲んだ"}).get_data(as_text=True))
    assert said.numbers[0] == "119"


def test_a_changed_letter_in_the_state_is_noticed(client: FlaskClient) -> None:
    state = Person(client).press("介護").buttons[0].state
    changed = ("A" if state[5] != "A" else "B").join((state[:5], state[6:]))
    page = Page(client.post("/choose", data={"state": changed, "action": "back"}).get_data(as_text=True))
    assert "前の画面のつづきを読みこめませんでした" in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"answer": "no-such=thing"},
        {"answer": "="},
        {"category": "cooking"},
        {"action": "explode"},
        {},
        {"answer": "gentle-check=maybe"},
    ],
)
def test_an_unknown_button_loses_nothing(client: FlaskClient, form: dict[str, str]) -> None:
    page = Person(client).press("介護")
    after = Page(client.post("/choose", data={"state": page.button("はじめから").state, **form}).get_data(as_text=True))
    assert "そのボタンは、いまは使えません" in after.text
    assert after.headings == page.headings


def test_a_stale_form_is_answered_where_it_still_fits(client: FlaskClient) -> None:
    person = Person(client)
    first = person.press("仕事・職場")
    stale = _first_answer(first)
    person.send("/choose", stale)
    again = person.send("/choose", stale)
    assert again.headings


@pytest.mark.parametrize(("path", "status"), [("/nothing-here", 404), ("/say/more", 404)])
def test_an_unknown_address_is_a_kind_page(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert urgent_numbers_stand_on(Page(response.get_data(as_text=True)))


def test_a_wrong_method_is_a_kind_page(client: FlaskClient) -> None:
    response = client.delete("/say")
    assert response.status_code == 405
    assert urgent_numbers_stand_on(Page(response.get_data(as_text=True)))


@pytest.mark.parametrize("path", ["/say", "/choose"])
def test_a_reload_without_the_form_leads_to_the_start(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (303, "/")


def test_the_quick_exit_leaves_nothing(client: FlaskClient) -> None:
    assert ("すぐ閉じる", "/exit") in Person(client).page.links
    response = client.get("/exit")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("https://")
    assert response.headers["Clear-Site-Data"]
    assert response.headers["Referrer-Policy"] == "no-referrer"


def _options(page: Page) -> list[str]:
    return [b.label for b in page.buttons if b.name == "answer"]


def _first_answer(page: Page) -> dict[str, str]:
    button = next(b for b in page.buttons if b.name == "answer")
    return {"state": button.state, "answer": button.value}
