"""A small training_data and an installation that learnt it, for tests of the learning loop: seconds, not minutes."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from benchmarks.poisoning import thinned
from catalog.model import CATEGORY_IDS
from nlu import instance
from nlu.corpus import read_corpus
from nlu.training import train

EVERY = {"phrases": 60, "calibration": 6, "held_out": 12, "golden": 4, "hard": 4}


@cache
def learnt() -> Path:
    """A folder with `data`, a thinned training_data, and `instance`, whose model in use learnt it. Copy it."""
    home = Path(tempfile.mkdtemp(prefix="lessons-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    thinned(home / "data", EVERY)
    registry = instance.registry(home / "instance", make_key=True)
    registry.promote(registry.save(train(read_corpus(home / "data", CATEGORY_IDS))))
    return home
