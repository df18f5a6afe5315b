from __future__ import annotations

from assistant.conversation import Conversation
from catalog.model import CATEGORY_IDS
from web.state import MAX_STATE, StateSigner
from web.wiring import Parts

KEY = "k" * 40


def test_a_conversation_survives_the_way_there_and_back(parts: Parts) -> None:
    signer = StateSigner(KEY, parts.catalog)
    flow = parts.catalog.flows["work"]
    path = next(flow.paths())
    conversation = Conversation(category="work", answers=path.answers, heard=True, level=2, kind="suicide", check="no")
    assert signer.read(signer.sign(conversation)) == conversation


def test_the_longest_conversation_fits(parts: Parts) -> None:
    signer = StateSigner(KEY, parts.catalog)
    longest = max(
        len(
            signer.sign(
                Conversation(
                    category=category,
                    answers=path.answers,
                    heard=True,
                    candidates=tuple(sorted(CATEGORY_IDS, key=len)[-5:]),
                    rejected=CATEGORY_IDS,
                    level=4,
                    kind="sexual-violence",
                    check="pending",
                    folded=True,
                    going_on=True,
                )
            )
        )
        for category, flow in parts.catalog.flows.items()
        for path in flow.paths()
    )
    assert longest <= MAX_STATE


def test_what_the_words_told_is_left_out_before_the_state_is_too_long(parts: Parts) -> None:
    signer = StateSigner(KEY, parts.catalog)
    category, flow = max(parts.catalog.flows.items(), key=lambda item: len(item[1].questions))
    read = tuple((category, id, question.options[0].id) for id, question in flow.questions.items())[:8]
    long = Conversation(
        category=category, candidates=CATEGORY_IDS[:5], rejected=CATEGORY_IDS, read=read, pair=CATEGORY_IDS[:2]
    )
    state = signer.sign(long)
    kept = signer.read(state)
    assert len(state) <= MAX_STATE
    assert kept is not None
    assert kept.read == read[: len(kept.read)]
    assert kept.rejected == CATEGORY_IDS
    short = Conversation(category=category, read=read[:2])
    assert signer.read(signer.sign(short)) == short


def test_another_key_reads_nothing(parts: Parts) -> None:
    signed = StateSigner(KEY, parts.catalog).sign(Conversation(category="work"))
    assert StateSigner("another" * 8, parts.catalog).read(signed) is None


def test_ids_that_are_gone_are_dropped(parts: Parts) -> None:
    signer = StateSigner(KEY, parts.catalog)
    old = Conversation(category="gone", answers=(("a", "b"),), candidates=("gone", "work"), rejected=("gone",))
    assert signer.read(signer.sign(old)) == Conversation(candidates=("work",))
    half = Conversation(category="work", answers=(("gone", "x"),))
    assert signer.read(signer.sign(half)) == Conversation(category="work")
    told = Conversation(read=(("gone", "a", "b"), ("work", "gone", "x")), pair=("gone", "work"))
    assert signer.read(signer.sign(told)) == Conversation(pair=("work",))


def test_a_conversation_goes_on_while_the_key_is_changed(parts: Parts) -> None:
    before = StateSigner("old" * 20, parts.catalog)
    during = StateSigner("new" * 20, parts.catalog, older=("old" * 20, "oldest" * 20))
    after = StateSigner("new" * 20, parts.catalog)
    conversation = Conversation(category="work")
    for signer in (before, StateSigner("oldest" * 20, parts.catalog)):
        assert during.read(signer.sign(conversation)) == conversation
    renewed = during.sign(conversation)
    assert after.read(renewed) == conversation, "every answer is signed with the newest key"
    assert before.read(renewed) is None
    assert after.read(before.sign(conversation)) is None, "the older key ends when it is taken away"
