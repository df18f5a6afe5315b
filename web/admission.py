"""Which accepted verdicts a model may learn from: caps against a flood, and no text that contradicts or examines."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlu.corpus import NEAR, Example
from nlu.nearness import near_pairs
from nlu.reviewed import PHRASE, STYLE, plain
from nlu.text import normalise
from web.measures import learning_caps
from web.store import Store
from web.store.opinions import Accepted

ALIKE = 0.6
"""Character 3-gram cosine from which two texts count as of one cluster, whatever cluster they were given."""
REASONS = (
    "unreadable",
    "unknown-label",
    "examination",
    "contradicts",
    "written",
    "same",
    "cluster",
    "day",
    "person",
    "share",
)
"""Why a verdict is not learnt from, this time."""


@dataclass(frozen=True, slots=True)
class Caps:
    """At most so many verdicts: of one cluster; of one day and category; and, as shares of a category's written
    phrases, those that one person alone decided, and all together.
    """

    per_cluster: int = 3
    per_day: int = 30
    per_person: float = 0.01
    together: float = 0.02

    @classmethod
    def of(cls, store: Store) -> Caps:
        """As set in the console, and the defaults for what was never set."""
        return cls(**learning_caps(store))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Admitted:
    """What is learnt from, and how many were left out, by a key of REASONS. `contradicting`: ids of those phrases.

    `alone`: where the examples stand (their `file`) that nobody but one person has judged.
    """

    examples: tuple[Example, ...]
    alone: frozenset[str]
    left: Mapping[str, int]
    contradicting: tuple[str, ...]


def admit(
    accepted: Iterable[Accepted],
    written: Sequence[Example],
    apart: Sequence[str],
    labels: Sequence[str],
    caps: Caps,
) -> Admitted:
    """The verdicts to learn from. Where a cap cuts, what two people agreed on goes first, then the random id decides,
    so that neither the early nor the loud fill the room.

    `written`: the phrases of training_data, those reviewed before too; `apart`: texts never to be learnt.
    """
    left: Counter[str] = Counter()
    contradicting, examples, alone = [], [], set()
    room = _Room(caps, Counter(example.label for example in written if example.style != STYLE))
    ordered = sorted(accepted, key=lambda one: (-len(set(one.people)), one.phrase))
    texts = [plain(one.text or "") for one in ordered]
    faults = _faults(ordered, texts, written, apart=apart, labels=labels)
    alike, taken = _alike(texts), set[int]()
    for place, (one, text) in enumerate(zip(ordered, texts, strict=True)):
        crowded = len(alike[place] & taken) >= caps.per_cluster
        reason = faults.get(place) or ("cluster" if crowded else room.full(one))
        if reason:
            left[reason] += 1
            contradicting += [one.phrase] if reason == "contradicts" else []
            continue
        room.take(one)
        taken.add(place)
        also = (one.also,) if one.also and one.also != one.label else ()
        examples.append(Example(text, one.label, also, one.level > 0, STYLE, f"{PHRASE}{one.phrase}", 0))
        if one.judges == 1:
            alone.add(examples[-1].file)
    return Admitted(tuple(examples), frozenset(alone), dict(sorted(left.items())), tuple(contradicting))


def _faults(
    ordered: Sequence[Accepted],
    texts: Sequence[str],
    written: Sequence[Example],
    *,
    apart: Sequence[str],
    labels: Sequence[str],
) -> dict[int, str]:
    """What speaks against the text or the label itself, by place."""
    known = {normalise(example.text) for example in written}
    examined = {normalise(text) for text in apart}
    examined_near = {i for i, _, _ in near_pairs(texts, apart, at_least=NEAR)} if texts and apart else set()
    contrary = _contrary(ordered, texts, written)
    found: dict[int, str] = {}
    seen: set[str] = set()
    for place, (one, text) in enumerate(zip(ordered, texts, strict=True)):
        normal = normalise(text)
        checks = {
            "unreadable": not normal,
            "unknown-label": not {one.label, one.also or one.label} <= set(labels),
            "examination": normal in examined or place in examined_near,
            "contradicts": place in contrary,
            "written": normal in known,
            "same": normal in seen,
        }
        if reason := next((reason for reason, fails in checks.items() if fails), None):
            found[place] = reason
        else:
            seen.add(normal)
    return found


def _alike(texts: Sequence[str]) -> dict[int, set[int]]:
    """The places of the other texts each text is much like."""
    alike: dict[int, set[int]] = {place: set() for place in range(len(texts))}
    if texts:
        for i, j, _ in near_pairs(texts, texts, at_least=ALIKE):
            if i != j:
                alike[i].add(j)
    return alike


def _contrary(ordered: Sequence[Accepted], texts: Sequence[str], written: Sequence[Example]) -> set[int]:
    """Places of the verdicts whose label a written phrase that is nearly the same does not allow."""
    by_text = {normalise(example.text): example for example in written}
    found = {
        place
        for place, (one, text) in enumerate(zip(ordered, texts, strict=True))
        if (example := by_text.get(normalise(text))) and one.label not in example.right
    }
    if texts and written:
        near = near_pairs(texts, [example.text for example in written], at_least=NEAR)
        found |= {i for i, j, _ in near if ordered[i].label not in written[j].right}
    return found


class _Room:
    """How much of each cap is used."""

    def __init__(self, caps: Caps, written: Mapping[str, int]) -> None:
        self._caps = caps
        self._written = written
        self._used: Counter[tuple[object, ...]] = Counter()

    def full(self, one: Accepted) -> str | None:
        """The cap that leaves no room."""
        return next((reason for reason, key, most in self._asked(one) if self._used[key] >= most), None)

    def take(self, one: Accepted) -> None:
        """Uses room of every cap."""
        self._used.update(key for _, key, _ in self._asked(one))

    def _asked(self, one: Accepted) -> Iterator[tuple[str, tuple[object, ...], int]]:
        phrases = self._written.get(one.label, 0)
        yield "cluster", ("cluster", one.cluster), self._caps.per_cluster
        yield "day", ("day", one.day, one.label), self._caps.per_day
        yield "share", ("share", one.label), max(1, math.floor(phrases * self._caps.together))
        if len(set(one.people)) == 1:
            yield "person", ("person", one.people[0], one.label), max(1, math.floor(phrases * self._caps.per_person))
