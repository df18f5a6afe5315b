"""`hitorijanai database …`: the version of the database's schema, and keeping the database in order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from web.commands.failing import fail
from web.settings import Settings
from web.store import StoreUnavailable, default_url, migrating
from web.store.engines import parsed
from web.wiring import open_store


@click.group()
@click.option("--url", default="", help="The database (default: DATABASE_URL, else SQLite).")
@click.pass_context
def database(context: click.Context, url: str) -> None:
    """The database: SQLite is brought up to date by itself, PostgreSQL by `database upgrade`."""
    settings: Settings = context.obj
    found = url or settings.database_url or default_url(settings.hitorijanai_instance)
    context.obj = settings.model_copy(update={"database_url": found})


@database.command()
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """Bring the schema to the version of this program. Again is harmless; two at once wait for each other."""
    with _told(settings):
        click.echo(f"The database is at revision {migrating.upgrade(settings.database_url)}.")


@database.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, required=True, help="Rows that the older schema has no place for are lost.")
@click.pass_obj
def downgrade(settings: Settings, revision: str, yes: bool) -> None:
    """Take the schema back to REVISION ("base": an empty database)."""
    with _told(settings):
        click.echo(f"The database is at revision {migrating.downgrade(settings.database_url, revision)}.")


@database.command()
@click.pass_obj
def revision(settings: Settings) -> None:
    """Print the revision of the schema; exit status 1 if `upgrade` is due."""
    with _told(settings):
        found = migrating.revision(settings.database_url)
        due = migrating.due(found)
    click.echo(found or "none")
    if due:
        fail("`hitorijanai database upgrade` is due.")


@database.command()
@click.pass_obj
def rotate(settings: Settings) -> None:
    """Encrypt everything kept with the newest secret; after it SECRET_KEY_FALLBACKS is not needed for the database."""
    store = open_store(settings)
    try:
        changed = store.rotate(actor=None)
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    finally:
        store.close()
    click.echo(f"{changed} texts are encrypted with the newest secret.")
    if store.lost:
        fail(f"{store.lost} texts are left that no secret opens: is one missing in SECRET_KEY_FALLBACKS?")


@contextmanager
def _told(settings: Settings) -> Iterator[None]:
    """What is wrong, in the driver's words too: moving a schema touches no row. Without the password in the address."""
    try:
        yield
    except ValueError as error:
        fail(str(error))
    except CommandError as error:
        fail(f"The schema cannot be moved: {error}")
    except (DBAPIError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        words = " ".join(str(cause).replace(parsed(settings.database_url).password or "\n", "…").split())
        fail(f"The database cannot be used: {type(cause).__name__}: {words}")
