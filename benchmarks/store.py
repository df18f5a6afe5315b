"""How long the store takes, on SQLite and, given a URL, on PostgreSQL, with 20,000 phrases in the queue.

Run: python -m benchmarks.store [postgresql+psycopg://… of an empty database]
"""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import insert

from web.store import Store, migrating
from web.store.judging import Judgement
from web.store.people import Person
from web.store.phrases import NewPhrase
from web.store.queue import KINDS, Filter
from web.store.secrecy import Secrecy
from web.store.tables import phrases

TODAY = date(2026, 11, 25)
ROWS, JUDGED = 20_000, 1_000
KEY = "the secret of this benchmark"
CATEGORIES = ("work", "childcare", "nursing-care", "food-housing", "household-relations")


def filled(url: str) -> tuple[Store, Person, list[str]]:
    """A store with the phrases, most of them waiting, a lead, and the phrases' ids."""
    migrating.upgrade(url)
    store = Store.open(url, [KEY])
    lead = store.people.create("lead", role="lead", profession="", password_hash=secrets.token_hex(8), actor=None)
    rows = list(_rows())
    store._database.write(lambda connection: connection.execute(insert(phrases), rows))
    ids = [str(row["id"]) for row in rows]
    for start in range(0, JUDGED, 500):
        store.verdicts.record_many(
            ids[start : start + 500], Judgement("label", "work"), actor=lead.id, guideline_version="1", seconds=1
        )
    if not url.startswith("sqlite"):
        store._database.outside("ANALYZE")
    return store, lead, ids


def _rows() -> Iterator[dict[str, object]]:
    secrecy = Secrecy([KEY])
    for number in range(ROWS):
        text = f"会社をやめたいけれど家賃が払えない {number}"
        category = CATEGORIES[number % len(CATEGORIES)]
        yield {
            "id": secrets.token_hex(16),
            "text": secrecy.hide(text),
            "digest": secrecy.digest(text),
            "day": TODAY - timedelta(days=number % 25),
            "consent": "1",
            "model": "m",
            "ranked": [[category, 0.5], ["work", 0.3], ["childcare", 0.1]],
            "predicted": category,
            "margin": (number * 7919 % 1000) / 1000,
            "level": 1 if number % 15 == 0 else 0,
            "cluster": f"cluster {number * 31 % 6000}",
            "identifying": number % 3,
            "random_slice": number % 20 == 0,
            "blind_second": number % 10 == 0,
            "state": "waiting",
            "expires_on": TODAY + timedelta(days=5),
        }


def measured(work: Callable[[], object], times: int = 9) -> tuple[float, float]:
    """Median and worst milliseconds."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), max(taken)


def works(store: Store, person: Person, ids: list[str]) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, by name."""
    for kind in KINDS:
        yield f"list {kind}, 50 of it", lambda kind=kind: store.queue.list(kind, for_person=person)
    yield "list all, 50 from the 10,000th", lambda: store.queue.list("all", for_person=person, offset=10_000)
    yield "groups, 50 of all", lambda: store.queue.groups("all", for_person=person)
    yield "counts by kind", lambda: store.queue.counts(for_person=person)
    yield (
        "a cell of the confusions",
        lambda: store.queue.find(Filter(predicted="childcare", label="work"), for_person=person),
    )
    yield "accepted labels with texts (1,000)", store.opinions.accepted
    waiting = iter(ids[JUDGED:])
    judged = Judgement("label", "work")
    told = {"actor": person.id, "guideline_version": "1", "seconds": 1.0}
    yield "one verdict", lambda: store.verdicts.record(next(waiting), judged, **told)  # type: ignore[arg-type]
    yield "bulk of 500", lambda: store.verdicts.record_many([next(waiting) for _ in range(500)], judged, **told)  # type: ignore[arg-type]
    yield "audit verified", store.audit.verify
    new = NewPhrase("家賃が払えない", TODAY, TODAY, "1", "m", (("work", 0.5),), 0.5, "c")
    yield "a phrase given", lambda: store.phrases.add(new)
    yield "one count", lambda: store.tallies.count(TODAY, "reply")


def main(urls: list[str]) -> None:
    """Prints a table."""
    with tempfile.TemporaryDirectory() as folder:
        for url in [f"sqlite:///{Path(folder) / 'store.sqlite'}", *urls]:
            store, person, ids = filled(url)
            print(f"{url.partition(':')[0]:<44}{'median ms':>10}{'worst ms':>10}")  # noqa: T201
            for name, work in works(store, person, ids):
                median, worst = measured(work)
                print(f"{name:<44}{median:>10.1f}{worst:>10.1f}")  # noqa: T201
            store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
