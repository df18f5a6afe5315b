"""Passwords of the people of the console: hashed with Argon2id, compared in the same time whether or not they exist."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 200
"""Characters. Length is the only rule: a sentence is easier to keep in mind than a riddle."""
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")
"""Made before anybody asks, so that the first look for a name that does not exist takes no longer than others."""


def hashed(password: str) -> str:
    """The hash to keep."""
    return _hasher.hash(_folded(password))


def matches(hash: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. None, for nobody, takes as long and is False."""
    folded = _folded(password[: 4 * MOST])
    real = hash is not None and len(folded) <= MOST
    try:
        _hasher.verify(hash if hash is not None and real else _NOBODY, folded[:MOST])
    except (VerificationError, InvalidHashError):
        return False
    return real


def problem(password: str, *, name: str) -> str | None:
    """Why this cannot be the password of the person of that name, as a Japanese sentence; None if it can."""
    folded = _folded(password)
    if not LEAST <= len(folded) <= MOST:
        return f"パスワードは{LEAST}文字から{MOST}文字までです。短い文にすると、覚えやすくなります。"
    if len(set(folded)) < 5:
        return "同じ文字のくり返しは、あてられやすいので使えません。"
    if name and not "".join(folded.casefold().replace(name.casefold(), "").split()):
        return "名前と同じものは、あてられやすいので使えません。"
    return None


def _folded(password: str) -> str:
    """Width does not matter: an input method may have been on."""
    return unicodedata.normalize("NFKC", password)
