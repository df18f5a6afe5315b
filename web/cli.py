"""The command `hitorijanai`: serve, talk, classify, train, and keep models and the catalogue in order."""

from __future__ import annotations

import sys

import click

from web.commands import content, models, talking
from web.commands.failing import fail, told
from web.settings import Settings, SettingsError, read
from web.wiring import wire


@click.group()
@click.version_option(package_name="hitorijanai")
@click.pass_context
def main(context: click.Context) -> None:
    """ひとりじゃない: a worry in someone's own words leads to the right help."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        context.obj = read()
    except SettingsError as error:
        fail(str(error))


@main.command()
@click.pass_obj
def serve(settings: Settings) -> None:
    """Serve the assistant on HOST and PORT."""
    import waitress

    from web.app import build

    with told():
        parts = wire(settings)
    if parts.classifier.problem:
        click.echo(f"Without a model, buttons only: {parts.classifier.problem}", err=True)
    click.echo(f"ひとりじゃない  http://{settings.host}:{settings.port}/   (Ctrl+C to stop)")
    try:
        waitress.serve(build(parts), host=settings.host, port=settings.port, threads=settings.threads, ident="")
    except OSError as error:
        fail(
            f"Cannot serve on {settings.host}:{settings.port}: {error.strerror}. PORT and HOST choose another address."
        )


for command in (
    talking.talk,
    models.predict,
    models.train,
    models.evaluate,
    models.models,
    models.promote,
    models.rollback,
    content.catalog,
):
    main.add_command(command)
