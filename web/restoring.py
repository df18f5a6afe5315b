"""From a backup to an installation: everything is looked at before anything is changed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nlu import instance
from nlu.errors import UnusableModel
from web.backup import Held, examined, rows_of, sealed_words, unpack_models
from web.settings import Settings, secrets_of
from web.store import Store, default_url
from web.store.audit import Fault
from web.store.secrecy import Secrecy
from web.store.snapshot import NotPossible, put_back
from web.upkeep import Kept, upkeep
from web.wiring import open_store

POINTER = "current.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done. `faults`: of the audit trail, as it was when the backup was taken; () for an untouched one."""

    held: Held
    rows: int
    model: str | None
    faults: tuple[Fault, ...]
    kept: Kept


def restore(
    file: Path, key: bytes, settings: Settings, *, clock: Callable[[], datetime], replace: bool, with_models: bool
) -> Restored:
    """Puts the rows and models of a backup into the installation that the settings describe.

    What should have been deleted since is deleted now. Unopenable for a damaged or foreign file, UnusableModel or
    NotPossible where it does not fit here: then nothing was changed, but for missing keys that the backup held.
    StoreUnavailable or OSError where the database or the disk fails.
    """
    held = examined(file, key)
    _put_back_keys(held, settings.hitorijanai_instance / "keys")
    _same_secret(held, settings)
    with _models(
        file, key, held, settings, wanted=with_models and held.head.model is not None, replace=replace
    ) as place:
        counts = put_back(
            settings.database_url or default_url(settings.hitorijanai_instance),
            rows_of(file, key),
            revision=held.head.revision,
            last=held.head.last,
            replace=replace,
        )
        place()
    store = open_store(settings)
    try:
        faults = store.audit.verify()
        return Restored(held, sum(counts.values()), _model(held, with_models), faults, _noted(store, held, clock()))
    finally:
        store.close()


def _model(held: Held, with_models: bool) -> str | None:
    return held.head.model if with_models else None


def _noted(store: Store, held: Held, now: datetime) -> Kept:
    after = {"backup": held.head.id, "taken": held.head.at.isoformat()}
    store.audit.append("restore backup", "store", actor=None, after=after)
    return upkeep(store, now.date())


def _put_back_keys(held: Held, folder: Path) -> None:
    """Only where there is none: a key that is here may be needed for something else."""
    for name, content in held.head.keys.items():
        if (folder / name).exists():
            continue
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(content)


def _same_secret(held: Held, settings: Settings) -> None:
    """With another secret no text could be read, and the audit trail would look forged."""
    path = settings.hitorijanai_instance / "keys" / "secret_key"
    if not settings.secret_key and not path.exists():
        raise NotPossible(f"the secret of the installation is not here: put {path} or SECRET_KEY back first")
    if not Secrecy(secrets_of(settings)).sealed(sealed_words(held.head), held.head.seal):
        raise NotPossible(
            "the backup belongs to another secret than SECRET_KEY or keys/secret_key here; an older one can be named "
            "in SECRET_KEY_FALLBACKS"
        )


@contextmanager
def _models(
    file: Path, key: bytes, held: Held, settings: Settings, *, wanted: bool, replace: bool
) -> Iterator[Callable[[], None]]:
    """The models of the backup unpacked and verified; what is given puts them into use."""
    if not wanted:
        yield lambda: None
        return
    registry = instance.registry(settings.hitorijanai_instance)
    folder = registry.folder
    if (folder / POINTER).exists() and not replace:
        raise NotPossible(
            "a model is in use here already; with --replace that of the backup takes its place, with --without-models "
            "it stays"
        )
    folder.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".restoring-", dir=folder))
    try:
        unpack_models(file, key, staging)
        _verify(settings, staging, held)
        yield lambda: _place(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _verify(settings: Settings, staging: Path, held: Held) -> None:
    """The model in use can be opened with the key that is here; the one before is looked at when somebody goes back."""
    unpacked = instance.registry(settings.hitorijanai_instance)
    unpacked.folder = staging
    version = unpacked.current()
    if version is None or version != held.head.model:
        raise UnusableModel("バックアップの中で、使うモデルの版が食いちがっています")
    unpacked.load(version)


def _place(staging: Path, folder: Path) -> None:
    for path in sorted(staging.iterdir(), key=lambda path: path.name == POINTER):
        target = folder / path.name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(path, target)
