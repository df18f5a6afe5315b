"""What callers may have to catch. Light: nothing is loaded for it."""

from __future__ import annotations


class UnusableModel(Exception):  # noqa: N818 - it names the state, as callers show it to people
    """A stored model must not be opened, or there is none. The text says why, in Japanese."""
