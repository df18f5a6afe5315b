"""The installation that the tests look at."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from catalog.model import CATEGORY_IDS, URGENT_KINDS
from nlu import classifier
from nlu import instance as installation
from nlu.corpus import read_corpus
from nlu.danger_corpus import fingerprint, read_trained

ROOT = Path(__file__).resolve().parents[2]


@cache
def current_instance() -> Path:
    """`instance/` if its model was trained on the phrases as they are now, else one made for the tests and kept."""
    corpus = read_corpus(ROOT / "training_data", CATEGORY_IDS, compared=False)
    danger = read_trained(ROOT / "training_data", URGENT_KINDS, compared=False)
    wanted = (corpus.fingerprint, fingerprint(danger))
    ours = ROOT / "instance"
    if _trained_on(ours) == wanted:
        return ours
    made = ROOT / ".pytest_cache" / "instances" / f"{wanted[0][:16]}-{wanted[1][:16]}"
    if _trained_on(made) != wanted:
        from nlu.training import train

        registry = installation.registry(made, make_key=True)
        registry.promote(registry.save(train(corpus, danger=danger)))
    return made


def _trained_on(folder: Path) -> tuple[str, str] | None:
    version = classifier.load(folder).version
    if version is None:
        return None
    trained = installation.registry(folder).load(version).trained
    return (trained.card["corpus"], trained.danger.card["corpus"]) if trained.danger else None
