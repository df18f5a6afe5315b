"""The whole row of machines, once for all tests of this folder: nginx, gunicorn twice, Redis, PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.catalog.conftest import small
from tests.deploy.installation import CONSOLE, PUBLIC, ROOT, Gunicorn, Nginx, nginx_program
from tests.store.postgresql import Cluster, cluster
from tests.support.redis_server import RedisServer, redis_server
from web.clock import now
from web.mirror import Mirror
from web.publishing import publish
from web.settings import Settings
from web.showing import Language
from web.store import migrating
from web.wiring import wire

__all__ = ["cluster", "small"]


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
def row(cluster: Cluster, redis: RedisServer, small: Path) -> Iterator[Row]:
    """As deploy/README.md sets it up for several machines, all on this one. Nothing asks here what the model says or
    how much stands in the catalogue, so it is a small one: each of the many workers has it read in half the time."""
    nginx_program()
    folder = Path(tempfile.mkdtemp(prefix="hitorijanai-deploy-"))
    secrets = {
        "SECRET_KEY": "a secret of this test alone, 40 letters.".replace(" ", "-"),
        "DATABASE_URL": cluster.url(cluster.create()),
        "REDIS_URL": redis.url,
    }
    environment = {"PATH": os.environ["PATH"], "HITORIJANAI_INSTANCE": str(ROOT / "instance"), "TMPDIR": str(folder)}
    environment |= {"ALLOWED_HOSTS": f"{PUBLIC} {CONSOLE}", "PROXY_HOPS": "1", "WEB_CONCURRENCY": "2"}
    environment |= {"HITORIJANAI_CATALOG": str(small), "MODEL_SECONDS": os.environ["MODEL_SECONDS"]}
    for name, value in secrets.items():
        (folder / name).write_text(f"{value}\n", encoding="ascii")
        environment[f"{name}_FILE"] = str(folder / name)
    migrating.upgrade(secrets["DATABASE_URL"])
    started: list[Gunicorn | Nginx] = []
    try:
        public = Gunicorn(folder, environment)
        started.append(public)
        more = ("--workers", "1", "web.console.wsgi:app")
        console = Gunicorn(folder, environment, *more, name="console")
        started.append(console)
        mirror(folder, small)  # meanwhile
        for each in (public, console):
            each.wait()
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


def mirror(folder: Path, catalog: Path) -> None:
    """The pages of the mirror that are asked for here; tests/web/test_mirror.py looks at all of them."""
    parts = wire(Settings(hitorijanai_catalog=catalog, hitorijanai_instance=folder / "no-model"))
    publish(_FewPages(parts, now().date(), base_url="/").files(), folder / "mirror", about={})
    parts.store.close()


class _FewPages(Mirror):
    """Of the questions only the first of each flow, and of services only the list."""

    def _pages(self, language: Language) -> Iterator[tuple[str, Callable[[], str]]]:
        first = {self._place(flow, flow.start) for flow in self._catalog.flows.values()}
        for folder, show in super()._pages(language):
            if folder in first or not folder.startswith(("steps/", "services/")):
                yield folder, show


def sites(folder: Path, public: Gunicorn, console: Gunicorn) -> dict[str, str]:
    """What an operator writes into deploy/nginx/site/."""
    one, other = f"server unix:{public.socket} max_fails=0;", f"server unix:{console.socket} max_fails=0;"
    upstreams = {"hitorijanai_public": one * 2, "hitorijanai_console": other}
    return {
        "upstreams.conf": "\n".join(f"upstream {name} {{ {servers} }}" for name, servers in upstreams.items()),
        "console-addresses.conf": "allow 127.0.0.1;\ndeny all;\n",
        "mirror.conf": f"root {folder}/mirror;\n",
    }
