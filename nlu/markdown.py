"""Small pieces of Markdown that the report of a model and its card share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def percent(share: float) -> str:
    """A share as per cent, one place."""
    return f"{share:.1%}"


def table_or_none(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The table, or in Japanese that there is nothing to put into it."""
    return table(heads, rows) if rows else ["ありません。"]
