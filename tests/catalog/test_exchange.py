from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from catalog.exchange import CSV_FIELDS, HSDS_STATUS, as_csv, from_hsds, hsds, jsonld, own
from catalog.loading import load
from catalog.model import Catalog, Service
from tests.catalog.hsds_tables import SERVICE

PHONES = ("phone", "sms")


@pytest.fixture(scope="module")
def real() -> Catalog:
    return load(Path(__file__).resolve().parents[2] / "catalog" / "data")


def test_own_json_loses_nothing(real: Catalog) -> None:
    for service in real.services.values():
        assert Service.model_validate(own(service)) == service


def test_every_record_fits_the_tables_of_hsds(real: Catalog) -> None:
    validator = Draft202012Validator(SERVICE, format_checker=FormatChecker())
    for service in real.services.values():
        errors = [error.message for error in validator.iter_errors(hsds(service, real))]
        assert not errors, (service.id, errors)


def test_hsds_identifiers_are_unique_and_stay(real: Catalog) -> None:
    first = [hsds(service, real) for service in real.services.values()]
    assert len({record["id"] for record in first}) == len(first)
    assert first == [hsds(service, real) for service in real.services.values()]


def test_own_to_hsds_to_own_loses_only_the_declared_gaps(real: Catalog) -> None:
    for service in real.services.values():
        assert from_hsds(hsds(service, real)) == without_gaps(service), service.id


def without_gaps(service: Service) -> dict[str, Any]:
    """Our record less HSDS_GAPS, item by item."""
    kept = own(service)
    for gap in ("no_answer", "instead", "seasons", "note", "recheck", "sources", "verified"):
        kept.pop(gap, None)
    channels = [channel_without_gaps(channel) for channel in kept.pop("channels", [])]
    phones = [channel for channel in channels if channel["type"] in PHONES and "number" in channel]
    ordered = phones + [channel for channel in channels if channel not in phones]
    return kept | ({"channels": ordered} if ordered else {})


def channel_without_gaps(channel: dict[str, Any]) -> dict[str, Any]:
    kept = {key: channel[key] for key in ("type", "label", "number", "url", "hours_text") if key in channel}
    if channel["type"] in PHONES and "hours" in channel:
        kept["hours"] = [hours | {"days": [d for d in hours["days"] if d != "hol"]} for hours in channel["hours"]]
    return kept


def test_every_status_has_its_word_in_hsds(real: Catalog) -> None:
    service = next(iter(real.services.values()))
    for status, word in HSDS_STATUS.items():
        assert hsds(service.model_copy(update={"status": status}), real)["status"] == word
    assert {service.status for service in real.services.values()} <= set(HSDS_STATUS)


def test_csv_opens_in_a_spreadsheet_without_formulas(real: Catalog) -> None:
    service = next(iter(real.services.values()))
    sly = service.model_copy(update={"id": "sly", "name": "=HYPERLINK(1)", "what": "-1+1", "who": "@x", "how": "+1"})
    text = as_csv([*real.services.values(), sly])
    assert text.startswith("\ufeffid,name,")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) == len(real.services) + 1
    assert tuple(rows[0]) == CSV_FIELDS
    for row in rows:
        assert not any((cell or "").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    found = {row["id"]: row for row in rows}["inochi-sos"]
    assert "0120-061-338" in found["phones"]


def test_jsonld_names_every_way_to_reach_it(real: Catalog) -> None:
    record = jsonld(real.services["inochi-sos"])
    assert record["@context"] == "https://schema.org"
    channels = record["availableChannel"]
    assert {"0120-061-338"} <= {channel.get("servicePhone", {}).get("telephone") for channel in channels}
    assert jsonld(real.services["seikatsu-hogo"])["@type"] == "GovernmentService"
    for service in real.services.values():
        assert len(jsonld(service)["availableChannel"]) == len(service.channels)
