"""Models for machines that share no folder: a release puts the files into the store, a replica fetches what it lacks.

The store names the version; on such machines its word counts more than the pointer of any one of them. A replica checks
signature and hashes of every file before it is opened, and leaves what it serves alone where something does not fit.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from nlu.registry import Registry, UnusableModel
from web import logs
from web.store import Store, StoreUnavailable
from web.store.blobs import SIGNATURE

POINTER = "model_pointer"
PARTS = ("weights.npz", "vocabulary.json", "card.json", "manifest.json", SIGNATURE)
LOOK_EVERY_SECONDS = 2.0
log = logs.get("replicas")


def publish(store: Store, registry: Registry, version: str) -> None:
    """Puts the files of a sound version into the store; again is harmless. Raises UnusableModel.

    Beside it stay the versions that the store points to and that are in use here now and before.
    """
    registry.load(version)
    told = store.settings.get(POINTER)
    beside = {told and told["version"], registry.current(), registry.previous()}
    parts = {name: (registry.folder / version / name).read_bytes() for name in PARTS}
    store.blobs.put(version, parts, beside={str(one) for one in beside if one})


def point(store: Store, version: str, *, actor: int | None) -> None:
    """Tells the replicas which version to use; its files are published before."""
    former = store.settings.get(POINTER)
    if former is None or former["version"] != version:
        store.settings.set(POINTER, {"version": version}, actor=actor)


@dataclass(slots=True)
class Seen:
    """What `follow` need not do again. `sound`: the version and signature here that were verified; `refused`: those of
    the store that do not fit, and why."""

    sound: object = None
    refused: tuple[str, bytes] | None = None
    why: str = ""


def follow(store: Store, registry: Registry, seen: Seen | None = None) -> bool:
    """Brings this machine to the version the store points to; whether something changed.

    UnusableModel if its files are missing or not signed with this installation's key: the model in use stays. A pointer
    of this machine that another key signed counts as none.
    """
    told = store.settings.get(POINTER)
    if not told:
        return False
    seen = seen or Seen()
    version, in_use = str(told["version"]), _in_use(registry)
    if version == in_use and seen.sound is not None and seen.sound == _signed(registry, version):
        return False
    sound = _sound(registry, version)
    if not sound:
        _fetch(store, registry, version, seen)
    if version != in_use:
        registry.promote(version, anew=in_use is None)
    seen.sound = _signed(registry, version)
    return version != in_use or not sound


class Follower:
    """Follows in a thread of its own until it is stopped; a fault is logged once and tried again."""

    def __init__(self, store: Store, registry: Registry, *, every: float = LOOK_EVERY_SECONDS) -> None:
        self._store = store
        self._registry = registry
        self._seen = Seen()
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
            if follow(self._store, self._registry, self._seen):
                log.info("follows the model", version=self._registry.current())
        except (UnusableModel, StoreUnavailable, OSError) as error:
            return logs.of(error)
        return {}


def _in_use(registry: Registry) -> str | None:
    try:
        return registry.current()
    except UnusableModel:
        return None


def _signed(registry: Registry, version: str) -> object:
    """Which signature lies here, without opening it."""
    try:
        found = (registry.folder / version / SIGNATURE).stat()
    except OSError:
        return None
    return version, found.st_mtime_ns, found.st_ino


def _sound(registry: Registry, version: str) -> bool:
    try:
        return version in registry.versions() and bool(registry.load(version))
    except UnusableModel:
        return False


def _fetch(store: Store, registry: Registry, version: str, seen: Seen) -> None:
    """Puts the files of the store in the place of those here, once they are verified. What did not fit is not fetched
    again before it is signed anew."""
    if not version.isalnum():
        raise UnusableModel("版の名前が正しくありません")
    signature = _part(store, version, SIGNATURE)
    if (version, signature) == seen.refused:
        raise UnusableModel(seen.why)
    registry.folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=registry.folder))
    try:
        (staging / version).mkdir()
        (staging / version).chmod(0o755)
        for name in PARTS:
            _write(staging / version / name, _part(store, version, name))
        fetched = copy(registry)
        fetched.folder = staging
        try:
            fetched.load(version)
        except UnusableModel as error:
            seen.refused, seen.why = (version, signature), str(error)
            raise
        target = registry.folder / version
        shutil.rmtree(target, ignore_errors=True)
        os.replace(staging / version, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _part(store: Store, version: str, name: str) -> bytes:
    content = store.blobs.get(version, name)
    if content is None:
        raise UnusableModel(f"モデル {version} のファイルが、まだ届いていません")
    return content


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
