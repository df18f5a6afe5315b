"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, on a free port of loopback, gone afterwards.

Usable in any conftest: `from tests.store.postgresql import cluster`.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.ports import free_port

ACCOUNT = "postgres"


class Cluster:
    """A running server: make databases, pull the plug."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self._password = secrets.token_hex(8)
        self.port = free_port()
        (folder / "password").write_text(self._password, encoding="ascii")
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
            shutil.chown(folder / "password", ACCOUNT, ACCOUNT)
        made = ["-D", folder / "data", "-U", ACCOUNT, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", *made, f"--pwfile={folder / 'password'}")
        self.start()

    def start(self) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=32MB"
        self._run("pg_ctl", "-D", self._folder / "data", "-l", self._folder / "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._folder / "data", "-m", "immediate", "-w", "stop")

    def url(self, database: str, *, port: int | None = None) -> str:
        return f"postgresql+psycopg://{ACCOUNT}:{self._password}@127.0.0.1:{port or self.port}/{database}"

    def create(self) -> str:
        """A new database, and its name."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def execute(self, statement: str, *, database: str = "postgres") -> list[Any]:
        """The rows of a statement, if it gives any."""
        import psycopg

        url = self.url(database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        # PostgreSQL refuses to run as root.
        account = ACCOUNT if os.geteuid() == 0 else None
        done = subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
            user=account,
            group=account,
            extra_groups=[] if account else None,
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The server. Skipped where PostgreSQL is not installed."""
    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt install postgresql)")
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed (psycopg[binary])")
    with started(found) as running:
        yield running


@contextmanager
def started(found: Path) -> Iterator[Cluster]:
    """A server by these programs, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hitorijanai-postgresql-"))
    try:
        running = Cluster(found, folder)
        try:
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path | None:
    """Where the newest installed server lies; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None
