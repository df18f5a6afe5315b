"""Messages to the operator, encrypted. No name, no address, no time: only the day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update

from web.store.audit import Audit
from web.store.cleaning import wiped
from web.store.database import PUBLIC, Database
from web.store.secrecy import Secrecy
from web.store.tables import contacts


@dataclass(frozen=True, slots=True)
class Contact:
    """A message. `text` is None where its key is lost, `read_on` until somebody has read it."""

    id: str
    text: str | None = field(repr=False)
    day: date
    read_on: date | None


class Contacts:
    """Take, list and remove messages."""

    def __init__(self, database: Database, secrecy: Secrecy, audit: Audit) -> None:
        self._database = database
        self._secrecy = secrecy
        self._audit = audit

    def add(self, text: str, day: date) -> str:
        """Keeps a message; returns its id."""
        id = uuid.uuid4().hex
        made = insert(contacts).values(id=id, text=self._secrecy.hide(text), day=day)
        self._database.write(lambda connection: connection.execute(made).rowcount, lane=PUBLIC)
        return id

    def list(self, *, unread: bool = False, limit: int = 50, offset: int = 0) -> tuple[Contact, ...]:
        """Messages, the newest day first; only those nobody has read, with `unread`."""
        wanted = select(contacts).order_by(contacts.c.day.desc(), contacts.c.id).limit(limit).offset(offset)
        if unread:
            wanted = wanted.where(contacts.c.read_on.is_(None))

        def work(connection: Connection) -> tuple[Contact, ...]:
            rows = connection.execute(wanted).all()
            return tuple(Contact(row.id, self._secrecy.show(row.text), row.day, row.read_on) for row in rows)

        return self._database.read(work)

    def mark_read(self, id: str, on: date, *, actor: int | None) -> bool:
        """Notes that somebody has read it; False if it was read before or is gone."""
        changed = update(contacts).where(contacts.c.id == id, contacts.c.read_on.is_(None)).values(read_on=on)

        def work(connection: Connection) -> bool:
            if connection.execute(changed).rowcount != 1:
                return False
            self._audit.note(connection, "read message", f"contact:{id}", actor=actor)
            return True

        return self._database.audited(work)

    def purge(self, before: date) -> int:
        """Removes messages from before a day, their bytes too; returns how many."""

        def work(connection: Connection) -> int:
            gone = connection.execute(delete(contacts).where(contacts.c.day < before)).rowcount
            if gone:
                self._audit.note(connection, "purge messages", "contacts", actor=None, after={"messages": gone})
            return gone

        gone = self._database.audited(work)
        wiped(self._database, "contacts")
        return gone
