from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from catalog.hours import JAPAN
from catalog.model import Catalog
from catalog.ruby import plain
from web.filters import tel


def test_every_page_can_be_read_and_is_named_in_the_foot(client: FlaskClient, catalog: Catalog) -> None:
    foot = client.get("/").get_data(as_text=True)
    for id, page in catalog.pages.items():
        assert f'href="/pages/{id}"' in foot
        response = client.get(f"/pages/{id}")
        text = response.get_data(as_text=True)
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "public, max-age=300"
        for section in page.sections:
            assert f'id="{section.id}"' in text
            for service in section.services:
                number = next((c.number for c in catalog.services[service].channels if c.number), None)
                assert number is None or tel(number) in text


def test_the_list_of_pages(client: FlaskClient, catalog: Catalog) -> None:
    text = client.get("/pages").get_data(as_text=True)
    assert all(f'href="/pages/{id}"' in text for id in catalog.pages)


@pytest.mark.parametrize("path", ["/pages/none", "/services/none", "/pages/../app"])
def test_an_unknown_page_is_a_kind_404(client: FlaskClient, catalog: Catalog, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert plain(catalog.messages.error_not_found) in response.get_data(as_text=True)


def test_every_active_service_has_its_page(client: FlaskClient, catalog: Catalog) -> None:
    for service in catalog.active():
        text = client.get(f"/services/{service.id}").get_data(as_text=True)
        if service.seasons:
            continue
        for channel in service.channels:
            if channel.number and channel.type in ("phone", "sms"):
                assert tel(channel.number) in text


def test_an_ended_service_gives_no_number_of_its_own(client: FlaskClient, catalog: Catalog) -> None:
    ended = [s for s in catalog.services.values() if s.status != "active"]
    assert ended
    for service in ended:
        text = client.get(f"/services/{service.id}").get_data(as_text=True)
        assert plain(catalog.messages.ended) in text
        others = {c.number for s in catalog.active() for c in s.channels}
        for channel in service.channels:
            if channel.number and channel.number not in others:
                assert channel.number not in text


def test_the_seasonal_line_is_there_in_its_season_only(
    client_at: Callable[[datetime], FlaskClient], catalog: Catalog
) -> None:
    summer = client_at(datetime(2026, 11, 25, 12, tzinfo=JAPAN))
    winter = client_at(datetime(2026, 1, 2, 12, tzinfo=JAPAN))
    assert "tel:%239999" not in summer.get("/services/kodoku-9999").get_data(as_text=True)
    assert plain(catalog.messages.out_of_season) in summer.get("/services/kodoku-9999").get_data(as_text=True)
    assert "tel:%239999" in winter.get("/services/kodoku-9999").get_data(as_text=True)
    ids = [{s["id"] for s in c.get("/api/v1/services").json["services"]} for c in (summer, winter)]
    assert "kodoku-9999" not in ids[0]
    assert "kodoku-9999" in ids[1]
