"""The files of models, for replicas on machines that share no folder. Whoever reads them checks the signature."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, delete, func, insert, select, text

from web.store.database import Database
from web.store.tables import blobs

SIGNATURE = "signature"
_GONE_AT_ONCE = 20
"""So many versions are deleted together at most: one takes a tenth of a second, and nobody waits long here."""


class Blobs:
    """Put and get the parts of a version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, version: str, parts: Mapping[str, bytes], *, beside: Collection[str] = ()) -> None:
        """Keeps the parts of a version, whole or not at all; of other versions only those `beside` it stay.

        A version is named by what is in its parts, all but the signature. So where that and the sizes are the same
        nothing is written; else the parts take the place of those that are there.
        """
        mine = blobs.c.version == version

        def work(connection: Connection) -> None:
            self._alone(connection)
            self._delete_all_but(connection, {version, *beside})
            if _same(connection, version, parts):
                return
            connection.execute(delete(blobs).where(mine))
            for name, data in parts.items():
                connection.execute(insert(blobs).values(version=version, name=name, size=len(data), bytes=data))

        self._database.write(work)

    def get(self, version: str, name: str) -> bytes | None:
        """The bytes of a part."""
        wanted = select(blobs.c.bytes).where(blobs.c.version == version, blobs.c.name == name)
        return self._database.read(lambda connection: connection.execute(wanted).scalar())

    def list(self, version: str | None = None) -> tuple[tuple[str, str, int], ...]:
        """(version, part, size in bytes) of all, or of one version."""
        wanted = select(blobs.c.version, blobs.c.name, blobs.c.size).order_by(blobs.c.version, blobs.c.name)
        if version is not None:
            wanted = wanted.where(blobs.c.version == version)
        return self._database.read(
            lambda connection: tuple((row.version, row.name, row.size) for row in connection.execute(wanted))
        )

    def _alone(self, connection: Connection) -> None:
        """Two machines that put the same version take turns; whoever reads does not wait."""
        if not self._database.sqlite:
            connection.execute(text(f"LOCK TABLE {blobs.name} IN SHARE ROW EXCLUSIVE MODE"))

    @staticmethod
    def _delete_all_but(connection: Connection, stay: Collection[str]) -> None:
        others = select(blobs.c.version).distinct().where(blobs.c.version.not_in(stay)).limit(_GONE_AT_ONCE)
        for version in connection.execute(others).scalars().all():
            connection.execute(delete(blobs).where(blobs.c.version == version))


def _same(connection: Connection, version: str, parts: Mapping[str, bytes]) -> bool:
    mine = blobs.c.version == version
    found = connection.execute(select(blobs.c.name, func.length(blobs.c.bytes).label("size")).where(mine))
    if {row.name: row.size for row in found} != {name: len(data) for name, data in parts.items()}:
        return False
    signed = connection.execute(select(blobs.c.bytes).where(mine, blobs.c.name == SIGNATURE)).scalar()
    return signed == parts.get(SIGNATURE)
