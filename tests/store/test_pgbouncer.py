"""PostgreSQL behind pgbouncer, which gives a connection for one transaction at a time: nothing changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.store.conftest import KEYS, PASSWORD, new_phrase
from tests.store.postgresql import ACCOUNT, Cluster
from tests.support.ports import free_port
from web.store import Store, migrating

SERVER_CONNECTIONS = 2
UP_WITHIN_SECONDS = 30


@pytest.fixture
def pooled(cluster: Cluster) -> Iterator[str]:
    """The address, through a pooler, of an empty database."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed (Debian: apt install pgbouncer)")
    direct, port = make_url(cluster.url(cluster.create())), free_port()
    folder = Path(tempfile.mkdtemp(prefix="hitorijanai-pgbouncer-"))
    told = f"host={direct.host} port={direct.port} user={direct.username} password={direct.password}"
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = {told}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = any\npool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\n",
        encoding="ascii",
    )
    root = os.geteuid() == 0
    if root:  # pgbouncer refuses to run as root
        shutil.chown(folder, ACCOUNT, ACCOUNT)
        shutil.chown(folder / "pgbouncer.ini", ACCOUNT, ACCOUNT)
    process = subprocess.Popen(
        [program, "-q", folder / "pgbouncer.ini"],
        user=ACCOUNT if root else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = direct.set(port=port)
    try:
        _wait(url.set(drivername="postgresql").render_as_string(hide_password=False), process)
        yield url.render_as_string(hide_password=False)
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "pgbouncer does not start"
        with suppress(psycopg.OperationalError), psycopg.connect(url, prepare_threshold=None):
            return
        time.sleep(0.05)
    pytest.fail("pgbouncer does not answer")


def test_a_pooler_of_transactions_changes_nothing(pooled: str, cluster: Cluster) -> None:
    assert migrating.upgrade(pooled) == migrating.upgrade(pooled) == migrating.revision(pooled)
    stores = [Store.open(pooled, KEYS) for _ in range(2)]
    with ThreadPoolExecutor(8) as people:
        ids = list(people.map(lambda n: stores[n % 2].phrases.add(new_phrase(f"文{n}")), range(60)))
        found = list(people.map(lambda n: stores[(n + 1) % 2].phrases.by_id(ids[n]), range(60)))
    assert [phrase.text for phrase in found if phrase] == [f"文{n}" for n in range(60)]
    person = stores[0].people.create("佐藤", role="admin", profession="社会福祉士", **PASSWORD, actor=None)
    stores[1].settings.set("threshold", 0.9, actor=person.id)
    assert stores[0].settings.get("threshold") == 0.9
    assert stores[0].audit.verify() == ()
    name = make_url(pooled).database
    busy = cluster.execute(
        f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND backend_type = 'client backend'"  # noqa: S608
    )
    assert 0 < busy[0][0] <= SERVER_CONNECTIONS, "they did go through the pooler"
    for store in stores:
        store.close()
