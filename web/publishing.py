"""Files put into place all at once: whoever reads the folder sees the old ones or the new ones, never some of each."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MANIFEST = "manifest.json"


class PublishError(Exception):
    """The folder cannot be written, or is not one that was published before; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Published:
    """What now stands in the folder: how many files and bytes, the manifest not counted."""

    files: int
    size: int


def publish(files: Iterable[tuple[str, bytes]], target: Path, *, about: dict[str, object]) -> Published:
    """Writes the files, (relative path, content), and makes `target` a symbolic link to them: one rename.

    They lie in a hidden folder beside the target; that of the time before stays for whoever still reads it. The file
    `manifest.json` holds `about` and, per path, size and SHA-256. PublishError where `target` is something else than
    such a link, or cannot be written; what stood there stays.
    """
    if target.exists() and not target.is_symlink():
        raise PublishError(f"{target} is there already and was not made by this command: name another folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target):
            return _publish(files, target, about)
    except OSError as error:
        raise PublishError(f"{target} cannot be written: {error.strerror}.") from None


def _publish(files: Iterable[tuple[str, bytes]], target: Path, about: dict[str, object]) -> Published:
    staging = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
    try:
        listed = dict(sorted(_written(files, staging)))
        manifest = json.dumps({**about, "files": listed}, ensure_ascii=False, indent=1) + "\n"
        (staging / MANIFEST).write_text(manifest, encoding="utf-8")
        _readable(staging)
        os.sync()  # the link must not outlive a loss of power that the files do not
        before = target.resolve() if target.is_symlink() else None
        link = staging.with_name(f"{staging.name}.link")
        link.symlink_to(staging.name)
        link.replace(target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    for old in target.parent.glob(f"{_prefix(target)}*"):
        if old.is_dir() and old not in (staging, before):
            shutil.rmtree(old, ignore_errors=True)
    return Published(files=len(listed), size=sum(int(one["bytes"]) for one in listed.values()))


def _written(files: Iterable[tuple[str, bytes]], staging: Path) -> Iterator[tuple[str, dict[str, str | int]]]:
    for name, content in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f"{name} leads out of the folder")
        (staging / path).parent.mkdir(parents=True, exist_ok=True)
        (staging / path).write_bytes(content)
        yield name, {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _readable(folder: Path) -> None:
    """For the web server, which is another account."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _prefix(target: Path) -> str:
    return f".{target.name}-"


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One at a time: the one who is late waits, and does not remove what the other is writing."""
    with target.with_name(f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
