from __future__ import annotations

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from web.learning import environment
from web.settings import NO_DRIVER, ROOT, SECRETS, Settings, SettingsError, read, secret_key, secrets_of


def test_the_defaults_serve_one_machine_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    settings = read()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_everything_wrong_is_said_at_once_and_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight")
    monkeypatch.setenv("THREADS", "0")
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setenv("HITORIJANAI_MODEL_KEY", "abc123")
    with pytest.raises(SettingsError) as caught:
        read()
    lines = str(caught.value).splitlines()
    assert len(lines) == 4
    assert [line.partition(":")[0] for line in lines] == ["PORT", "THREADS", "SECRET_KEY", "HITORIJANAI_MODEL_KEY"]
    assert "hunter2" not in str(caught.value)
    assert "abc123" not in str(caught.value)


@pytest.mark.parametrize("found", [None, ModuleSpec("psycopg", None, is_package=True)], ids=["missing", "unreadable"])
def test_postgresql_without_its_driver_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, found: ModuleSpec | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1/name")
    assert read().database_url.endswith("/name")
    monkeypatch.setattr("web.settings.find_spec", lambda name: found)
    with pytest.raises(SettingsError) as caught:
        read()
    assert str(caught.value) == f"DATABASE_URL: {NO_DRIVER}"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(hitorijanai_instance=tmp_path, secret_key="")
    first = secret_key(settings)
    assert len(first) >= 64
    assert secret_key(settings) == first
    assert (tmp_path / "keys" / "secret_key").stat().st_mode & 0o077 == 0


def test_a_given_key_is_used(tmp_path: Path) -> None:
    assert secret_key(Settings(hitorijanai_instance=tmp_path, secret_key="x" * 32)) == "x" * 32
    assert not any(tmp_path.iterdir())


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment without a secret."""
    for name in SECRETS:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    return monkeypatch


def test_secrets_may_stand_in_files(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stands = {
        "SECRET_KEY": "k" * 40,
        "SECRET_KEY_FALLBACKS": f"{'a' * 32}\n{'b' * 32}",
        "DATABASE_URL": "postgresql://hana:hush@127.0.0.1/hitorijanai",
        "REDIS_URL": "redis://:hush@127.0.0.1:6379/0",
    }
    for name, words in stands.items():
        (tmp_path / name).write_text(f"{words}\n", encoding="utf-8")
        clean.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = read()
    assert {name: getattr(settings, name.lower()) for name in stands} == stands
    assert secrets_of(settings) == ("k" * 40, "a" * 32, "b" * 32)


def test_files_that_cannot_be_used_are_all_told_together_with_everything_else(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_text(" \n", encoding="utf-8")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "key").write_text("k" * 40, encoding="utf-8")
    clean.setenv("SECRET_KEY", "e" * 40)
    clean.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    clean.setenv("SECRET_KEY_FALLBACKS_FILE", str(tmp_path / "empty"))
    clean.setenv("DATABASE_URL_FILE", str(tmp_path / "missing"))
    clean.setenv("REDIS_URL_FILE", str(tmp_path / "bytes"))
    clean.setenv("PORT", "eight")
    with pytest.raises(SettingsError) as caught:
        read()
    said = str(caught.value)
    assert sorted(line.partition(":")[0] for line in said.splitlines()) == [
        "DATABASE_URL_FILE",
        "PORT",
        "REDIS_URL_FILE",
        "SECRET_KEY and SECRET_KEY_FILE",
        "SECRET_KEY_FALLBACKS_FILE",
    ]
    assert "kkkk" not in said
    assert "eeee" not in said


@pytest.mark.parametrize("in_a_file", [True, False])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "hush"),
        ("SECRET_KEY", "hush with blanks that are more than 32 characters"),
        ("SECRET_KEY_FALLBACKS", f"{'a' * 32} hush"),
        ("DATABASE_URL", "mysql://hana:hush@127.0.0.1/hitorijanai"),
        ("DATABASE_URL", "postgres://hana:hush@127.0.0.1/hitorijanai"),
        ("REDIS_URL", "http://:hush@127.0.0.1"),
    ],
)
def test_a_wrong_secret_is_named_and_not_shown(
    clean: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, *, in_a_file: bool
) -> None:
    (tmp_path / "file").write_text(value, encoding="utf-8")
    clean.setenv(f"{name}_FILE" if in_a_file else name, str(tmp_path / "file") if in_a_file else value)
    with pytest.raises(SettingsError) as caught:
        read()
    assert str(caught.value).startswith(f"{name}: must ")
    assert "hush" not in str(caught.value)
    assert "hana" not in str(caught.value)


def test_an_empty_variable_is_one_that_is_not_set(clean: pytest.MonkeyPatch) -> None:
    clean.setenv("PORT", "")
    clean.setenv("SECRET_KEY_FILE", "")
    assert (read().port, read().secret_key) == (8000, "")


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from web.settings import Settings, secret_key;"
        "print(secret_key(Settings(hitorijanai_instance=Path(sys.argv[1]), secret_key='')))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    keys = {process.communicate()[0] for process in started}
    assert len(keys) == 1
    assert len(keys.pop().strip()) == 64
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["secret_key"]


def test_another_process_gets_the_same_settings_wherever_the_secrets_stood(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("k" * 40, encoding="utf-8")
    clean.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    first = read()
    for name, value in environment(first).items():
        clean.setenv(name, value)
    assert read() == first
