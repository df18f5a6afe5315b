"""How a command ends when something is wrong: everything printed, exit status 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from catalog.loading import CatalogError
from nlu.corpus import CorpusError
from nlu.errors import UnusableModel


def fail(message: str) -> NoReturn:
    """Prints what is wrong and ends with status 1."""
    click.echo(message, err=True)
    raise SystemExit(1)


@contextmanager
def told() -> Iterator[None]:
    """Errors that a person can put right are printed as they are, without a trace."""
    try:
        yield
    except (CatalogError, CorpusError, UnusableModel) as error:
        fail(str(error))
    except OSError as error:
        if error.filename is None:
            raise
        fail(f"{error.filename}: {error.strerror}.")
