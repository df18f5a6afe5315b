"""How long the console's pages take with 20,000 phrases in the store, 1,000 of them labelled.

Run: python -m benchmarks.console
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from benchmarks.store import KEY, TODAY, filled
from web.console.app import build
from web.store.people import Person
from web.store.phrases import NewPhrase
from web.wiring import Parts, wire

PAGES = (
    "/queue",
    "/label/all",
    "/label/danger",
    "/label/unsure",
    "/label/new",
    "/label/random",
    "/label/all?skipped=200",
    "/queue/all/groups",
    "/queue/all/groups?page=100",
    "/queue/new/groups",
    "/bulk",
    "/bulk?state=done&predicted=childcare&label=work",
    "/bulk?state=done&to=childcare",
    "/bulk?state=waiting&predicted=work&page=40",
    "/history",
    "/exchange",
)
SENT = ("/exchange/csv", "/exchange/jsonl", "/exchange/datasheet", "/exchange/reviewed")


def signed_in(parts: Parts, person: Person) -> FlaskClient:
    """A browser in which the person is signed in."""
    client = build(parts).test_client()
    sign_ins = parts.store.sign_ins
    client.set_cookie("console", sign_ins.confirm(sign_ins.start(person.id)))
    return client


def token(client: FlaskClient) -> str:
    """What the forms of a page carry."""
    return client.get("/exchange").get_data(as_text=True).split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def main() -> None:
    """Prints a table."""
    with tempfile.TemporaryDirectory() as folder:
        from web.settings import read  # noqa: PLC0415 — the environment is read when it is run

        store, lead, _ = filled(f"sqlite:///{Path(folder) / 'store.sqlite'}")
        settings = read().model_copy(update={"secret_key": KEY + " " * 32})
        client = signed_in(replace(wire(settings), store=store), lead)
        works: dict[str, Callable[[], object]] = {path: lambda path=path: got(client, path) for path in PAGES}  # type: ignore[misc]
        form = {"csrf_token": token(client)}
        works |= {f"POST {path}": lambda path=path: sent(client, path, form) for path in SENT}  # type: ignore[misc]
        answered = iter(store.queue.list("unsure", for_person=lead, limit=500))
        works["POST /label/all and the next card"] = lambda: sent(
            client, "/label/all", form | {"phrase": next(answered).id, "said": "work"}
        )
        new = NewPhrase("家賃が払えない", TODAY, TODAY, "1", "m", (("work", 0.5),), 0.5, "c")
        works["a phrase given meanwhile"] = lambda: store.phrases.add(new)
        print(f"{'':<52}{'median ms':>10}{'worst ms':>10}{'of a core':>10}")  # noqa: T201
        for name, work in works.items():
            median, worst, busy = measured(work)
            print(f"{name:<52}{median:>10.1f}{worst:>10.1f}{busy:>10.1f}")  # noqa: T201
        store.close()


def measured(work: Callable[[], object], times: int = 9) -> tuple[float, float, float]:
    """Median and worst milliseconds, and the median of those that a core worked: others may use the machine too."""
    taken, busy = [], []
    for _ in range(times):
        began, core = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) * 1000)
        busy.append((time.process_time() - core) * 1000)
    return statistics.median(taken), max(taken), statistics.median(busy)


def got(client: FlaskClient, path: str) -> None:
    """Opens a page."""
    assert client.get(path).status_code == 200, path  # noqa: S101


def sent(client: FlaskClient, path: str, form: dict[str, str]) -> None:
    """Sends a form and goes where it leads."""
    assert client.post(path, data=form, follow_redirects=True).status_code == 200, path  # noqa: S101


if __name__ == "__main__":
    main()
