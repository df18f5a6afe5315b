"""Asks a store, whose file must not be written, for a read and a write, and prints how each ends.

python -m tests.store.trying URL
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.store.conftest import KEYS, TODAY
from web.store import Store, StoreUnavailable

NOBODY = 65534


def main(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    Store.open(url, KEYS).ping()
    path.chmod(0o444)
    path.parent.chmod(0o555)
    if os.geteuid() == 0:  # whom no mode stops
        os.setegid(NOBODY)
        os.seteuid(NOBODY)
    store = Store.open(url, KEYS)
    for ask in (store.settings.all, lambda: store.tallies.count(TODAY, "reply")):
        try:
            ask()
        except StoreUnavailable:
            sys.stdout.write("unavailable\n")
        else:
            sys.stdout.write("answered\n")
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
