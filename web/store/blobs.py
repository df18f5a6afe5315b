"""The files of models, for replicas on machines that share no folder. Whoever reads them checks the signature."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from web.store.database import Database
from web.store.errors import Conflict
from web.store.tables import blobs


class Blobs:
    """Put and get the parts of a version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, version: str, name: str, data: bytes) -> None:
        """Keeps a part; the same bytes again are no change, other bytes under the same name a Conflict."""
        mine = (blobs.c.version == version) & (blobs.c.name == name)

        def work(connection: Connection) -> None:
            found = connection.execute(select(blobs.c.bytes).where(mine)).scalar()
            if found is None:
                connection.execute(insert(blobs).values(version=version, name=name, size=len(data), bytes=data))
            elif found != data:
                raise Conflict("a version does not change")

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
