"""A server as it is shipped, on a port of loopback, over a copy of an installation; what it uses of the machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from nlu import instance
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "deploy" / "gunicorn.conf.py"
WORKERS, THREADS = 2, 4
OURS, HELLO = "web.wsgi:app", "benchmarks.hello:app"
SECRET = "a secret of the load benchmark only, nobody else's".replace(" ", "-")
ALLOCATION = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_TRIM_THRESHOLD_": "1000000"}
"""As the units and the image of deploy/ set it (tests/deploy/test_files.py)."""
_REST = 1.0
"""Seconds without work after which a server has started."""
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Server:
    """A running gunicorn: its address and its first process."""

    address: str
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        """The processes that answer."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            return [int(pid) for pid in path.read_text(encoding="ascii").split()]
        except FileNotFoundError:
            return []

    def core_seconds(self) -> float:
        """What the processes that answer now have used of the cores."""
        return sum(_core_seconds(pid) for pid in self.workers())

    def megabytes(self) -> float:
        """Memory of the largest process that answers, what it shares with others included."""
        return max((_resident(pid) for pid in self.workers()), default=0.0)

    def own_megabytes(self) -> float:
        """The same without what it shares with others: the dictionary, the libraries."""
        return max((_private(pid) for pid in self.workers()), default=0.0)

    def reload(self) -> None:
        """New workers take over, old ones end what they have begun."""
        self.process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """All at once, as a machine that loses its power: this server and its own workers."""
        pids = [self.process.pid, *self.workers()]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(app: str, home: Path, *, more: Mapping[str, str] | None = None) -> Iterator[Server]:
    """gunicorn with the shipped configuration, ready to answer; ended afterwards. `home`: a copy of an installation."""
    port = free_port()
    told = {
        **{name: value for name, value in os.environ.items() if not name.endswith(("_URL", "_FILE"))},
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(WORKERS),
        "THREADS": str(THREADS),
        "HITORIJANAI_INSTANCE": str(home),
        "SECRET_KEY": SECRET,
        **ALLOCATION,
        **(more or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIGURATION), app]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=log)  # noqa: S603 - ourselves
    server = Server(f"http://127.0.0.1:{port}", process)
    try:
        _wait(server, home / "server.log")
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def copied(source: Path, home: Path) -> Path:
    """The keys and the model in use of an installation, and a second version of that model, in a folder of their own.

    The second differs from the first by a word on its card, so that there is something to release.
    """
    shutil.copytree(source / "keys", home / "keys")
    (home / "models").mkdir(parents=True)
    version = instance.registry(source).current()
    if version is None:
        raise SystemExit("There is no model in use: `make model` trains one.")
    shutil.copytree(source / "models" / version, home / "models" / version)
    registry = instance.registry(home)
    trained = registry.load(version).trained
    registry.promote(registry.save(replace(trained, card=trained.card | {"load": "a second version"})))
    registry.promote(version)
    return home


def release(home: Path) -> None:
    """Puts the other of the two versions into use."""
    instance.registry(home).rollback()


class Watch:
    """Looks at the memory of a server twice a second until it is stopped."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._over = threading.Event()
        self.seen: list[tuple[float, float]] = []
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> list[tuple[float, float]]:
        """(seconds, megabytes) of each look."""
        self._over.set()
        self._thread.join()
        return self.seen

    def _look(self) -> None:
        start = time.monotonic()
        while not self._over.wait(0.5):
            self.seen.append((time.monotonic() - start, self._server.megabytes()))


def _wait(server: Server, log: Path) -> None:
    """Until it answers and no worker is still starting: one that is uses a core."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.address}/", timeout=2):  # noqa: S310 - loopback
                if len(server.workers()) == WORKERS and _at_rest(server):
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"The server does not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")


def _at_rest(server: Server) -> bool:
    before = server.core_seconds()
    time.sleep(_REST)
    return server.core_seconds() - before < _REST / 10


def _core_seconds(pid: int) -> float:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(told[11]) + int(told[12])) / _TICKS


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6
    except FileNotFoundError:
        return 0.0


def _private(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_")) / 1e6
