from __future__ import annotations

from nlu.corpus import NONE, Example
from nlu.evaluation import Judged
from nlu.one_way import OneWay, one_way
from nlu.prediction import Prediction, Score


def judged(number: int, label: str, read: str, *also: str) -> Judged:
    ranked = (Score("nursing-care" if read == NONE else read, 0.2 if read == NONE else 0.6), Score("covid19", 0.1))
    prediction = Prediction(ranked, sure=False, none_probability=0.7 if read == NONE else 0.1, model="m")
    return Judged(
        Example(str(number), label, also, safety=False, style="x", file=f"phrase:{number}", line=0), prediction
    )


def found(*rows: tuple[str, str], two_people: tuple[int, ...] = ()) -> tuple[OneWay, ...]:
    read = [judged(number, *row) for number, row in enumerate(rows)]
    return one_way(read, {one.example.file for n, one in enumerate(read) if n not in two_people})


def test_three_of_one_reading_are_one_way_where_they_are_half_of_what_is_new() -> None:
    turned = [("work", "childcare")] * 3
    [told] = found(*turned, *[("work", "work")] * 3)
    assert told == OneWay("work", 6, "childcare", ("phrase:0", "phrase:1", "phrase:2"))
    assert found(*turned, *[("work", "work")] * 4) == ()
    assert found(*turned[:2]) == ()


def test_five_of_any_reading_are_one_way_where_next_to_nothing_is_read_as_it_is_labelled() -> None:
    mixed = [("work", read) for read in ("childcare", "covid19", "childcare", NONE, "nursing-care")]
    [told] = found(*mixed, ("work", "work"))
    assert (told.label, told.learnt, told.reading, len(told.where)) == ("work", 6, None, 5)
    assert found(*mixed, *[("work", "work")] * 2) == ()


def test_what_a_second_person_has_judged_is_no_reason() -> None:
    rows = [("work", "childcare")] * 4
    assert len(found(*rows)[0].where) == 4
    assert found(*rows, two_people=(0, 1)) == ()


def test_what_serves_as_well_as_none_of_these_is_read_as_such() -> None:
    assert found(*[(NONE, NONE)] * 6) == ()
    assert (
        one_way([judged(n, "work", "childcare", "childcare") for n in range(5)], {f"phrase:{n}" for n in range(5)})
        == ()
    )
