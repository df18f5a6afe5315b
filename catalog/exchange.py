"""The services for other systems: our own JSON, CSV, Open Referral HSDS 3.0, schema.org. Pure values in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from catalog.fields import DAYS
from catalog.model import Catalog, Channel, Hours, Service

Json = dict[str, Any]

NAMESPACE = uuid5(NAMESPACE_URL, "https://openreferral.org/hsds/hitorijanai")
"""Identifiers of HSDS are UUIDs; ours are words. The same word always gives the same UUID."""
HSDS_STATUS = {"active": "active", "ended": "defunct", "changed": "inactive"}
HSDS_GAPS = (
    "channels: the order of telephone numbers among other channels",
    "channels: hours of other channels than telephone and SMS",
    "channels: toll_free, holidays, year_end, exceptions, closing_days, hours on public holidays",
    "channels: seen, audit, audit_date",
    "no_answer, instead, seasons, note, recheck, sources, verified",
)
"""What HSDS 3.0 has no place for, or what we do not put there: lost on the way own → HSDS → own."""
PHONE_TYPES = {"phone": "voice", "sms": "text"}
JAPAN_OFFSET = 9
_BYDAY = dict(zip(DAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
FORMATS = ("json", "hsds", "csv", "jsonld")
"""What the services can be had in; the command and the API offer the same."""
CSV_FIELDS = (
    "id",
    "name",
    "kana",
    "kind",
    "operator",
    "categories",
    "what",
    "who",
    "how",
    "cost",
    "phones",
    "hours",
    "chats",
    "counters",
    "languages",
    "age_min",
    "age_max",
    "url",
    "verified_on",
)


def own(service: Service) -> Json:
    """A service as our own JSON: every field of the record that says something."""
    record: Json = service.model_dump(mode="json", exclude_defaults=True)
    return record


def as_csv(services: Iterable[Service]) -> str:
    """One line a service, for a spreadsheet: BOM, CRLF, and nothing a spreadsheet would take for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_FIELDS)
    for service in services:
        writer.writerow([_harmless(_cell(service, field)) for field in CSV_FIELDS])
    return "\ufeff" + out.getvalue()


def _cell(service: Service, field: str) -> str:
    match field:
        case "phones":
            return _joined(f"{c.number} {c.label or ''}".strip() for c in service.channels if c.number)
        case "hours":
            return _joined(c.hours_text for c in service.channels if c.hours_text)
        case "chats":
            return _joined(c.url for c in service.channels if c.url and c.type in ("chat", "line"))
        case "counters":
            return _joined(c.label for c in service.channels if c.label and c.type == "visit")
        case "categories" | "languages":
            return _joined(getattr(service, field))
        case _:
            value = getattr(service, field)
            return "" if value is None else str(value)


def _joined(parts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(parts))


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def hsds(service: Service, catalog: Catalog) -> Json:
    """A service as an HSDS 3.0 service object with everything nested in it. HSDS_GAPS are left out."""
    id = _uuid(service.id)
    organization = _uuid("operator", service.operator)
    record: Json = {
        "id": id,
        "organization_id": organization,
        "name": service.name,
        "alternate_name": service.kana,
        "description": service.what,
        "url": service.url,
        "status": HSDS_STATUS[service.status],
        "application_process": service.how,
        "fees_description": service.cost,
        "eligibility_description": service.who,
        "minimum_age": service.age_min,
        "maximum_age": service.age_max,
        "assured_date": service.verified_on.isoformat() if service.verified_on else None,
        "organization": {"id": organization, "name": service.operator, "description": service.operator},
        "phones": [],
        "schedules": [],
        "languages": [{"id": _uuid(service.id, "language", code), "code": code} for code in service.languages],
        "service_areas": [{"id": _uuid(service.id, "area"), "service_id": id, "name": "日本"}],
        "attributes": [
            _attribute(service.id, "identifier", service.id),
            _attribute(service.id, "kind", service.kind),
            *(_attribute(service.id, "category", c, catalog.category(c).label) for c in service.categories),
            *(_attribute(service.id, "tag", tag) for tag in service.tags),
        ],
    }
    for number, channel in enumerate(service.channels):
        if channel.number and channel.type in PHONE_TYPES:
            record["phones"].append(_hsds_phone(service.id, number, channel))
            record["schedules"] += _hsds_schedules(service.id, number, channel)
        else:
            parts = (channel.type, channel.url or "", channel.label or "", channel.hours_text or "")
            record["attributes"].append(_attribute(service.id, "channel", "\n".join(parts)))
    return {key: value for key, value in record.items() if value not in (None, [])}


def _hsds_phone(service: str, number: int, channel: Channel) -> Json:
    phone = {
        "id": _uuid(service, "phone", str(number)),
        "service_id": _uuid(service),
        "number": channel.number,
        "type": PHONE_TYPES[channel.type],
        "description": channel.label,
        "attributes": [_attribute(service, "hours-text", channel.hours_text)] if channel.hours_text else None,
    }
    return {key: value for key, value in phone.items() if value is not None}


def _hsds_schedules(service: str, number: int, channel: Channel) -> list[Json]:
    return [
        {
            "id": _uuid(service, "schedule", str(number), str(place)),
            "service_id": _uuid(service),
            "freq": "WEEKLY",
            "byday": ",".join(_BYDAY[day] for day in hours.days if day != "hol"),
            "opens_at": f"{hours.open}+09:00",
            "closes_at": f"{hours.close}+09:00",
            "timezone": JAPAN_OFFSET,
            "notes": channel.hours_text or "",
            "attributes": [_attribute(service, "phone", _uuid(service, "phone", str(number)))],
        }
        for place, hours in enumerate(channel.hours)
    ]


def _attribute(service: str, link_type: str, value: str, name: str | None = None) -> Json:
    term = {"id": _uuid("term", link_type, value), "code": value, "name": name or value, "description": link_type}
    attribute = {
        "id": _uuid(service, link_type, value),
        "link_id": _uuid(service),
        "link_type": link_type,
        "link_entity": "service",
        "value": value,
    }
    return attribute | ({"taxonomy_term": term} if link_type in ("category", "tag") else {})


def from_hsds(record: Json) -> Json:
    """What of our own record an HSDS object made by `hsds` still holds. Everything but HSDS_GAPS."""
    values: dict[str, list[str]] = {}
    for attribute in record["attributes"]:
        values.setdefault(attribute["link_type"], []).append(attribute["value"])
    service = {
        "id": values["identifier"][0],
        "name": record["name"],
        "kana": record["alternate_name"],
        "kind": values["kind"][0],
        "operator": record["organization"]["name"],
        "categories": values["category"],
        "what": record["description"],
        "who": record["eligibility_description"],
        "how": record.get("application_process"),
        "cost": record.get("fees_description"),
        "channels": [_own_phone(phone, record) for phone in record.get("phones", [])]
        + [_own_channel(value) for value in values.get("channel", [])],
        "languages": [language["code"] for language in record["languages"]],
        "tags": values.get("tag", []),
        "age_min": record.get("minimum_age"),
        "age_max": record.get("maximum_age"),
        "url": record["url"],
        "status": {theirs: ours for ours, theirs in HSDS_STATUS.items()}[record["status"]],
        "verified_on": record.get("assured_date"),
    }
    return {key: value for key, value in service.items() if value not in (None, [])}


def _own_phone(phone: Json, record: Json) -> Json:
    days = {theirs: ours for ours, theirs in _BYDAY.items()}
    hours = [
        {
            "days": [days[day] for day in schedule["byday"].split(",")],
            "open": schedule["opens_at"][:5],
            "close": schedule["closes_at"][:5],
        }
        for schedule in record.get("schedules", [])
        if schedule["attributes"][0]["value"] == phone["id"]
    ]
    channel = {
        "type": {theirs: ours for ours, theirs in PHONE_TYPES.items()}[phone["type"]],
        "label": phone.get("description"),
        "number": phone["number"],
        "hours": hours,
        "hours_text": next((a["value"] for a in phone.get("attributes", [])), None),
    }
    return {key: value for key, value in channel.items() if value not in (None, [])}


def _own_channel(value: str) -> Json:
    channel = dict(zip(("type", "url", "label", "hours_text"), value.split("\n"), strict=True))
    return {key: part for key, part in channel.items() if part}


def jsonld(service: Service) -> Json:
    """A service as schema.org JSON-LD: GovernmentService for a programme, Service for a window."""
    record: Json = {
        "@context": "https://schema.org",
        "@type": "GovernmentService" if service.kind == "program" else "Service",
        "identifier": service.id,
        "name": service.name,
        "alternateName": service.kana,
        "description": service.what,
        "url": service.url,
        "provider": {"@type": "Organization", "name": service.operator},
        "areaServed": {"@type": "Country", "name": "日本"},
        "audience": {"@type": "PeopleAudience", "audienceType": service.who}
        | ({} if service.age_min is None else {"suggestedMinAge": service.age_min})
        | ({} if service.age_max is None else {"suggestedMaxAge": service.age_max}),
        "availableChannel": [_jsonld_channel(channel, service) for channel in service.channels],
    }
    return record


def _jsonld_channel(channel: Channel, service: Service) -> Json:
    found: Json = {"@type": "ServiceChannel", "availableLanguage": list(service.languages)}
    if channel.number:
        phone: Json = {"@type": "ContactPoint", "telephone": channel.number}
        if channel.label:
            phone["description"] = channel.label
        if channel.hours:
            phone["hoursAvailable"] = [entry for hours in channel.hours for entry in _jsonld_hours(hours)]
        found["servicePhone"] = phone
    if channel.url:
        found["serviceUrl"] = channel.url
    if channel.label and not channel.number:
        found["name"] = channel.label
    return found


_JSONLD_DAYS = dict(
    zip(
        (*DAYS, "hol"),
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays"),
        strict=True,
    )
)


def _jsonld_hours(hours: Hours) -> Iterable[Json]:
    yield {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": [f"https://schema.org/{_JSONLD_DAYS[day]}" for day in hours.days],
        "opens": hours.open,
        "closes": hours.close,
    }


def _uuid(*words: str) -> str:
    return str(uuid5(NAMESPACE, "/".join(words)))
