"""Who is signed in. The browser holds a random token, the table only its hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from web.store.database import Database
from web.store.errors import Conflict
from web.store.people import People, Person
from web.store.tables import people, sign_ins


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that counts. `second_factor_at` is None until the second factor was given."""

    person: Person
    started: datetime
    seen: datetime
    second_factor_at: datetime | None


class SignIns:
    """Start, find and end sign-ins."""

    def __init__(self, database: Database, people: People, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._people = people
        self._clock = clock

    def start(self, person: int) -> str:
        """A new token of 256 random bits; it is nowhere else."""
        token, now = secrets.token_urlsafe(32), self._clock()
        made = insert(sign_ins).values(token_hash=_hash(token), person=person, started=now, seen=now)
        self._database.write(lambda connection: connection.execute(made).rowcount)
        return token

    def find(self, token: str, *, idle: timedelta, absolute: timedelta) -> SignIn | None:
        """The sign-in of an active person, used within `idle` and started within `absolute`; None otherwise."""
        now = self._clock()
        wanted = (
            select(people, sign_ins.c.started, sign_ins.c.seen, sign_ins.c.second_factor_at)
            .join(people, sign_ins.c.person == people.c.id)
            .where(sign_ins.c.token_hash == _hash(token), people.c.active)
            .where(sign_ins.c.seen > now - idle, sign_ins.c.started > now - absolute)
        )

        def work(connection: Connection) -> SignIn | None:
            row = connection.execute(wanted).first()
            if row is None:
                return None
            return SignIn(self._people.read(row), row.started, row.seen, row.second_factor_at)

        return self._database.read(work)

    def touch(self, token: str) -> None:
        """Says that the sign-in is being used."""
        changed = update(sign_ins).where(sign_ins.c.token_hash == _hash(token)).values(seen=self._clock())
        self._database.write(lambda connection: connection.execute(changed).rowcount)

    def confirm(self, token: str) -> str:
        """Notes the second factor and returns another token; the old one ends. Conflict if it had ended already."""
        fresh, now = secrets.token_urlsafe(32), self._clock()
        changed = (
            update(sign_ins)
            .where(sign_ins.c.token_hash == _hash(token))
            .values(token_hash=_hash(fresh), seen=now, second_factor_at=now)
        )
        if self._database.write(lambda connection: connection.execute(changed).rowcount) != 1:
            raise Conflict("the sign-in has ended")
        return fresh

    def end(self, token: str) -> None:
        """Ends one; nothing happens if it has ended."""
        ended = delete(sign_ins).where(sign_ins.c.token_hash == _hash(token))
        self._database.write(lambda connection: connection.execute(ended).rowcount)

    def end_all_of(self, person: int) -> int:
        """Ends all of a person's; returns how many."""
        ended = delete(sign_ins).where(sign_ins.c.person == person)
        return self._database.write(lambda connection: connection.execute(ended).rowcount)

    def end_old(self, *, idle: timedelta, absolute: timedelta) -> int:
        """Removes those that would not be found any more; returns how many."""
        now = self._clock()
        old = or_(sign_ins.c.seen <= now - idle, sign_ins.c.started <= now - absolute)
        return self._database.write(lambda connection: connection.execute(delete(sign_ins).where(old)).rowcount)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
