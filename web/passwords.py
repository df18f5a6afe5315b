"""Passwords of the people of the console: hashed with Argon2id, compared in the same time whether or not they exist."""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 12, 200
"""Characters. Length is the only rule: a sentence is easier to keep in mind than a riddle."""
OWN = 8
"""So many characters must be left where what everybody tries, and the own name, is taken out."""
_TRIED = (
    *("password", "passw0rd", "passphrase", "administrator", "admin", "welcome", "letmein", "iloveyou", "login"),
    *("secret", "master", "dragon", "monkey", "football", "baseball", "princess", "sunshine", "sakura", "nippon"),
    *("パスワード", "ぱすわーど", "ひみつ", "よろしく", "おねがいします", "ありがとう"),
    *("hitorijanai", "ひとりじゃない", "minaoshi", "みなおし", "console", "reviewer", "releaser"),
)
"""What is guessed first, and the words that this installation itself suggests."""
_ROWS = (
    *("12345678901234567890", "0987654321", "abcdefghijklmnopqrstuvwxyz"),
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm"),
)
_STEPS = 4
"""So many neighbours on a keyboard, or in the alphabet, are a run."""
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
    if len(_own(folded.casefold(), name.casefold())) < OWN:
        return "よく使われる言葉や、文字の並びがほとんどなので、あてられやすいです。ほかの言葉を足してください。"
    return None


def _own(password: str, name: str) -> str:
    """What is left without runs, words that everybody tries, the name, and blanks."""
    kept = "".join(
        letter
        for at, letter in enumerate(password)
        if not any(
            len(run := password[max(0, start) : start + _STEPS]) == _STEPS and any(run in row for row in _ROWS)
            for start in range(at - _STEPS + 1, at + 1)
        )
    )
    for word in sorted((*_TRIED, *([name] if name else [])), key=len, reverse=True):
        kept = kept.replace(word, "")
    return "".join(kept.split())


def _folded(password: str) -> str:
    """Width does not matter: an input method may have been on."""
    return unicodedata.normalize("NFKC", password)
