"""A process that writes to a store until it has written enough or is killed. Prints a line for every write it was
told is kept: python -m tests.store.writing URL NAME TIMES
"""

from __future__ import annotations

import sys
from functools import partial

from tests.store.conftest import KEYS, TODAY, new_phrase
from web.store import Store, StoreUnavailable


def main(url: str, name: str, times: int) -> None:
    store = Store.open(url, KEYS)
    store.audit.list(limit=1)
    for number in range(times):
        text = f"{name} {number}"
        kept("audit", store.audit.append("write", text, actor=None))
        kept("failures", store.people.note_failure(1, locked_until=None))
        for public in (partial(store.phrases.add, new_phrase(text)), partial(store.tallies.count, TODAY, "reply")):
            try:
                public()
            except StoreUnavailable as busy:
                kept("refused", busy.cause)
            else:
                kept("public", number)
    store.close()


def kept(what: str, which: object) -> None:
    sys.stdout.write(f"{what} {which}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
