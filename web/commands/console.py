"""`hitorijanai console`: serve the console of the professions, apart from the public application."""

from __future__ import annotations

from typing import Any

import click
import waitress

from web import logs, metrics
from web.commands.failing import fail, told
from web.console.app import MAX_BODY, build
from web.settings import Settings
from web.store import StoreUnavailable
from web.wiring import wire

PROXY = "127.0.0.1"
"""Without PROXY_HOPS only a proxy on this machine is believed when it says that the way to it was encrypted."""


@click.command()
@click.pass_obj
def console(settings: Settings) -> None:
    """Serve the console on CONSOLE_HOST and CONSOLE_PORT; beyond this machine behind a proxy with https."""
    logs.start()
    with told():
        parts = wire(settings)
    metrics.serve(parts)
    try:
        if not parts.store.people.list():
            click.echo("Nobody can sign in yet: hitorijanai people add NAME --role admin --profession …", err=True)
    except StoreUnavailable as error:
        click.echo(f"The database cannot be used now: {error.cause}. Pages will say so until it can.", err=True)
    address = f"{settings.console_host}:{settings.console_port}"
    click.echo(f"ひとりじゃない 見直し  http://{address}/   (Ctrl+C to stop)")
    try:
        waitress.serve(
            build(parts),
            host=settings.console_host,
            port=settings.console_port,
            threads=settings.threads,
            ident="",
            max_request_body_size=MAX_BODY,
            **_proxies(settings),
        )
    except OSError as error:
        fail(f"Cannot serve on {address}: {error.strerror}. CONSOLE_PORT and CONSOLE_HOST choose another address.")


def _proxies(settings: Settings) -> dict[str, Any]:
    if settings.proxy_hops:
        return {"clear_untrusted_proxy_headers": False}  # the application reads them, see web.security
    own = {"trusted_proxy": PROXY, "trusted_proxy_headers": {"x-forwarded-proto"}}
    return own | {"clear_untrusted_proxy_headers": True}
