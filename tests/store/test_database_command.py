from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.store.postgresql import Cluster
from web.commands.database import database
from web.settings import Settings
from web.store import migrating
from web.wiring import open_store


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'store.sqlite'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.create())


def run(*arguments: str, url: str | None = None, instance: Path = Path("nowhere")) -> Result:
    named = ("--url", url) if url else ()
    return CliRunner().invoke(database, [*named, *arguments], obj=settings_of(instance))


def settings_of(instance: Path, *keys: str) -> Settings:
    """An installation with its file, and with secrets, the newest first."""
    newest, *older = keys or ("",)
    return Settings(
        hitorijanai_instance=instance, database_url="", secret_key=newest, secret_key_fallbacks=" ".join(older)
    )


def test_the_operator_upgrades_asks_and_goes_back(url: str) -> None:
    assert run("upgrade", url=url).output == "The database is at revision 0001.\n"
    asked = run("revision", url=url)
    assert (asked.exit_code, asked.output) == (0, "0001\n")
    assert run("downgrade", "base", url=url).exit_code == 2, "not by a slip of the hand"
    assert migrating.revision(url) == "0001"
    assert run("downgrade", "base", "--yes", url=url).exit_code == 0
    asked = run("revision", url=url)
    assert asked.exit_code == 1
    assert "database upgrade" in asked.output


def test_without_a_url_it_is_the_file_of_the_installation(tmp_path: Path) -> None:
    assert run("upgrade", instance=tmp_path).exit_code == 0
    assert (tmp_path / "store.sqlite").exists()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql+psycopg://hana:secret@127.0.0.1:1/x",
            "cannot be used: OperationalError: connection failed: connection to server at",
        ),
        ("mysql://hana:secret@host/x", "the database is sqlite:///"),
        (
            "sqlite:////proc/nowhere/store.sqlite",
            "cannot be used: FileNotFoundError: [Errno 2] No such file or directory",
        ),
    ],
)
def test_what_cannot_be_used_is_said_without_the_address(url: str, said: str) -> None:
    done = run("upgrade", url=url)
    assert done.exit_code == 1
    assert said in done.output
    assert "secret" not in done.output


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_hold_every_letter_is_refused_with_the_way_to_make_one(
    cluster: Cluster, encoding: str
) -> None:
    name = f"{cluster.create()}_{encoding.lower()}"
    cluster.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    done = run("upgrade", url=cluster.url(name))
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
    assert f"is in {encoding} and must be in UTF8" in done.output
    assert migrating.revision(cluster.url(name)) is None


def test_an_unknown_revision_is_refused(tmp_path: Path) -> None:
    done = run("upgrade", instance=tmp_path)
    done = run("downgrade", "4711", "--yes", instance=tmp_path)
    assert done.exit_code == 1
    assert "4711" in done.output


def test_after_a_rotation_the_newest_secret_alone_opens_everything_and_without_the_older_one_it_says_so(
    tmp_path: Path,
) -> None:
    old, new = "o" * 32, "n" * 32
    store = open_store(settings_of(tmp_path, old))
    store.contacts.add("電話がつながりませんでした", date(2026, 11, 25))
    store.close()

    done = CliRunner().invoke(database, ["rotate"], obj=settings_of(tmp_path, new))
    assert done.exit_code == 1
    assert "SECRET_KEY_FALLBACKS" in done.output

    done = CliRunner().invoke(database, ["rotate"], obj=settings_of(tmp_path, new, old))
    assert (done.exit_code, done.output) == (0, "1 texts are encrypted with the newest secret.\n")

    store = open_store(settings_of(tmp_path, new))
    assert [message.text for message in store.contacts.list()] == ["電話がつながりませんでした"]
    assert store.audit.verify() == ()
    store.close()
