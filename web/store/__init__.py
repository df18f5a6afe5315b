"""What is kept: people of the console, phrases given with consent, verdicts, audit, tallies, jobs, candidates.

`Store` is the one way in; each group of rows has a room of its own here and hands out frozen dataclasses. Nothing here
decides what is kept: whoever calls has asked for consent and has redacted the text before.
"""

from web.store.errors import Conflict, StoreUnavailable
from web.store.opening import Store, default_url

__all__ = ["Conflict", "Store", "StoreUnavailable", "default_url"]
