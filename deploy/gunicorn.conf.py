"""gunicorn for both applications, started in the folder of the program.

The public one is `gunicorn -c deploy/gunicorn.conf.py`, the console the same with what deploy/README.md says behind it.
Nothing of ours is imported here: whatever the first process knows, workers that HUP starts later would know in its old
version. Settings are checked by each application when it starts, all at once, and a wrong one ends the start.
"""

import json
import logging
import mmap
import os
import signal
import time
from pathlib import Path
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_PLACES = 4096


def _number(name: str, default: int) -> int:
    """A number of the environment; what is none is told by the application, together with all that is wrong."""
    given = os.environ.get(name, "")
    return int(given) if given.isdecimal() and int(given) > 0 else default


class _Line(logging.Formatter):
    """Lines of the process that starts workers and answers nobody. Workers' lines are made by web/logs.py."""

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = {"time": moment, "level": record.levelname.lower(), "logger": "server", "event": record.getMessage()}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line)


class Patient(ThreadWorker):  # type: ignore[misc]
    """Told to end, it goes on answering until no other worker is still starting: a reload makes nobody wait.

    `starting` is memory that all processes share, with a byte for each worker that does not answer yet.
    """

    starting: mmap.mmap
    ending = False

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Notes that it is to end."""
        self.ending = True
        self.method_queue.defer(lambda: None)

    def notify(self) -> None:
        """Says that it lives, each second; the moment to look whether it may go."""
        super().notify()
        if self.ending and b"\1" not in self.starting[:]:
            super().handle_exit(signal.SIGTERM, None)


def on_starting(server: Any) -> None:
    """Once, before the first worker."""
    server.starting = mmap.mmap(-1, _PLACES)


def pre_fork(server: Any, worker: Any) -> None:
    """A worker is about to start."""
    worker.starting = server.starting
    worker.starting[worker.age % _PLACES] = 1


def post_worker_init(worker: Any) -> None:
    """A worker has loaded the application."""
    worker.starting[worker.age % _PLACES] = 0


def child_exit(server: Any, worker: Any) -> None:
    """A worker has ended, perhaps while it was starting."""
    server.starting[worker.age % _PLACES] = 0


wsgi_app = "web.wsgi:app"
proc_name = "hitorijanai"
chdir = str(Path(__file__).resolve().parent.parent)
bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{_number('PORT', 8000)}"
backlog = 2048

worker_class = Patient
workers = _number("WEB_CONCURRENCY", 2)
threads = _number("THREADS", 4)
# Loaded before the fork, two workers would share more; but then HUP brings no new program, and a release of a model
# ends the sharing. Each loads for itself.
preload_app = False
# One text is the work of one core. More threads inside it only wait for each other.
raw_env = [f"{library}_NUM_THREADS=1" for library in ("OPENBLAS", "OMP", "MKL")]

timeout = 60
graceful_timeout = 20
keepalive = 2
# A worker says that it lives by touching a file. That must never wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat, nothing of anybody

limit_request_line = 2048
limit_request_fields = 50
limit_request_field_size = 4096

# Who is believed about address and scheme is decided in one place: the application, by PROXY_HOPS.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
header_map = "drop"

control_socket_disable = True
accesslog = None
errorlog = "-"
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": _Line}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "stream": "ext://sys.stderr"}},
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}
