"""Is it alive, is it ready, which version is it; and the facts about this installation that operators watch."""

from __future__ import annotations

import hashlib
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, jsonify
from redis import Redis, RedisError

from web.parts import parts
from web.redis import impatient
from web.store import StoreUnavailable
from web.wiring import Parts

blueprint = Blueprint("health", __name__)

LEAST_DISK = 100_000_000
"""Free bytes under the instance folder; below them models and the database soon cannot be written."""
LOOK_EVERY_SECONDS = 1.0
"""However often somebody asks, the database and Redis are not asked more often."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What works now. `model`: the version in use, None without one; `redis`: None where none is configured."""

    model: str | None
    services: int
    database: bool
    redis: bool | None
    disk_free: int

    @property
    def missing(self) -> tuple[str, ...]:
        """What does not work: catalog, model, disk, database, redis."""
        works = {
            "catalog": self.services > 0,
            "model": self.model is not None,
            "disk": self.disk_free >= LEAST_DISK,
            "database": self.database,
            "redis": self.redis is not False,
        }
        return tuple(name for name, well in works.items() if not well)

    @property
    def ready(self) -> bool:
        """Whether people get the whole answer here. Database, Redis and disk are needed to keep, not to answer."""
        return not {"catalog", "model"} & set(self.missing)


class Looking:
    """Looks at the parts, and remembers for a second what it saw. Any thread may ask."""

    def __init__(self, parts: Parts, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._clock = clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._seen: Standing | None = None

    def standing(self) -> Standing:
        """What works now, or did a second ago. Never raises, and never waits longer than a public page would."""
        with self._lock:
            if self._seen is None or self._clock() >= self._until:
                self._seen = self._look()
                self._until = self._clock() + LOOK_EVERY_SECONDS
            return self._seen

    def _look(self) -> Standing:
        here = self._parts
        here.classifier.predict_in_time("")  # follows a release, and finds a model that fails
        return Standing(
            model=here.classifier.version,
            services=len(here.catalog.services),
            database=_answers(here),
            redis=_redis_answers(here.settings.redis_url),
            disk_free=_disk_free(here.settings.hitorijanai_instance),
        )


def install(app: Flask, parts: Parts) -> None:
    """The three addresses."""
    app.extensions["looking"] = Looking(parts)
    app.register_blueprint(blueprint)


@blueprint.get("/livez")
def livez() -> Response:
    """200 while the process answers at all. Asks nobody else."""
    return jsonify({"alive": True})


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 with a catalogue and a model, 503 otherwise; `missing` names all that does not work.

    Pages, buttons and danger signs work all the same: 503 asks a balancer to prefer another replica, not to give up.
    """
    looking: Looking = current_app.extensions["looking"]
    seen = looking.standing()
    response = jsonify(
        {
            "ready": seen.ready,
            "missing": seen.missing,
            "catalog": seen.services,
            "model": seen.model,
            "database": seen.database,
        }
    )
    response.status_code = 200 if seen.ready else 503
    return response


@blueprint.get("/version")
def version() -> Response:
    """Which program, model and catalogue answer here."""
    here = parts()
    here.classifier.predict_in_time("")  # follows a release though nobody types
    catalog = catalog_fingerprint(here.settings.hitorijanai_catalog)
    return jsonify({"version": program_version(), "model": here.classifier.version, "catalog": catalog})


def program_version() -> str:
    """The version of the installed program."""
    try:
        return metadata.version("hitorijanai")
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def catalog_fingerprint(folder: Path) -> str:
    """16 hexadecimal digits that differ when any file of the catalogue does; as the files were when first asked."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _answers(parts: Parts) -> bool:
    try:
        parts.store.ping()
    except StoreUnavailable:
        return False
    return True


def _redis_answers(url: str) -> bool | None:
    if not url:
        return None
    try:
        with Redis.from_url(url, **impatient(url)) as client:
            return bool(client.ping())
    except (RedisError, OSError):
        return False


def _disk_free(folder: Path) -> int:
    """Bytes free where the folder is, or would be."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))
    return shutil.disk_usage(there).free
