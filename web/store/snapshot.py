"""The rows of a database as they stand at one moment, and a database that holds them again.

The rows leave in one form, whichever database they come from, so that what was read from SQLite can be put into
PostgreSQL and the other way round. They are read and written as the schema of their revision has them.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from alembic.util import CommandError
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    delete,
    event,
    insert,
    select,
    text,
)
from sqlalchemy import Date as DateColumn
from sqlalchemy.exc import DBAPIError

from web.store import migrating
from web.store.columns import Json
from web.store.engines import SQLITE, engine, file_of, parsed
from web.store.errors import StoreUnavailable
from web.store.numbering import go_on_from, last_given

REVISIONS = "alembic_version"
LEFT_OUT = (REVISIONS, "sign_ins", "blobs")
"""The revision stands beside the rows. Whoever had signed in signs in again: an ended sign-in must not come back. The
files of models are large, and a machine that has the model publishes them anew (see web.replicas)."""
_AT_ONCE = 200
_WAIT = 600.0


class NotPossible(Exception):  # noqa: N818
    """Rows cannot be read or put back, for a reason that the operator can do something about; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table, as plain JSON values in the order of the columns."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Json, ...], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows at one moment. `last`: the highest number a table has given out, where that must not be given again."""

    kind: str
    revision: str
    last: Mapping[str, int]
    batches: Iterator[Batch]


@contextmanager
def _failures() -> Iterator[None]:
    """What goes wrong in the database is StoreUnavailable, without the driver's words: they may hold values."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise StoreUnavailable(type(cause).__name__) from None


@contextmanager
def taken(url: str) -> Iterator[Snapshot]:
    """The rows as they stand now, while others go on writing. Parents come before rows that point to them.

    NotPossible where nothing was ever kept; StoreUnavailable where the database fails.
    """
    path = file_of(parsed(url))
    if path is not None and not path.exists():
        raise NotPossible("there is no database yet")
    one_moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if path is None else {}
    with (
        _failures(),
        _opened(url) as source,
        source.connect() as connection,
        connection.execution_options(**one_moment).begin(),
    ):
        revision = migrating.standing(connection)
        if revision is None:
            raise NotPossible("the database has no tables yet: `hitorijanai database upgrade` makes them")
        tables = _tables(connection)
        last = last_given(connection, tables)
        yield Snapshot(connection.dialect.name, revision, last, _batches(connection, tables))


@_failures()
def put_back(
    url: str, batches: Iterable[Batch], *, revision: str, last: Mapping[str, int], replace: bool
) -> dict[str, int]:
    """Fills the database with the rows, all or none, and brings it to the schema of this program; rows by table.

    NotPossible if it holds rows and `replace` is not given, if the rows are of a newer version of the program or do not
    fit, or if the database is not sound afterwards; StoreUnavailable where it fails.
    """
    path = file_of(parsed(url))
    if path is None or path.exists():
        _refuse_filled(url, replace=replace)
    _schema(url, revision)
    with (
        _opened(url) as target,
        target.connect() as connection,
        connection.execution_options(write=True).begin(),
    ):
        tables = _tables(connection, every=True)
        _alone(connection, tables)
        if not replace and _filled(connection, tables):
            raise NotPossible(_HOLDS_ROWS)
        counts = _fill(connection, tables, batches)
        go_on_from(connection, tables, last)
        _sound(connection)
    migrating.upgrade(url)
    return counts


_HOLDS_ROWS = "the database holds rows already; with --replace they are deleted for those of the backup"


def _refuse_filled(url: str, *, replace: bool) -> None:
    with _opened(url) as target, target.connect() as connection:
        if not replace and _filled(connection, _tables(connection, every=True)):
            raise NotPossible(_HOLDS_ROWS)


def _schema(url: str, revision: str) -> None:
    try:
        if migrating.upgrade(url, revision) != revision:
            migrating.downgrade(url, revision)
    except CommandError:
        raise NotPossible(
            f"the rows are of revision {revision} of the schema, which this version of the program does not know; "
            "install the version that wrote them, or a newer one"
        ) from None
    except ValueError as error:
        raise NotPossible(str(error)) from None


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    """An engine for one long transaction."""
    made = engine(parsed(url), wait=_WAIT, durable=True, places=1)
    try:
        yield made
    finally:
        made.dispose()


def _tables(connection: Connection, *, every: bool = False) -> list[Table]:
    """As they are in this database; `every`: those too whose rows are left out."""
    found = MetaData()
    event.listen(found, "column_reflect", _null_is_null)
    found.reflect(connection)
    out = (REVISIONS,) if every else LEFT_OUT
    return [table for table in found.sorted_tables if table.name not in out]


def _null_is_null(inspector: object, table: Table, reflected: Any) -> None:
    """None in a JSON column is NULL where the column allows it, and the word null where it does not."""
    if isinstance(reflected["type"], JSON):
        reflected["type"].none_as_null = reflected["nullable"]


def _batches(connection: Connection, tables: Sequence[Table]) -> Iterator[Batch]:
    for table in tables:
        names = tuple(table.columns.keys())
        wanted = select(table).order_by(*table.primary_key.columns)
        rows = connection.execution_options(yield_per=_AT_ONCE).execute(wanted)
        for part in rows.partitions():
            yield Batch(table.name, names, tuple(tuple(map(_plain, row)) for row in part))


def _plain(value: Any) -> Json:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _as_read(value: Json) -> Any:
    return value


_READERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (DateTime, datetime.fromisoformat),
    (DateColumn, date.fromisoformat),
    (LargeBinary, base64.b64decode),
)


def _reader(of: Column[Any]) -> Callable[[Json], Any]:
    return next((read for kind, read in _READERS if isinstance(of.type, kind)), _as_read)


def _alone(connection: Connection, tables: Sequence[Table]) -> None:
    """Nobody else writes until the end; on SQLite the transaction sees to it."""
    if connection.dialect.name != SQLITE:
        names = ", ".join(table.name for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE"))


def _filled(connection: Connection, tables: Sequence[Table]) -> bool:
    """Whether there is any row beside the head of an empty audit trail."""
    for table in tables:
        wanted = select(table.c.seq).where(table.c.seq > 0) if table.name == "audit_head" else select(table)
        if connection.execute(wanted.limit(1)).first() is not None:
            return True
    return False


def _fill(connection: Connection, tables: Sequence[Table], batches: Iterable[Batch]) -> dict[str, int]:
    for table in reversed(tables):
        connection.execute(delete(table))
    counts = dict.fromkeys((table.name for table in tables), 0)
    by_name = {table.name: table for table in tables}
    for batch in batches:
        table = by_name.get(batch.table)
        if table is None or not set(batch.columns) <= set(table.columns.keys()):
            raise NotPossible(f"the table {batch.table} does not fit the schema of this program")
        readers = [_reader(table.c[name]) for name in batch.columns]
        values = [
            {
                name: None if value is None else read(value)
                for name, read, value in zip(batch.columns, readers, row, strict=True)
            }
            for row in batch.rows
        ]
        connection.execute(insert(table), values)
        counts[batch.table] += len(values)
    return counts


def _sound(connection: Connection) -> None:
    if connection.dialect.name != SQLITE:
        return
    if connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok":
        raise NotPossible("the file of the database is damaged; nothing was put back")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise NotPossible("rows would point to nothing; nothing was put back")
