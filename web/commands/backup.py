"""`hitorijanai backup DIR` and `hitorijanai restore FILE`: one encrypted file of all that an installation keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from nlu import instance
from nlu.errors import UnusableModel
from web import backup as backups
from web.clock import now
from web.commands.failing import fail
from web.sealing import Unopenable, make_key, read_key
from web.settings import Settings, secrets_of
from web.store import StoreUnavailable, default_url
from web.store.secrecy import Secrecy
from web.store.snapshot import NotPossible

KEEP_DAYS = 14
KEY_FILE = click.option(
    "--key-file",
    envvar="BACKUP_KEY_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key of backups (default: BACKUP_KEY_FILE, else keys/backup.key of the installation).",
)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@KEY_FILE
@click.option(
    "--keep-days", type=click.IntRange(min=1), help=f"Older backups in DIR are deleted (default: {KEEP_DAYS})."
)
@click.option("--without-models", is_flag=True, help="Rows only: small enough for every quarter of an hour.")
@click.option("--with-keys", is_flag=True, help="Put SECRET_KEY's file and the models' key in, too. Apart is safer.")
@click.pass_obj
def backup(
    settings: Settings,
    *,
    folder: Path,
    key_file: Path | None,
    keep_days: int | None,
    without_models: bool,
    with_keys: bool,
) -> None:
    """Write an encrypted backup of the database and the models into DIR, while everything runs, and delete old ones."""
    days = _days(keep_days, settings.phrase_days)
    path = key_file or settings.hitorijanai_instance / "keys" / "backup.key"
    models, fault = (None, "") if without_models else _models(settings)
    with _told():
        if key_file is None and not path.exists():
            make_key(path)
            click.echo(f"Made the key {path}. Keep a copy of it elsewhere: without it no backup opens.", err=True)
        written, held = backups.write(
            folder,
            read_key(path),
            url=settings.database_url or default_url(settings.hitorijanai_instance),
            secrecy=Secrecy(secrets_of(settings)),
            now=now(),
            models=models,
            keys=_keys(settings) if with_keys else (),
        )
        removed = backups.remove_old(folder, now=now(), days=days)
    click.echo(f"{written}  {written.stat().st_size / 1e6:.1f} MB  {_summary(held)}")
    if removed:
        click.echo(f"deleted {len(removed)} backups older than {days} days")
    if fault:
        fail(f"The rows are safe, but no model is in this backup: {fault}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@KEY_FILE
@click.option("--check", is_flag=True, help="Read all of it, say what stands in it, and change nothing.")
@click.option("--replace", is_flag=True, help="Delete the rows and the model that are here. Stop the servers before.")
@click.option("--without-models", is_flag=True, help="Put back the rows only.")
@click.pass_obj
def restore(
    settings: Settings, *, file: Path, key_file: Path | None, check: bool, replace: bool, without_models: bool
) -> None:
    """Put the backup FILE into this installation, check it, and delete what should have been deleted since."""
    from web.restoring import restore as put_back  # noqa: PLC0415 - brings the console with it

    with _told():
        key = read_key(key_file or settings.hitorijanai_instance / "keys" / "backup.key")
        if check:
            click.echo(_summary(backups.examined(file, key)))
            return
        done = put_back(file, key, settings, clock=now, replace=replace, with_models=not without_models)
    kept = done.kept
    click.echo(f"put back: {_summary(done.held)}")
    click.echo(f"deleted since, and now here: {kept.purged} sentences, {kept.messages} messages")
    if done.faults:
        numbers = ", ".join(f"{fault.seq} ({fault.what})" for fault in done.faults[:10])
        fail(f"The audit trail had {len(done.faults)} faults when the backup was taken: {numbers}")
    click.echo("the audit trail is whole")
    if done.untold:
        fail(
            f"All of it is back, but other machines are not told which model to use: {done.untold} "
            "Then run `hitorijanai promote VERSION`."
        )
    if not kept.wiped:
        fail("Deleted bytes are still in the log, because somebody was reading. Run `hitorijanai upkeep`.")


def _days(asked: int | None, phrase_days: int) -> int:
    """A backup must go before a sentence given today does: none may live in backups for as long as it did here."""
    most = max(1, phrase_days - 1)
    if asked is not None and asked > most:
        fail(
            f"--keep-days can be at most {most}: sentences wait {phrase_days} days (PHRASE_DAYS), and a backup must be "
            "gone before"
        )
    return min(KEEP_DAYS, most) if asked is None else asked


def _models(settings: Settings) -> tuple[Path | None, str]:
    """The folder of models, None where none is in use; and what is wrong with the one in use."""
    try:
        registry = instance.registry(settings.hitorijanai_instance)
        version = registry.current()
        if version is not None:
            registry.load(version)
    except UnusableModel as error:
        return None, str(error)
    return (registry.folder, "") if version is not None else (None, "")


def _keys(settings: Settings) -> list[Path]:
    """The files of the keys that are in use."""
    folder, stated = settings.hitorijanai_instance / "keys", backups.stated_keys(settings)
    return [folder / name for name in backups.KEYS if name not in stated and (folder / name).exists()]


def _summary(held: backups.Held) -> str:
    rows = sum(amount for amount, _ in held.tables.values())
    model = f"model {held.head.model}" if held.head.model else "no model"
    keys = ", with keys" if held.head.keys else ""
    head = held.head
    return f"taken {head.at:%Y-%m-%d %H:%M:%S} UTC, {head.kind} at revision {head.revision}, {rows} rows, {model}{keys}"


@contextmanager
def _told() -> Iterator[None]:
    """What is wrong, without the address: it holds a password."""
    try:
        yield
    except (Unopenable, NotPossible, UnusableModel) as error:
        fail(f"Not done: {error}")
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}.")
    except OSError as error:
        fail(f"The files cannot be used: {error.strerror or type(error).__name__}.")
