"""The folder of one installation: its models, and the key that signs them. Never part of the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from nlu.registry import Registry, UnusableModel

DEFAULT = Path(__file__).resolve().parent.parent / "instance"


def registry(instance: Path | None = None, *, make_key: bool = False) -> Registry:
    """The models of an installation (default: HITORIJANAI_INSTANCE, or `instance/` beside the code).

    The key is HITORIJANAI_MODEL_KEY (hex) or the file keys/model.key, made with `make_key`. Without a key:
    UnusableModel, because nothing could be checked.
    """
    folder = instance or Path(os.environ.get("HITORIJANAI_INSTANCE") or DEFAULT)
    return Registry(folder / "models", _key(folder / "keys" / "model.key", make_key))


def _key(path: Path, make: bool) -> bytes:
    stated = os.environ.get("HITORIJANAI_MODEL_KEY")
    try:
        if stated:
            return bytes.fromhex(stated)
        if make and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise UnusableModel("モデルの署名を確かめる鍵がないか、読み取れません") from error
