"""The second factor: a code of six digits that changes every 30 seconds (TOTP)."""

from __future__ import annotations

import unicodedata
from datetime import datetime

import pyotp
import segno

ISSUER = "hitorijanai"
"""In plain letters, so that the picture stays small enough for a terminal."""
STEP = 30
_NEIGHBOURS = (0, -1, 1)
"""A telephone's clock may be off by one step."""


def new_secret() -> str:
    """A secret of 160 random bits, in base 32."""
    return pyotp.random_base32(32)


def address(secret: str, name: str) -> str:
    """The otpauth: address that an authenticator app reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def picture(secret: str, name: str) -> segno.QRCode:
    """The address as a QR code."""
    return segno.make(address(secret, name), error="m", micro=False)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, the present one or a neighbour; None for another code. Width and blanks pass."""
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    present, totp = int(now.timestamp()) // STEP, pyotp.TOTP(secret)
    for offset in _NEIGHBOURS:
        if pyotp.utils.strings_equal(totp.generate_otp(present + offset), digits):
            return present + offset
    return None
