"""Backups: one encrypted file holds the rows, the models that the pointer names, and hashes of all of it.

Inside the encryption stand lines of JSON, compressed: what it is, rows, files in pieces, and at the end a count and a
hash of every table and file. A file is written beside its place, read back, and only then gets its name.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import secrets
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any, BinaryIO

from web.sealing import Opener, Sealer, Unopenable
from web.settings import Settings
from web.store.secrecy import Secrecy
from web.store.snapshot import Batch, taken

FORMAT = 1
ENDING = ".backup"
ROWS = "-rows"
"""In the name of a backup without models."""
_STAMP = "%Y%m%dT%H%M%SZ"
_PIECE = 1 << 20
KEYS = ("secret_key", "model.key")
"""Files of keys/ that a backup may hold if it is told to; the key of the backups themselves never."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a backup says first. `at`: when it was taken; `revision`: of the schema; `last`: see `snapshot.Snapshot`.

    `model` and `previous` are the versions in use and before, None without; `seal` is made with the installation's
    secret, `keys` is empty unless keys were to be in it.
    """

    format: int
    id: str
    at: datetime
    program: str
    kind: str
    revision: str
    last: Mapping[str, int]
    model: str | None
    previous: str | None
    seal: str
    keys: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in a backup: its head, and (rows, hash) of every table and (bytes, hash) of every file."""

    head: Head
    tables: Mapping[str, tuple[int, str]]
    files: Mapping[str, tuple[int, str]]


def stated_keys(settings: Settings) -> set[str]:
    """Which of KEYS are set elsewhere, so that nothing reads their files."""
    stated = {"secret_key": settings.secret_key, "model.key": settings.hitorijanai_model_key}
    return {name for name, value in stated.items() if value}


def sealed_words(head: Head) -> str:
    """What the seal of a backup is made of."""
    return f"backup:{head.id}"


def write(
    folder: Path,
    key: bytes,
    *,
    url: str,
    secrecy: Secrecy,
    now: datetime,
    models: Path | None,
    keys: Sequence[Path] = (),
) -> tuple[Path, Held]:
    """Takes a backup into the folder, while others write; gives its file and what stands in it, read back.

    `models`: the folder of models, None to leave them out; `keys`: the files of keys to put in, named as in KEYS.
    Raises snapshot.NotPossible, StoreUnavailable, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"hitorijanai-{now.astimezone(UTC).strftime(_STAMP)}{'' if models else ROWS}{ENDING}"
    handle, staged = tempfile.mkstemp(prefix=".writing-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as out:
            _write(out, key, url=url, secrecy=secrecy, now=now, models=models, keys=keys)
            out.flush()
            os.fsync(out.fileno())
        held = examined(Path(staged), key)
        os.replace(staged, folder / name)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
    _keep_name(folder)
    return folder / name, held


def remove_old(folder: Path, *, now: datetime, days: int) -> list[Path]:
    """Deletes the backups taken more than so many days ago, but never the newest, and what was left unfinished.

    The day is that of the file's name: a copy has a new date of its own.
    """
    before = now.astimezone(UTC) - timedelta(days=days)
    dated = sorted((at, path) for path in folder.glob(f"hitorijanai-*{ENDING}") if (at := taken_at(path)))
    old = [path for at, path in dated[:-1] if at < before]
    unfinished = [path for path in folder.glob(".writing-*") if path.stat().st_mtime < before.timestamp()]
    for path in (*old, *unfinished):
        path.unlink(missing_ok=True)
    return old


def taken_at(path: Path) -> datetime | None:
    """When the backup of that name was taken; None for a name of another kind."""
    stamp = path.name.removeprefix("hitorijanai-").removesuffix(ENDING).removesuffix(ROWS)
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def examined(path: Path, key: bytes) -> Held:
    """What stands in a backup, after every byte of it was read and every hash compared. Unopenable where it fails."""
    with _lines(path, key) as lines:
        head = _head(next(lines, None))
        sums = _Sums()
        end: Any = None
        for line in lines:
            if end is not None:
                raise Unopenable("the file is damaged: it goes on behind its end")
            if "end" in line:
                end = line["end"]
            elif "file" in line:
                sums.add_file(line["file"], base64.b64decode(line["data"]))
            else:
                sums.add_rows(_batch(line))
        if end != sums.told():
            raise Unopenable("the file is damaged: what stands in it is not what its end says")
        return Held(head, sums.pairs(sums.tables), sums.pairs(sums.files))


def rows_of(path: Path, key: bytes) -> Iterator[Batch]:
    """The rows of a backup, table by table."""
    with _lines(path, key) as lines:
        for line in lines:
            if "table" in line:
                yield _batch(line)


def unpack_models(path: Path, key: bytes, folder: Path) -> None:
    """Writes the files of models below the folder, as they were below models/."""
    with _lines(path, key) as lines:
        for line in lines:
            if "file" not in line:
                continue
            target = folder / line["file"]
            if not target.resolve().is_relative_to(folder.resolve()):
                raise Unopenable("the file names a place outside the models")
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("ab") as file:
                file.write(base64.b64decode(line["data"]))


class _Sums:
    """Counts and hashes of what passes by."""

    def __init__(self) -> None:
        self.tables: dict[str, tuple[int, Any]] = {}
        self.files: dict[str, tuple[int, Any]] = {}

    def add_rows(self, batch: Batch) -> None:
        self._add(self.tables, batch.table, _json([batch.columns, batch.rows]), len(batch.rows))

    def add_file(self, name: str, data: bytes) -> None:
        self._add(self.files, name, data, len(data))

    def told(self) -> dict[str, dict[str, list[Any]]]:
        """As JSON has it."""
        return {
            "tables": {name: list(pair) for name, pair in self.pairs(self.tables).items()},
            "files": {name: list(pair) for name, pair in self.pairs(self.files).items()},
        }

    @staticmethod
    def pairs(of: Mapping[str, tuple[int, Any]]) -> dict[str, tuple[int, str]]:
        return {name: (amount, digest.hexdigest()) for name, (amount, digest) in of.items()}

    @staticmethod
    def _add(to: dict[str, tuple[int, Any]], name: str, data: bytes, amount: int) -> None:
        before, digest = to.get(name, (0, hashlib.sha256()))
        digest.update(data)
        to[name] = (before + amount, digest)


def _write(
    out: BinaryIO, key: bytes, *, url: str, secrecy: Secrecy, now: datetime, models: Path | None, keys: Sequence[Path]
) -> None:
    sealer, sums, id = Sealer(out, key), _Sums(), secrets.token_hex(8)
    pointer = _pointer(models)
    with gzip.GzipFile(fileobj=sealer, mode="wb", compresslevel=1, mtime=0) as packed, taken(url) as snapshot:

        def tell(line: Mapping[str, Any]) -> None:
            packed.write(_json(line) + b"\n")

        head = Head(
            format=FORMAT,
            id=id,
            at=now.astimezone(UTC),
            program=version_of("hitorijanai"),
            kind=snapshot.kind,
            revision=snapshot.revision,
            last=snapshot.last,
            model=pointer.get("version"),
            previous=pointer.get("previous"),
            seal="",
            keys={path.name: path.read_text(encoding="ascii") for path in keys},
        )
        tell(asdict(head) | {"at": head.at.isoformat(), "seal": secrecy.seal(sealed_words(head))})
        for batch in snapshot.batches:
            sums.add_rows(batch)
            tell(asdict(batch))
        if models is not None:
            _pack_models(models, pointer, sums, tell)
        tell({"end": sums.told()})
    sealer.seal()


def _pointer(models: Path | None) -> dict[str, Any]:
    """The pointer to the model in use as it stands; whoever puts it back checks its signature."""
    if models is None or not (models / "current.json").exists():
        return {}
    read: dict[str, Any] = json.loads((models / "current.json").read_bytes())
    return read


def _pack_models(
    models: Path, pointer: Mapping[str, Any], sums: _Sums, tell: Callable[[Mapping[str, Any]], None]
) -> None:
    versions = [version for name in ("version", "previous") if (version := pointer.get(name))]
    paths = [path for version in versions for path in sorted((models / version).glob("*")) if path.is_file()]
    packed = [(path.relative_to(models).as_posix(), path.read_bytes()) for path in paths]
    if pointer:
        packed.append(("current.json", _json(pointer)))
    for name, data in packed:
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            sums.add_file(name, piece)
            tell({"file": name, "data": base64.b64encode(piece).decode()})


@contextmanager
def _lines(path: Path, key: bytes) -> Iterator[Iterator[dict[str, Any]]]:
    with path.open("rb") as file:
        packed = gzip.GzipFile(fileobj=io.BufferedReader(Opener(file, key)), mode="rb")
        try:
            yield (json.loads(line) for line in packed)
        except (ValueError, KeyError, TypeError, EOFError, zlib.error, gzip.BadGzipFile):
            raise Unopenable("the file is damaged inside, although its encryption is whole") from None


def _head(line: dict[str, Any] | None) -> Head:
    if line is None or line.get("format") != FORMAT:
        raise Unopenable("this is not a backup of hitorijanai, or of another version of it")
    return Head(**line | {"at": datetime.fromisoformat(line["at"])})


def _batch(line: Mapping[str, Any]) -> Batch:
    return Batch(line["table"], tuple(line["columns"]), tuple(map(tuple, line["rows"])))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _keep_name(folder: Path) -> None:
    """After a loss of power the file still has its name."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
