"""What people set while it runs, such as the threshold of certainty: a key and a JSON value, each change audited."""

from __future__ import annotations

from sqlalchemy import Connection, select

from web.store.audit import Audit
from web.store.columns import Json
from web.store.database import Database, upsert
from web.store.tables import settings


class Settings:
    """Read and change settings."""

    def __init__(self, database: Database, audit: Audit) -> None:
        self._database = database
        self._audit = audit

    def get(self, key: str, default: Json = None) -> Json:
        """The value, or the default if it was never set."""
        wanted = select(settings.c.value).where(settings.c.key == key)

        def work(connection: Connection) -> Json:
            row = connection.execute(wanted).first()
            return default if row is None else row.value

        return self._database.read(work)

    def all(self) -> dict[str, Json]:
        """Everything that was set."""
        wanted = select(settings.c.key, settings.c.value).order_by(settings.c.key)
        return self._database.read(lambda connection: {row.key: row.value for row in connection.execute(wanted)})

    def set(self, key: str, value: Json, *, actor: int | None, reason: str = "") -> None:
        """Sets a value."""
        wanted = select(settings.c.value).where(settings.c.key == key)

        def work(connection: Connection) -> None:
            former = connection.execute(wanted).scalar()
            upsert(connection, settings, {"key": key, "value": value}, {"value": value})
            self._audit.note(
                connection, "set", f"setting:{key}", actor=actor, before=former, after=value, reason=reason
            )

        self._database.audited(work)
