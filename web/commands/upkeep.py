"""`hitorijanai upkeep`: what has to happen to the database every day (a worker does it by itself)."""

from __future__ import annotations

import click

from web.clock import now
from web.commands.failing import fail
from web.settings import Settings
from web.store import StoreUnavailable
from web.wiring import open_store


@click.command()
@click.option("--vacuum", is_flag=True, help="Write the database anew without the space of deleted rows; once a week.")
@click.pass_obj
def upkeep(settings: Settings, vacuum: bool) -> None:
    """Release held sentences to reviewers in batches, and delete whatever has had its time."""
    from web.upkeep import upkeep as keep  # noqa: PLC0415 - brings the console with it

    store = open_store(settings)
    try:
        done = keep(store, now().date())
        if vacuum:
            store.vacuum()
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    finally:
        store.close()
    click.echo(
        f"released {done.released}, deleted {done.purged} sentences, {done.messages} messages, {done.sign_ins} sign-ins"
    )
    if not done.wiped:
        fail("Deleted bytes are still in the log, because somebody was reading. Run it again.")
