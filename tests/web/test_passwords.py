"""Passwords: kept as hashes, compared in the same way for everybody, refused with a reason."""

from __future__ import annotations

import pytest

from web.passwords import LEAST, MOST, hashed, matches, problem

GOOD = "あさのひかりと みなとのふね"


def test_a_password_matches_its_hash_and_no_other() -> None:
    kept = hashed(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert matches(kept, GOOD)
    assert not matches(kept, f"{GOOD}。")
    assert not matches(kept, "")
    assert hashed(GOOD) != kept


def test_an_input_method_left_on_does_not_matter() -> None:
    assert matches(hashed("correct horse 2026"), "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　２０２６")


def test_nobody_has_no_password_and_a_broken_hash_opens_to_nothing() -> None:
    for password in ("nobody has this password", "", GOOD):
        assert not matches(None, password)
    assert not matches("no hash", GOOD)


def test_a_password_is_compared_whole_however_long() -> None:
    longest = "あいうえおかきくけこ" * (MOST // 10)
    kept = hashed(longest)
    assert matches(kept, longest)
    assert not matches(kept, longest + "さ")
    assert not matches(kept, longest * 10_000)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "あ" * (LEAST - 1),
        "あいうえお" * MOST,
        "あ" * 50,
        "123123123123123",
        "hanako hanako",
        "ＨＡＮＡＫＯ ＨＡＮＡＫＯ",
        "password1234",
        "Passw0rd2026!",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "123456789012",
        "abcdefghijkl",
        "administrator",
        "hitorijanai2026",
        "パスワード パスワード",
        "welcome hanako",
    ],
)
def test_what_is_easily_guessed_is_refused_with_a_reason(bad: str) -> None:
    assert (problem(bad, name="hanako") or "").endswith("。")


@pytest.mark.parametrize(
    "good", [GOOD, "correct horse 2026", "あいうえおかきくけこさし", "80463917520948", "password of my dog Pochi"]
)
def test_length_is_enough(good: str) -> None:
    assert problem(good, name="hanako") is None
