"""The people of the console. Passwords come as hashes from outside; the second factor's secret is encrypted here."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from web.store.audit import Audit
from web.store.database import Database
from web.store.errors import Conflict
from web.store.secrecy import Secrecy
from web.store.tables import people, sign_ins

_UNSEEN = ("Cc", "Cf", "Cs", "Cn", "Co")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in. `totp_secret` is None where there is none, or where its key is lost."""

    id: int
    name: str
    role: str
    profession: str
    password_hash: str = field(repr=False)
    totp_secret: str | None = field(repr=False)
    active: bool
    created_on: date
    failures: int
    locked_until: datetime | None
    last_totp_step: int | None


def login(name: str) -> str:
    """A name as it is kept and compared: width, case, spaces around it and invisible characters do not matter."""
    seen = "".join(character for character in name if unicodedata.category(character) not in _UNSEEN)
    return unicodedata.normalize("NFKC", seen).strip().casefold()


class People:
    """Create, find and change people. A change that takes rights away ends all of the person's sign-ins with it."""

    def __init__(self, database: Database, secrecy: Secrecy, audit: Audit, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._secrecy = secrecy
        self._audit = audit
        self._clock = clock

    def create(
        self,
        name: str,
        *,
        role: str,
        profession: str,
        password_hash: str,
        totp_secret: str | None = None,
        actor: int | None,
    ) -> Person:
        """A new, active person. Conflict if the name is taken or the role unknown."""
        values = {
            "name": login(name),
            "role": role,
            "profession": profession,
            "password_hash": password_hash,
            "totp_secret": None if totp_secret is None else self._secrecy.hide(totp_secret),
            "active": True,
            "created_on": self._clock().date(),
            "failures": 0,
        }

        def work(connection: Connection) -> Person:
            id = connection.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
            shown = {"name": values["name"], "role": role, "profession": profession}
            self._audit.note(connection, "create person", f"person:{id}", actor=actor, after=shown)
            return self._one(connection, id)

        return self._database.audited(work)

    def by_name(self, name: str) -> Person | None:
        """The person of that name, active or not."""
        return self._found(people.c.name == login(name))

    def by_id(self, id: int) -> Person | None:
        """The person of that id, active or not."""
        return self._found(people.c.id == id)

    def list(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        return self._database.read(
            lambda connection: tuple(
                self.read(row) for row in connection.execute(select(people).order_by(people.c.name))
            )
        )

    def set_active(self, id: int, active: bool, *, actor: int | None, reason: str = "") -> None:
        """Lets the person in or keeps them out; keeping out ends their sign-ins."""
        self._change(id, "set active", {"active": active}, actor=actor, reason=reason, sign_out=not active)

    def set_role(self, id: int, role: str, *, actor: int | None, reason: str = "") -> None:
        """Another role; the person signs in anew."""
        self._change(id, "set role", {"role": role}, actor=actor, reason=reason, sign_out=True)

    def set_password(self, id: int, password_hash: str, *, actor: int | None) -> None:
        """Another password; clears failures and ends the sign-ins made with the old one."""
        values = {"password_hash": password_hash, "failures": 0, "locked_until": None}
        self._change(id, "set password", values, actor=actor, secret=True, sign_out=True)

    def set_totp(self, id: int, totp_secret: str | None, *, actor: int | None) -> None:
        """Another second factor, or none; steps taken with the old one do not count any more."""
        hidden = None if totp_secret is None else self._secrecy.hide(totp_secret)
        values = {"totp_secret": hidden, "last_totp_step": None}
        self._change(id, "set second factor", values, actor=actor, secret=True)

    def note_failure(self, id: int, *, locked_until: datetime | None) -> int:
        """One more sign-in that failed; returns how many there are since the last that did not."""
        changed = (
            update(people)
            .where(people.c.id == id)
            .values(failures=people.c.failures + 1, locked_until=locked_until)
            .returning(people.c.failures)
        )
        return self._database.write(lambda connection: int(connection.execute(changed).scalar() or 0))

    def clear_failures(self, id: int) -> None:
        """Forgets the failures."""
        changed = update(people).where(people.c.id == id).values(failures=0, locked_until=None)
        self._database.write(lambda connection: connection.execute(changed).rowcount)

    def take_totp_step(self, id: int, step: int) -> bool:
        """Whether the step of the second factor is newer than the last one taken; if so it is taken, for good."""
        newer = or_(people.c.last_totp_step.is_(None), people.c.last_totp_step < step)
        changed = update(people).where(people.c.id == id, newer).values(last_totp_step=step)
        return self._database.write(lambda connection: connection.execute(changed).rowcount == 1)

    def read(self, row: Row[Any]) -> Person:
        """The record of a row that holds all columns of `people`."""
        values = {column.name: row._mapping[column] for column in people.c}
        return Person(**values | {"totp_secret": self._secrecy.show(values["totp_secret"])})

    def _found(self, condition: Any) -> Person | None:
        def work(connection: Connection) -> Person | None:
            row = connection.execute(select(people).where(condition)).first()
            return None if row is None else self.read(row)

        return self._database.read(work)

    def _one(self, connection: Connection, id: int) -> Person:
        row = connection.execute(select(people).where(people.c.id == id)).first()
        if row is None:
            raise Conflict("there is no such person")
        return self.read(row)

    def _change(
        self,
        id: int,
        action: str,
        values: dict[str, Any],
        *,
        actor: int | None,
        reason: str = "",
        secret: bool = False,
        sign_out: bool = False,
    ) -> None:
        def work(connection: Connection) -> None:
            former = self._one(connection, id)
            connection.execute(update(people).where(people.c.id == id).values(values))
            if sign_out:
                connection.execute(delete(sign_ins).where(sign_ins.c.person == id))
            before = None if secret else {key: getattr(former, key) for key in values}
            after = None if secret else values
            self._audit.note(connection, action, f"person:{id}", actor=actor, before=before, after=after, reason=reason)

        self._database.audited(work)
