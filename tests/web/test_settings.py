from __future__ import annotations

from pathlib import Path

import pytest

from web.settings import Settings, SettingsError, read, secret_key


def test_the_defaults_serve_one_machine_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings = read()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_everything_wrong_is_said_at_once_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight")
    monkeypatch.setenv("THREADS", "0")
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    with pytest.raises(SettingsError) as caught:
        read()
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert [line.partition(":")[0] for line in lines] == ["PORT", "THREADS", "SECRET_KEY"]
    assert "hunter2" not in str(caught.value)


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(hitorijanai_instance=tmp_path, secret_key="")
    first = secret_key(settings)
    assert len(first) >= 64
    assert secret_key(settings) == first
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_given_key_is_used(tmp_path: Path) -> None:
    assert secret_key(Settings(hitorijanai_instance=tmp_path, secret_key="x" * 32)) == "x" * 32
    assert not any(tmp_path.iterdir())
