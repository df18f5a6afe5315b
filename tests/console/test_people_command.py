"""`hitorijanai people …`: how people of the console are made, renewed and kept out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.console.conftest import PASSWORD
from web import passwords
from web.cli import main
from web.store import Store
from web.store.people import Person

FRESH = "よるのうみに ほしがふる"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `hitorijanai people …` over an installation of its own; gives the exit status and all that was printed."""
    monkeypatch.setenv("HITORIJANAI_INSTANCE", str(tmp_path / "own"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "own").mkdir()

    def command(*words: str, typed: str = "") -> tuple[int, str]:
        done = CliRunner().invoke(main, ["people", *words], input=typed)
        return done.exit_code, done.output

    return command


@pytest.fixture
def kept(tmp_path: Path, run: Run) -> Callable[[str], Person | None]:
    """The person as the store of that installation has it."""

    def read(name: str) -> Person | None:
        key = (tmp_path / "own" / "keys" / "secret_key").read_text(encoding="ascii")
        store = Store.open(f"sqlite:///{tmp_path / 'own' / 'store.sqlite'}", (key,))
        found = store.people.by_name(name)
        store.close()
        return found

    return read


ADD = ("add", "Hanako", "--role", "reviewer", "--profession", "公認心理師")


def test_a_person_is_added_and_the_printed_secret_is_theirs(run: Run, kept: Callable[[str], Person | None]) -> None:
    status, printed = run(*ADD, typed=f"{PASSWORD}\n{PASSWORD}\n")
    who = kept("hanako")
    assert status == 0
    assert who is not None
    assert passwords.matches(who.password_hash, PASSWORD)
    assert f"secret={who.totp_secret}" in printed
    assert "otpauth://totp/" in printed
    assert "█" in printed
    assert PASSWORD not in printed


def test_the_password_is_read_from_standard_input_where_asked(run: Run, kept: Callable[[str], Person | None]) -> None:
    assert run(*ADD, "--password-stdin", typed=f"{PASSWORD}\n")[0] == 0
    who = kept("hanako")
    assert who is not None
    assert passwords.matches(who.password_hash, PASSWORD)


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (ADD, "short\nshort\n", "12文字"),
        (("add", " ", *ADD[2:]), f"{PASSWORD}\n{PASSWORD}\n", "A name has"),
        ((*ADD[:4], "--profession", " "), f"{PASSWORD}\n{PASSWORD}\n", "A profession has"),
        (("disable", "nobody"), "", "There is no 'nobody'"),
        (("role", "nobody", "king"), "", "king"),
    ],
)
def test_what_cannot_be_is_told_without_a_trace(run: Run, words: tuple[str, ...], typed: str, told: str) -> None:
    status, printed = run(*words, typed=typed)
    assert status != 0
    assert told in printed
    assert "Traceback" not in printed


def test_a_name_is_taken_once_in_whatever_width(run: Run) -> None:
    run(*ADD, "--password-stdin", typed=f"{PASSWORD}\n")
    status, printed = run("add", "ＨＡＮＡＫＯ", *ADD[2:], "--password-stdin", typed=f"{PASSWORD}\n")
    assert status == 1
    assert "is there already" in printed


def test_a_person_is_kept_out_let_in_moved_and_renewed(run: Run, kept: Callable[[str], Person | None]) -> None:
    run(*ADD, "--password-stdin", typed=f"{PASSWORD}\n")
    first = kept("hanako")
    assert first is not None
    run("disable", "hanako", "--reason", "休職")
    assert "disabled" in run("list")[1]
    run("enable", "hanako")
    run("role", "hanako", "releaser")
    run("password", "hanako", "--password-stdin", typed=f"{FRESH}\n")
    run("totp", "hanako")
    last = kept("hanako")
    assert last is not None
    assert (last.active, last.role) == (True, "releaser")
    assert passwords.matches(last.password_hash, FRESH)
    assert last.totp_secret != first.totp_secret
    status, printed = run("list")
    assert status == 0
    assert "releaser" in printed
    assert "公認心理師" in printed
    assert (last.totp_secret or "") not in printed


def test_a_database_that_cannot_be_used_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own" / "store.sqlite").write_bytes(b"no database at all" * 100)
    status, printed = run("list")
    assert status == 1
    assert "DATABASE_URL" in printed
    assert len(printed.splitlines()) == 1
