"""Transactions: opened late, waited for briefly, and failing in one way only."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from alembic.util import CommandError
from sqlalchemy import Connection, Engine, Table, exc, select
from sqlalchemy.dialects import postgresql, sqlite

from web.store import migrating
from web.store.engines import SQLITE, engine, file_of, parsed
from web.store.errors import Conflict, StoreUnavailable
from web.store.tables import audit_head
from web.store.waiting import Deadline, Gate, Pulse

T = TypeVar("T")
Work = Callable[[Connection], T]
_REFUSALS = (exc.IntegrityError, exc.DataError, UnicodeEncodeError, OverflowError)
"""Beside constraints: a NUL for PostgreSQL, half a surrogate, a number beyond the range of the column."""
_FAILURES = (
    exc.DBAPIError,
    exc.TimeoutError,
    exc.DisconnectionError,
    exc.NoResultFound,
    sqlite3.Error,
    CommandError,
    OSError,
    ValueError,
)
"""NoResultFound: the head of the audit trail was removed. ValueError: a damaged file gives cells of the wrong kind."""


class NotMigrated(CommandError):  # noqa: N818
    """The tables are not there, or not of this version: `hitorijanai database upgrade` is due."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Who waits: `seconds` for an answer at most, `statement` for the locks of others, `places` at once."""

    seconds: float
    statement: float
    places: int
    durable: bool = False


PUBLIC = Lane(seconds=0.9, statement=0.7, places=8)
"""Behind a public page, which is shown with or without the store."""
CONSOLE = Lane(seconds=15.0, statement=5.0, places=6)
AUDITED = Lane(seconds=15.0, statement=5.0, places=4, durable=True)
_PULSE = Lane(seconds=2.0, statement=1.0, places=1)
"""Asks only whether the database answers (see web.store.waiting)."""


class Database:
    """One database by its URL. Nothing is opened before the first transaction; SQLite is migrated then."""

    def __init__(self, url: str) -> None:
        self._address = url
        self._url = parsed(url)
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._engines: dict[Lane, Engine] = {}
        pulse = Pulse(self._answers, seconds=_PULSE.seconds)
        self._gates = {
            lane: Gate(seconds=lane.seconds, places=lane.places, pulse=pulse) for lane in (PUBLIC, CONSOLE, AUDITED)
        }

    @property
    def sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self._url.drivername == SQLITE

    def read(self, work: Work[T], *, lane: Lane = CONSOLE) -> T:
        """What the work returns, from one unchanging view of the rows."""
        return self._gates[lane].run(lambda deadline: self._guarded(lane, work, deadline, write=False))

    def write(self, work: Work[T], *, lane: Lane = CONSOLE) -> T:
        """What the work returns, all of it kept or nothing. Conflict where the tables forbid it."""
        return self._gates[lane].run(lambda deadline: self._guarded(lane, work, deadline, write=True))

    def audited(self, work: Work[T]) -> T:
        """A write that goes with an entry of the audit trail: one at a time, and it outlives a loss of power."""

        def locked(connection: Connection) -> T:
            connection.execute(select(audit_head.c.id).with_for_update())
            return work(connection)

        return self.write(locked, lane=AUDITED)

    def outside(self, statement: str) -> Any:
        """The first row of a statement that must not run in a transaction, such as VACUUM; None if it gives none."""

        def work(deadline: Deadline) -> Any:
            with self._engine(CONSOLE).connect() as connection:
                raw = connection.connection.driver_connection
                if not self.sqlite:
                    raw.autocommit = True  # type: ignore[union-attr]
                try:
                    cursor = raw.execute(statement)  # type: ignore[union-attr]
                    return cursor.fetchone() if cursor.description else None
                finally:
                    if not self.sqlite:
                        raw.autocommit = False  # type: ignore[union-attr]

        return self._gates[CONSOLE].run(lambda deadline: _told(lambda: work(deadline)))

    def close(self) -> None:
        """Gives all connections back. The next transaction opens them again."""
        with self._lock:
            engines, self._engines = list(self._engines.values()), {}
        for each in engines:
            each.dispose()

    def _answers(self) -> None:
        if not self._engines:
            return  # it is being opened, perhaps migrated: how long that takes says nothing
        deadline = Deadline(_PULSE.seconds)
        self._guarded(_PULSE, lambda c: c.execute(select(audit_head.c.id)).first(), deadline, write=False)

    def _guarded(self, lane: Lane, work: Work[T], deadline: Deadline, *, write: bool) -> T:
        return _told(lambda: self._transaction(lane, work, deadline, write=write))

    def _transaction(self, lane: Lane, work: Work[T], deadline: Deadline, *, write: bool) -> T:
        with self._engine(lane).connect() as connection, connection.execution_options(write=write).begin():
            result = work(connection)
            if write and deadline.passed():
                raise TimeoutError  # whoever asked has been told that nothing was kept
            return result

    def _engine(self, lane: Lane) -> Engine:
        with self._lock:
            if self._process != os.getpid():
                self._left_by_fork()
            if lane not in self._engines:
                self._open(lane)
            return self._engines[lane]

    def _left_by_fork(self) -> None:
        for each in self._engines.values():
            each.dispose(close=False)
        self._engines, self._process = {}, os.getpid()

    def _open(self, lane: Lane) -> None:
        made = engine(self._url, wait=lane.statement, durable=lane.durable, places=lane.places)
        try:
            if not self._engines:
                self._prepare(made)
        except BaseException:
            made.dispose()
            raise
        self._engines[lane] = made

    def _prepare(self, made: Engine) -> None:
        path = file_of(self._url)
        if path is None or path.exists():
            with made.connect() as connection:
                behind = migrating.due(migrating.standing(connection))
        else:
            behind = True
        if behind and path is None:
            raise NotMigrated
        if behind:
            migrating.upgrade(self._address)


def upsert(connection: Connection, table: Table, values: dict[str, Any], changes: dict[str, Any]) -> None:
    """Inserts a row, or, where its primary key is there already, makes the changes to it."""
    keys = [column.name for column in table.primary_key]
    if connection.dialect.name == SQLITE:
        connection.execute(sqlite.insert(table).values(values).on_conflict_do_update(index_elements=keys, set_=changes))
    else:
        connection.execute(
            postgresql.insert(table).values(values).on_conflict_do_update(index_elements=keys, set_=changes)
        )


def _told(work: Callable[[], T]) -> T:
    try:
        return work()
    except _REFUSALS:
        refused = True
    except _FAILURES as error:
        refused, cause = False, _cause(error)
    # Raised out here, so that it carries no trace of the driver's error, whose text may hold values.
    if refused:
        raise Conflict("the row is there already, points to nothing, or holds what the database cannot hold")
    raise StoreUnavailable(cause)


def _cause(error: BaseException) -> str:
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        return type(error.orig).__name__
    return type(error).__name__
