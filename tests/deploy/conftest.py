"""The whole row of machines, once for all tests of this folder: nginx, gunicorn twice, Redis, PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.installation import BIN, CONSOLE, PUBLIC, ROOT, Gunicorn, Nginx, nginx_program
from tests.store.postgresql import Cluster, cluster
from tests.support.redis_server import RedisServer, redis_server

__all__ = ["cluster"]


@dataclass(frozen=True, slots=True)
class Row:
    """Everything that stands, and the folder in which all of it lies."""

    folder: Path
    nginx: Nginx
    public: Gunicorn
    console: Gunicorn
    redis: RedisServer
    environment: dict[str, str]


@pytest.fixture(scope="session")
def redis() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture(scope="session")
def row(cluster: Cluster, redis: RedisServer) -> Iterator[Row]:
    """As deploy/README.md sets it up for several machines, all on this one. Nothing asks here what the model says."""
    nginx_program()
    folder = Path(tempfile.mkdtemp(prefix="hitorijanai-deploy-"))
    secrets = {
        "SECRET_KEY": "a secret of this test alone, 40 letters.".replace(" ", "-"),
        "DATABASE_URL": cluster.url(cluster.create()),
        "REDIS_URL": redis.url,
    }
    environment = {"PATH": os.environ["PATH"], "HITORIJANAI_INSTANCE": str(ROOT / "instance"), "TMPDIR": str(folder)}
    environment |= {"ALLOWED_HOSTS": f"{PUBLIC} {CONSOLE}", "PROXY_HOPS": "1", "WEB_CONCURRENCY": "2"}
    for name, value in secrets.items():
        (folder / name).write_text(f"{value}\n", encoding="ascii")
        environment[f"{name}_FILE"] = str(folder / name)
    for command in (("database", "upgrade"), ("export-static", "--base-url", "/", str(folder / "mirror"))):
        subprocess.run([BIN / "hitorijanai", *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    started: list[Gunicorn | Nginx] = []
    try:
        public = Gunicorn(folder, environment)
        started.append(public)
        more = ("--workers", "1", "web.console.wsgi:app")
        console = Gunicorn(folder, environment, *more, name="console")
        started.append(console)
        nginx = Nginx(folder, sites(folder, public, console))
        nginx.start()
        started.append(nginx)
        yield Row(folder, nginx, public, console, redis, environment)
    finally:
        for each in started:
            each.process.terminate()
        for each in started:
            each.stop()
        shutil.rmtree(folder, ignore_errors=True)


def sites(folder: Path, public: Gunicorn, console: Gunicorn) -> dict[str, str]:
    """What an operator writes into deploy/nginx/site/."""
    one, other = f"server unix:{public.socket} max_fails=0;", f"server unix:{console.socket} max_fails=0;"
    upstreams = {"hitorijanai_public": one * 2, "hitorijanai_console": other}
    return {
        "upstreams.conf": "\n".join(f"upstream {name} {{ {servers} }}" for name, servers in upstreams.items()),
        "console-addresses.conf": "allow 127.0.0.1;\ndeny all;\n",
        "mirror.conf": f"root {folder}/mirror;\n",
    }
