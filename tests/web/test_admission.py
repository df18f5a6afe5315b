from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.corpus import Example
from nlu.reviewed import plain
from web.admission import REASONS, Admitted, Caps, admit
from web.store.opinions import Accepted

DAY = date(2026, 11, 20)
LABELS = ("work", "childcare", "none-of-these")
WORDS = "朝夕川山海空犬猫花鳥風月雪星森町橋船汽車本紙筆石火水土金木"


def letters(number: int) -> str:
    """A text that is like no other number's."""
    return "".join(random.Random(number).choices(WORDS, k=8))  # noqa: S311


def written(text: str, label: str = "work", *also: str) -> Example:
    return Example(text, label, also, safety=False, style="short", file="phrases/work.txt", line=1)


WRITTEN = [written(f"{letters(1000 + number)}") for number in range(300)]
"""Enough for one in a hundred to be three."""


def one(number: int, **changes: Any) -> Accepted:
    """A verdict whose text is like no other's."""
    values: dict[str, Any] = {
        "phrase": f"{number:04}",
        "text": letters(number),
        "label": "work",
        "also": None,
        "day": DAY + timedelta(days=number),
        "cluster": str(number),
        "level": 0,
        "people": (number,),
    }
    return Accepted(**values | changes)


def let_in(accepted: Sequence[Accepted], apart: Sequence[str] = (), caps: Caps | None = None) -> Admitted:
    wide = Caps(per_cluster=99, per_day=99, per_person=1, together=1)
    return admit(accepted, written=WRITTEN, apart=apart, labels=LABELS, caps=caps or wide)


def test_a_verdict_becomes_an_example_with_its_label_and_mark() -> None:
    [example] = let_in([one(1, text="給料が出ない", also="childcare", level=2)]).examples
    assert (example.text, example.label, example.also) == ("給料が出ない", "work", ("childcare",))
    assert example.safety
    assert example.file == "phrase:0001"


def test_no_more_of_a_cluster_a_day_a_person_or_all_together_than_the_caps_say() -> None:
    caps = Caps(per_cluster=2, per_day=99, per_person=1, together=1)
    cluster = let_in([one(n, cluster="x") for n in range(5)], caps=caps)
    assert (len(cluster.examples), cluster.left) == (2, {"cluster": 3})
    caps = Caps(per_cluster=99, per_day=2, per_person=1, together=1)
    day = let_in([one(n, day=DAY) for n in range(5)], caps=caps)
    assert (len(day.examples), day.left) == (2, {"day": 3})
    caps = Caps(per_cluster=99, per_day=99, per_person=0.01, together=1)
    person = let_in([one(n, people=(7,)) for n in range(9)], caps=caps)
    assert (len(person.examples), person.left) == (3, {"person": 6})
    caps = Caps(per_cluster=99, per_day=99, per_person=1, together=0.02)
    together = let_in([one(n) for n in range(9)], caps=caps)
    assert (len(together.examples), together.left) == (6, {"share": 3})


def test_texts_much_alike_are_one_cluster_whatever_cluster_they_were_given() -> None:
    texts = [f"職場の先輩に毎朝どなられて会社に行けない{end}" for end in ("。", "よ", "です", "んです", "のです")]
    found = let_in([one(n, text=text) for n, text in enumerate(texts)], caps=Caps(3, 99, 1, 1))
    assert (len(found.examples), found.left) == (3, {"cluster": 2})


def test_what_two_people_agree_on_goes_first_and_is_not_one_persons_word() -> None:
    caps = Caps(per_cluster=99, per_day=99, per_person=0.01, together=0.02)
    alone = [one(n, people=(7,)) for n in range(9)]
    agreed = [one(n, people=(7, 8)) for n in range(20, 24)]
    found = let_in([*alone, *agreed], caps=caps)
    taken = {example.file.removeprefix("phrase:") for example in found.examples}
    assert {verdict.phrase for verdict in agreed} < taken
    assert len(taken) == 6


def test_nothing_that_examines_is_learnt_nor_anything_nearly_the_same() -> None:
    apart = ["会社をやめたいのに引きとめられて困っています"]
    same = one(1, text="会社をやめたいのに引きとめられて困っています。")
    near = one(2, text="会社をやめたいのに、引きとめられて困っていますよ")
    short = one(3, text="Ａ")
    found = let_in([same, near, short, one(4)], apart=[*apart, "a"])
    assert [example.file for example in found.examples] == ["phrase:0004"]
    assert found.left == {"examination": 3}


def test_a_verdict_against_a_written_phrase_that_is_nearly_the_same_is_for_people_to_settle() -> None:
    known = [written("会社をやめたいのに引きとめられて困っています", "work", "childcare")]
    texts = ("会社をやめたいのに引きとめられて困っています", "会社をやめたいのに、引きとめられて困っています!")
    against = [one(n, text=text, label="none-of-these") for n, text in enumerate(texts)]
    allowed = one(5, text=texts[1], label="childcare")
    found = admit(
        [*against, allowed],
        written=[*WRITTEN, *known],
        apart=(),
        labels=LABELS,
        caps=Caps(9, 9, together=1, per_person=1),
    )
    assert found.left == {"contradicts": 2}
    assert found.contradicting == ("0000", "0001")
    assert [example.label for example in found.examples] == ["childcare"]


def test_what_is_written_already_or_said_twice_or_cannot_be_read_or_sorted_is_left() -> None:
    found = let_in(
        [
            one(1, text=WRITTEN[0].text),
            one(2, text="青い"),
            one(3, text="青い "),
            one(4, text=None),
            one(5, text="〔名前〕 〔電話〕"),
            one(6, label="gone"),
            one(7, also="gone"),
        ]
    )
    assert [example.text for example in found.examples] == ["青い"]
    assert found.left == {"written": 1, "same": 1, "unreadable": 2, "unknown-label": 2}


def test_the_marks_of_what_was_taken_out_are_not_learnt() -> None:
    assert plain("〔名前〕さんと〔住所 東京都〕で けんか") == "さんと で けんか"


def test_what_only_one_person_has_judged_is_named() -> None:
    found = let_in([one(1), one(2, people=(1, 2), judges=2), one(3, people=(3,), judges=3), one(4, text=" ")])
    assert found.alone == {"phrase:0001"}


def test_without_verdicts_nothing_is_learnt() -> None:
    assert let_in([]) == Admitted((), frozenset(), {}, ())


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            one,
            st.integers(0, 400),
            cluster=st.sampled_from("abcd"),
            day=st.sampled_from([DAY, DAY + timedelta(days=1)]),
            people=st.sampled_from([(1,), (2,), (1, 2)]),
            label=st.sampled_from(LABELS),
        ),
        unique_by=lambda verdict: verdict.phrase,
        max_size=40,
    )
)
def test_whatever_comes_no_cap_is_passed_and_every_verdict_is_accounted_for(accepted: list[Accepted]) -> None:
    caps = Caps(per_cluster=2, per_day=3, per_person=0.01, together=0.02)
    found = admit(accepted, written=WRITTEN, apart=(), labels=LABELS, caps=caps)
    by_id = {verdict.phrase: verdict for verdict in accepted}
    taken = [by_id[example.file.removeprefix("phrase:")] for example in found.examples]
    assert len(taken) + sum(found.left.values()) == len(accepted)
    assert set(found.left) <= set(REASONS)
    assert max(Counter(v.cluster for v in taken).values(), default=0) <= 2
    assert max(Counter((v.day, v.label) for v in taken).values(), default=0) <= 3
    assert max(Counter((v.people, v.label) for v in taken if len(v.people) == 1).values(), default=0) <= 3
    assert max(Counter(v.label for v in taken).values(), default=0) <= 6
