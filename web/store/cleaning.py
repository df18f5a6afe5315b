"""After rows are deleted: no copy of their bytes stays behind."""

from __future__ import annotations

from web.store.database import Database


def wiped(database: Database, table: str) -> bool:
    """Empties the log of SQLite, or vacuums the table on PostgreSQL; False if a reader held old pages for 5 seconds.

    SQLite overwrites deleted rows by itself (`secure_delete`); only the log still has them until then.
    """
    if not database.sqlite:
        database.outside(f"VACUUM {table}")
        return True
    busy = database.outside("PRAGMA wal_checkpoint(TRUNCATE)")[0]
    return not busy
