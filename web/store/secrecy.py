"""Texts encrypted at rest, and marks that tell equal texts and forged rows. Keys are derived from secrets."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nlu.text import normalise


class Secrecy:
    """Encrypts with the first of the secrets and reads with all. ValueError without a secret or with an empty one."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("the store needs at least one secret, and none may be empty")
        self._texts = MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(each, b"text"))) for each in secrets])
        self._marks = [_derived(each, b"digest") for each in secrets]
        self._seals = [_derived(each, b"audit") for each in secrets]
        self._lock = threading.Lock()
        self._lost = 0

    @property
    def lost(self) -> int:
        """How many times a text could not be read because its key is gone, or its bytes are not what was written."""
        return self._lost

    def hide(self, text: str) -> str:
        """The text encrypted; the same text twice gives different results."""
        # Fernet writes the second of encryption in clear before the text; with 0 nothing tells when a row was made.
        return self._texts.encrypt_at_time(text.encode(errors="surrogatepass"), 0).decode()

    def show(self, hidden: str | None) -> str | None:
        """The text; None where nothing was hidden, and, counted in `lost`, where no key opens it."""
        if hidden is None:
            return None
        try:
            return self._texts.decrypt(hidden.encode()).decode(errors="surrogatepass")
        except (InvalidToken, UnicodeError):
            with self._lock:
                self._lost += 1
            return None

    def digest(self, text: str) -> str:
        """The same for texts that differ in nothing but width, case, spaces and repeats; useless without the key."""
        return self.digests(text)[0]

    def digests(self, text: str) -> list[str]:
        """The digest by every key, the newest first: rows may be older than the newest key."""
        return [_mark(key, normalise(text)) for key in self._marks]

    def seal(self, words: str) -> str:
        """A signature of the head of the audit trail."""
        return _mark(self._seals[0], words)

    def sealed(self, words: str, seal: str) -> bool:
        """Whether the signature was made by one of the keys."""
        return any(hmac.compare_digest(_mark(key, words), seal) for key in self._seals)


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"hitorijanai store " + purpose).derive(secret.encode())


def _mark(key: bytes, words: str) -> str:
    return hmac.new(key, words.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
