"""The schema's versions: bring a database up, take it down, tell where it stands. One process at a time does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

from web.store.engines import SQLITE, for_migration, parsed

_LOCK = 7_483_920
"""The advisory lock of PostgreSQL under which a migration runs; any number that nobody else uses."""


def upgrade(url: str, to: str = "head") -> str | None:
    """Brings the database to a revision and returns it. Two processes starting together wait for each other.

    "head" leaves a database of a newer version of the code as it is, so that a program can be taken back alone.
    ValueError for a PostgreSQL database that cannot hold every letter.
    """

    def step(config: Config) -> None:
        connection = config.attributes["connection"]
        _holds_every_letter(connection)
        if to != "head" or due(standing(connection)):
            command.upgrade(config, to)

    return _move(url, step)


def downgrade(url: str, to: str = "base") -> str | None:
    """Takes the database back to a revision, "base" for an empty one, and returns where it now stands."""
    return _move(url, lambda config: command.downgrade(config, to))


def revision(url: str) -> str | None:
    """The revision a database stands at; None for an empty one."""
    with _engine(url) as engine, engine.connect() as connection:
        return standing(connection)


def standing(connection: Connection) -> str | None:
    """The revision behind a connection; None where nothing was ever migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def due(found: str | None) -> bool:
    """Whether a database at this revision must be upgraded. One of a newer version of the code is left as it is."""
    if found is None:
        return True
    scripts = _scripts()
    try:
        scripts.get_revision(found)
    except CommandError:
        return False
    return found != scripts.get_current_head()


def _move(url: str, step: Callable[[Config], None]) -> str | None:
    with _engine(url) as engine, engine.begin() as connection:
        sqlite = connection.dialect.name == SQLITE
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        step(config)
        if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise CommandError("the migration would leave rows that point to nothing")
        return standing(connection)


def _holds_every_letter(connection: Connection) -> None:
    if connection.dialect.name == SQLITE:
        return
    found = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if found != "UTF8":
        raise ValueError(
            f"the database is in {found} and must be in UTF8: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    engine = for_migration(parsed(url))
    try:
        yield engine
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).resolve().parent.parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
