"""A release reaches machines that share nothing but the database, and nothing unsigned does."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from nlu import instance
from nlu.classifier import Classifier
from nlu.registry import Registry, UnusableModel
from tests.store.postgresql import Cluster, cluster
from tests.support.lessons import learnt
from tests.support.ports import free_port
from web import replicas
from web.commands import models
from web.releasing import Releasing
from web.settings import Settings
from web.store import Store, migrating
from web.store.blobs import Blobs
from web.store.database import Database

__all__ = ["cluster"]

KEY, NEW_KEY = bytes.fromhex("11" * 32), bytes.fromhex("22" * 32)
SECRET = "a-secret-of-the-tests-32-letters"  # noqa: S105


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    migrating.upgrade(url)
    return url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url, [SECRET])
    yield opened
    opened.close()


@pytest.fixture
def here(tmp_path: Path) -> Registry:
    """The machine on which models are released, with one in use."""
    registry = Registry(tmp_path / "here", KEY)
    home = Registry(learnt() / "instance" / "models", bytes.fromhex(_key()))
    trained = home.load(str(home.current())).trained
    registry.promote(registry.save(trained))
    return registry


@pytest.fixture
def there(tmp_path: Path) -> Registry:
    """Another machine, with nothing yet."""
    return Registry(tmp_path / "there", KEY)


def _key() -> str:
    return (learnt() / "instance" / "keys" / "model.key").read_text(encoding="ascii").strip()


def shared(store: Store, registry: Registry) -> str:
    version = str(registry.current())
    replicas.publish(store, registry, version)
    replicas.point(store, version, actor=None)
    return version


def second(registry: Registry, temperature: float = 2.0) -> str:
    trained = registry.load(str(registry.current())).trained
    version = registry.save(replace(trained, temperature=temperature))
    registry.promote(version)
    return version


def rekeyed(registry: Registry) -> Registry:
    """The model in use as a machine with the new key has it: the same version."""
    version = str(registry.current())
    anew = Registry(registry.folder.parent / "anew", NEW_KEY)
    anew.promote(anew.save(registry.load(version).trained))
    assert anew.current() == version
    return anew


def test_a_replica_fetches_what_it_lacks_and_follows_there_and_back(
    store: Store, here: Registry, there: Registry
) -> None:
    assert not replicas.follow(store, there)
    first = shared(store, here)
    assert replicas.follow(store, there)
    assert there.current() == first
    assert not replicas.follow(store, there)
    serving = Classifier(there)
    newer = second(here)
    shared(store, here)
    assert replicas.follow(store, there)
    serving._next_look = 0.0
    told = serving.predict("家賃が払えない")
    assert told is not None
    assert told.model == newer
    here.rollback()
    shared(store, here)
    assert replicas.follow(store, there)
    assert there.current() == first


def test_a_release_of_the_same_version_again_is_no_change(store: Store, here: Registry) -> None:
    shared(store, here)
    shared(store, here)
    assert len(store.audit.list(action="set")) == 1


@pytest.mark.parametrize("name", replicas.PARTS)
def test_bytes_that_somebody_touched_in_the_database_are_never_used(
    store: Store, url: str, here: Registry, there: Registry, name: str
) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    newer = second(here)
    shared(store, here)
    touched(url, newer, name)
    with pytest.raises(UnusableModel):
        replicas.follow(store, there)
    assert there.current() == first
    assert there.versions() == [first]
    assert not list(there.folder.glob(".fetching-*"))


def test_a_replica_with_another_key_takes_nothing(store: Store, here: Registry, tmp_path: Path) -> None:
    shared(store, here)
    foreign = Registry(tmp_path / "foreign", b"another key")
    with pytest.raises(UnusableModel, match="署名が合いません"):
        replicas.follow(store, foreign)
    assert foreign.versions() == []


@pytest.mark.parametrize("version", ["0123456789abcdef", "../keys", ""])
def test_a_pointer_to_what_is_not_there_changes_nothing(
    store: Store, here: Registry, there: Registry, version: str
) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    store.settings.set(replicas.POINTER, {"version": version}, actor=None)
    with pytest.raises(UnusableModel):
        replicas.follow(store, there)
    assert there.current() == first


def test_a_fetch_that_was_cut_off_is_done_again(store: Store, here: Registry, there: Registry) -> None:
    first = shared(store, here)
    (there.folder / ".fetching-x").mkdir(parents=True)
    (there.folder / ".fetching-x" / "weights.npz").write_bytes(b"half")
    assert replicas.follow(store, there)
    assert there.current() == first


def test_a_damaged_copy_on_the_replica_is_fetched_anew(store: Store, here: Registry, there: Registry) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    newer = second(here)
    shared(store, here)
    shutil.copytree(there.folder / first, there.folder / newer)
    assert replicas.follow(store, there)
    assert there.load(newer).version == newer


def test_a_follower_follows_by_itself_and_survives_what_it_cannot_use(
    store: Store, here: Registry, there: Registry
) -> None:
    follower = replicas.Follower(store, there, every=0.01).start()
    try:
        store.settings.set(replicas.POINTER, {"version": "0123456789abcdef"}, actor=None)
        time.sleep(0.1)
        first = shared(store, here)
        end = time.monotonic() + 30
        while there.current() != first and time.monotonic() < end:
            time.sleep(0.01)
    finally:
        follower.stop()
    assert there.current() == first


def published(store: Store) -> set[str]:
    return {version for version, _, _ in store.blobs.list()}


def test_the_store_holds_the_model_in_use_and_the_one_before_and_no_older_one(store: Store, here: Registry) -> None:
    first = shared(store, here)
    newer = second(here)
    shared(store, here)
    assert published(store) == {first, newer}
    newest = second(here, temperature=3.0)
    for _ in range(2):
        shared(store, here)
        assert published(store) == {newer, newest}
    here.rollback()
    shared(store, here)
    assert published(store) == {newer, newest}


def test_what_the_store_points_to_stays_while_another_machine_publishes(store: Store, here: Registry) -> None:
    first = shared(store, here)
    version = here.save(replace(here.load(first).trained, temperature=2.0))
    other = Registry(here.folder.parent / "other", KEY)
    other.promote(other.save(here.load(version).trained))
    replicas.publish(store, other, version)
    assert published(store) == {first, version}


def test_a_version_signed_with_a_new_key_takes_the_place_of_the_old_one(
    store: Store, here: Registry, there: Registry
) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    newly, replica = rekeyed(here), Registry(there.folder, NEW_KEY)
    with pytest.raises(UnusableModel, match="署名が合いません"):
        replicas.follow(store, replica)
    assert there.load(first).version == first, "what does not fit takes nothing away"
    assert shared(store, newly) == first
    assert replicas.follow(store, replica)
    assert replica.load(str(replica.current())).version == first
    assert not replicas.follow(store, replica)


def test_a_replica_whose_pointer_is_right_fetches_files_that_another_key_signed(
    store: Store, here: Registry, there: Registry
) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    shared(store, rekeyed(here))
    replica = Registry(there.folder, NEW_KEY)
    shutil.copy(here.folder.parent / "anew" / "current.json", there.folder)
    assert replica.current() == first
    assert replicas.follow(store, replica)
    assert replica.load(first).version == first


def test_a_follower_verifies_what_is_in_use_once_and_again_when_its_signature_changed(
    store: Store, here: Registry, there: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shared(store, here)
    replicas.follow(store, there)
    seen, opened = replicas.Seen(), []
    load = Registry.load
    monkeypatch.setattr(Registry, "load", lambda self, version: opened.append(version) or load(self, version))
    for _ in range(5):
        assert not replicas.follow(store, there, seen)
    assert opened == [first]
    for look in (seen, replicas.Seen()):
        (there.folder / first / "signature").unlink()
        assert replicas.follow(store, there, look)
        assert there.load(first).version == first
        assert not replicas.follow(store, there, look)


def test_files_that_did_not_fit_are_not_fetched_again_before_they_are_signed_anew(
    store: Store, here: Registry, there: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared(store, here)
    replica, seen, fetched = Registry(there.folder, NEW_KEY), replicas.Seen(), []
    get = Blobs.get
    monkeypatch.setattr(Blobs, "get", lambda self, version, name: fetched.append(name) or get(self, version, name))
    for _ in range(3):
        with pytest.raises(UnusableModel, match="署名が合いません"):
            replicas.follow(store, replica, seen)
    assert fetched.count("weights.npz") == 1
    shared(store, rekeyed(here))
    assert replicas.follow(store, replica, seen)


def test_a_release_that_was_cut_off_publishes_again_what_another_took_out(store: Store, here: Registry) -> None:
    first = shared(store, here)
    version = here.save(replace(here.load(first).trained, temperature=2.0))
    trainer, releaser = (
        store.people.create(name, role="releaser", profession="", password_hash="x", actor=None)  # noqa: S106
        for name in ("trainer", "releaser")
    )
    store.candidates.create(version, gate={}, passed=True, actor=trainer.id)
    store.candidates.decide(version, "released", actor=releaser.id)
    assert version not in published(store)
    Releasing(store, here, shared=True).release(version, actor=releaser.id)
    assert store.settings.get(replicas.POINTER) == {"version": version}
    assert published(store) == {first, version}


def touched(url: str, version: str, name: str) -> None:
    """One byte of a part is another."""
    database = Database(url)
    database.write(
        lambda connection: (
            connection.exec_driver_sql(
                "UPDATE blobs SET bytes = CAST(substr(bytes, 1, size - 2) || x'07' || substr(bytes, size) AS BLOB) "
                "WHERE version = ? AND name = ?",
                (version, name),
            ).rowcount
        )
    )
    database.close()


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """An installation of its own that has two models, the first in use."""
    registry = instance.registry(tmp_path / "machine", make_key=True)
    home = Registry(learnt() / "instance" / "models", bytes.fromhex(_key()))
    trained = home.load(str(home.current())).trained
    registry.promote(registry.save(trained))
    registry.save(replace(trained, temperature=2.0))
    return tmp_path / "machine"


def test_the_commands_move_every_machine_and_say_what_is_left_without_a_database(
    cluster: Cluster, machine: Path, tmp_path: Path
) -> None:
    url = cluster.url(cluster.create())
    migrating.upgrade(url)
    settings = Settings(hitorijanai_instance=machine, database_url=url, secret_key=SECRET)
    here = instance.registry(machine)
    shutil.copytree(machine / "keys", tmp_path / "other" / "keys")
    there = instance.registry(tmp_path / "other")
    first = str(here.current())
    (second,) = set(here.versions()) - {first}
    with closing(Store.open(url, [SECRET])) as store:
        for command, arguments, version in ((models.promote, [second], second), (models.rollback, [], first)):
            done = CliRunner().invoke(command, arguments, obj=settings)
            assert (done.exit_code, done.output) == (0, f"{version}\n")
            assert replicas.follow(store, there)
            assert not replicas.follow(store, here), "the worker of this machine leaves it so"
            assert (here.current(), there.current()) == (version, version)
        assert len(store.audit.list(action="roll back")) == 1
    gone = settings.model_copy(update={"database_url": cluster.url("nothing", port=free_port())})
    done = CliRunner().invoke(models.rollback, [], obj=gone)
    assert (done.exit_code, here.current()) == (1, second)
    assert f"hitorijanai promote {second}" in done.stderr


def test_a_machine_alone_goes_back_without_its_database_too(machine: Path, tmp_path: Path) -> None:
    here = instance.registry(machine)
    first = str(here.current())
    (second,) = set(here.versions()) - {first}
    here.promote(second)
    (tmp_path / "no-folder").touch()
    lost = f"sqlite:///{tmp_path / 'no-folder' / 'store.sqlite'}"
    settings = Settings(hitorijanai_instance=machine, database_url=lost, secret_key=SECRET)
    done = CliRunner().invoke(models.rollback, [], obj=settings)
    assert here.current() == first
    assert (done.exit_code, first in done.stderr) == (1, True)
    assert "ほかの機械" not in done.stderr
