"""Words for those who help somebody else: added to the help, never in its place."""

from __future__ import annotations

import pytest

from assistant.conversation import Conversation
from assistant.engine import respond
from assistant.guide import Guide
from catalog.model import URGENT_KINDS, Catalog
from tests.assistant.saying import danger, worry
from tests.support.clocks import clock


@pytest.fixture
def guide(catalog: Catalog) -> Guide:
    return Guide(catalog, lambda text: None, clock)


@pytest.mark.parametrize(
    "text",
    [
        "息子が首を吊ろうとしている",
        "友だちが薬を大量に飲んで起きない",
        "彼女から今から死ぬと電話がきた",
        "むすめのへやで ともだちが リスカしてる",
    ],
)
def test_those_who_write_for_another_get_a_sentence_more(guide: Guide, catalog: Catalog, text: str) -> None:
    urgent = guide.hear(Conversation(), text).reply.urgent
    assert urgent.level >= 2
    assert urgent.for_other == catalog.for_other.for_kind(urgent.kind) != ""
    assert urgent.say == catalog.help_for(urgent.level, urgent.kind).say  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["死にたい", "私は母が亡くなってから死にたいです", "いま薬を全部飲んだ"])
def test_those_who_write_of_themselves_do_not(guide: Guide, text: str) -> None:
    urgent = guide.hear(Conversation(), text).reply.urgent
    assert urgent.level >= 2
    assert urgent.for_other == ""


def test_it_stays_with_the_card_until_something_graver_is_said(catalog: Catalog) -> None:
    said = danger(3, "suicide")
    about = type(said)(said.danger, said.prediction, (), for_other=True)
    conversation, reply = respond(Conversation(), about, catalog=catalog)
    assert reply.urgent.for_other
    conversation, reply = respond(conversation, worry("work"), catalog=catalog)
    assert reply.urgent.for_other
    conversation, reply = respond(conversation, danger(4, "suicide"), catalog=catalog)
    assert reply.urgent.for_other == ""


def test_every_kind_has_its_sentence_and_says_for_whom_it_is(catalog: Catalog) -> None:
    for kind in URGENT_KINDS:
        assert catalog.for_other.for_kind(kind).startswith(("そばの人のことなら", "そばの子のことなら"))
