"""What gives way when there is too much: writing does, buttons never.

Only so many texts are worked on at once in a process, so that its other threads are there for buttons, pages and
help. One too many waits a moment, which is enough in a mere rush. If that was in vain, it and those that come until
the next text is done are answered at once with a full page: the numbers, the help that the words call for, and the
categories to press.

The console is a process of its own and gives way before: the proxy lets few of its requests in at a time.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, abort, request

TEXTS_AT_ONCE = 2
"""One interpreter works on one text at a time anyway."""
KEEPS_AT_ONCE = 2
"""What is kept waits for the database."""
LANES = {
    "text": (TEXTS_AT_ONCE, ("chat.say", "browsing.search", "api.messages")),
    "kept": (KEEPS_AT_ONCE, ("chat.share", "contact.send")),
}
PATIENCE = 1.0
"""Seconds that a text waits for its turn."""
RETRY_AFTER = 5
"""Seconds after which a program may ask again."""


class Lane:
    """At most `at_once` pieces of work at one time, in the order in which they came.

    A semaphore keeps no order: who has just left takes the place again, and who waits may do so for ever.
    """

    def __init__(self, at_once: int, *, patience: float = PATIENCE) -> None:
        self._free = at_once
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._patience = patience
        self._stuck = False

    def enter(self) -> bool:
        """Takes a place, to be given back by `leave`. False: there is none, and nobody should wait."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            if self._stuck:
                return False
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(self._patience):
            return True
        with self._lock:
            if turn.is_set():
                return True
            self._waiting.remove(turn)
            self._stuck = True
            return False

    def leave(self) -> None:
        """Gives the place to who waits longest, or back."""
        with self._lock:
            self._stuck = False
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


def install(app: Flask) -> None:
    """Puts the views of LANES into their lanes; one without a place is a 503."""
    for at_once, endpoints in LANES.values():
        lane = Lane(at_once)
        for endpoint in endpoints:
            app.view_functions[endpoint] = _in_lane(lane, app.view_functions[endpoint])
    app.after_request(_say_when)


def _in_lane(lane: Lane, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def worked(*args: Any, **kwargs: Any) -> Any:
        if request.method != "POST":
            return view(*args, **kwargs)
        request.get_data()  # who sends slowly takes no place
        if not lane.enter():
            abort(503)
        try:
            return view(*args, **kwargs)
        finally:
            lane.leave()

    return worked


def _say_when(response: Response) -> Response:
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER))
    return response
