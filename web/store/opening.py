"""The store, put together. Nothing is opened before something is asked of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from web.store import rotation
from web.store.audit import Audit
from web.store.blobs import Blobs
from web.store.candidates import Candidates
from web.store.contacts import Contacts
from web.store.database import PUBLIC, Database
from web.store.jobs import Jobs
from web.store.opinions import Opinions
from web.store.people import People
from web.store.phrases import Phrases
from web.store.queue import Queue
from web.store.secrecy import Secrecy
from web.store.settings import Settings
from web.store.sign_ins import SignIns
from web.store.tables import audit_head
from web.store.tallies import Tallies
from web.store.verdicts import Verdicts


def default_url(instance: Path) -> str:
    """The SQLite file of an installation."""
    return f"sqlite:///{instance.resolve() / 'store.sqlite'}"


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Store:
    """Every room. Their methods raise StoreUnavailable when the database cannot be used, and Conflict as they say."""

    people: People
    sign_ins: SignIns
    phrases: Phrases
    queue: Queue
    verdicts: Verdicts
    opinions: Opinions
    audit: Audit
    tallies: Tallies
    contacts: Contacts
    jobs: Jobs
    candidates: Candidates
    settings: Settings
    blobs: Blobs
    _database: Database
    _secrecy: Secrecy

    @classmethod
    def open(cls, url: str, keys: Sequence[str], *, clock: Callable[[], datetime] = utc_now) -> Store:
        """The store at a URL, sqlite:///… or postgresql+psycopg://…, without touching it yet.

        `keys`: secrets, the newest first; texts are encrypted with the first and read with all. ValueError for a URL of
        another kind, or without a secret.
        """
        database, secrecy = Database(url), Secrecy(keys)
        audit = Audit(database, secrecy, clock)
        people = People(database, secrecy, audit, clock)
        phrases = Phrases(database, secrecy, audit, clock)
        return cls(
            people=people,
            sign_ins=SignIns(database, people, clock),
            phrases=phrases,
            queue=Queue(database, phrases),
            verdicts=Verdicts(database, audit, clock),
            opinions=Opinions(database, secrecy),
            audit=audit,
            tallies=Tallies(database),
            contacts=Contacts(database, secrecy, audit),
            jobs=Jobs(database, audit, clock),
            candidates=Candidates(database, audit, clock),
            settings=Settings(database, audit),
            blobs=Blobs(database),
            _database=database,
            _secrecy=secrecy,
        )

    def ping(self) -> None:
        """Returns if the database answers, as fast as a public page waits, and is migrated; else StoreUnavailable."""
        self._database.read(lambda connection: connection.execute(select(audit_head.c.seq)).one(), lane=PUBLIC)

    @property
    def lost(self) -> int:
        """How many texts could not be read in this process because their key is gone."""
        return self._secrecy.lost

    def rotate(self, *, actor: int | None) -> int:
        """Encrypts all texts with the newest secret; returns how many. After it the older secrets are not needed."""
        return rotation.rotate(self._database, self._secrecy, self.audit, actor=actor)

    def vacuum(self) -> None:
        """Writes the database anew without the space of deleted rows. For once a week, at a quiet hour."""
        self._database.outside("VACUUM")

    def close(self) -> None:
        """Gives all connections back."""
        self._database.close()
