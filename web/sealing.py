"""A file encrypted in pieces, so that it can be larger than memory: AES-256-GCM, each file with a key of its own.

    first line · 8 bytes: which key · 32 bytes: salt · pieces of 1 MiB, each followed by its tag of 16 bytes

The number of a piece and whether it is the last are part of its nonce: a piece that was changed, moved, left out, or a
cut-off end is found.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

FIRST_LINE = b"hitorijanai backup 1\n"
PIECE = 1 << 20
_TAG = 16
_NAME = 8
_SALT = 32


class Unopenable(Exception):  # noqa: N818
    """The file cannot be read with this key; the message says why, for an operator."""


def make_key(path: Path) -> None:
    """Writes a new key, readable by its owner only. FileExistsError if there is one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(os.urandom(32).hex() + "\n")


def read_key(path: Path) -> bytes:
    """The key in a file of 64 hexadecimal digits. Unopenable if it is missing or something else."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise Unopenable(f"the key {path} is not there") from None
    except (OSError, ValueError):
        raise Unopenable(f"the key {path} cannot be read: it is a file of 64 hexadecimal digits") from None
    if len(key) != 32:
        raise Unopenable(f"the key {path} is not a key: it is a file of 64 hexadecimal digits")
    return key


class Sealer(io.RawIOBase):
    """What is written goes encrypted into `out`. Only `seal` makes it whole: a file without it does not open."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        self._out = out
        salt = os.urandom(_SALT)
        self._header = FIRST_LINE + _derived(key, b"", b"name")[:_NAME] + salt
        self._cipher = AESGCM(_derived(key, salt, b"file"))
        self._waiting = bytearray()
        self._count = 0
        out.write(self._header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: ReadableBuffer) -> int:
        """Takes all of it."""
        self._waiting += data
        # A whole piece waits until more follows: only then it is known not to be the last.
        while len(self._waiting) > PIECE:
            self._piece(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return memoryview(data).nbytes

    def seal(self) -> None:
        """Writes the last piece."""
        self._piece(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _piece(self, data: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last=last), data, self._header))
        self._count += 1


class Opener(io.RawIOBase):
    """Reads what a Sealer wrote. Unopenable, at once or while reading, where the file is not what was written."""

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        self._source = source
        self._header = source.read(len(FIRST_LINE) + _NAME + _SALT)
        if not self._header.startswith(FIRST_LINE):
            raise Unopenable("this is not a backup of hitorijanai, or of another version of it")
        if len(self._header) < len(FIRST_LINE) + _NAME + _SALT:
            raise Unopenable("the file is damaged: it ends in its first line")
        name, salt = self._header[len(FIRST_LINE) : -_SALT], self._header[-_SALT:]
        if name != _derived(key, b"", b"name")[:_NAME]:
            raise Unopenable("the file was encrypted with another key")
        self._cipher = AESGCM(_derived(key, salt, b"file"))
        self._next = source.read(PIECE + _TAG)
        self._count = 0
        self._over = False
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills the buffer as far as the piece at hand goes; 0 at the end."""
        while not self._ready and not self._over:
            self._ready = memoryview(self._piece())
        place = memoryview(buffer).cast("B")
        size = min(len(place), len(self._ready))
        place[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _piece(self) -> bytes:
        sealed, self._next = self._next, self._source.read(PIECE + _TAG)
        self._over = not self._next
        try:
            data = self._cipher.decrypt(_nonce(self._count, last=self._over), sealed, self._header)
        except InvalidTag:
            raise Unopenable(f"the file is damaged in its {self._count + 1}. megabyte, or its end is missing") from None
        self._count += 1
        return data


def _nonce(count: int, *, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])


def _derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=b"hitorijanai backup " + purpose).derive(key)
