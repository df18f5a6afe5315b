"""The rule by which verdicts move a phrase. Pure: rows in, the next state out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from web.store.errors import Conflict

ROUND_OF = {"waiting": "first", "second": "second", "adjudicate": "adjudication", "done": "adjudication"}
JUDGES = {"first": ("reviewer", "lead"), "second": ("reviewer", "lead"), "adjudication": ("lead",)}
"""The roles that may give the verdict of a round."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody says. `answer`: label, two (with `also`), cannot-judge or contains-name (neither has a label)."""

    answer: str
    label: str | None = None
    also: str | None = None

    def __post_init__(self) -> None:
        labels = (self.label is not None, self.also is not None)
        needed = {"label": (True, False), "two": (True, True)}.get(self.answer, (False, False))
        if labels != needed or (self.also is not None and self.also == self.label):
            raise ValueError("the labels do not go with the answer")


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict that counts: whose, and what it says."""

    person: int
    round: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase is: what a verdict changes, and what undoing it puts back."""

    state: str
    label: str | None
    also: str | None
    expires_on: date

    def as_json(self) -> dict[str, str | None]:
        """Kept beside the verdict."""
        return {"state": self.state, "label": self.label, "also": self.also, "expires_on": self.expires_on.isoformat()}

    @staticmethod
    def from_json(kept: dict[str, str | None]) -> Place:
        """What `as_json` gave."""
        day = date.fromisoformat(str(kept["expires_on"]))
        return Place(str(kept["state"]), kept["label"], kept["also"], day)


def may_judge(place: Place, standing: Sequence[Standing], *, person: int, role: str, needs_two: bool) -> str:
    """The round the verdict would be. Conflict, with the rule, if this person must not judge the phrase now."""
    if place.state not in ROUND_OF:
        raise Conflict("the phrase is not open")
    judges = JUDGES[ROUND_OF[place.state]]
    if role not in judges:
        raise Conflict(f"the phrase is {place.state}: that is for a {' or '.join(judges)}, not for the role {role}")
    corrects_alone = place.state == "done" and not needs_two
    if not corrects_alone and any(each.person == person for each in standing):
        raise Conflict("the same person has judged the phrase before")
    return ROUND_OF[place.state]


def moved(
    place: Place, standing: Sequence[Standing], said: Judgement, *, needs_two: bool, keep_until: date | None
) -> Place:
    """Where the phrase is after the verdict.

    A phrase of danger, or chosen for a second opinion, is done when two people who did not see each other's label gave
    the same; otherwise a third decides. Any other is done at once. A name hides it. Who cannot judge leaves it to the
    next; after two of them it is one for adjudication, and there it is done without a label.
    """
    if said.answer == "contains-name":
        return Place("hidden", None, None, place.expires_on)
    if said.label is None and place.state in ("waiting", "second"):
        passed_on = any(each.judgement.answer == said.answer for each in standing)
        return Place("adjudicate", None, None, place.expires_on) if passed_on else place
    if place.state == "waiting" and needs_two:
        return Place("second", None, None, place.expires_on)
    if place.state == "second" and not _same(said, standing):
        return Place("adjudicate", None, None, place.expires_on)
    return Place("done", said.label, said.also, max(place.expires_on, keep_until or place.expires_on))


def _same(said: Judgement, standing: Sequence[Standing]) -> bool:
    labelled = (each.judgement for each in standing if each.round == "first" and each.judgement.label)
    first = next(labelled, None)
    return first is not None and {first.label, first.also} == {said.label, said.also}
