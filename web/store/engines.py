"""Engines: how a connection to SQLite or to PostgreSQL is set up. One code path above them."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

SQLITE = "sqlite"
_MIGRATION_WAIT = 60.0
_LASTING = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOTADB,
)
_POSTGRESQL = "postgresql+psycopg"
_TOLD = {"prepare_threshold": None, "client_encoding": "utf8"}
"""To the driver of PostgreSQL: prepared statements do not pass a pooler of transactions such as pgbouncer 1.18, and a
database made without a locale would answer in bytes."""


def parsed(url: str) -> URL:
    """The address of a database. ValueError, without a part of it, where it is neither a SQLite file nor PostgreSQL."""
    try:
        found = make_url(url)
    except ArgumentError:
        raise ValueError("the address of the database cannot be read") from None
    if found.drivername in ("postgres", "postgresql", _POSTGRESQL):
        return found.set(drivername=_POSTGRESQL)
    if found.drivername == SQLITE and found.database and found.database != ":memory:" and not found.query:
        return found
    raise ValueError("the database is sqlite:///a/file or postgresql+psycopg://user:password@host/name")


def engine(url: URL, *, wait: float, durable: bool, places: int) -> Engine:
    """An engine whose statements wait at most `wait` seconds for others.

    `durable`: on SQLite, a commit outlives a loss of power; PostgreSQL always does. `places`: most connections at once.
    """
    if url.drivername == SQLITE:
        return _sqlite(_path(url), wait=wait, durable=durable, places=places)
    return _postgresql(url, wait=wait, places=places)


def for_migration(url: URL) -> Engine:
    """An engine that may make the file, waits a minute for another migration, and does not check foreign keys."""
    if url.drivername != SQLITE:
        return create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=_TOLD)
    path = _path(url)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    made = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, wait=_MIGRATION_WAIT, durable=True, foreign_keys=False),
        poolclass=NullPool,
        hide_parameters=True,
    )
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return made


def file_of(url: URL) -> Path | None:
    """The file of a SQLite database, None for PostgreSQL."""
    return _path(url) if url.drivername == SQLITE else None


def _path(url: URL) -> Path:
    return Path(url.database or "").resolve()


def _sqlite(path: Path, *, wait: float, durable: bool, places: int) -> Engine:
    made = create_engine(
        "sqlite://",
        creator=lambda: _connect(path, wait=wait, durable=durable, foreign_keys=True),
        poolclass=QueuePool,
        pool_size=places,
        max_overflow=0,
        pool_timeout=wait,
        hide_parameters=True,
    )

    def opened(connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _identity(path)

    def taken(connection: sqlite3.Connection, entry: ConnectionPoolEntry, proxy: object) -> None:
        """A file that was moved away or replaced takes what is written with it, without an error."""
        if entry.info["file"] != _identity(path):
            raise DisconnectionError

    event.listen(made, "connect", opened)
    event.listen(made, "checkout", taken)
    event.listen(made, "begin", _begin)
    event.listen(made, "handle_error", _give_up)
    return made


def _give_up(context: ExceptionContext) -> None:
    """A connection that met a fault of the file or the disk is not used again: one opened while the file could not be
    written, for instance, would go on refusing after it can."""
    error = context.original_exception
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _LASTING:
        context.is_disconnect = True


def _begin(connection: Connection) -> None:
    """A write takes its lock at once: a lock asked for later fails without waiting, whatever the time-out."""
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _connect(path: Path, *, wait: float, durable: bool, foreign_keys: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=wait, isolation_level=None, check_same_thread=False
    )
    try:
        _to_wal(connection, wait)
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _to_wal(connection: sqlite3.Connection, wait: float) -> None:
    """The change to WAL does not wait by itself when several processes make it at once."""
    deadline = time.monotonic() + wait
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _postgresql(url: URL, *, wait: float, places: int) -> Engine:
    made = create_engine(
        url,
        pool_size=places,
        max_overflow=0,
        pool_timeout=wait,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            **_TOLD,
            "connect_timeout": 2,
            "application_name": "hitorijanai",
            # A server that vanished from the net is noticed by the kernel within half a minute, not in hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
    )
    # Compiling a query costs more than any of ours takes.
    limits = f"SELECT set_config('statement_timeout', '{int(wait * 1000)}', true), set_config('jit', 'off', true)"
    event.listen(made, "begin", lambda connection: connection.exec_driver_sql(limits))
    return made
