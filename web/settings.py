"""The environment, and the files it names for secrets, as one frozen object. All that is wrong is reported at once."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

SECRETS = {
    "secret_key": "must have at least 32 characters and no blanks",
    "secret_key_fallbacks": "must be secrets of at least 32 characters each, with blanks between",
    "database_url": "must be sqlite:///a/file or postgresql://user:password@host/name",
    "redis_url": "must be redis://host:port/number, rediss://… or unix:///a/socket",
}
"""Settings that may stand in a file named by NAME_FILE, and what each must be. No message shows what they are."""
_NOT_SHOWN = {**SECRETS, "hitorijanai_model_key": "must be at least 64 hexadecimal digits, two for each byte"}

NO_DRIVER = (
    "the driver of PostgreSQL is missing, or this account cannot read it: "
    "pip install -r deploy/requirements-postgresql.lock, under umask 022"
)


class SettingsError(Exception):
    """The environment cannot be used; the message lists every variable at fault."""


class Unusable(str):
    """In the place of a secret: what is wrong with the file it should stand in."""

    __slots__ = ()


class SecretFiles(PydanticBaseSettingsSource):
    """The secrets that stand in files: SECRET_KEY_FILE=/run/secrets/key gives SECRET_KEY."""

    def __call__(self) -> dict[str, Any]:
        """Name of a setting to the words of its file, or to what is wrong with it."""
        paths = {name: os.environ.get(f"{name}_file".upper(), "") for name in SECRETS}
        return {name: _from_file(name.upper(), Path(path)) for name, path in paths.items() if path}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked of a source that gives all its values at once."""
        return None, field_name, False


def _from_file(name: str, path: Path) -> str:
    if os.environ.get(name):
        return Unusable(f"{name} and {name}_FILE: only one of them may be set")
    try:
        found = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        return Unusable(f"{name}_FILE: {path} cannot be read: {error.strerror}")
    except UnicodeError:
        return Unusable(f"{name}_FILE: {path} is no text")
    return found or Unusable(f"{name}_FILE: {path} is empty")


class Settings(BaseSettings):
    """What an operator may set. Every name is an environment variable; defaults serve one machine on loopback."""

    model_config = SettingsConfigDict(frozen=True, env_prefix="", extra="ignore", env_ignore_empty=True)

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    threads: int = Field(default=8, ge=1, le=256)
    """Requests that one process answers at once; under gunicorn 4 where it is not set."""
    web_concurrency: int = Field(default=2, ge=1, le=64)
    """Processes that gunicorn starts."""
    hitorijanai_instance: Path = ROOT / "instance"
    hitorijanai_catalog: Path = ROOT / "catalog" / "data"
    hitorijanai_training_data: Path = ROOT / "training_data"
    secret_key: str = Field(default="", pattern=r"^(\S{32,})?$")
    """Signs the state; at least 32 characters. Made and kept in the instance folder if empty."""
    secret_key_fallbacks: str = Field(default="", pattern=r"^\s*(\S{32,}(\s+\S{32,})*\s*)?$")
    """Older secrets, with blanks between, that still read what they signed or encrypted while keys are changed."""
    database_url: str = Field(default="", pattern=r"^(sqlite:///.+|postgresql(\+psycopg)?://.+)?$")
    """Where phrases, people and audit are kept; a SQLite file in the instance folder if empty."""
    redis_url: str = Field(default="", pattern=r"^(rediss?://.+|unix://.+)?$")
    """Where several machines count requests together and wake the worker; each process for itself if empty."""
    hitorijanai_model_key: str = Field(default="", pattern=r"^(?:[0-9a-fA-F]{2}){32,}$|^$")
    """Signs the models (see nlu.instance, which reads it); keys/model.key in the instance folder if empty."""
    allowed_hosts: str = ""
    """The host names this installation answers to, with blanks between; any if empty."""
    proxy_hops: int = Field(default=0, ge=0, le=5)
    """So many proxies of ours stand before the application; only what these said of address and scheme is believed."""
    console_host: str = Field(default="127.0.0.1", min_length=1)
    console_port: int = Field(default=8001, ge=1, le=65535)
    metrics_host: str = Field(default="127.0.0.1", min_length=1)
    metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where this process tells its metrics, apart from what the public sees; nowhere if 0."""
    model_seconds: float = Field(default=0.6, ge=0.1, le=60)
    """So long a page waits for the model; then it goes on with buttons."""
    phrase_days: int = Field(default=30, ge=1, le=366)
    """So long a consented phrase waits for a reviewer before it is deleted."""
    labelled_days: int = Field(default=365, ge=1, le=1096)
    """So long a labelled phrase is kept."""
    exit_url: str = Field(default="https://www.jma.go.jp/", pattern=r"^https://")

    @field_validator(*SECRETS, mode="before")
    @classmethod
    def _readable(cls, value: object) -> object:
        if isinstance(value, Unusable):
            raise ValueError(str(value))
        return value

    @field_validator("database_url")
    @classmethod
    def _has_its_driver(cls, url: str) -> str:
        """A folder that the account cannot read is found, but as one of no package."""
        if url.startswith("postgresql") and getattr(find_spec("psycopg"), "origin", None) is None:
            raise ValueError(f"DATABASE_URL: {NO_DRIVER}")
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What the code gives, then files, then the environment."""
        return init_settings, SecretFiles(settings_cls), env_settings


def read() -> Settings:
    """The settings of this process. Raises SettingsError with one line per faulty variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_fault(detail) for detail in error.errors())) from None


def _fault(detail: ErrorDetails) -> str:
    name = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    if name in _NOT_SHOWN:
        return f"{name.upper()}: {_NOT_SHOWN[name]}"
    return f"{name.upper()}: {detail['msg']} (is: {detail['input']!r})"


def secret_key(settings: Settings) -> str:
    """The key that signs conversations: SECRET_KEY, or one made on first use and kept readable by the owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.hitorijanai_instance / "keys" / "secret_key"
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """A new key. Of processes that start at once one makes it; none sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=".making-") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The secrets of this installation, the newest first."""
    return (secret_key(settings), *settings.secret_key_fallbacks.split())
