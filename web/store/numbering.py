"""Numbers that a table has given out, so that none is given a second time after its rows went to another database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, column, func, inspect, select, text

from web.store.engines import SQLITE


def last_given(connection: Connection, tables: Sequence[Table]) -> dict[str, int]:
    """The highest number that each table has given out, where the database remembers it."""
    if connection.dialect.name == SQLITE:
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        known = {table.name for table in tables}
        return {name: seq for name, seq in rows if name in known}
    found = {}
    for name, sequence in _sequences(connection, tables):
        told: Any = connection.execute(
            select(column("last_value"), column("is_called")).select_from(text(sequence))
        ).one()
        found[name] = told.last_value if told.is_called else 0
    return found


def go_on_from(connection: Connection, tables: Sequence[Table], last: Mapping[str, int]) -> None:
    """No number is given out a second time."""
    if connection.dialect.name == SQLITE:
        numbered = set(_autoincrement(connection))
        for name, number in last.items():
            if name in numbered:
                connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
                connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, number))
        return
    by_name = {table.name: table for table in tables}
    for name, sequence in _sequences(connection, tables):
        highest = connection.execute(select(func.max(by_name[name].c.id))).scalar() or 0
        number = max(highest, last.get(name, 0))
        connection.execute(select(func.setval(sequence, max(number, 1), number > 0)))


def _autoincrement(connection: Connection) -> Iterator[str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL")
    return (name for name, sql in rows if "AUTOINCREMENT" in sql.upper())


def _sequences(connection: Connection, tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """PostgreSQL's sequence of every table whose rows are numbered."""
    for table in tables:
        if "id" not in table.c:
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar()
        if sequence is not None:
            yield table.name, sequence
