"""A flow small enough to see whole, in place of that of `work`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalog.model import Catalog, Flow


def _options(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"id": id, "label": id, "next": next_} for id, next_ in pairs]


@pytest.fixture(scope="session")
def flow() -> Flow:
    """`who` leads to `pay`, `long` or an outcome; `pay` to `long` or an outcome: `long` lies on two ways."""
    services = ["yorisoi-hotline", "anata-no-ibasho"]
    return Flow.model_validate(
        {
            "category": "work",
            "start": "who",
            "questions": {
                "who": {"ask": "?", "options": _options(("me", "pay"), ("child", "long"), ("unsure", "end-b"))},
                "pay": {"ask": "?", "options": _options(("yes", "long"), ("no", "end-a"))},
                "long": {"ask": "?", "options": _options(("short", "end-a"), ("years", "end-b"))},
            },
            "outcomes": {"end-a": {"say": "a", "services": services}, "end-b": {"say": "b", "services": services}},
        }
    )


@pytest.fixture(scope="session")
def small(catalog: Catalog, flow: Flow) -> Catalog:
    """The real catalogue, but for the flow of `work`."""
    return replace(catalog, flows={**catalog.flows, "work": flow})
