"""`hitorijanai catalog …`: check the catalogue of help, and write it anew from the fact base."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.importing import FactsError, convert
from catalog.loading import problems_in
from web.commands.failing import fail
from web.settings import Settings


@click.group()
def catalog() -> None:
    """The catalogue of help."""


@catalog.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.pass_obj
def check(settings: Settings, folder: Path | None) -> None:
    """Check every file; print every problem as file:line: sentence."""
    found = problems_in(folder or settings.hitorijanai_catalog)
    if found:
        fail("\n".join(map(str, found)))
    click.echo("問題はありません")


@catalog.command("import")
@click.argument("facts", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_obj
def import_(settings: Settings, facts: Path) -> None:
    """Write the catalogue's files anew from a fact base folder. Corrections that the facts do not hold are lost."""
    try:
        counts = convert(facts, settings.hitorijanai_catalog)
    except FactsError as error:
        fail(str(error))
    for what, count in sorted(counts.items()):
        click.echo(f"{what}: {count}")
