"""The search over the services: an index built once from the catalogue, and the ranked answer to a person's words.

BM25 over weighted fields (see web.search_terms for what is counted). Equal queries have equal answers, in equal order.
Nothing of a query is kept.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from catalog.model import Catalog, Service
from catalog.reach import always_open, reachable
from web import search_terms
from web.search_terms import Field, Kind, Term

Matches = dict[str, tuple[float, Field]]
"""By id of the service: how much something typed says for it, and the field in which it was met."""

WEIGHTS: Mapping[Field, float] = {
    "number": 12.0,
    "name": 5.0,
    "what": 2.0,
    "topic": 1.5,
    "way": 1.5,
    "who": 1.0,
    "how": 0.6,
    "operator": 0.6,
    "asked": 0.5,
}
SATURATION = 2.0
"""BM25's k1: how soon a word said again says no more."""
LENGTH = 0.5
"""BM25's b: how much a long field makes each of its words say less."""
BEGUN = 0.6
"""What the beginning of a word says at most, compared to the whole word."""
BEGUN_FROM: Mapping[Kind, int] = {"word": 2, "sound": 2, "number": 4}
"""Letters from which the beginning of a term is enough, for the kinds that may be begun."""
ROOT = 0.7
"""What a word of the same root says, compared to the word itself."""
ALIKE = 0.5
"""The share of the sounds of a word in kana that a name must hold to be meant by it."""
CALLED = 3.0
"""What a name says that holds all that was typed; up to three times as much if it begins so or is just that."""
HEARD_FROM = 5
"""So many sounds of a name are no chance, also where another word was written that sounds alike."""
REACHED = 0.1
"""What answering by phone or chat adds to a service, and doing so at any hour once more."""
TAIL = 0.2
"""Services that reach less than this share of the best are left out."""
SLIP_FROM: Mapping[Kind, int] = {"word": 3, "sound": 3, "number": 7}
"""Letters from which one slip is forgiven: no short number is taken for 110."""

LONGEST = 40
"""No word of a name and no number is longer, so no slip in such a word is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A service that answers a query. `fields`: where it was met, the weightiest first, two at most.

    `words`: what of the query was met, as it was typed, where it can be said back. `mistyped`: nothing was met until
    one letter was put right.
    """

    service: Service
    fields: tuple[Field, ...]
    words: tuple[str, ...] = ()
    mistyped: bool = False


class Index:
    """The active services of a catalogue, ready to be searched by any number of threads."""

    def __init__(self, catalog: Catalog) -> None:
        asked = search_terms.asked_before(catalog)
        self._services = {service.id: service for service in catalog.active()}
        self._matches = _weighed({id: search_terms.terms_of(s, catalog, asked[id]) for id, s in self._services.items()})
        self._terms = sorted(self._matches)
        self._slips = _by_slip(self._matches)
        self._names = {id: _name(service) for id, service in self._services.items()}
        self._merit = {
            id: 1 + REACHED * (reachable(service) + always_open(service)) for id, service in self._services.items()
        }

    def search(self, text: str) -> tuple[Found, ...]:
        """The active services that answer a text, in season or not, the best first. Empty: nothing fits."""
        met = [(word, self._said(word)) for word in search_terms.content(text)]
        met += [("", self._heard(sound)) for sound in search_terms.sounds(text)]
        met += [("", self._met(term)) for term in (*search_terms.clips_in(text), *search_terms.numbers_in(text))]
        met += [("", self._called(text))]
        if any(found for _, found in met):
            return self._ranked(met, search_terms.said_back(text))
        return self._ranked(self._put_right(text), (), mistyped=True)

    def _met(self, term: Term) -> Matches:
        """The services that hold the term, or else those with a word that begins with it."""
        kind, text = term
        if term in self._matches:
            return self._matches[term]
        if kind not in BEGUN_FROM or len(text) < BEGUN_FROM[kind]:
            return {}
        following = (self._terms[at] for at in range(bisect_left(self._terms, term), len(self._terms)))
        begun = takewhile(lambda longer: longer[0] == kind and longer[1].startswith(text), following)
        return _best((BEGUN * len(text) / len(longer[1]), self._matches[longer]) for longer in begun)

    def _said(self, word: str) -> Matches:
        root: Term = ("root", search_terms.root(word))
        return _best([(1, self._met(("word", word))), (ROOT, self._met(root))])

    def _heard(self, sound: str) -> Matches:
        """The services whose name has a word of this sound, or sounds like it wherever it is divided."""
        grams = search_terms.grams(sound)
        together: defaultdict[str, list[float]] = defaultdict(list)
        for gram in grams:
            for id, (score, _) in self._matches.get(gram, {}).items():
                together[id].append(score)
        alike: Matches = {
            id: (sum(scores), "name") for id, scores in together.items() if len(scores) >= ALIKE * len(grams)
        }
        return _best([(1, self._met(("sound", sound))), (1, alike)])

    def _called(self, text: str) -> Matches:
        """The services whose name holds all that was typed, letter by letter or by its sound."""
        typed = (search_terms.letters(text), search_terms.whole_sound(text, at_least=HEARD_FROM))
        found: Matches = {}
        for id, names in self._names.items():
            scores = [_share(part, whole) for part, whole in zip(typed, names, strict=True)]
            if max(scores):
                found[id] = (CALLED * max(scores), "name")
        return found

    def _put_right(self, text: str) -> list[tuple[str, Matches]]:
        """What is met with one letter put right in a word of a name, or in a number."""
        typed: list[Term] = [("word", word) for word in search_terms.content(text)]
        typed += [("sound", sound) for sound in search_terms.sounds(text)]
        typed += search_terms.numbers_in(text)
        met = []
        for kind, word in typed:
            if len(word) > LONGEST:
                continue
            near = {right for left in _slips(word) for right in self._slips.get((kind, left), ())}
            met += [("", self._matches[kind, right]) for right in sorted(near) if _one_slip(word, right)]
        return met

    def _ranked(
        self,
        met: Iterable[tuple[str, Matches]],
        said_back: Iterable[tuple[tuple[str, ...], str]],
        *,
        mistyped: bool = False,
    ) -> tuple[Found, ...]:
        scores: defaultdict[str, dict[Field, float]] = defaultdict(dict)
        words: defaultdict[str, set[str]] = defaultdict(set)
        for word, found in met:
            for id, (score, field) in found.items():
                scores[id][field] = scores[id].get(field, 0.0) + score
                words[id].add(word)
        total = {id: round(self._merit[id] * sum(fields.values()), 9) for id, fields in scores.items()}
        least = TAIL * max(total.values(), default=0.0)
        return tuple(
            Found(
                service=self._services[id],
                fields=tuple(sorted(scores[id], key=lambda field: -scores[id][field])[:2]),
                words=tuple(dict.fromkeys(typed for forms, typed in said_back if words[id].issuperset(forms))),
                mistyped=mistyped,
            )
            for id in sorted(total, key=lambda id: (-total[id], id))
            if total[id] >= least
        )


_building = threading.Lock()


def index_of(catalog: Catalog) -> Index:
    """The index of a catalogue: built at the first call, the same one ever after, whichever thread asks."""
    with _building:
        return _built(catalog)


def prepare(catalog: Catalog) -> None:
    """Builds the index beside everything else, so that the first person who searches does not wait two seconds."""
    threading.Thread(target=index_of, args=(catalog,), name="search index", daemon=True).start()


@lru_cache(maxsize=2)
def _built(catalog: Catalog) -> Index:
    return Index(catalog)


def _weighed(documents: Mapping[str, Mapping[Field, Counter[Term]]]) -> dict[Term, Matches]:
    """By term, what it says for each service that holds it."""
    lengths: Counter[Field] = Counter()
    for fields in documents.values():
        lengths.update({field: terms.total() for field, terms in fields.items()})
    weights: defaultdict[Term, dict[str, dict[Field, float]]] = defaultdict(lambda: defaultdict(dict))
    for id, fields in documents.items():
        for field, terms in fields.items():
            length = 1 - LENGTH + LENGTH * terms.total() * len(documents) / max(1, lengths[field])
            for term, count in terms.items():
                weights[term][id][field] = WEIGHTS[field] * count / length
    return {
        term: {
            id: (_bm25(sum(fields.values()), len(holders), len(documents)), max(fields, key=lambda f: fields[f]))
            for id, fields in holders.items()
        }
        for term, holders in weights.items()
    }


def _bm25(weight: float, holders: int, documents: int) -> float:
    rare = math.log(1 + (documents - holders + 0.5) / (holders + 0.5))
    return rare * weight * (SATURATION + 1) / (weight + SATURATION)


def _best(found: Iterable[tuple[float, Matches]]) -> Matches:
    best: Matches = {}
    for share, matches in found:
        for id, (score, field) in matches.items():
            if id not in best or share * score > best[id][0]:
                best[id] = (share * score, field)
    return best


def _name(service: Service) -> tuple[str, str]:
    return search_terms.letters(service.name), search_terms.sound(service.kana)


def _share(part: str, whole: str) -> float:
    """0 if the part is not in the whole, else 1 and more: its share of the whole, and 1 if the whole begins with it."""
    if len(part) < 2 or part not in whole:
        return 0.0
    return 1 + len(part) / len(whole) + whole.startswith(part)


def _by_slip(matches: Mapping[Term, Matches]) -> dict[Term, list[str]]:
    """The words and sounds of names, and the numbers, by what is left of them after a slip."""
    found: defaultdict[Term, list[str]] = defaultdict(list)
    for (kind, text), holders in matches.items():
        named = any(field in ("name", "number") for _, field in holders.values())
        if kind in SLIP_FROM and len(text) >= SLIP_FROM[kind] and named:
            for left in _slips(text):
                found[kind, left].append(text)
    return dict(found)


def _slips(text: str) -> set[str]:
    """The text, and the text without one of its letters: texts one slip apart share one of these."""
    return {text, *(text[:at] + text[at + 1 :] for at in range(len(text)))}


def _one_slip(typed: str, right: str) -> bool:
    """Whether one letter is missing, too many or another one, or two neighbours have changed places."""
    if len(typed) != len(right):
        shorter, longer = sorted((typed, right), key=len)
        return shorter in _slips(longer)
    at = [place for place, (one, other) in enumerate(zip(typed, right, strict=True)) if one != other]
    if len(at) == 1:
        return True
    return len(at) == 2 and at[1] == at[0] + 1 and typed[at[0]] + typed[at[1]] == right[at[1]] + right[at[0]]
