from __future__ import annotations

from pathlib import Path

import pytest

from nlu.instance import registry
from nlu.registry import UnusableModel
from nlu.weights import Trained


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path, trained: Trained) -> None:
    with pytest.raises(UnusableModel):
        registry(tmp_path)
    version = registry(tmp_path, make_key=True).save(trained)
    assert registry(tmp_path).load(version).version == version
    assert (tmp_path / "keys" / "model.key").stat().st_mode & 0o077 == 0


def test_the_key_may_come_from_the_environment(
    tmp_path: Path, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITORIJANAI_MODEL_KEY", "ab" * 32)
    version = registry(tmp_path).save(trained)
    assert not (tmp_path / "keys").exists()
    monkeypatch.setenv("HITORIJANAI_MODEL_KEY", "cd" * 32)
    with pytest.raises(UnusableModel):
        registry(tmp_path).load(version)
    monkeypatch.setenv("HITORIJANAI_MODEL_KEY", "not hex")
    with pytest.raises(UnusableModel):
        registry(tmp_path)
