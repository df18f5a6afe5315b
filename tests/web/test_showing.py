"""Links of a page carry how it is shown and the filters, and nothing else that an address held."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

PAGES = ("/", "/under18", "/services", "/pages/privacy", "/numbers", "/services/yorisoi-hotline")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "asked",
    [
        "endpoint=x",
        "_scheme=javascript&_external=1",
        "_method=PUT",
        "_anchor=kanaria",
        "_external=1",
        "id=kanaria",
        "filename=kanaria",
        "q=kanaria&category=%E5%AE%B6%E8%B3%83 kanaria",
        "values=kanaria",
        "v=kanaria",
    ],
)
def test_an_address_that_means_something_else_is_shown_and_forgotten(
    client: FlaskClient, path: str, asked: str
) -> None:
    answer = client.get(f"{path}?{asked}")
    assert answer.status_code == 200
    links = re.findall(r'(?:href|action|formaction)="([^"]*)"', answer.get_data(as_text=True))
    assert links
    assert all(re.match(r"/|#|tel:|https://|sms:", link) for link in links)
    assert not [link for link in links if "kanaria" in link]


def test_the_filters_of_the_list_go_on_in_another_language(client: FlaskClient) -> None:
    page = client.get("/services?category=work&way=phone&now=1").get_data(as_text=True)
    assert re.search(r'href="/services\?v=easy&amp;category=work&amp;way=phone&amp;now=1"', page)
