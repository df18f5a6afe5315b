"""What is purged is in no byte of the files, neither as it was written nor as it was encrypted."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from tests.store.conftest import KEYS, TODAY, new_phrase
from web.store import Store

PLAIN = "canary-in-the-mine"


def files(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


def test_no_byte_of_a_purged_phrase_or_message_stays_behind(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = Store.open(sqlite_url, KEYS)
    for number in range(300):
        expires = TODAY + timedelta(days=1 if number % 3 else 300)
        store.phrases.add(new_phrase(f"{PLAIN} {number}" + "あ" * (number * 5), cluster="c", expires_on=expires))
    for number in range(50):
        store.contacts.add(f"{PLAIN} {number}", TODAY)
    with sqlite3.connect(path) as connection:
        purged = [text for (text,) in connection.execute("SELECT text FROM phrases WHERE expires_on < '2026-12-25'")]
        kept = [text for (text,) in connection.execute("SELECT text FROM phrases WHERE expires_on > '2026-12-25'")]
        purged += [text for (text,) in connection.execute("SELECT text FROM contacts")]
    connection.close()
    before = b"".join(files(path).values())
    assert (len(purged), len(kept)) == (250, 100)
    assert all(cipher[-60:].encode() in before for cipher in purged), "the search would find what is there"

    assert store.phrases.purge(TODAY + timedelta(days=1)).wiped
    assert store.contacts.purge(TODAY + timedelta(days=1)) == 50
    after = files(path)
    assert set(after) == {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm"}
    for name, content in after.items():
        assert PLAIN.encode() not in content, name
        assert not [cipher for cipher in purged if cipher[12:60].encode() in content], name
        assert not [cipher for cipher in purged if cipher[-60:].encode() in content], name
    everything = b"".join(after.values())
    assert all(cipher[-60:].encode() in everything for cipher in kept)
    store.close()


def test_a_reader_who_holds_old_pages_is_told_of_and_the_next_purge_wipes(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = Store.open(sqlite_url, KEYS)
    store.phrases.add(new_phrase(expires_on=TODAY))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    (cipher,) = reader.execute("SELECT text FROM phrases").fetchone()
    purged = store.phrases.purge(TODAY)
    assert (purged.rows, purged.wiped) == (1, False)
    reader.execute("COMMIT")
    reader.close()
    again = store.phrases.purge(TODAY)
    assert (again.rows, again.wiped) == (0, True)
    assert all(cipher[-60:].encode() not in content for content in files(path).values())
    store.close()


def test_the_file_is_readable_by_its_owner_only(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    store = Store.open(sqlite_url, KEYS)
    store.phrases.add(new_phrase())
    assert {each.name: each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {
        "store.sqlite": 0o600,
        "store.sqlite-wal": 0o600,
        "store.sqlite-shm": 0o600,
    }
    store.close()
