"""The tables of Open Referral HSDS 3.0 that we fill: for each, what it requires and the type of each field.

Taken from the published schemas (openreferral/specification 3.0: schema/service.json, phone.json, schedule.json,
attribute.json, taxonomy_term.json, service_area.json, language.json, organization.json), read on 2026-11-25.
"""

from __future__ import annotations

from typing import Any

TEXT = {"type": "string"}
UUID = {"type": "string", "format": "uuid"}
URI = {"type": "string", "format": "uri"}
DATE = {"type": "string", "format": "date"}
NUMBER = {"type": "number"}


def table(required: list[str], **fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": fields, "additionalProperties": False}


def rows(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


TERM = table(["id", "name", "description"], id=UUID, code=TEXT, name=TEXT, description=TEXT)
ATTRIBUTE = table(
    ["id", "link_type"], id=UUID, link_id=UUID, link_type=TEXT, link_entity=TEXT, value=TEXT, taxonomy_term=TERM
)
PHONE = table(
    ["id", "number"],
    id=UUID,
    service_id=UUID,
    number=TEXT,
    type={"enum": ["text", "voice", "fax", "cell", "video", "pager", "textphone"]},
    description=TEXT,
    attributes=rows(ATTRIBUTE),
)
SCHEDULE = table(
    ["id"],
    id=UUID,
    service_id=UUID,
    freq={"enum": ["WEEKLY", "MONTHLY"]},
    byday={"type": "string", "pattern": "^(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$"},
    opens_at={"type": "string", "pattern": r"^\d\d:\d\d\+09:00$"},
    closes_at={"type": "string", "pattern": r"^\d\d:\d\d\+09:00$"},
    timezone=NUMBER,
    notes=TEXT,
    attributes=rows(ATTRIBUTE),
)
SERVICE = table(
    ["id", "name", "status"],
    id=UUID,
    organization_id=UUID,
    name=TEXT,
    alternate_name=TEXT,
    description=TEXT,
    url=URI,
    status={"enum": ["active", "inactive", "defunct", "temporarily closed"]},
    application_process=TEXT,
    fees_description=TEXT,
    eligibility_description=TEXT,
    minimum_age=NUMBER,
    maximum_age=NUMBER,
    assured_date=DATE,
    organization=table(["id", "name", "description"], id=UUID, name=TEXT, description=TEXT),
    phones=rows(PHONE),
    schedules=rows(SCHEDULE),
    languages=rows(table(["id"], id=UUID, code=TEXT)),
    service_areas=rows(table(["id"], id=UUID, service_id=UUID, name=TEXT)),
    attributes=rows(ATTRIBUTE),
)
