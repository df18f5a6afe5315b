"""An encrypted file opens whole and with its key, or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from web.sealing import FIRST_LINE, PIECE, Opener, Sealer, Unopenable, make_key, read_key

KEY = bytes(range(32))
HEAD = len(FIRST_LINE) + 8 + 32
WHOLE = PIECE + 16


def sealed(data: bytes) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, KEY)
    for start in range(0, len(data), 300_001):
        sealer.write(data[start : start + 300_001])
    sealer.seal()
    return out.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    return io.BufferedReader(Opener(io.BytesIO(content), key)).read()


DATA = bytes(number % 251 for number in range(3 * PIECE + 5))
SEALED = sealed(DATA)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5])
def test_what_was_sealed_is_opened(size: int) -> None:
    content = sealed(DATA[:size])
    assert opened(content) == DATA[:size]
    assert DATA[:50] not in content


def test_the_same_twice_gives_other_bytes() -> None:
    assert sealed(b"x" * 1000)[HEAD:] != sealed(b"x" * 1000)[HEAD:]


def pieces(content: bytes) -> list[bytes]:
    return [content[start : start + WHOLE] for start in range(HEAD, len(content), WHOLE)]


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[:HEAD],
        lambda whole: whole[: HEAD + WHOLE],
        lambda whole: whole[: HEAD + 3 * WHOLE],
        lambda whole: whole + b"x",
        lambda whole: whole + whole[HEAD:],
        lambda whole: whole[:HEAD] + whole[HEAD + WHOLE :],
        lambda whole: whole[:HEAD] + b"".join(pieces(whole)[place] for place in (1, 0, 2, 3)),
        lambda whole: whole[:HEAD] + sealed(DATA)[HEAD:],
        lambda whole: whole[: len(FIRST_LINE) + 3],
    ],
)
def test_a_cut_moved_doubled_or_foreign_piece_is_found(harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unopenable, match="damaged"):
        opened(harm(SEALED))


@pytest.mark.parametrize("place", [HEAD - 1, HEAD, HEAD + PIECE, HEAD + WHOLE + 7, len(SEALED) - 1])
def test_one_changed_bit_anywhere_is_found(place: int) -> None:
    touched = bytearray(SEALED)
    touched[place] ^= 1
    with pytest.raises(Unopenable, match="damaged"):
        opened(bytes(touched))


def test_another_key_and_another_kind_of_file_are_told_apart() -> None:
    with pytest.raises(Unopenable, match="another key"):
        opened(SEALED, bytes(32))
    with pytest.raises(Unopenable, match="not a backup"):
        opened(b"PK\x03\x04" + bytes(100))
    with pytest.raises(Unopenable, match="not a backup"):
        opened(b"")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "backup.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(read_key(path)) == 32
    with pytest.raises(FileExistsError):
        make_key(path)


@pytest.mark.parametrize("content", ["", "abc", "00" * 31, "zz" * 32, "鍵"])
def test_what_is_no_key_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Unopenable, match="64 hexadecimal digits"):
        read_key(path)
