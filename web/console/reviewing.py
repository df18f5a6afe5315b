"""Which phrase comes next for whom, what was done last, how much today: the rules that keep second opinions blind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.hours import JAPAN
from catalog.model import Catalog
from catalog.ruby import plain
from nlu.corpus import NONE
from nlu.tokenizer import NOT
from web.store import Store
from web.store.people import Person
from web.store.phrases import Phrase
from web.store.queue import Kind
from web.store.verdicts import Verdict

VEILED_FROM = 3
"""From this level of danger on a phrase is covered until somebody asks for it."""
VEILED_KINDS = ("child-abuse", "dv", "sexual-violence", "violence")
KEPT_ACTIONS = 50
"""So many of a person's last actions can be taken back."""
MOST_MATES = 20
"""So many near-duplicates stand on a card, and are judged with it at most."""
SEEN = "see opinions"
"""The audit's name for a lead's look at two opinions; whoever has looked gives no second one of that phrase."""
_PAGE = 10


@dataclass(frozen=True, slots=True)
class Action:
    """What one press did: one verdict, or those of a bulk. `id` names it for taking it back."""

    id: str
    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """One of its verdicts; all say the same."""
        return self.verdicts[-1]


def names_of(catalog: Catalog) -> dict[str, str]:
    """Every label to the name people read, none-of-these last."""
    return {category.id: plain(category.label) for category in catalog.categories} | {NONE: "悩みではない"}


def veiled(phrase: Phrase) -> bool:
    """Whether the phrase is covered until it is asked for."""
    return phrase.level >= VEILED_FROM or phrase.kind in VEILED_KINDS


def judgeable(store: Store, phrase: Phrase, person: Person) -> bool:
    """Whether a card of the phrase may be shown to this person for an answer.

    Opinions that differ are for leads. A lead who has seen the two opinions of a phrase gives no second one of it.
    """
    if phrase.text is None or phrase.state not in ("waiting", "second", "adjudicate"):
        return False
    if phrase.state == "adjudicate":
        return person.role == "lead"
    if phrase.state == "second" and person.role == "lead":
        return not store.audit.list(actor=person.id, action=SEEN, subject=f"phrase:{phrase.id}", limit=1)
    return True


def upcoming(store: Store, kind: Kind, person: Person, *, skipped: int = 0) -> Phrase | None:
    """The phrase that comes next, after so many that were put off; None if there is none."""
    offset, limit = 0, skipped + _PAGE
    while page := store.queue.list(kind, for_person=person, limit=limit, offset=offset):
        for phrase in page:
            if judgeable(store, phrase, person):
                if skipped == 0:
                    return phrase
                skipped -= 1
        offset, limit = offset + limit, _PAGE
    return None


def asked_for(store: Store, id: str, person: Person) -> Phrase | None:
    """The phrase of that id, if this person may judge it now and has not done so."""
    phrase = store.queue.by_id(id, for_person=person)
    if phrase is None or not judgeable(store, phrase, person):
        return None
    mine = any(each.person == person.id and each.undone_at is None for each in store.verdicts.of_phrase(id))
    return None if mine else phrase


def mates(store: Store, phrase: Phrase, person: Person) -> tuple[Phrase, ...]:
    """Near-duplicates that may be judged with the phrase. None for opinions that differ: each has its own two."""
    if phrase.state == "adjudicate":
        return ()
    near = store.queue.of_cluster(phrase.cluster, for_person=person, limit=4 * MOST_MATES)
    open_ones = (
        each for each in near if each.id != phrase.id and each.state != "adjudicate" and judgeable(store, each, person)
    )
    return tuple(each for each, _ in zip(open_ones, range(MOST_MATES), strict=False))


def opinions(store: Store, phrase: Phrase, person: Person) -> tuple[Verdict, ...]:
    """What was said of a phrase whose opinions differ, for the one who decides; the look is put into the audit.

    () for every other phrase: a first opinion is seen by nobody who may give the second.
    """
    if phrase.state != "adjudicate" or person.role != "lead":
        return ()
    subject = f"phrase:{phrase.id}"
    if not store.audit.list(actor=person.id, action=SEEN, subject=subject, limit=1):
        store.audit.append(SEEN, subject, actor=person.id)
    return tuple(each for each in store.verdicts.of_phrase(phrase.id) if each.undone_at is None)


def actions(store: Store, person: Person, *, most: int = KEPT_ACTIONS) -> tuple[Action, ...]:
    """The last actions of a person that stand, the newest first."""
    limit = most
    while True:
        rows = store.verdicts.last(person.id, limit)
        grouped: dict[str, list[Verdict]] = {}
        for row in rows:
            grouped.setdefault(row.bulk_id or str(row.id), []).append(row)
        if len(rows) < limit or len(grouped) > most:
            return tuple(Action(id, tuple(of)) for id, of in grouped.items())[:most]
        limit *= 4


def done_today(mine: Sequence[Action], now: datetime) -> int:
    """How many of these actions are of this day in Japan."""
    today = now.astimezone(JAPAN).date()
    return sum(action.first.at.astimezone(JAPAN).date() == today for action in mine)


def certainty(probability: float) -> str:
    """A probability in words."""
    steps = ((0.9, "ほぼ確か"), (0.6, "たぶん"), (0.3, "もしかすると"))
    return next((words for least, words in steps if probability >= least), "うすい")


def spoken(words: Iterable[str]) -> tuple[str, ...]:
    """The words of the classifier as people read them: what is denied in the text bears a mark there."""
    return tuple(f"{word[1:]}(ない)" if word.startswith(NOT) else word for word in words)


def said_of(verdict: Verdict, names: Mapping[str, str]) -> str:
    """A verdict in words."""
    if verdict.answer == "cannot-judge":
        return "判断できない"
    if verdict.answer == "contains-name":
        return "名前などがある(かくす)"
    labels = (label for label in (verdict.label, verdict.also) if label is not None)
    return " と ".join(names.get(label, label) for label in labels)
