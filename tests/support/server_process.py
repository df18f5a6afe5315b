"""The real server in a process of its own, with a folder of its own for all that it may write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
WAITRESS = (sys.executable, "-m", "web")
UP_WITHIN_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ServerProcess:
    """`folder`: instance, database, temporary files, and `printed`, all that it wrote to standard output and error."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int
    metrics_port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def instance(self) -> Path:
        return self.folder / "instance"

    @property
    def printed(self) -> Path:
        return self.folder / "printed.txt"

    def metrics(self) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=20) as answer:
            return str(answer.read().decode())


def own_instance(folder: Path, model: Path | None) -> Path:
    """A copy of an installation's model in use and keys without its database; empty if there is no model."""
    own = folder / "instance"
    (own / "models").mkdir(parents=True)
    if model is not None:
        version = str(json.loads((model / "models" / "current.json").read_text("utf-8"))["version"])
        shutil.copy(model / "models" / "current.json", own / "models")
        shutil.copytree(model / "models" / version, own / "models" / version)
        shutil.copytree(model / "keys", own / "keys")
    return own


@contextmanager
def server_process(
    folder: Path, model: Path | None, *, command: Sequence[str] = WAITRESS, **environment: str
) -> Iterator[ServerProcess]:
    """Runs until the block ends. `command` finds HOST, PORT and METRICS_PORT in its environment."""
    instance = own_instance(folder, model)
    (folder / "tmp").mkdir()
    port, metrics_port = free_port(), free_port()
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HITORIJANAI_INSTANCE": str(instance),
        "HITORIJANAI_STRICT_LOGS": "1",
        "PORT": str(port),
        "METRICS_PORT": str(metrics_port),
        "MODEL_SECONDS": os.environ["MODEL_SECONDS"],
        "TMPDIR": str(folder / "tmp"),
    }
    with (folder / "printed.txt").open("wb") as printed:
        process = subprocess.Popen(command, cwd=folder, env=given | environment, stdout=printed, stderr=printed)
    running = ServerProcess(process, folder, port, metrics_port)
    try:
        _wait_for(running)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)


def _wait_for(running: ServerProcess) -> None:
    end = time.monotonic() + UP_WITHIN_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{running.address}/livez", timeout=2) as answer:
                answer.read()
        except OSError:
            assert running.process.poll() is None, running.printed.read_text("utf-8", "replace")
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"not up within {UP_WITHIN_SECONDS} s: {running.printed.read_text('utf-8', 'replace')}")
