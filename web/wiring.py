"""Settings to the parts a server or a command needs: catalogue, classifier, guide, signer, store."""

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
from web.settings import Settings, secrets_of
from web.sharing import Sharing
from web.state import StateSigner
from web.store import Store, default_url
from web.tallying import Tallying


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that outlives a request."""

    settings: Settings
    catalog: Catalog
    classifier: Classifier
    guide: Guide
    signer: StateSigner
    store: Store
    sharing: Sharing
    tallying: Tallying


def wire(settings: Settings, clock: Callable[[], datetime] = now) -> Parts:
    """The parts, ready. A missing model is no error; a broken catalogue raises CatalogError with every problem."""
    catalog = load_catalog(settings.hitorijanai_catalog)
    classifier = load_classifier(settings.hitorijanai_instance, within=settings.model_seconds)
    guide = Guide(catalog, classifier.predict_in_time, clock, why=classifier.heard_in_time)
    store, secrets = open_store(settings), secrets_of(settings)

    def look(text: str) -> tuple[int, str | None]:
        urgent = guide.help_for(text)
        return urgent.level, urgent.kind

    return Parts(
        settings=settings,
        catalog=catalog,
        classifier=classifier,
        guide=guide,
        signer=StateSigner(secrets[0], catalog, older=secrets[1:]),
        store=store,
        sharing=Sharing(store, classifier.predict_in_time, look, secrets, settings.phrase_days),
        tallying=Tallying(store, clock),
    )


def open_store(settings: Settings) -> Store:
    """The store of an installation. It is not touched before something is asked of it, so it never fails here."""
    url = settings.database_url or default_url(settings.hitorijanai_instance)
    return Store.open(url.replace("postgresql://", "postgresql+psycopg://", 1), secrets_of(settings))
