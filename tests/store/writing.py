"""Processes that write to a store until they have written enough or are killed."""

from __future__ import annotations

import multiprocessing
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.store.conftest import KEYS, TODAY, new_phrase
from web.store import Store, StoreUnavailable

_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])


def writer(url: str, told: Path, times: int) -> BaseProcess:
    """A process that does `write`, forked from one that has read the program and opened nothing."""
    told.touch()
    process = _PROCESSES.Process(target=write, args=(url, told, times))
    process.start()
    return process


def write(url: str, told: Path, times: int) -> None:
    """Writes so often four things, and into `told` a line for every one it was told is kept."""
    with told.open("w", buffering=1, encoding="utf-8") as lines:
        store = Store.open(url, KEYS)
        store.audit.list(limit=1)
        for number in range(times):
            text = f"{told.name} {number}"
            lines.write(f"audit {store.audit.append('write', text, actor=None)}\n")
            store.people.note_failure(1, locked_until=None)
            lines.write(f"failures {number}\n")
            for public in (partial(store.phrases.add, new_phrase(text)), partial(store.tallies.count, TODAY, "reply")):
                try:
                    public()
                except StoreUnavailable as busy:
                    lines.write(f"refused {busy.cause}\n")
                else:
                    lines.write(f"public {number}\n")
        store.close()
