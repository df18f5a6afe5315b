"""Nobody waits behind what hangs, and it is found out by itself when it answers again."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable

import pytest

from nlu.breaker import Breaker, Late

LONG = 30.0
SHORT = 0.05


def until(found: Callable[[], bool]) -> None:
    for _ in range(600):
        if found():
            return
        time.sleep(0.02)
    pytest.fail("it never came")


def answers(breaker: Breaker) -> bool:
    try:
        return breaker.ask(lambda: "answer", LONG) == "answer"
    except Late:
        return False


def test_an_answer_and_an_error_come_out_as_they_are() -> None:
    breaker = Breaker()
    assert breaker.ask(lambda: "answer", LONG) == "answer"
    for error in (ValueError, TimeoutError):
        with pytest.raises(error):
            breaker.ask(lambda error=error: _raise(error), LONG)  # type: ignore[misc]
    assert breaker.closed


def test_after_a_wait_in_vain_nobody_asks_and_nobody_waits_until_the_pause_is_over() -> None:
    breaker, hung, asked = Breaker(pause=0.3), threading.Event(), []
    with pytest.raises(Late):
        breaker.ask(hung.wait, SHORT)
    assert not breaker.closed
    with pytest.raises(Late):
        breaker.ask(lambda: asked.append("asked"), LONG)
    assert asked == []
    until(lambda: answers(breaker))
    assert breaker.closed
    hung.set()


def test_where_everything_hangs_nobody_waits_at_all_and_when_it_goes_on_answers_come_again() -> None:
    breaker, hung = Breaker(pause=0.0, places=2), threading.Event()
    for _ in range(2):
        with pytest.raises(Late):
            breaker.ask(hung.wait, 0.5)
    with pytest.raises(Late):
        breaker.ask(lambda: pytest.fail("no thread is free"), LONG)
    hung.set()
    until(lambda: answers(breaker))


def test_only_one_tries_again_at_a_time() -> None:
    breaker, hung, trial = Breaker(pause=0.0), threading.Event(), threading.Event()
    with pytest.raises(Late):
        breaker.ask(hung.wait, SHORT)
    trying = threading.Thread(target=lambda: breaker.ask(trial.wait, LONG))
    trying.start()
    until(breaker._trying.locked)
    with pytest.raises(Late):
        breaker.ask(lambda: "answer", LONG)
    trial.set()
    hung.set()
    trying.join()
    assert answers(breaker)


def test_work_that_nobody_waits_for_any_more_is_not_begun() -> None:
    breaker, hung, begun = Breaker(places=1), threading.Event(), []
    breaker.give(hung.wait)
    until(lambda: not breaker._free)
    with pytest.raises(Late):
        breaker.ask(lambda: begun.append("begun"), SHORT)
    hung.set()
    until(lambda: bool(breaker._free))
    assert begun == []


def test_it_works_in_a_process_that_was_forked() -> None:
    breaker = Breaker()
    assert answers(breaker)
    child = os.fork()
    if child == 0:
        os._exit(0 if answers(breaker) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_its_threads_end_with_it() -> None:
    before = set(threading.enumerate())
    breaker = Breaker()
    assert answers(breaker)
    started = set(threading.enumerate()) - before
    assert started
    del breaker
    gc.collect()
    until(lambda: not any(thread.is_alive() for thread in started))


def _raise(error: type[Exception]) -> None:
    raise error
