"""Putting a candidate into use, and taking it back: by a second person, who has seen what gets worse."""

from __future__ import annotations

from dataclasses import dataclass

from nlu.registry import Registry, UnusableModel
from web import replicas
from web.settings import Settings
from web.store import Conflict, Store
from web.store.candidates import Candidate

SEEN = "see changes"
"""The action of the audit that says that a person opened what a candidate answers otherwise."""
RELEASABLE = ("waiting", "withdrawn")


def is_shared(settings: Settings) -> bool:
    """Whether other machines may take the model from the store: on PostgreSQL there may be several."""
    return settings.database_url.startswith("postgresql")


@dataclass(frozen=True, slots=True)
class Releasing:
    """The one way in which the pointer to the model in use moves once there is a store.

    `shared`: other machines take the model from the store, and so does this one.
    """

    store: Store
    registry: Registry
    shared: bool

    @classmethod
    def of(cls, settings: Settings, store: Store, registry: Registry) -> Releasing:
        """Of an installation."""
        return cls(store, registry, shared=is_shared(settings))

    def see(self, version: str, *, actor: int) -> None:
        """Notes that `actor` has the page of changed answers before them."""
        if not self.has_seen(version, actor=actor):
            self.store.audit.append(SEEN, f"model:{version}", actor=actor)

    def has_seen(self, version: str, *, actor: int) -> bool:
        """Whether `actor` has opened that page."""
        return bool(self.store.audit.list(actor=actor, action=SEEN, subject=f"model:{version}", limit=1))

    def hindrances(self, version: str, *, actor: int) -> list[str]:
        """Everything that keeps `actor` from releasing the model, as Japanese sentences; empty if nothing does."""
        candidate = self.store.candidates.by_version(version)
        if candidate is None:
            return ["この版の候補はありません。"]
        return [*self._state(candidate), *self._gate(candidate), *self._person(candidate, actor)]

    def release(self, version: str, *, actor: int, reason: str = "") -> None:
        """Puts the model into use. Conflict if something hinders; UnusableModel if its files are not sound.

        Called again after a release that was cut off, it moves the pointer; another may have taken the files out since.
        """
        self.registry.load(version)
        candidate = self.store.candidates.by_version(version)
        decided = candidate is not None and candidate.state == "released"
        if not decided and self.hindrances(version, actor=actor):
            raise Conflict("the model may not be released by this person now")
        if self.shared:
            replicas.publish(self.store, self.registry, version)
        if not decided:
            self.store.candidates.decide(version, "released", actor=actor, reason=reason)
        if self.shared:
            replicas.point(self.store, version, actor=actor)
        self.registry.promote(version)

    def roll_back(self, leaving: str, *, actor: int | None, reason: str = "") -> str:
        """Puts the model used before `leaving` back into use and gives its version; here first, then elsewhere.

        Conflict if another than `leaving` is in use, so that a second click does not lead forth again; UnusableModel
        if there is none to go back to.
        """
        if self.registry.current() != leaving:
            raise Conflict("another model is in use")
        version = self.registry.rollback()
        self.tell(version, actor=actor)
        candidate = self.store.candidates.by_version(leaving)
        if candidate is not None and candidate.state == "released":
            self.store.candidates.decide(leaving, "withdrawn", actor=actor, reason=reason)
        before, after = {"in use": leaving}, {"in use": version}
        self.store.audit.append("roll back", f"model:{version}", actor=actor, before=before, after=after, reason=reason)
        return version

    def tell(self, version: str, *, actor: int | None) -> None:
        """Tells the other machines, if there are any, to use a version that is in use here."""
        if self.shared:
            replicas.publish(self.store, self.registry, version)
            replicas.point(self.store, version, actor=actor)

    def _state(self, candidate: Candidate) -> list[str]:
        if candidate.state in RELEASABLE:
            return []
        told = {"released": "もう使っています。", "refused": "関門を通っていないので、使えません。"}
        return [told[candidate.state]]

    def _gate(self, candidate: Candidate) -> list[str]:
        """The verdict of the gate counts against the model it was given against, and no other."""
        told = []
        if candidate.state == "withdrawn" and not (candidate.gate or {}).get("passed"):
            told.append("関門を通っていないので、使えません。")
        try:
            if (candidate.gate or {}).get("compared_with") != self.registry.current():
                told.append(
                    "くらべた時のモデルと、今のモデルがちがいます。もう一度学習すると、今のモデルとくらべられます。"
                )
        except UnusableModel as error:
            told.append(f"今のモデルを確かめられません。{error}")
        return told

    def _person(self, candidate: Candidate, actor: int) -> list[str]:
        told = []
        if candidate.trained_by == actor:
            told.append("学習を始めた人は、自分では使い始められません。ほかの人にたのんでください。")
        if not self.has_seen(candidate.version, actor=actor):
            told.append("先に「悪くなる答え」の画面を開いてください。")
        return told
