"""The second factor: codes as authenticator apps make them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from web.second_factor import STEP, address, new_secret, picture, step_of

NOW = datetime.fromtimestamp(1111111109, UTC)
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # noqa: S105  # the key of the examples of RFC 6238


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(second, UTC)) == second // STEP


def test_each_code_tells_its_step_so_that_it_can_be_taken_once() -> None:
    secret, present = new_secret(), int(NOW.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    steps = [step_of(secret, totp.generate_otp(present + offset), NOW) for offset in (-2, -1, 0, 1, 2)]
    assert steps == [None, present - 1, present, present + 1, None]


@pytest.mark.parametrize("code", ["", "1", "0818040", "²²²²²²", "๐๘๑๘๐๔", "08180a", "-81804", "0" * 10_000])
def test_what_is_no_code_has_no_step(code: str) -> None:
    assert step_of(RFC_SECRET, code, NOW) is None


@pytest.mark.parametrize("code", ["081804", " 081 804 ", "０８１８０４", "081\u3000804"])
def test_blanks_and_width_pass(code: str) -> None:
    assert step_of(RFC_SECRET, code, NOW) is not None


def test_secrets_are_long_and_never_the_same() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(len(secret) == 32 for secret in made)


def test_the_address_is_one_that_apps_read() -> None:
    parts = urlsplit(address(RFC_SECRET, "花子&x"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path).endswith(":花子&x")
    assert parse_qs(parts.query)["secret"] == [RFC_SECRET]
    assert picture(RFC_SECRET, "花子&x").version <= 12
