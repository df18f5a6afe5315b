"""`hitorijanai probe URL`: does a person who comes now reach help? For a timer, and for whoever has just deployed."""

from __future__ import annotations

import click

from catalog.loading import load
from web.commands.failing import fail, told
from web.probing import SECONDS, Probe
from web.settings import Settings


@click.command()
@click.argument("url")
@click.option("--within", type=click.FloatRange(0.1, 60), default=SECONDS, help="Seconds that an answer may take.")
@click.pass_obj
def probe(settings: Settings, url: str, within: float) -> None:
    """Walk a real journey through the installation at URL, as a person would.

    Writes a line for each step. Ends with 1, naming every step that broke, if one did.
    """
    with told():
        catalog = load(settings.hitorijanai_catalog)
    try:
        walk = Probe(url, catalog, seconds=within)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from None
    broken = []
    for step in walk.walk():
        click.echo(f"{'✗' if step.fault else '✓'} {step.name:<10} {step.milliseconds:>6} ms  {step.fault}".rstrip())
        if step.fault:
            broken.append(step.name)
    if broken:
        fail(f"Broken: {', '.join(broken)}")
