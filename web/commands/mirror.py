"""`hitorijanai export-static`: the public pages as files, for a second server, or for when this one is down."""

from __future__ import annotations

from pathlib import Path

import click

from web.clock import now
from web.commands.failing import fail, told
from web.settings import Settings


@click.command("export-static")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--base-url", default="", help="What every link begins with: https://… or /; relative links without it.")
@click.pass_obj
def export_static(settings: Settings, folder: Path, base_url: str) -> None:
    """Write every page that needs no model and no database to DIR, a link that is moved when all is written."""
    from web.mirror import Mirror  # noqa: PLC0415 - brings Flask with it
    from web.publishing import PublishError, publish  # noqa: PLC0415
    from web.wiring import wire  # noqa: PLC0415

    if base_url and not base_url.startswith(("/", "http://", "https://")):
        raise click.BadParameter("must begin with https://, http:// or /", param_hint="--base-url")
    with told():
        parts = wire(settings)
    today = now().date()
    files = Mirror(parts, today, base_url=base_url).files()
    try:
        done = publish(files, folder, about={"made_on": today.isoformat(), "base_url": base_url})
    except PublishError as error:
        fail(str(error))
    click.echo(f"{folder}: {done.files} files, {done.size / 1e6:.1f} MB")
