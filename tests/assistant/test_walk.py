from __future__ import annotations

import pytest

from assistant.walk import option_of, walk
from catalog.model import Flow


def test_without_answers_the_place_is_the_start(flow: Flow) -> None:
    assert walk(flow, ()).node == "who"
    assert walk(flow, ()).answers == ()


def test_the_order_in_which_answers_are_given_does_not_matter(flow: Flow) -> None:
    answers = (("who", "me"), ("pay", "yes"), ("long", "years"))
    for given in (answers, answers[::-1]):
        place = walk(flow, given)
        assert (place.node, place.answers) == ("end-b", answers)


def test_a_gap_ends_the_way(flow: Flow) -> None:
    assert walk(flow, (("who", "me"), ("long", "years"))).node == "pay"
    assert walk(flow, (("who", "me"), ("long", "years"))).answers == (("who", "me"),)


def test_answers_off_the_way_are_dropped_and_shared_ones_kept(flow: Flow) -> None:
    place = walk(flow, (("who", "child"), ("pay", "yes"), ("long", "years")))
    assert (place.node, place.answers) == ("end-b", (("who", "child"), ("long", "years")))
    assert walk(flow, (("who", "unsure"), ("pay", "yes"), ("long", "years"))).answers == (("who", "unsure"),)


@pytest.mark.parametrize("answer", [("who", "gone"), ("gone", "me"), ("", ""), ("end-a", "me")])
def test_unknown_answers_are_dropped(flow: Flow, answer: tuple[str, str]) -> None:
    assert walk(flow, (answer,)).node == "who"
    assert option_of(flow, *answer) is None


def test_an_option_that_is_gone_ends_the_way_there(flow: Flow) -> None:
    place = walk(flow, (("who", "me"), ("pay", "gone"), ("long", "years")))
    assert (place.node, place.answers) == ("pay", (("who", "me"),))


def test_of_two_answers_to_one_question_the_later_counts(flow: Flow) -> None:
    assert walk(flow, (("who", "me"), ("who", "unsure"))).node == "end-b"
