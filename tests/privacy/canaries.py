"""Sentences that hold a bird nobody writes of, and the search for it in bytes, however it is written there."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

BIRD, TAG = "瑠璃鶲", "qz9kanaria"
"""In every canary: letters of each kind."""
ADDRESS, AGENT = "203.0.113.", "Kanaria-Browser"
"""Where they say they come from, and with what: of these nothing may be found either."""
WORRIES = (
    "家賃が三か月払えず、{}のことを夫に言えないままです",
    "職場で{}と呼ばれて無視されています。やめたいです",
    "母の介護で眠れません。{}も世話をしています",
    "{}が学校に行きたがらず、朝になると泣きます",
    "もう消えてしまいたい。{}だけが話し相手です",
    "夫が{}の前で物を投げます。警察には言えません",
    "借金があり、{}の名前で電話がかかってきます",
    "だれとも話していません。{}と二人きりの部屋です",
)


def canary(number: int) -> str:
    """A word of its own for each number, in two scripts."""
    return f"{BIRD}{number}号 {TAG}{number}"


def worry(number: int) -> str:
    """A sentence with that canary."""
    return WORRIES[number % len(WORRIES)].format(canary(number))


def written(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "cp932", "euc_jp", "utf-16-le", "utf-16-be", "iso2022_jp"):
        try:
            raw = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        yield raw
        yield raw.hex().encode()
        yield quote(raw).encode()
        yield quote(raw).replace("%", "\\x").encode()
        yield quote(raw).replace("%", "=").encode()
        for shift in range(3):
            # Without the characters whose bits belong to what stands before and behind.
            packed = base64.b64encode(b"\0" * shift + raw)[shift and shift + 1 : -4 if (shift + len(raw)) % 3 else None]
            if len(packed) >= 8:
                yield packed
    yield text.encode("ascii", "backslashreplace")
    yield text.encode("ascii", "xmlcharrefreplace")
    yield "".join(f"&#x{ord(letter):x};" for letter in text).encode()
    yield text.encode("unicode_escape")


def _needles() -> tuple[bytes, ...]:
    marks = (BIRD, "るりびたき", "ルリビタキ", TAG, ADDRESS, AGENT)
    return tuple({needle.lower() for mark in marks for needle in written(mark)})


NEEDLES = _needles()


def found(content: bytes) -> bool:
    """Whether a canary, or where it came from, stands in the bytes."""
    lowered = content.lower()
    return any(needle in lowered for needle in NEEDLES)


def found_under(folder: Path, *, but: tuple[str, ...] = (), since: float = 0.0) -> list[str]:
    """Files under the folder that hold one in their name or their bytes; `but`: names of folders that were there.
    `since`: what was last written before that second is left out."""
    hits = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if set(but) & set(relative.parts) or not path.is_file() or path.stat().st_mtime < since:
            continue
        if found(str(relative).encode("utf-8", "surrogateescape")) or found(path.read_bytes()):
            hits.append(str(relative))
    return hits


def found_deleted(process: int) -> list[str]:
    """Files that the process holds open although they have no name any more, and that hold one."""
    hits = []
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        try:
            if descriptor.is_file() and "(deleted)" in str(descriptor.readlink()) and found(descriptor.read_bytes()):
                hits.append(str(descriptor.readlink()))
        except OSError:
            continue
    return hits
