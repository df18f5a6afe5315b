from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from nlu import registry as registry_module
from nlu.registry import Registry, UnusableModel
from nlu.weights import Trained
from tests.nlu.conftest import KEY

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def version(registry: Registry, trained: Trained) -> str:
    return registry.save(trained)


def test_what_is_saved_is_loaded(registry: Registry, version: str, trained: Trained) -> None:
    loaded = registry.load(version).trained
    assert loaded.labels == trained.labels
    for grams in ("words", "characters"):
        kept, given = getattr(loaded, grams), getattr(trained, grams)
        assert set(kept) == set(given)
        offsets = (len(loaded.words), len(trained.words)) if grams == "characters" else (0, 0)
        for gram in list(given)[::50]:
            new, old = kept[gram] + offsets[0], given[gram] + offsets[1]
            assert np.array_equal(loaded.weights[new], trained.weights[old])
            assert loaded.idf[new] == trained.idf[old]
    assert loaded.card == trained.card


def test_the_bytes_depend_on_nothing_but_the_content(registry: Registry, version: str) -> None:
    with zipfile.ZipFile(registry.folder / version / "weights.npz") as packed:
        kept = {(entry.date_time, entry.create_version, entry.extra) for entry in packed.infolist()}
    assert kept == {((1980, 1, 1, 0, 0, 0), 20, b"")}, "numpy.savez writes 45 under some versions of Python"


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("name", ["weights.npz", "vocabulary.json", "card.json", "manifest.json", "signature"])
@pytest.mark.parametrize("act", [flipped, Path.unlink])
def test_a_touched_model_is_refused_before_it_is_opened(
    registry: Registry, version: str, monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[Path], None]
) -> None:
    act(registry.folder / version / name)

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(registry_module.np, "load", opened)
    with pytest.raises(UnusableModel):
        registry.load(version)
    with pytest.raises(UnusableModel):
        registry.promote(version)


def test_a_model_of_another_installation_is_refused(registry: Registry, version: str) -> None:
    foreign = Registry(registry.folder, b"another key")
    with pytest.raises(UnusableModel, match="署名が合いません"):
        foreign.load(version)


def test_a_renamed_model_is_refused(registry: Registry, version: str) -> None:
    shutil.copytree(registry.folder / version, registry.folder / ("0" * 16))
    with pytest.raises(UnusableModel):
        registry.load("0" * 16)


@pytest.mark.parametrize("version", ["../../etc", "nothing-there", "", "."])
def test_a_version_that_is_not_there(registry: Registry, version: str) -> None:
    with pytest.raises(UnusableModel):
        registry.load(version)


def test_another_dictionary_is_another_model(registry: Registry, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_module, "versions", lambda: {"sudachipy": "0", "sudachidict-core": "0"})
    with pytest.raises(UnusableModel, match="学習し直してください"):
        registry.load(version)


def test_promote_and_roll_back(registry: Registry, trained: Trained, version: str) -> None:
    assert registry.current() is None
    registry.promote(version)
    assert registry.current() == version
    with pytest.raises(UnusableModel):
        registry.rollback()
    second = registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    registry.promote(second)
    assert registry.rollback() == version
    assert registry.current() == version
    assert registry.versions() == sorted([version, second])


def test_a_forged_pointer_is_refused(registry: Registry, version: str) -> None:
    registry.promote(version)
    path = registry.folder / "current.json"
    pointer = json.loads(path.read_text())
    for forged in ({**pointer, "version": "0" * 16}, {"version": version}, [], "x"):
        path.write_text(json.dumps(forged))
        with pytest.raises(UnusableModel):
            registry.current()
    path.write_bytes(b"\xff{")
    with pytest.raises(UnusableModel):
        registry.current()


def test_a_half_written_model_is_no_version(registry: Registry, version: str) -> None:
    (registry.folder / ".saving-x").mkdir()
    assert registry.versions() == [version]


def test_a_damaged_copy_is_replaced_by_saving_again(registry: Registry, version: str, trained: Trained) -> None:
    flipped(registry.folder / version / "card.json")
    assert registry.save(trained) == version
    registry.load(version)


def test_promoting_from_many_sides_leaves_a_sound_pointer(registry: Registry, trained: Trained, version: str) -> None:
    second = registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    threads = [Thread(target=registry.promote, args=(name,)) for name in (version, second) * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.current() in (version, second)


PROMOTING = """
import os, random, signal, sys, time
from pathlib import Path
from nlu.registry import Registry

registry = Registry(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
versions, seen, broken = registry.versions(), set(), 0
for number in range(200):
    child = os.fork()
    if not child:
        while True:
            for version in versions if number % 2 else versions[::-1]:
                registry.promote(version)
    time.sleep(random.Random(number).uniform(0.001, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        seen.add(registry.load(registry.current()).version)
    except Exception:
        broken += 1
print(broken, len(seen))
"""


def test_two_hundred_promotions_killed_at_random_moments_leave_the_old_or_the_new_model(
    registry: Registry, trained: Trained, version: str
) -> None:
    registry.promote(version)
    registry.save(Trained(**{**vars(trained), "temperature": 2.0}))
    arguments = [sys.executable, "-c", PROMOTING, str(registry.folder), KEY.hex()]
    ended = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout.split() == ["0", "2"]
