"""An installation of its own, with the real model, that faults are put into."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from assistant.guide import Guide
from nlu import instance as installation
from nlu.classifier import load as load_classifier
from tests.store.postgresql import cluster
from web import passwords, second_factor
from web.app import build
from web.clock import now
from web.console.app import build as build_console
from web.settings import Settings
from web.tallying import Tallying
from web.wiring import Parts, open_store, wire

__all__ = ["cluster"]

SECRET = "a-secret-of-the-tests-32-letters"  # noqa: S105
HASH = passwords.hashed("あさのひかりと みなとのふね")


def install(instance: Path, target: Path) -> Path:
    """An installation with the model in use and its keys, and nothing else of that one."""
    version = installation.registry(instance).current()
    shutil.copytree(instance / "keys", target / "keys")
    (target / "models").mkdir(parents=True)
    shutil.copytree(instance / "models" / str(version), target / "models" / str(version))
    shutil.copy(instance / "models" / "current.json", target / "models")
    return target


@pytest.fixture(scope="module")
def home(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that a module's faults are put into; its database is in a folder of its own."""
    target = install(instance, tmp_path_factory.mktemp("home") / "instance")
    (target / "data").mkdir()
    return target


@pytest.fixture(scope="session")
def wired(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The parts of an installation that nothing happens to: its catalogue is read once for all faults."""
    nowhere = tmp_path_factory.mktemp("nowhere") / "store.sqlite"
    return wire(Settings(hitorijanai_instance=instance, database_url=f"sqlite:///{nowhere}", secret_key=SECRET))


Wiring = Callable[..., Parts]


@pytest.fixture
def wiring(wired: Parts, home: Path) -> Iterator[Wiring]:
    """Makes the parts over that installation as `web.wiring.wire` does, on SQLite unless a URL is given."""
    made: list[Parts] = []

    def make(**settings: Any) -> Parts:
        given = {"hitorijanai_instance": home, "database_url": f"sqlite:///{home / 'data' / 'store.sqlite'}"}
        chosen = wired.settings.model_copy(update=given | settings)
        classifier, store = load_classifier(home), open_store(chosen)
        predict = classifier.predict_in_time
        parts = replace(
            wired,
            settings=chosen,
            classifier=classifier,
            guide=Guide(wired.catalog, predict, now, why=classifier.heard_in_time),
            store=store,
            sharing=replace(wired.sharing, store=store, predict=predict),
            tallying=Tallying(store, now),
        )
        made.append(parts)
        return parts

    yield make
    for parts in made:
        parts.store.close()


@pytest.fixture
def settled(wiring: Wiring) -> Parts:
    """The parts over that installation, on SQLite."""
    return wiring()


@pytest.fixture
def public(settled: Parts) -> Flask:
    return build(settled)


@pytest.fixture
def clinician() -> Callable[[Parts], FlaskClient]:
    """Signs a new admin in to the console over the parts."""

    def sign_in(parts: Parts) -> FlaskClient:
        name = f"admin{len(parts.store.people.list())}"
        who = parts.store.people.create(
            name,
            role="admin",
            profession="公認心理師",
            password_hash=HASH,
            totp_secret=second_factor.new_secret(),
            actor=None,
        )
        browser = build_console(parts).test_client()
        browser.set_cookie("console", parts.store.sign_ins.confirm(parts.store.sign_ins.start(who.id)))
        return browser

    return sign_in
