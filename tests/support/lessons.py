"""A small training_data and an installation that learnt it, for tests of the learning loop: seconds, not minutes."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from catalog.model import CATEGORY_IDS
from nlu import instance
from nlu.corpus import read_corpus
from nlu.training import train

TRAINING_DATA = Path(__file__).resolve().parents[2] / "training_data"
EVERY = {"phrases": 60, "calibration": 6, "held_out": 12, "golden": 4, "hard": 4}
"""Every so manieth phrase of a folder is kept."""


def small_data(target: Path) -> Path:
    """A folder with the same files, thinned, and without examples of danger to learn from."""
    for folder, every in EVERY.items():
        for path in sorted((TRAINING_DATA / folder).glob("*.txt")):
            kept, seen = [], 0
            for line in path.read_text(encoding="utf-8").splitlines():
                is_phrase = bool(line.strip()) and not line.startswith("#")
                if not is_phrase or seen % every == 0:
                    kept.append(line)
                seen += is_phrase
            out = target / folder / path.name
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return target


@cache
def learnt() -> Path:
    """A folder with `data` (see small_data) and `instance`, whose model in use learnt it. To copy, not to change."""
    home = Path(tempfile.mkdtemp(prefix="lessons-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    registry = instance.registry(home / "instance", make_key=True)
    registry.promote(registry.save(train(read_corpus(small_data(home / "data"), CATEGORY_IDS))))
    return home
