"""Settings to the parts a server or a command needs: catalogue, classifier, guide, signer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from assistant.guide import Guide
from catalog.loading import load as load_catalog
from catalog.model import Catalog
from nlu.classifier import Classifier
from nlu.classifier import load as load_classifier
from web.clock import now
from web.settings import Settings, secret_key
from web.state import StateSigner


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that outlives a request."""

    settings: Settings
    catalog: Catalog
    classifier: Classifier
    guide: Guide
    signer: StateSigner


def wire(settings: Settings, clock: Callable[[], datetime] = now) -> Parts:
    """The parts, ready. A missing model is no error; a broken catalogue raises CatalogError with every problem."""
    catalog = load_catalog(settings.hitorijanai_catalog)
    classifier = load_classifier(settings.hitorijanai_instance)
    return Parts(
        settings=settings,
        catalog=catalog,
        classifier=classifier,
        guide=Guide(catalog, classifier.predict, clock, why=classifier.heard),
        signer=StateSigner(secret_key(settings), catalog),
    )
