"""The installation that the tests look at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog.model import CATEGORY_IDS
from nlu import classifier
from nlu import instance as installation
from nlu.corpus import read_corpus

ROOT = Path(__file__).resolve().parents[2]


@cache
def current_instance() -> Path:
    """`instance/` if its model was trained on the phrases as they are now, else one made for the tests and kept."""
    corpus = read_corpus(ROOT / "training_data", CATEGORY_IDS)
    ours = ROOT / "instance"
    if _trained_on(ours) == corpus.fingerprint:
        return ours
    made = ROOT / ".pytest_cache" / "instances" / corpus.fingerprint[:16]
    if _trained_on(made) != corpus.fingerprint:
        from nlu.training import train

        registry = installation.registry(made, make_key=True)
        registry.promote(registry.save(train(corpus)))
    return made


def _trained_on(folder: Path) -> str | None:
    version = classifier.load(folder).version
    if version is None:
        return None
    fingerprint: str = installation.registry(folder).load(version).trained.card["corpus"]
    return fingerprint
