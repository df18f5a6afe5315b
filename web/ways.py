"""Ways of talking to a service, as people choose among them: by phone, in writing at once, by letter, face to face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from catalog.model import Service

WAYS: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone",),
    "chat": ("chat", "line", "sms"),
    "mail": ("mail", "letter", "fax"),
    "visit": ("visit",),
}
"""By id: the types of channel it stands for. Their words are `way_<id>` of the messages."""


def has(service: Service, way: str) -> bool:
    """Whether the service can be talked to that way; every service can, any way."""
    return not way or any(channel.type in WAYS[way] for channel in service.channels)


def offered(services: Sequence[Service]) -> list[str]:
    """The ways that at least one of the services has, in the order of WAYS."""
    return [way for way in WAYS if any(has(service, way) for service in services)]


def fitting(services: Sequence[Service], way: str) -> tuple[tuple[Service, ...], bool]:
    """The services that can be talked to that way, and True; or all of them and False, where none can."""
    found = tuple(service for service in services if has(service, way))
    return (found, True) if found else (tuple(services), False)


def languages(services: Sequence[Service]) -> list[str]:
    """The languages besides Japanese that at least one of the services speaks, most offered first."""
    spoken = Counter(code for service in services for code in service.languages if code != "ja")
    return [code for code, _ in sorted(spoken.items(), key=lambda pair: (-pair[1], pair[0]))]


def speaking(services: Sequence[Service], language: str) -> tuple[tuple[Service, ...], bool]:
    """The services that speak a language, and True; or all of them and False, where none does. Any, for ""."""
    found = tuple(service for service in services if not language or language in service.languages)
    return (found, True) if found else (tuple(services), False)


def speaking_first(services: Sequence[Service], language: str) -> tuple[Service, ...]:
    """The same services, those that speak a language first."""
    return tuple(sorted(services, key=lambda service: language not in service.languages))
