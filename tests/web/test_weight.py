"""The first view is light enough for an old phone on a slow line."""

from __future__ import annotations

import gzip
import re

from flask.testing import FlaskClient


def content(client: FlaskClient, path: str) -> bytes:
    with client.get(path) as response:
        return response.get_data()


def packed(client: FlaskClient, path: str) -> int:
    return len(gzip.compress(content(client, path)))


def test_the_first_view_is_at_most_30_kilobytes_and_its_script_10(client: FlaskClient) -> None:
    html = client.get("/").get_data(as_text=True)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    scripts = re.findall(r'<script src="([^"]+)"', html)
    assert styles
    assert scripts
    assert packed(client, "/") + sum(packed(client, path) for path in styles) <= 30_000
    assert sum(len(content(client, path)) for path in scripts) <= 10_000


def test_no_page_asks_for_letters_pictures_or_strangers(client: FlaskClient) -> None:
    for path in ("/", "/under18", "/numbers", "/services", "/pages/faq"):
        html = client.get(path).get_data(as_text=True)
        assert "<img" not in html
        assert "style=" not in html
        assert "<style" not in html
        assert not re.search(r"<script(?! src=)", html)
    css = content(client, "/static/site.css").decode()
    assert "url(" not in css
    assert "@import" not in css


def test_the_exit_address_is_ours_and_clears(client: FlaskClient) -> None:
    response = client.get("/exit")
    assert response.status_code == 303
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Location"].startswith("https://")


def test_public_pages_are_packed_and_what_is_about_a_person_is_not(client: FlaskClient) -> None:
    asks = {"Accept-Encoding": "gzip"}
    public = client.get("/services", headers=asks)
    assert public.content_encoding == "gzip"
    assert "Accept-Encoding" in public.headers["Vary"]
    assert gzip.decompress(public.get_data()) == content(client, "/services")
    assert client.get("/services").content_encoding is None
    assert client.post("/say", data={"text": "仕事がつらい"}, headers=asks).content_encoding is None
    assert client.post("/services/search", data={"q": "家賃"}, headers=asks).content_encoding is None
