"""The environment as one frozen object. All that is wrong with it is reported at once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """The environment cannot be used; the message lists every variable at fault."""


class Settings(BaseSettings):
    """What an operator may set. Every name is an environment variable; defaults serve one machine on loopback."""

    model_config = SettingsConfigDict(frozen=True, env_prefix="", extra="ignore")

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    threads: int = Field(default=8, ge=1, le=256)
    hitorijanai_instance: Path = ROOT / "instance"
    hitorijanai_catalog: Path = ROOT / "catalog" / "data"
    hitorijanai_training_data: Path = ROOT / "training_data"
    secret_key: str = Field(default="", pattern=r"^(.{32,})?$")
    """Signs the state; at least 32 characters. Made and kept in the instance folder if empty."""
    secret_key_fallbacks: str = ""
    """Older secrets, with blanks between, that still read what they signed or encrypted while keys are changed."""
    database_url: str = Field(default="", pattern=r"^(sqlite:///.+|postgresql(\+psycopg)?://.+)?$")
    """Where phrases, people and audit are kept; a SQLite file in the instance folder if empty."""
    redis_url: str = Field(default="", pattern=r"^(rediss?://.+|unix://.+)?$")
    """Where several machines count requests together and wake the worker; each process for itself if empty."""
    allowed_hosts: str = ""
    """The host names this installation answers to, with blanks between; any if empty."""
    proxy_hops: int = Field(default=0, ge=0, le=5)
    """So many proxies of ours stand before the application; only what these said of address and scheme is believed."""
    console_host: str = Field(default="127.0.0.1", min_length=1)
    console_port: int = Field(default=8001, ge=1, le=65535)
    phrase_days: int = Field(default=30, ge=1, le=366)
    """So long a consented phrase waits for a reviewer before it is deleted."""
    labelled_days: int = Field(default=365, ge=1, le=1096)
    """So long a labelled phrase is kept."""
    exit_url: str = Field(default="https://www.jma.go.jp/", pattern=r"^https://")


def read() -> Settings:
    """The settings of this process. Raises SettingsError with one line per faulty variable."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_fault(detail) for detail in error.errors())) from None


def _fault(detail: ErrorDetails) -> str:
    name = ".".join(str(part) for part in detail["loc"]).upper()
    if name == "SECRET_KEY":
        return f"{name}: must have at least 32 characters"
    return f"{name}: {detail['msg']} (is: {detail['input']!r})"


def secret_key(settings: Settings) -> str:
    """The key that signs conversations: SECRET_KEY, or one made on first use and kept readable by the owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.hitorijanai_instance / "keys" / "secret_key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """The secrets of this installation, the newest first."""
    return (secret_key(settings), *settings.secret_key_fallbacks.split())
