"""The database gone, damaged, locked, read-only or hung: nobody in trouble notices, clinicians are told."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.console.conftest import form_token
from tests.faults.conftest import Wiring
from tests.faults.visiting import PATIENCE, broken, comes_back, kept, opened, visit
from tests.store.postgresql import Cluster
from tests.store.proxy import proxied
from web.app import build
from web.console.errors import UNAVAILABLE
from web.store import migrating
from web.wiring import Parts

SignIn = Callable[[Parts], FlaskClient]
Fault = Callable[[Path], Iterator[None]]


def gone(file: Path) -> Iterator[None]:
    away = file.with_name("away")
    file.rename(away)
    yield
    away.rename(file)


def folder_gone(file: Path) -> Iterator[None]:
    away = file.parent.with_name("elsewhere")
    file.parent.rename(away)
    yield
    away.rename(file.parent)


def corrupt(file: Path) -> Iterator[None]:
    """Random bytes where the database was; a copy is put into its place as deploy/README.md says."""
    copy = file.with_name("copy")
    with sqlite3.connect(file) as whole, sqlite3.connect(copy) as backup:
        whole.backup(backup)
    whole.close()
    backup.close()
    with sqlite3.connect(file) as whole:
        whole.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole.close()
    file.write_bytes(os.urandom(file.stat().st_size))
    yield
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)
    shutil.move(copy, file)


def read_only(file: Path) -> Iterator[None]:
    """What may not be changed even by root: neither the file nor what SQLite writes beside it."""
    files = [str(path) for path in file.parent.iterdir()]
    done = subprocess.run(["chattr", "+i", *files, str(file.parent)], check=False, capture_output=True)
    if done.returncode != 0:
        pytest.skip("no file can be made immutable here (chattr needs root and a file system that knows it)")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", str(file.parent), *files], check=True)


@pytest.mark.parametrize("fault", [gone, folder_gone, corrupt, read_only])
def test_sqlite(fault: Fault, settled: Parts, public: Flask, clinician: SignIn, home: Path) -> None:
    ask, console = opened(public, settled.catalog), clinician(settled)
    assert kept(ask, settled) == (True, True)
    leave = {"csrf_token": form_token(console)}
    injecting = contextmanager(fault)(home / "data" / "store.sqlite")
    with injecting:
        visit(ask, settled.catalog, f"SQLite {fault.__name__}")
        assert kept(ask, settled) == (False, False)
        told = console.post("/sign-out", data=leave) if fault is read_only else console.get("/account")
        assert told.status_code == 503
        assert UNAVAILABLE[1] in told.text
    comes_back(lambda: kept(ask, settled) == (True, True))
    comes_back(lambda: console.get("/account").status_code == 200)


def test_sqlite_locked_by_somebody_who_never_ends(settled: Parts, public: Flask, clinician: SignIn, home: Path) -> None:
    ask, console = opened(public, settled.catalog), clinician(settled)
    leave = {"csrf_token": form_token(console)}
    other = sqlite3.connect(home / "data" / "store.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with broken(other.close):
        visit(ask, settled.catalog, "SQLite locked")
        assert kept(ask, settled) == (False, False)
        assert console.get("/account").status_code == 200, "reading goes on"
        assert console.post("/sign-out", data=leave).status_code == 503
    comes_back(lambda: kept(ask, settled) == (True, True))
    assert console.get("/account").status_code == 200


@pytest.fixture(scope="module")
def migrated(cluster: Cluster) -> str:
    name = cluster.create()
    migrating.upgrade(cluster.url(name))
    return name


def test_postgresql_stopped(cluster: Cluster, migrated: str, wiring: Wiring, clinician: SignIn) -> None:
    parts = wiring(database_url=cluster.url(migrated))
    ask, console = opened(build(parts), parts.catalog), clinician(parts)
    assert kept(ask, parts) == (True, True)
    cluster.stop()
    with broken(cluster.start):
        visit(ask, parts.catalog, "PostgreSQL stopped")
        assert kept(ask, parts) == (False, False)
        told = console.get("/account")
        assert (told.status_code, UNAVAILABLE[1] in told.text) == (503, True)
    comes_back(lambda: kept(ask, parts) == (True, True))
    comes_back(lambda: console.get("/account").status_code == 200)


def test_postgresql_takes_no_changes(cluster: Cluster, wiring: Wiring, clinician: SignIn) -> None:
    """As a server does that became a standby, or whose disk is full."""
    name = cluster.create()
    migrating.upgrade(cluster.url(name))
    parts = wiring(database_url=cluster.url(name))
    ask, console = opened(build(parts), parts.catalog), clinician(parts)
    assert kept(ask, parts) == (True, True)

    leave = {"csrf_token": form_token(console)}

    def changes(allowed: str) -> None:
        cluster.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = {allowed}")
        cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608

    changes("on")
    with broken(lambda: changes("off")):
        visit(ask, parts.catalog, "PostgreSQL read-only")
        comes_back(lambda: kept(ask, parts) == (False, False))
        comes_back(lambda: console.get("/account").status_code == 200)
        told = console.post("/sign-out", data=leave)
        assert (told.status_code, UNAVAILABLE[1] in told.text) == (503, True)
    comes_back(lambda: kept(ask, parts) == (True, True))
    assert console.get("/account").status_code == 200


def test_postgresql_takes_bytes_and_never_answers(
    cluster: Cluster, migrated: str, wiring: Wiring, clinician: SignIn
) -> None:
    with proxied(cluster.port) as proxy:
        parts = wiring(database_url=cluster.url(migrated, port=proxy.port))
        ask, console = opened(build(parts), parts.catalog), clinician(parts)
        assert kept(ask, parts) == (True, True)
        proxy.flowing.clear()
        with broken(proxy.flowing.set):
            assert kept(ask, parts) == (False, False)
            visit(ask, parts.catalog, "PostgreSQL hung")
            for _ in range(5):
                told = console.get("/account")
                assert (told.status_code, UNAVAILABLE[1] in told.text) == (503, True)
        comes_back(lambda: kept(ask, parts) == (True, True))
        comes_back(lambda: console.get("/account").status_code == 200)


assert PATIENCE < 15.0, "less than the console would wait for a database that answers slowly"
