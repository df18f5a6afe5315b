"""Requests of the synthetic person (`hitorijanai probe`): answered like anybody's, but never counted as a person's."""

from __future__ import annotations

from flask import has_request_context, request

HEADER = "Hitorijanai-Synthetic"
"""Whoever sends it gets the same answers; all it changes is that the worry is not counted."""


def synthetic() -> bool:
    """Whether the request that is answered now says that nobody real is behind it."""
    return has_request_context() and HEADER in request.headers
