"""The clock of the running application."""

from __future__ import annotations

from datetime import datetime

from catalog.hours import JAPAN


def now() -> datetime:
    """This moment, in Japan."""
    return datetime.now(JAPAN)
