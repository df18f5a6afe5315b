"""`hitorijanai backup` and `restore`: what an operator types, reads and finds in the folder."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.model import CATEGORY_IDS
from nlu import classifier, instance
from nlu.corpus import NONE, Example, corpus_of
from nlu.registry import Registry
from nlu.training import train
from tests.store.postgresql import Cluster, cluster
from web import backup, replicas
from web.cli import main
from web.store import Store, default_url, migrating
from web.store.secrecy import Secrecy

__all__ = ["cluster"]

LABELS = (*CATEGORY_IDS, NONE)
WORDS = "家賃が払えない"


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with a small model in use, one before it, and rows. Copied, never changed."""
    home = tmp_path_factory.mktemp("lived-in") / "instance"
    registry = instance.registry(home, make_key=True)
    for few in (5, 4):
        said = [Example(f"{label} {n}", label, (), False, "plain", "x", n) for label in LABELS for n in range(few)]
        registry.promote(registry.save(train(corpus_of(said, CATEGORY_IDS))))
    assert run(home, "upkeep").exit_code == 0, "makes the secret and the database"
    store = Store.open(default_url(home), [(home / "keys" / "secret_key").read_text(encoding="ascii").strip()])
    store.contacts.add(WORDS, date(2026, 11, 25))
    store.audit.append("write", "something", actor=None)
    store.close()
    return home


@pytest.fixture
def here(lived_in: Path, tmp_path: Path) -> Path:
    return shutil.copytree(lived_in, tmp_path / "here")


@pytest.fixture
def empty(lived_in: Path, tmp_path: Path) -> Path:
    """An empty machine, on which the keys were put back by hand."""
    shutil.copytree(lived_in / "keys", tmp_path / "empty" / "keys")
    return tmp_path / "empty"


def run(instance: Path, *arguments: str | Path, **environment: str) -> Result:
    told = {"HITORIJANAI_INSTANCE": str(instance), "SECRET_KEY": "", "DATABASE_URL": "", **environment}
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=told, catch_exceptions=False)


def written(folder: Path) -> Path:
    (found,) = folder.glob("*.backup")
    return found


def held(instance: Path, folder: Path) -> backup.Held:
    key = bytes.fromhex((instance / "keys" / "backup.key").read_text(encoding="ascii"))
    return backup.examined(written(folder), key)


def contents(instance: Path) -> dict[str, bytes]:
    return {str(path.relative_to(instance)): path.read_bytes() for path in instance.rglob("*") if path.is_file()}


def test_rows_and_models_come_back_on_an_empty_machine(here: Path, empty: Path, tmp_path: Path) -> None:
    made = run(here, "backup", tmp_path / "kept")
    assert made.exit_code == 0, made.output
    assert "Made the key" in made.output
    shutil.copy(here / "keys" / "backup.key", empty / "keys")
    file = written(tmp_path / "kept")
    assert file.stat().st_mode & 0o777 == 0o600

    checked = run(empty, "restore", file, "--check")
    assert checked.exit_code == 0
    assert not (empty / "store.sqlite").exists()

    done = run(empty, "restore", file)
    assert done.exit_code == 0, done.output
    assert "the audit trail is whole" in done.output
    before, after = (instance.registry(home) for home in (here, empty))
    assert after.current() == before.current()
    assert classifier.load(empty).predict(WORDS) == classifier.load(here).predict(WORDS)
    assert after.rollback() == before.rollback(), "the model before is there too"
    store = Store.open(default_url(empty), [(empty / "keys" / "secret_key").read_text(encoding="ascii").strip()])
    assert [contact.text for contact in store.contacts.list()] == [WORDS]
    assert store.audit.verify() == ()
    store.close()


def test_no_word_and_no_key_can_be_read_in_the_file(here: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept").exit_code == 0
    content = written(tmp_path / "kept").read_bytes()
    secret = (here / "keys" / "secret_key").read_bytes().strip()
    for hidden in (WORDS.encode(), secret, b"contacts", b"something", b"manifest.json"):
        assert hidden not in content
    head = backup.examined(written(tmp_path / "kept"), bytes.fromhex((here / "keys" / "backup.key").read_text())).head
    assert head.keys == {}


def test_keys_travel_only_when_told_to_and_never_over_others(here: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept", "--with-keys").exit_code == 0
    file, bare = written(tmp_path / "kept"), tmp_path / "bare"
    key = ("--key-file", here / "keys" / "backup.key")
    assert run(bare, "restore", file, *key).exit_code == 0
    for name in ("secret_key", "model.key"):
        assert (bare / "keys" / name).read_bytes() == (here / "keys" / name).read_bytes()
        assert (bare / "keys" / name).stat().st_mode & 0o777 == 0o600
    assert not (bare / "keys" / "backup.key").exists()

    other = tmp_path / "other"
    (other / "keys").mkdir(parents=True)
    (other / "keys" / "secret_key").write_text("f" * 64, encoding="ascii")
    refused = run(other, "restore", file, *key)
    assert refused.exit_code == 1
    assert "SECRET_KEY_FALLBACKS" in refused.output
    assert (other / "keys" / "secret_key").read_text(encoding="ascii") == "f" * 64
    assert not (other / "store.sqlite").exists()
    former = (here / "keys" / "secret_key").read_text(encoding="ascii").strip()
    assert run(other, "restore", file, *key, SECRET_KEY_FALLBACKS=former).exit_code == 0


def test_a_file_of_a_key_that_is_set_in_the_environment_stays_out(here: Path, tmp_path: Path) -> None:
    retired = (here / "keys" / "secret_key").read_text(encoding="ascii").strip()
    model_key = (here / "keys" / "model.key").read_text(encoding="ascii").strip()
    key = ("--key-file", here / "keys" / "backup.key")
    now = {"SECRET_KEY": "s" * 40, "SECRET_KEY_FALLBACKS": retired}
    assert run(here, "backup", tmp_path / "a", "--with-keys", **now).exit_code == 0
    assert set(held(here, tmp_path / "a").head.keys) == {"model.key"}
    assert run(here, "backup", tmp_path / "b", "--with-keys", HITORIJANAI_MODEL_KEY=model_key).exit_code == 0
    assert set(held(here, tmp_path / "b").head.keys) == {"secret_key"}

    done = run(tmp_path / "bare", "restore", written(tmp_path / "a"), *key, **now)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "bare" / "keys").iterdir()} == {"model.key"}


def test_a_key_that_is_set_is_not_put_beside(here: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept", "--with-keys").exit_code == 0
    former = (here / "keys" / "secret_key").read_text(encoding="ascii").strip()
    key = ("--key-file", here / "keys" / "backup.key")
    done = run(tmp_path / "bare", "restore", written(tmp_path / "kept"), *key, SECRET_KEY=former)
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "bare" / "keys").iterdir()} == {"model.key"}


def test_a_restore_that_is_refused_has_put_no_key(here: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept", "--with-keys").exit_code == 0
    file, key = written(tmp_path / "kept"), ("--key-file", here / "keys" / "backup.key")
    other = tmp_path / "other"
    (other / "keys").mkdir(parents=True)
    (other / "keys" / "secret_key").write_text("f" * 64, encoding="ascii")
    former = contents(other)
    assert run(other, "restore", file, *key).exit_code == 1
    assert contents(other) == former
    assert run(other, "restore", file, *key, SECRET_KEY="g" * 64).exit_code == 1
    assert contents(other) == former

    (other / "keys" / "secret_key").unlink()
    (other / "keys" / "model.key").write_text("1" * 64, encoding="ascii")
    former = contents(other)
    refused = run(other, "restore", file, *key)
    assert "署名が合いません" in refused.output
    assert contents(other) == former, "the secret fits, but the model does not"


def test_a_backup_that_brings_another_secret_than_its_own_is_refused_and_nothing_is_changed(
    here: Path, tmp_path: Path
) -> None:
    """As older programs wrote them where SECRET_KEY was set."""
    assert run(here, "backup", tmp_path / "key").exit_code == 0
    file, _ = backup.write(
        tmp_path / "kept",
        bytes.fromhex((here / "keys" / "backup.key").read_text()),
        url=default_url(here),
        secrecy=Secrecy(["s" * 40]),
        now=datetime(2026, 11, 25, tzinfo=UTC),
        models=None,
        keys=[here / "keys" / "secret_key"],
    )
    bare, key = tmp_path / "bare", ("--key-file", here / "keys" / "backup.key")
    refused = run(bare, "restore", file, *key)
    assert refused.exit_code == 1
    assert "belongs to another secret" in refused.output
    assert not bare.exists()
    done = run(bare, "restore", file, *key, SECRET_KEY="s" * 40, SECRET_KEY_FALLBACKS=secret(here))
    assert done.exit_code == 0, done.output
    assert not (bare / "keys").exists()


@pytest.mark.parametrize(
    ("missing", "said"),
    [("secret_key", "put"), ("model.key", "鍵がない"), ("backup.key", "is not there")],
)
def test_a_missing_key_is_named_before_anything_is_changed(
    here: Path, empty: Path, tmp_path: Path, missing: str, said: str
) -> None:
    assert run(here, "backup", tmp_path / "kept").exit_code == 0
    shutil.copy(here / "keys" / "backup.key", empty / "keys")
    (empty / "keys" / missing).unlink()
    former = contents(empty)
    done = run(empty, "restore", written(tmp_path / "kept"))
    assert done.exit_code == 1
    assert said in done.output
    assert contents(empty) == former


def test_a_damaged_or_foreign_file_is_refused_and_nothing_is_changed(here: Path, empty: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept").exit_code == 0
    shutil.copy(here / "keys" / "backup.key", empty / "keys")
    former, file = contents(empty), written(tmp_path / "kept")
    whole = file.read_bytes()
    for harm, said in (
        (whole[: len(whole) // 2], "damaged"),
        (whole[:-40] + bytes(40), "damaged"),
        (b"SQLite format 3\0" + bytes(1000), "not a backup of hitorijanai"),
        (b"", "not a backup of hitorijanai"),
    ):
        file.write_bytes(harm)
        done = run(empty, "restore", file)
        assert done.exit_code == 1
        assert said in done.output
        assert contents(empty) == former


def test_what_is_in_use_is_replaced_only_when_told_to(here: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept").exit_code == 0
    file, model = written(tmp_path / "kept"), instance.registry(here).current()
    instance.registry(here).rollback()
    refused = run(here, "restore", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert instance.registry(here).current() != model
    assert run(here, "restore", file, "--without-models").exit_code == 1, "the rows are there too"
    assert run(here, "restore", file, "--replace").exit_code == 0
    assert instance.registry(here).current() == model


def test_rows_alone_are_a_hundredth_of_the_size_and_come_back_alone(here: Path, empty: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "whole").exit_code == 0
    assert run(here, "backup", tmp_path / "rows", "--without-models").exit_code == 0
    rows = written(tmp_path / "rows")
    assert rows.name.endswith("Z-rows.backup")
    assert rows.stat().st_size * 20 < written(tmp_path / "whole").stat().st_size
    key = ("--key-file", here / "keys" / "backup.key")
    assert run(empty, "restore", rows, *key).exit_code == 0
    assert not (empty / "models").exists()


@pytest.fixture
def address(cluster: Cluster) -> str:
    url = cluster.url(cluster.create())
    migrating.upgrade(url)
    return url


def secret(instance: Path) -> str:
    return (instance / "keys" / "secret_key").read_text(encoding="ascii").strip()


def published(here: Path, rows: Path, address: str) -> str:
    """The version in use, told to other machines; a backup of the rows alone is taken into `rows` then."""
    version = str(instance.registry(here).current())
    assert run(here, "promote", version, DATABASE_URL=address).exit_code == 0
    assert run(here, "backup", rows, "--without-models", DATABASE_URL=address).exit_code == 0
    return version


def replica(of: Path, folder: Path) -> Registry:
    """Another machine with the same keys."""
    shutil.copytree(of / "keys", folder / "keys")
    return instance.registry(folder)


def test_no_backup_holds_published_models_as_rows_and_a_restore_publishes_the_one_in_use(
    here: Path, empty: Path, tmp_path: Path, cluster: Cluster, address: str
) -> None:
    version = published(here, tmp_path / "rows", address)
    assert run(here, "backup", tmp_path / "whole", DATABASE_URL=address).exit_code == 0
    key = ("--key-file", here / "keys" / "backup.key")
    for kept in ("rows", "whole"):
        tables = held(here, tmp_path / kept).tables
        assert "settings" in tables
        assert "blobs" not in tables
    assert written(tmp_path / "rows").stat().st_size * 20 < written(tmp_path / "whole").stat().st_size

    fresh = cluster.url(cluster.create())
    done = run(empty, "restore", written(tmp_path / "whole"), *key, DATABASE_URL=fresh)
    assert done.exit_code == 0, done.output
    with closing(Store.open(fresh, [secret(empty)])) as store:
        there = replica(here, tmp_path / "there")
        assert replicas.follow(store, there)
        assert there.current() == version
        assert store.audit.verify() == ()


def test_rows_alone_publish_the_model_of_this_machine_whichever_the_backup_pointed_to(
    here: Path, empty: Path, tmp_path: Path, cluster: Cluster, address: str
) -> None:
    published(here, tmp_path / "rows", address)
    key, rows = ("--key-file", here / "keys" / "backup.key"), written(tmp_path / "rows")
    version = instance.registry(here).rollback()
    assert run(here, "restore", rows, *key, "--replace", DATABASE_URL=address).exit_code == 0
    with closing(Store.open(address, [secret(here)])) as store:
        assert store.settings.get(replicas.POINTER) == {"version": version}
        assert {published for published, _, _ in store.blobs.list()} >= {version}

    assert run(empty, "restore", rows, *key, DATABASE_URL=cluster.url(cluster.create())).exit_code == 0, "no model here"

    (here / "models" / "current.json").write_text("{}", encoding="ascii")
    done = run(here, "restore", rows, *key, "--replace", DATABASE_URL=address)
    assert done.exit_code == 1
    assert "hitorijanai promote" in done.output
    with closing(Store.open(address, [secret(here)])) as store:
        assert store.audit.verify() == (), "the rows are back"


def test_on_sqlite_a_restore_publishes_nothing(here: Path, empty: Path, tmp_path: Path) -> None:
    assert run(here, "backup", tmp_path / "kept").exit_code == 0
    key = ("--key-file", here / "keys" / "backup.key")
    assert run(empty, "restore", written(tmp_path / "kept"), *key).exit_code == 0
    with closing(Store.open(default_url(empty), [secret(empty)])) as store:
        assert store.blobs.list() == ()
        assert store.settings.get(replicas.POINTER) is None
    (empty / "models" / "current.json").write_text("{}", encoding="ascii")
    rows_only = run(empty, "restore", written(tmp_path / "kept"), *key, "--replace", "--without-models")
    assert rows_only.exit_code == 0, "nobody has to be told"


def test_a_broken_model_does_not_keep_the_rows_from_being_saved(here: Path, tmp_path: Path) -> None:
    (here / "models" / "current.json").write_text("{}", encoding="ascii")
    done = run(here, "backup", tmp_path / "kept")
    assert done.exit_code == 1
    assert "The rows are safe" in done.output
    key = bytes.fromhex((here / "keys" / "backup.key").read_text(encoding="ascii"))
    assert backup.examined(written(tmp_path / "kept"), key).tables["contacts"][0] == 1


def test_old_backups_go_by_the_day_in_their_name_and_the_newest_never(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 3, tzinfo=UTC)
    ages = (0, 13, 15, 400)
    for days in ages:
        (tmp_path / f"hitorijanai-{now - timedelta(days=days):%Y%m%dT%H%M%SZ}.backup").touch()
    (tmp_path / f"hitorijanai-{now - timedelta(days=16):%Y%m%dT%H%M%SZ}-rows.backup").touch()
    for name in ("hitorijanai-yesterday.backup", "other.backup", "hitorijanai-20200101T000000Z.txt"):
        (tmp_path / name).touch()
    gone = backup.remove_old(tmp_path, now=now, days=14)
    assert [backup.taken_at(path) for path in gone] == [now - timedelta(days=days) for days in (400, 16, 15)]
    assert len(list(tmp_path.iterdir())) == 5
    assert backup.remove_old(tmp_path, now=now + timedelta(days=999), days=14) != []
    assert (tmp_path / f"hitorijanai-{now:%Y%m%dT%H%M%SZ}.backup").exists(), "an old backup is better than none"


def test_backups_may_not_be_kept_as_long_as_sentences(here: Path, tmp_path: Path) -> None:
    refused = run(here, "backup", tmp_path / "kept", "--keep-days", "30")
    assert refused.exit_code == 1
    assert "at most 29" in refused.output
    assert not (tmp_path / "kept").exists()
    assert run(here, "backup", tmp_path / "kept", "--keep-days", "29", "--without-models").exit_code == 0
    assert run(here, "backup", tmp_path / "kept", "--without-models", PHRASE_DAYS="1").exit_code == 0


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(here: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    done = run(here, "backup", tmp_path / "kept" / "below")
    assert done.exit_code == 1
    assert "cannot be used" in done.output
    (here / "store.sqlite").write_bytes(b"SQLite format 3\0" + bytes(5000))
    for rest in here.glob("store.sqlite-*"):
        rest.unlink()
    done = run(here, "backup", tmp_path / "other")
    assert done.exit_code == 1
    assert list((tmp_path / "other").iterdir()) == []
