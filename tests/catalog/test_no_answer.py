"""Hotlines are overloaded: every one of them says what to do if nobody answers."""

from __future__ import annotations

from catalog.hours import LIVE
from catalog.model import Catalog, Service
from catalog.readability import too_long


def is_live(service: Service) -> bool:
    return any(channel.type in LIVE for channel in service.channels)


def test_every_call_or_chat_says_what_to_do_next(catalog: Catalog) -> None:
    live = [s for s in catalog.services.values() if s.status == "active" and is_live(s)]
    assert len(live) > 100
    assert not [s.id for s in live if not (s.no_answer and s.instead)]
    assert not [s.id for s in live if s.no_answer and too_long(s.no_answer)]


def test_what_comes_instead_still_runs_and_can_be_reached(catalog: Catalog) -> None:
    for service in catalog.services.values():
        for id in service.instead:
            other = catalog.services[id]
            assert id != service.id
            assert other.status == "active", (service.id, id)
            assert is_live(other), (service.id, id)


def test_no_outcome_ends_in_one_overloaded_line(catalog: Catalog) -> None:
    for flow in catalog.flows.values():
        for outcome in flow.outcomes.values():
            offered = [catalog.services[id] for id in outcome.services]
            assert len({id for s in offered for id in (s.id, *s.instead) if is_live(catalog.services[id])}) > 1
