"""`hitorijanai people …`: who may sign in to the console. Secrets are made here and shown once, in this terminal."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec

import click

from web import passwords, second_factor
from web.commands.failing import fail
from web.settings import Settings
from web.store import Conflict, Store, StoreUnavailable
from web.store.people import Person, login
from web.store.tables import ROLES
from web.wiring import open_store

LONGEST = 60
REASON = click.option("--reason", default="", help="Kept in the audit trail.")
P = ParamSpec("P")


@click.group()
def people() -> None:
    """The people of the console."""


def with_store(command: Callable[Concatenate[Store, P], None]) -> Callable[Concatenate[Settings, P], None]:
    """The command over the store of the installation; what goes wrong with it is printed in one line."""

    @wraps(command)
    def run(settings: Settings, /, *args: P.args, **kwargs: P.kwargs) -> None:
        with _opened(settings) as store:
            command(store, *args, **kwargs)

    return run


@people.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--profession", required=True, help="As colleagues say it: 精神科医, 公認心理師, 社会福祉士 …")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
@with_store
def add(store: Store, name: str, role: str, profession: str, password_stdin: bool) -> None:
    """Add a person. Prints the secret of the second factor, and a QR code for it, once."""
    if problem := _name_problem(store, name) or _text_problem(profession):
        fail(problem)
    password = _password(name, from_stdin=password_stdin)
    secret = second_factor.new_secret()
    store.people.create(
        name,
        role=role,
        profession=profession.strip(),
        password_hash=passwords.hashed(password),
        totp_secret=secret,
        actor=None,
    )
    click.echo(f"{login(name)}: {role}")
    _show(secret, login(name))


@people.command("list")
@click.pass_obj
@with_store
def list_(store: Store) -> None:
    """Everybody: name, role, whether they may sign in, profession."""
    everybody = store.people.list()
    width = max((_width(one.name) for one in everybody), default=0)
    for one in everybody:
        state = "active" if one.active else "disabled"
        factor = "" if one.totp_secret else "  (no second factor)"
        blanks = " " * (width - _width(one.name))
        click.echo(f"{one.name}{blanks}  {one.role:<8}  {state:<8}  {one.profession}{factor}")


@people.command()
@click.argument("name")
@REASON
@click.pass_obj
@with_store
def disable(store: Store, name: str, reason: str) -> None:
    """Keep a person out, at once."""
    _set_active(store, name, False, reason)


@people.command()
@click.argument("name")
@REASON
@click.pass_obj
@with_store
def enable(store: Store, name: str, reason: str) -> None:
    """Let a person in again."""
    _set_active(store, name, True, reason)


@people.command()
@click.argument("name")
@click.argument("new", type=click.Choice(ROLES))
@REASON
@click.pass_obj
@with_store
def role(store: Store, name: str, new: str, reason: str) -> None:
    """Give a person another role; they sign in anew."""
    store.people.set_role(_one(store, name).id, new, actor=None, reason=reason)
    click.echo(f"{login(name)}: {new}")


@people.command()
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
@click.pass_obj
@with_store
def password(store: Store, name: str, password_stdin: bool) -> None:
    """Give a person another password; they are signed out everywhere."""
    who = _one(store, name)
    store.people.set_password(who.id, passwords.hashed(_password(name, from_stdin=password_stdin)), actor=None)
    click.echo(f"{who.name}: the password is changed")


@people.command()
@click.argument("name")
@click.pass_obj
@with_store
def totp(store: Store, name: str) -> None:
    """Give a person another second factor; the old one ends, and they are signed out everywhere."""
    who, secret = _one(store, name), second_factor.new_secret()
    store.people.set_totp(who.id, secret, actor=None)
    store.sign_ins.end_all_of(who.id)
    _show(secret, who.name)


@contextmanager
def _opened(settings: Settings) -> Iterator[Store]:
    store = open_store(settings)
    try:
        yield store
    except StoreUnavailable as error:
        fail(f"The database cannot be used: {error.cause}. DATABASE_URL says where it is.")
    except Conflict as conflict:
        fail(f"Not done: {conflict.rule}.")
    finally:
        store.close()


def _set_active(store: Store, name: str, active: bool, reason: str) -> None:
    store.people.set_active(_one(store, name).id, active, actor=None, reason=reason)
    click.echo(f"{login(name)}: {'active' if active else 'disabled'}")


def _one(store: Store, name: str) -> Person:
    found = store.people.by_name(name)
    if found is None:
        known = ", ".join(one.name for one in store.people.list()) or "nobody yet"
        fail(f"There is no {name!r}. There is: {known}.")
    return found


def _name_problem(store: Store, name: str) -> str | None:
    kept = login(name)
    if not 1 <= len(kept) <= LONGEST:
        return f"A name has 1 to {LONGEST} characters."
    return f"{kept} is there already." if store.people.by_name(name) else None


def _text_problem(profession: str) -> str | None:
    return None if 1 <= len(profession.strip()) <= LONGEST else f"A profession has 1 to {LONGEST} characters."


def _password(name: str, *, from_stdin: bool) -> str:
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    else:
        given = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if problem := passwords.problem(given, name=login(name)):
        fail(problem)
    return given


def _show(secret: str, name: str) -> None:
    click.echo("Secret of the second factor, shown only now. Read the picture with an authenticator app:")
    second_factor.picture(secret, name).terminal(out=sys.stdout, compact=True)
    click.echo(" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)))
    click.echo(second_factor.address(secret, name))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
