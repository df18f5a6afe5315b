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
from web.backup import Held, examined, rows_of, sealed_words, stated_keys, unpack_models
from web.releasing import Releasing, is_shared
from web.sealing import Unopenable
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
    """What was done. `faults`: of the audit trail, as it was when the backup was taken; () for an untouched one.

    `untold`: why other machines cannot be told of the model in use here; "" where they were, or there are none.
    """

    held: Held
    rows: int
    model: str | None
    faults: tuple[Fault, ...]
    kept: Kept
    untold: str


def restore(
    file: Path, key: bytes, settings: Settings, *, clock: Callable[[], datetime], replace: bool, with_models: bool
) -> Restored:
    """Puts the rows and models of a backup into the installation that the settings describe.

    What should have been deleted since is deleted now, and other machines are told of the model that is in use here
    then. Unopenable for a damaged or foreign file, UnusableModel or NotPossible where it does not fit here: then
    nothing was changed. StoreUnavailable or OSError where the database or the disk fails.
    """
    held = examined(file, key)
    _same_secret(held, settings)
    wanted = with_models and held.head.model is not None
    with _keys(held, settings), _models(file, key, held, settings, wanted=wanted, replace=replace) as place:
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
        faults, kept = store.audit.verify(), _noted(store, held, clock())
        untold = _tell(settings, store)
        return Restored(held, sum(counts.values()), _model(held, with_models), faults, kept, untold)
    finally:
        store.close()


def _model(held: Held, with_models: bool) -> str | None:
    return held.head.model if with_models else None


def _noted(store: Store, held: Held, now: datetime) -> Kept:
    after = {"backup": held.head.id, "taken": held.head.at.isoformat()}
    store.audit.append("restore backup", "store", actor=None, after=after)
    return upkeep(store, now.date())


def _tell(settings: Settings, store: Store) -> str:
    """Tells other machines of the model in use here, if there is one, whose files no backup keeps in rows."""
    if not is_shared(settings) or not (settings.hitorijanai_instance / "models" / POINTER).exists():
        return ""
    try:
        registry = instance.registry(settings.hitorijanai_instance)
        if (version := registry.current()) is not None:
            Releasing.of(settings, store, registry).tell(version, actor=None)
    except UnusableModel as error:
        return str(error)
    return ""


@contextmanager
def _keys(held: Held, settings: Settings) -> Iterator[None]:
    """Keys of the backup where there are none: one that is here may be needed for something else. Gone again if the
    backup does not fit."""
    folder, placed = settings.hitorijanai_instance / "keys", []
    try:
        for name, content in _brought(held, settings).items():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
                placed.append(folder / name)
                out.write(content)
        yield
    except (Unopenable, UnusableModel, NotPossible):
        for path in placed:
            path.unlink()
        raise


def _brought(held: Held, settings: Settings) -> dict[str, str]:
    """The keys of the backup that are neither set nor lie here."""
    folder, stated = settings.hitorijanai_instance / "keys", stated_keys(settings)
    return {
        name: content for name, content in held.head.keys.items() if name not in stated and not (folder / name).exists()
    }


def _same_secret(held: Held, settings: Settings) -> None:
    """With another secret no text could be read, and the audit trail would look forged."""
    path = settings.hitorijanai_instance / "keys" / "secret_key"
    if brought := _brought(held, settings).get("secret_key", "").strip():
        settings = settings.model_copy(update={"secret_key": brought})
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
