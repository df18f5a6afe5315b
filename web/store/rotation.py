"""A new secret: everything encrypted with an older one is encrypted anew, so that the older one can be thrown away."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Table, select, update

from web.store.audit import Audit
from web.store.cleaning import wiped
from web.store.database import Database
from web.store.secrecy import Secrecy
from web.store.tables import contacts, people, phrases

_AT_ONCE = 500


def rotate(database: Database, secrecy: Secrecy, audit: Audit, *, actor: int | None) -> int:
    """Encrypts all texts with the newest secret, in small transactions; returns how many. Again is harmless.

    Texts that no secret opens stay as they are. The audit trail is signed anew, if its signature is right.
    """
    changed = sum(
        _table(database, secrecy, table, column)
        for table, column in ((phrases, "text"), (contacts, "text"), (people, "totp_secret"))
    )

    def work(connection: Connection) -> None:
        sealed = audit.reseal(connection)
        if sealed:
            audit.note(connection, "rotate keys", "store", actor=actor, after={"texts": changed})

    database.audited(work)
    for table in (phrases, contacts, people):
        wiped(database, table.name)
    return changed


def _table(database: Database, secrecy: Secrecy, table: Table, column: str) -> int:
    changed, after = 0, None
    while True:
        after, done = database.write(partial(_some, secrecy=secrecy, column=table.c[column], after=after))
        changed += done
        if after is None:
            return changed


def _some(connection: Connection, *, secrecy: Secrecy, column: Column[Any], after: Any) -> tuple[Any, int]:
    table = column.table
    wanted = select(table.c.id, column.label("hidden")).where(column.is_not(None)).order_by(table.c.id)
    if after is not None:
        wanted = wanted.where(table.c.id > after)
    rows = connection.execute(wanted.limit(_AT_ONCE).with_for_update()).all()
    done = 0
    for row in rows:
        text = secrecy.show(row.hidden)
        if text is None:
            continue
        values = {column.name: secrecy.hide(text)}
        if "digest" in table.c:
            values["digest"] = secrecy.digest(text)
        connection.execute(update(table).where(table.c.id == row.id).values(values))
        done += 1
    return (rows[-1].id if rows else None), done
