"""Can this service be reached now, by phone or chat, without papers; and at any hour? Pure."""

from __future__ import annotations

from catalog.model import DAYS, Service

LIVE_WEB = frozenset({"net-119", "app-110", "denwa-relay"})
"""Web addresses that are themselves an emergency call or a live relay."""


def reachable(service: Service) -> bool:
    """Whether someone answers by phone, SMS, chat or LINE at a number or address that was seen."""
    if service.id in LIVE_WEB:
        return True
    return any(
        bool(channel.seen)
        and (bool(channel.number) if channel.type in ("phone", "sms") else channel.type in ("chat", "line"))
        for channel in service.channels
    )


def always_open(service: Service) -> bool:
    """Whether one of those ways is open all day on all seven days."""
    return any(
        channel.type in ("phone", "sms", "line", "chat") or (channel.type == "web" and service.id in LIVE_WEB)
        for channel in service.channels
        if {
            day for hours in channel.hours if (hours.open, hours.close) == ("00:00", "24:00") for day in hours.days
        }.issuperset(DAYS)
    )
