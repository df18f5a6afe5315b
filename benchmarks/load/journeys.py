"""People who talk with one server or with several, step by step, through the API: what they are told at each step."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

STEPS = 8
TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Journey:
    """What somebody was told, step by step, by whom, and how often another server had to be asked."""

    told: tuple[Any, ...]
    models: frozenset[str]
    turned_away: int
    finished: bool


def talk(addresses: Sequence[str], text: str, *, first: int = 0) -> Journey:
    """A worry typed, then the first button each time, until services are shown; each step by the next server.

    A server that does not answer is passed over, as a proxy does.
    """
    told: list[Any] = []
    models: set[str] = set()
    turned_away, turn = 0, first
    path, body = "/api/v1/messages", {"text": text}
    for _ in range(STEPS):
        reply = None
        for _ in addresses:
            reply = _asked(addresses[turn % len(addresses)], path, body)
            turn += 1
            if reply is not None:
                break
            turned_away += 1
        if reply is None:
            return Journey(tuple(told), frozenset(models), turned_away, finished=False)
        told.append(_essence(reply))
        models.add(str(reply["model"]))
        answer = _next(reply)
        if answer is None:
            return Journey(tuple(told), frozenset(models), turned_away, finished=True)
        path, body = "/api/v1/answers", {"state": reply["state"], **answer}
    return Journey(tuple(told), frozenset(models), turned_away, finished=True)


class Pulse:
    """Somebody who opens a page ten times a second, with a connection of their own each time, until it is stopped."""

    def __init__(self, address: str, path: str) -> None:
        self._address, self._path = address, path
        self._over = threading.Event()
        self.milliseconds: list[float] = []
        self.failed = 0
        self._thread = threading.Thread(target=self._open, daemon=True)
        self._thread.start()

    def stop(self) -> Pulse:
        """Ends it."""
        self._over.set()
        self._thread.join()
        return self

    def p99(self) -> float:
        """Milliseconds within which all but one in a hundred were answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] if ordered else float("nan")

    def _open(self) -> None:
        while not self._over.wait(0.1):
            start = time.perf_counter()
            if _got(self._address, self._path):
                self.milliseconds.append(1000 * (time.perf_counter() - start))
            else:
                self.failed += 1


def _got(address: str, path: str) -> bool:
    try:
        return _exchange(address, "GET", path, None)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def _asked(address: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    try:
        status, content = _exchange(address, "POST", path, json.dumps(body))
    except (OSError, http.client.HTTPException):
        return None
    if status != 200:
        return None
    reply: dict[str, Any] = json.loads(content)
    return reply


def _exchange(address: str, method: str, path: str, body: str | None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT)
    try:
        headers = {"Connection": "close"} | ({"Content-Type": "application/json"} if body else {})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _next(reply: dict[str, Any]) -> dict[str, Any] | None:
    """The first button of a step; None where services are shown or nothing is left to press."""
    step = reply["step"]
    if step["kind"] in ("ask", "check"):
        return {"question": step["question"]["id"], "option": step["question"]["options"][0]["id"]}
    if step["kind"] == "clarify":
        return {"category": (step["candidates"] or step["categories"])[0]["id"]}
    return None


def _essence(reply: dict[str, Any]) -> Any:
    """What must not depend on who answers. The order of services does on the minute: closed ones come last."""
    step = reply["step"]
    return (
        reply["urgent"]["level"],
        tuple(service["id"] for service in reply["urgent"]["services"]),
        step["kind"],
        step.get("category"),
        (step.get("question") or {}).get("id"),
        tuple(sorted(service["id"] for service in step.get("services", ()))),
        reply["state"],
    )
