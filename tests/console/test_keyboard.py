"""The keys of labelling: each person's own, everything wrong with a choice at once, and the way back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from web.wiring import Parts

Send = Callable[..., Any]


def form(html: str) -> dict[str, str]:
    """The fields of the page of keys, as they stand."""
    return dict(re.findall(r'name="(key-[^"]+)"[^>]*? value="([^"]*)"', html))


def card(client: Any) -> dict[str, str]:
    """What the buttons of a card say to their key."""
    html = client.get("/label/all").text
    found = dict(re.findall(r'<button name="said" value="([^"]+)" data-key="([^"]+)"', html))
    return found | {"unveil": re.findall(r'data-unveil="([^"]+)"', html)[0]}


@pytest.fixture
def choose(send: Send) -> Send:
    """Sends the page of keys with some of its fields changed."""

    def post(client: Any, **changes: str) -> Any:
        fields = form(client.get("/keys").text) | {f"key-{name}": key for name, key in changes.items()}
        return send(client, "/keys", fields, page="/keys")

    return post


def test_every_key_of_a_card_stands_in_the_form(sign_in: Send, phrase: Send) -> None:
    phrase()
    reviewer = sign_in()
    shown = form(reviewer.get("/keys").text)
    assert len(shown) == 21
    assert "".join(shown.values()) == "1234567890-^NUHTVGSZ?"
    assert card(reviewer).items() <= {name.removeprefix("key-"): key.lower() for name, key in shown.items()}.items()


def test_chosen_keys_are_mine_alone_and_stand_beside_the_answers(
    sign_in: Send, phrase: Send, choose: Send, console_parts: Parts
) -> None:
    phrase(text="なぐられた話", kind="dv")
    mine, other = sign_in(), sign_in()
    before = card(other)
    assert choose(mine, work="Ｗ", unveil="3", **{"none-of-these": "x"}).status_code == 303
    changed = {"work": "w", "unveil": "3", "none-of-these": "x"}
    assert card(mine) == before | changed
    assert card(other) == before
    html = mine.get("/label/all").text
    assert re.search(r"<kbd[^>]*>W</kbd> 仕事・職場", html)
    assert re.search(r"文を見る <kbd[^>]*>3</kbd>", html)
    assert re.search(r"<kbd>X</kbd></dt><dd>悩みではない", html)
    entry = console_parts.store.audit.list(subject=f"setting:keys:{mine.person.id}")[0]
    assert (entry.actor, entry.after) == (mine.person.id, changed)


def test_every_conflict_is_told_at_once_and_nothing_is_kept(sign_in: Send, choose: Send, console_parts: Parts) -> None:
    reviewer = sign_in()
    answer = choose(reviewer, work="1", undo="ｎ", skip="", help="ab", two="あ", together=" ", childcare="<")
    assert answer.status_code == 400
    problems = re.findall(r"<p>([^<]*)</p>", answer.text.partition('role="alert"')[2].partition("</div>")[0])
    assert sorted(problems) == sorted(
        [
            "「あとにする」のキーが、空です。",
            "「にている文も、いっしょに」のキーが、空です。",
            "「キーの一覧」の「ab」は使えません。英字、数字、記号を一つだけ入れてください。",
            "「二つの分類にあたる(つづけて二つのキー)」の「あ」は使えません。英字、数字、記号を一つだけ入れてください。",
            "「1」が、2つに付いています: 食事・住まい・家事、仕事・職場。一つだけにしてください。",
            "「N」が、2つに付いています: 悩みではない、ひとつもどす。一つだけにしてください。",
        ]
    )
    assert form(answer.text)["key-childcare"] == "&lt;"
    assert form(reviewer.get("/keys").text)["key-childcare"] == "5"
    assert console_parts.store.settings.all() == {}


def test_two_keys_may_change_places_and_all_go_back_with_one_press(sign_in: Send, choose: Send, send: Send) -> None:
    lead = sign_in("lead")
    usual = form(lead.get("/keys").text)
    assert choose(lead, work="5", childcare="3").status_code == 303
    changed = form(lead.get("/keys").text)
    assert (changed["key-work"], changed["key-childcare"]) == ("5", "3")
    assert send(lead, "/keys/reset", page="/keys").status_code == 303
    assert form(lead.get("/keys").text) == usual


@pytest.mark.parametrize("kept", ["x", [1], {"work": "1"}, {"work": 33}, {"gone-since": "w"}, {"work": "ああ"}])
def test_what_was_kept_and_no_longer_fits_is_the_usual(
    sign_in: Send, phrase: Send, console_parts: Parts, kept: Any
) -> None:
    phrase()
    reviewer = sign_in()
    console_parts.store.settings.set(f"keys:{reviewer.person.id}", kept, actor=None)
    assert card(reviewer)["work"] == "3"


def test_the_account_leads_reviewers_to_their_keys(sign_in: Send) -> None:
    assert 'href="/keys"' in sign_in().get("/account").text
    assert 'href="/keys"' not in sign_in("admin").get("/account").text
