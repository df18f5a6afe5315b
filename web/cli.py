"""The command `hitorijanai`: serve, talk, classify, train, and keep models and the catalogue in order."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from web.commands.failing import fail, told
from web.settings import Settings, SettingsError, read

COMMANDS = {
    "talk": "talking",
    "predict": "models",
    "train": "models",
    "evaluate": "models",
    "models": "models",
    "promote": "models",
    "rollback": "models",
    "catalog": "content",
    "nlu": "phrases",
    "words": "words",
    "database": "database",
    "console": "console",
    "people": "people",
    "worker": "learning",
    "candidates": "learning",
    "upkeep": "upkeep",
    "backup": "backup",
    "restore": "backup",
    "export-static": "mirror",
    "probe": "probing",
}
"""Name of a command to the module of web.commands that holds it; loaded only when it is called for."""
MAX_SENT = 2_000_000
"""Bytes of a request that are taken in, to memory and never to a file; the application looks at far fewer."""


class Commands(click.Group):
    """The group that loads each command when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, those not loaded yet too."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, loaded if need be."""
        if cmd_name in COMMANDS:
            module = import_module(f"web.commands.{COMMANDS[cmd_name]}")
            command: click.Command = getattr(module, cmd_name.replace("-", "_"))
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands)
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

    from web import logs, metrics
    from web.app import build
    from web.searching import prepare
    from web.wiring import wire

    logs.start()
    with told():
        parts = wire(settings)
    metrics.serve(parts)
    prepare(parts.catalog)
    if parts.classifier.problem:
        click.echo(f"Without a model, buttons only: {parts.classifier.problem}", err=True)
    click.echo(f"ひとりじゃない  http://{settings.host}:{settings.port}/   (Ctrl+C to stop)")
    try:
        waitress.serve(
            build(parts),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident="",
            clear_untrusted_proxy_headers=not settings.proxy_hops,  # the application reads them, see web.security
            max_request_body_size=MAX_SENT,
            inbuf_overflow=MAX_SENT,
        )
    except OSError as error:
        fail(
            f"Cannot serve on {settings.host}:{settings.port}: {error.strerror}. PORT and HOST choose another address."
        )
