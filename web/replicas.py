"""Models for machines that share no folder: a release puts the files into the store, a replica fetches what it lacks.

The store names the version; on such machines its word counts more than the pointer of any one of them. A replica checks
signature and hashes of every file before it is opened, and leaves what it serves alone where something does not fit.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path

from nlu.registry import Registry, UnusableModel
from web import logs
from web.store import Store, StoreUnavailable

POINTER = "model_pointer"
PARTS = ("weights.npz", "vocabulary.json", "card.json", "manifest.json", "signature")
LOOK_EVERY_SECONDS = 2.0
log = logs.get("replicas")


def publish(store: Store, registry: Registry, version: str) -> None:
    """Puts the files of a sound version into the store; again is harmless. Raises UnusableModel."""
    registry.load(version)
    for name in PARTS:
        store.blobs.put(version, name, (registry.folder / version / name).read_bytes())


def point(store: Store, version: str, *, actor: int | None) -> None:
    """Tells the replicas which version to use; its files are published before."""
    former = store.settings.get(POINTER)
    if former is None or former["version"] != version:
        store.settings.set(POINTER, {"version": version}, actor=actor)


def follow(store: Store, registry: Registry) -> bool:
    """Brings this machine to the version the store points to; whether something changed.

    UnusableModel if its files are missing or not signed with this installation's key: the model in use stays.
    """
    told = store.settings.get(POINTER)
    if not told or told["version"] == registry.current():
        return False
    version = str(told["version"])
    if not _sound(registry, version):
        _fetch(store, registry, version)
    registry.promote(version)
    return True


class Follower:
    """Follows in a thread of its own until it is stopped; a fault is logged once and tried again."""

    def __init__(self, store: Store, registry: Registry, *, every: float = LOOK_EVERY_SECONDS) -> None:
        self._store = store
        self._registry = registry
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow_on, daemon=True)

    def start(self) -> Follower:
        """Begins."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends it and waits for the end."""
        self._over.set()
        self._thread.join()

    def _follow_on(self) -> None:
        last: dict[str, str] = {}
        while not self._over.wait(self._every):
            fault = self._fault()
            if fault and fault != last:
                log.error("cannot follow", **fault)
            last = fault

    def _fault(self) -> dict[str, str]:
        try:
            if follow(self._store, self._registry):
                log.info("follows the model", version=self._registry.current())
        except (UnusableModel, StoreUnavailable, OSError) as error:
            return logs.of(error)
        return {}


def _sound(registry: Registry, version: str) -> bool:
    try:
        return version in registry.versions() and bool(registry.load(version))
    except UnusableModel:
        return False


def _fetch(store: Store, registry: Registry, version: str) -> None:
    if not version.isalnum():
        raise UnusableModel("版の名前が正しくありません")
    registry.folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=registry.folder))
    try:
        for name in PARTS:
            content = store.blobs.get(version, name)
            if content is None:
                raise UnusableModel(f"モデル {version} のファイルが、まだ届いていません")
            with (staging / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        staging.chmod(0o755)
        target = registry.folder / version
        shutil.rmtree(target, ignore_errors=True)
        os.replace(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    try:
        registry.load(version)
    except UnusableModel:
        shutil.rmtree(target, ignore_errors=True)
        raise
