"""Models on disk: content-addressed folders, signed, and one signed pointer to the model in use.

    models/<version>/weights.npz  vocabulary.json  card.json  manifest.json  signature
    models/current.json

The hash and signature of every file are checked before any of them is opened for its content.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from marisa_trie import Trie

from nlu.errors import UnusableModel
from nlu.grams import Grams, Letters, Pairs
from nlu.kana import KanaReader
from nlu.tokenizer import versions
from nlu.weights import DangerWeights, Trained

__all__ = ["Registry", "Stored", "UnusableModel"]

FORMAT = 8
_FILES = ("weights.npz", "vocabulary.json", "card.json")
_STAGING = (".saving-", ".pointing-", ".fetching-")
"""How folders begin in which something is made before it is moved to its place."""
_LINEAR = ("idf", "weights", "bias")
_PAIRED = ("pair_idf", "pair_weights")
_GRAMS = ("words", "characters")


@dataclass(frozen=True, slots=True)
class Stored:
    """A verified model: its version and the arrays the classifier needs (see Trained)."""

    version: str
    trained: Trained


class Registry:
    """The models in `folder`, signed with `key` (any length, secret to this installation)."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self._key = key

    def save(self, trained: Trained) -> str:
        """Stores a model of `train`, not yet in use, and gives its version: the same content has the same version."""
        contents = _contents(trained)
        manifest = _json(
            {"format": FORMAT, "tokenizer": versions(), "files": {n: _sha(b) for n, b in contents.items()}}
        )
        version = _sha(manifest)[:16]
        target = self.folder / version
        if target.exists() and self._intact(target):
            return version
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._staging(".saving-") as staging:
            for name, content in {**contents, "manifest.json": manifest, "signature": self._sign(manifest)}.items():
                _write(staging / name, content)
            staging.chmod(0o755)
            shutil.rmtree(target, ignore_errors=True)
            os.replace(staging, target)
        return version

    def versions(self) -> list[str]:
        """Stored versions, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if path.is_dir() and not path.name.startswith("."))

    def load(self, version: str) -> Stored:
        """The model of that version after checking signature, hashes, format and dictionary. Raises UnusableModel."""
        contents = self._checked(version)
        vocabulary = json.loads(contents["vocabulary.json"])
        card = json.loads(contents["card.json"])
        with np.load(io.BytesIO(contents["weights.npz"]), allow_pickle=False) as arrays:
            words, characters = Grams.from_array(arrays["words"]), Letters.from_array(arrays["characters"])
            danger = None
            if told := vocabulary["danger"]:
                thresholds = tuple(tuple(least) for least in told["thresholds"])
                danger = DangerWeights(
                    labels=tuple(told["labels"]),
                    words=words,
                    characters=characters,
                    **_arrays(arrays, "danger_", (*_LINEAR, *_PAIRED)),
                    pairs=Pairs.from_array(arrays["danger_pairs"], words),
                    thresholds=thresholds,
                    bears_out=told["bears_out"],
                    card=card["danger"],
                )
            trained = Trained(
                labels=tuple(vocabulary["labels"]),
                words=words,
                characters=characters,
                **_arrays(arrays, "", _LINEAR),
                temperature=vocabulary["temperature"],
                sure_probability=vocabulary["sure_probability"],
                sure_margin=vocabulary["sure_margin"],
                card={key: value for key, value in card.items() if key != "danger"},
                danger=danger,
                kana=_kana(arrays, vocabulary["kana"]),
            )
            return Stored(version, trained)

    def current(self) -> str | None:
        """The version in use; None if none was promoted. Raises UnusableModel if the pointer was tampered with."""
        pointer = self._pointer()
        return pointer["version"] if pointer else None

    def previous(self) -> str | None:
        """The version used before; None if there is none. Raises UnusableModel if the pointer was tampered with."""
        pointer = self._pointer()
        return pointer["previous"] if pointer else None

    def promote(self, version: str, *, anew: bool = False) -> None:
        """Puts a stored model into use at once, after checking that it can be opened. Raises UnusableModel.

        `anew`: whatever the pointer says, even one that another key signed; there is no model before it then.
        """
        self._checked(version)
        pointer = None if anew else self._pointer()
        if pointer is None or pointer["version"] != version:
            self._point(version, pointer["version"] if pointer else None, pointer["sequence"] + 1 if pointer else 1)

    def rollback(self) -> str:
        """Puts the model used before back into use and gives its version. Raises UnusableModel if there is none."""
        pointer = self._pointer()
        if pointer is None or pointer["previous"] is None:
            raise UnusableModel("もどせる、前のモデルがありません")
        self._checked(pointer["previous"])
        self._point(pointer["previous"], pointer["version"], pointer["sequence"] + 1)
        return str(pointer["previous"])

    def _point(self, version: str, previous: str | None, sequence: int) -> None:
        body = {"version": version, "previous": previous, "sequence": sequence}
        signed = _json({**body, "signature": self._sign(_json(body)).decode()})
        with self._staging(".pointing-") as staging:
            _write(staging / "current.json", signed)
            os.replace(staging / "current.json", self.folder / "current.json")

    @contextmanager
    def _staging(self, prefix: str) -> Iterator[Path]:
        """A folder that is gone afterwards unless it was moved: a disk that is full does not stay so through us."""
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _pointer(self) -> dict[str, Any] | None:
        try:
            raw = (self.folder / "current.json").read_bytes()
        except FileNotFoundError:
            return None
        try:
            pointer: dict[str, Any] = json.loads(raw)
            signature = pointer.pop("signature").encode()
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise UnusableModel("使うモデルを示す current.json が壊れています") from error
        if not hmac.compare_digest(signature, self._sign(_json(pointer))):
            raise UnusableModel("使うモデルを示す current.json の署名が合いません")
        return pointer

    def _checked(self, version: str) -> dict[str, bytes]:
        folder = self.folder / version
        try:
            manifest, signature = (folder / "manifest.json").read_bytes(), (folder / "signature").read_bytes()
            contents = {name: (folder / name).read_bytes() for name in _FILES}
        except OSError as error:
            raise UnusableModel(f"モデル {version} のファイルが足りません") from error
        if not hmac.compare_digest(signature, self._sign(manifest)) or _sha(manifest)[:16] != version:
            raise UnusableModel(f"モデル {version} の署名が合いません。書きかえられたか、別の場所で作られたものです")
        stated = json.loads(manifest)
        if any(not hmac.compare_digest(_sha(content), stated["files"][name]) for name, content in contents.items()):
            raise UnusableModel(f"モデル {version} の中身が、作った時と違います")
        if stated["format"] != FORMAT or stated["tokenizer"] != versions():
            raise UnusableModel(f"モデル {version} は、別の版のことば分けで作られています。学習し直してください")
        return contents

    def _intact(self, folder: Path) -> bool:
        try:
            self._checked(folder.name)
        except UnusableModel:
            return False
        return True

    def _sign(self, content: bytes) -> bytes:
        return hmac.new(self._key, content, hashlib.sha256).hexdigest().encode()


def clear_leftovers(folder: Path, *, before: float) -> int:
    """Removes from the models in `folder` what was begun before that second of the epoch and never put in place.

    Returns how many; a process that was killed leaves such folders behind.
    """
    found = [path for path in folder.glob(".*") if path.is_dir() and path.name.startswith(_STAGING)]
    old = [path for path in found if path.stat().st_mtime < before]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def _contents(trained: Trained) -> dict[str, bytes]:
    danger = trained.danger
    arrays = {name: getattr(trained, name) for name in _LINEAR}
    arrays |= {name: getattr(trained, name).as_array() for name in _GRAMS}
    vocabulary = {
        "labels": trained.labels,
        "temperature": trained.temperature,
        "sure_probability": trained.sure_probability,
        "sure_margin": trained.sure_margin,
        "danger": None,
        "kana": None,
    }
    card = dict(trained.card)
    if danger is not None:
        pairs: Any = danger.pairs
        arrays |= {f"danger_{name}": getattr(danger, name) for name in (*_LINEAR, *_PAIRED)}
        arrays["danger_pairs"] = pairs.as_array()
        vocabulary["danger"] = {
            "labels": danger.labels,
            "thresholds": danger.thresholds,
            "bears_out": danger.bears_out,
        }
        card["danger"] = danger.card
    if trained.kana is not None:
        arrays |= {"kana": _bytes(trained.kana.readings), "kana_costs": trained.kana.costs}
        vocabulary["kana"] = {"says": trained.kana.says, "unknown": trained.kana.unknown}
    return {"weights.npz": _npz(arrays), "vocabulary.json": _json(vocabulary), "card.json": _json(card)}


def _npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """As `numpy.savez`, but of the same bytes under every version of Python."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            packed.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue())
    return written.getvalue()


def _bytes(trie: Trie) -> np.ndarray:
    return np.frombuffer(trie.tobytes(), dtype=np.uint8)


def _kana(arrays: Mapping[str, np.ndarray], told: dict[str, Any] | None) -> KanaReader | None:
    if told is None:
        return None
    readings = Trie().frombytes(arrays["kana"].tobytes())
    return KanaReader(readings, arrays["kana_costs"], tuple(told["says"]), told["unknown"])


def _arrays(arrays: Mapping[str, np.ndarray], prefix: str, names: Iterable[str]) -> dict[str, Any]:
    return {name: arrays[prefix + name] for name in names}


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
