from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from catalog.freshness import crisis_lines, getting_old, is_old, too_old, work_list
from catalog.loading import load
from catalog.model import Catalog

DATA = Path(__file__).resolve().parents[2] / "catalog" / "data"
CHECKED = date(2026, 11, 23)


@pytest.fixture(scope="module")
def real() -> Catalog:
    return load(DATA, date(2026, 11, 25))


@pytest.mark.parametrize(
    ("days", "crisis_warns", "others_warn", "fails"),
    [
        (30, False, False, False),
        (31, True, False, False),
        (180, True, False, False),
        (181, True, True, False),
        (365, True, True, False),
        (366, False, False, True),
    ],
)
def test_ages(real: Catalog, days: int, crisis_warns: bool, others_warn: bool, fails: bool) -> None:
    today = CHECKED + timedelta(days=days)
    warned = {due.service for due in getting_old(real, today) if "確かめてから" in due.sentence}
    assert ("inochi-sos" in warned) == crisis_warns
    assert ("houterasu-support-dial" in warned) == (
        others_warn or (crisis_warns and "houterasu-support-dial" in crisis_lines(real))
    )
    assert ("inochi-sos" in {due.service for due in too_old(real, today)}) == fails
    assert is_old(real.services["inochi-sos"], today) == (days > 180)


def test_every_note_and_every_unconfirmed_number_is_on_the_work_list(real: Catalog) -> None:
    listed = work_list(real, CHECKED)
    sentences = {(due.service, due.sentence) for due in listed}
    for service in real.services.values():
        if service.status != "active":
            continue
        if service.recheck:
            assert (service.id, service.recheck) in sentences
        for channel in service.channels:
            if channel.number and channel.audit != "confirmed":
                assert any(id == service.id and channel.number in sentence for id, sentence in sentences)


def test_the_gravest_come_first(real: Catalog) -> None:
    listed = work_list(real, CHECKED)
    assert [due.risk for due in listed] == sorted(due.risk for due in listed)
    assert all(due.service in crisis_lines(real) for due in listed if due.risk == 1)


def test_ended_services_are_nobodys_work(real: Catalog) -> None:
    ended = {service.id for service in real.services.values() if service.status != "active"}
    assert not ended & {due.service for due in work_list(real, CHECKED + timedelta(days=900))}
