"""The audit trail: who changed what, when, from what to what, and why. Entries are added, never changed.

Each entry holds the hash of the one before it, and a signed head says how long the trail is, so that a changed, removed
or swapped entry and a cut-off end are found. Not found from inside is a whole database put back from an older copy.
No entry holds the text of a phrase.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from web.store.columns import Json
from web.store.database import Database
from web.store.secrecy import Secrecy
from web.store.tables import audit, audit_head

_HEAD = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. `actor` is a person's id, None for the machine itself; `subject` is like "phrase:<id>"."""

    seq: int
    at: datetime
    actor: int | None
    action: str
    subject: str
    before: Json
    after: Json
    reason: str
    previous: str
    hash: str

    def right_hash(self) -> str:
        """The hash this entry should have."""
        parts = asdict(self) | {"at": self.at.astimezone(UTC).isoformat(timespec="microseconds")}
        del parts["hash"]
        words = json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the entry `seq`: "touched", "missing", or "head": the signed length does not fit the trail."""

    seq: int
    what: str


class Audit:
    """The trail."""

    def __init__(self, database: Database, secrecy: Secrecy, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._secrecy = secrecy
        self._clock = clock

    def append(
        self,
        action: str,
        subject: str,
        *,
        actor: int | None,
        before: Json = None,
        after: Json = None,
        reason: str = "",
    ) -> int:
        """Adds an entry that goes with no change of a row, such as a look at a list; returns its number."""
        return self._database.audited(
            lambda connection: self.note(
                connection, action, subject, actor=actor, before=before, after=after, reason=reason
            )
        )

    def note(
        self,
        connection: Connection,
        action: str,
        subject: str,
        *,
        actor: int | None,
        before: Json = None,
        after: Json = None,
        reason: str = "",
    ) -> int:
        """Adds an entry in the transaction of the change itself, which must come from `Database.audited`."""
        head = connection.execute(select(audit_head)).one()
        was, is_now = _plain(before), _plain(after)
        unsealed = Entry(head.seq + 1, self._clock(), actor, action, subject, was, is_now, reason, head.hash, "")
        values = asdict(unsealed) | {"hash": unsealed.right_hash()}
        connection.execute(insert(audit).values(values))
        self._seal(connection, unsealed.seq, values["hash"])
        return unsealed.seq

    def list(
        self,
        *,
        actor: int | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Entry, ...]:
        """Entries, the newest first. `until` is not included."""
        wanted = select(audit).order_by(audit.c.seq.desc()).limit(limit).offset(offset)
        if actor is not None:
            wanted = wanted.where(audit.c.actor == actor)
        if action is not None:
            wanted = wanted.where(audit.c.action == action)
        if subject is not None:
            wanted = wanted.where(audit.c.subject == subject)
        if since is not None:
            wanted = wanted.where(audit.c.at >= since)
        if until is not None:
            wanted = wanted.where(audit.c.at < until)
        return self._database.read(lambda connection: tuple(_entry(row) for row in connection.execute(wanted)))

    def verify(self) -> tuple[Fault, ...]:
        """Every fault of the trail, in order; () for an untouched one."""
        return self._database.read(lambda connection: tuple(self._faults(connection)))

    def reseal(self, connection: Connection) -> bool:
        """Signs the head with the newest key; False, and nothing done, if its signature is not valid now."""
        head = connection.execute(select(audit_head)).one()
        if not self._valid(head):
            return False
        self._seal(connection, head.seq, head.hash)
        return True

    def _faults(self, connection: Connection) -> Iterator[Fault]:
        expected, previous = 1, ""
        for row in connection.execute(select(audit).order_by(audit.c.seq)).yield_per(1000):
            entry = _entry(row)
            yield from (Fault(seq, "missing") for seq in range(expected, entry.seq))
            gap = entry.seq != expected
            if entry.hash != entry.right_hash() or (not gap and entry.previous != previous):
                yield Fault(entry.seq, "touched")
            expected, previous = entry.seq + 1, entry.hash
        head = connection.execute(select(audit_head)).first()
        if head is None:
            yield Fault(expected - 1, "head")
            return
        yield from (Fault(seq, "missing") for seq in range(expected, head.seq + 1))
        if head.seq < expected - 1 or (head.seq == expected - 1 and head.hash != previous) or not self._valid(head):
            yield Fault(head.seq, "head")

    def _valid(self, head: Row[Any]) -> bool:
        fresh = head.seq == 0 and not head.hash and not head.signature
        return fresh or self._secrecy.sealed(_words(head.seq, head.hash), head.signature)

    def _seal(self, connection: Connection, seq: int, digest: str) -> None:
        signature = self._secrecy.seal(_words(seq, digest))
        connection.execute(
            update(audit_head).where(audit_head.c.id == _HEAD).values(seq=seq, hash=digest, signature=signature)
        )


def _plain(value: Json) -> Json:
    """As it will be read again: tuples as lists, keys as texts."""
    return json.loads(json.dumps(value))


def _words(seq: int, digest: str) -> str:
    return f"{seq}:{digest}"


def _entry(row: Row[Any]) -> Entry:
    return Entry(**row._mapping)
