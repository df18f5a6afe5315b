from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from flask.testing import FlaskClient

from catalog.hours import JAPAN, LIVE
from catalog.model import CATEGORY_IDS, Catalog
from catalog.ruby import plain
from tests.support.pages import VOID
from web.browsing import MAX_SHOWN
from web.errors import SHOWN_FROM
from web.ways import WAYS
from web.wiring import Parts

CARD = re.compile(r'<li><a class="door" href="/services/([a-z0-9-]+)"')
LINK = re.compile(r'href="/services/([a-z0-9-]+)"')
TYPES = {**WAYS, "web": ("web",)}
WORDS: dict[str, str] = yaml.safe_load(Path("catalog/data/messages.yaml").read_text(encoding="utf-8"))
WORRY = "夫に知られずに家賃のことを聞きたい"


class Seen(HTMLParser):
    """A page as it is read: every tag must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.links, self.headings, self._open = "", [], [], []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"])
        if tag not in VOID:
            self._open.append((tag, len(self.text)))

    def handle_endtag(self, tag: str) -> None:
        opened, start = self._open.pop()
        assert opened == tag, f"</{tag}> does not close <{opened}>"
        if tag in ("h1", "h2"):
            self.headings.append(" ".join(self.text[start:].split()))

    def handle_data(self, data: str) -> None:
        if not {"rt", "rp", "script"} & {tag for tag, _ in self._open}:
            self.text += data

    @property
    def numbers(self) -> list[str]:
        return [href.removeprefix("tel:") for href in self.links if href.startswith("tel:")]


def page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    return response.get_data(as_text=True)


def search(client: FlaskClient, q: str, **filters: str) -> str:
    response = client.post("/services/search", data={"q": q, **filters})
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    return response.get_data(as_text=True)


def test_every_offered_service_stands_in_full_once(client: FlaskClient, catalog: Catalog, parts: Parts) -> None:
    offered = catalog.offered(parts.guide.moment().now.date())
    assert sorted(CARD.findall(page(client, "/services"))) == [service.id for service in offered]


def test_every_category_has_a_heading_a_jump_and_all_its_services(client: FlaskClient, catalog: Catalog) -> None:
    html = page(client, "/services")
    sections = dict(re.findall(r'<section aria-labelledby="([a-z0-9-]+)">(.*?)</section>', html, re.DOTALL))
    assert tuple(sections) == CATEGORY_IDS
    for category in catalog.categories:
        assert f'href="#{category.id}"' in html
        assert category.label in Seen(html).headings
        shown = set(LINK.findall(sections[category.id]))
        assert shown == {s.id for s in catalog.active() if category.id in s.categories and not s.seasons}


def test_only_what_runs_in_the_season_is_listed_and_found(client_at: Callable[[datetime], FlaskClient]) -> None:
    autumn = client_at(datetime(2026, 11, 25, 12, tzinfo=JAPAN))
    winter = client_at(datetime(2026, 1, 2, 12, tzinfo=JAPAN))
    assert ["kodoku-9999" in CARD.findall(page(c, "/services")) for c in (autumn, winter)] == [False, True]
    assert ["kodoku-9999" in CARD.findall(search(c, "9999")) for c in (autumn, winter)] == [False, True]


@pytest.mark.parametrize("way", TYPES)
def test_a_way_of_talking_leaves_only_services_that_have_it(client: FlaskClient, catalog: Catalog, way: str) -> None:
    shown = CARD.findall(page(client, f"/services?way={way}"))
    assert shown
    for service in catalog.active():
        if not service.seasons:
            assert (service.id in shown) == any(channel.type in TYPES[way] for channel in service.channels)


@pytest.mark.parametrize("kind", ["window", "program"])
def test_a_kind_leaves_only_that_kind(client: FlaskClient, catalog: Catalog, kind: str) -> None:
    shown = CARD.findall(page(client, f"/services?kind={kind}"))
    assert shown
    assert {catalog.services[id].kind for id in shown} == {kind}


def test_every_filter_that_is_offered_works_and_narrows(client: FlaskClient, catalog: Catalog) -> None:
    whole = page(client, "/services")
    offered = [unquote(a) for a in re.findall(r'href="(/services\?[^"]+)"', whole)]
    assert len(offered) >= len(CATEGORY_IDS) + len(TYPES) + 2 + 10
    for address in offered:
        html = page(client, address)
        assert WORDS["services_unknown"] not in html
        assert WORDS["services_nearest"] not in html
        assert 'aria-current="true"' in html
        assert len(CARD.findall(html)) < len(CARD.findall(whole)) or "lang=ja" in address


def test_open_now_means_that_somebody_surely_answers(client: FlaskClient, catalog: Catalog, parts: Parts) -> None:
    moment = parts.guide.moment()
    shown = CARD.findall(page(client, "/services?now=1"))
    for service in catalog.offered(moment.now.date()):
        answers = any(c.type in LIVE and moment.of(c).state == "open" for c in service.channels)
        assert (service.id in shown) == answers


def test_filters_add_up_and_each_can_be_taken_away(client: FlaskClient, catalog: Catalog) -> None:
    html = page(client, "/services?category=work&way=phone")
    shown = [catalog.services[id] for id in CARD.findall(html)]
    assert shown
    assert all("work" in s.categories and any(c.type == "phone" for c in s.channels) for s in shown)
    assert 'href="/services?way=phone"' in html
    assert 'href="/services?category=work"' in html


@pytest.mark.parametrize("query", ["category=none", "way=pigeon", "lang=xx", "kind=<b>", "now=2", "way=phone&lang=xx"])
def test_an_unknown_filter_is_said_kindly_and_the_whole_list_is_shown(
    client: FlaskClient, catalog: Catalog, query: str
) -> None:
    html = page(client, f"/services?{query}")
    assert plain(WORDS["services_unknown"]) in Seen(html).text
    assert len(CARD.findall(html)) == len(CARD.findall(page(client, "/services")))


def test_where_filters_leave_nothing_the_nearest_is_shown_and_said(
    client_at: Callable[[datetime], FlaskClient], catalog: Catalog
) -> None:
    night = client_at(datetime(2026, 11, 25, 3, tzinfo=JAPAN))
    html = page(night, "/services?category=nursing-care&kind=program&lang=ja&now=1")
    assert WORDS["services_nearest"] in html
    assert f"<q>{WORDS['services_now_1']}</q>" in html
    shown = [catalog.services[id] for id in CARD.findall(html)]
    assert shown
    assert all(s.kind == "program" and "nursing-care" in s.categories for s in shown)


def test_the_list_is_light_and_well_formed(client: FlaskClient) -> None:
    for address in ("/services", "/services?category=work", "/services?lang=en&now=1"):
        assert len(Seen(page(client, address)).headings) >= 2
    assert len(page(client, "/services").encode()) < 250_000


def test_a_search_answers_with_the_reason_and_a_link(client: FlaskClient) -> None:
    html = search(client, "じどうてあて")
    assert CARD.findall(html)[0] == "jidou-teate"
    assert f"{WORDS['services_met_in']} {WORDS['services_met_name']}" in html
    assert '<q lang="ja">家賃</q>' in search(client, "家賃")
    assert 0 < len(CARD.findall(search(client, "相談"))) <= MAX_SHOWN


def test_a_search_from_a_narrowed_list_stays_narrowed(client: FlaskClient) -> None:
    html = page(client, "/services?way=phone&kind=window")
    assert '<input type="hidden" name="way" value="phone">' in html
    assert '<input type="hidden" name="kind" value="window">' in html


def test_a_search_keeps_to_the_filters_or_says_that_it_cannot(client: FlaskClient, catalog: Catalog) -> None:
    html = search(client, "お酒をやめたい", way="phone")
    shown = [catalog.services[id] for id in CARD.findall(html)]
    assert shown
    assert all(any(channel.type == "phone" for channel in service.channels) for service in shown)
    assert '<option value="phone" selected>' in html
    nearest = search(client, "児童扶養手当", way="chat", lang="km")
    assert WORDS["services_nearest"] in nearest
    assert "jidou-fuyou-teate" in CARD.findall(nearest)
    assert WORDS["services_unknown"] in search(client, "家賃", way="pigeon")


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "services_empty"), ("   ", "services_empty"), ("qwertyzxcv", "services_nothing")]
)
def test_where_nothing_is_found_there_are_categories_people_and_a_way_on(
    client: FlaskClient, catalog: Catalog, typed: str, sentence: str
) -> None:
    found = Seen(search(client, typed))
    assert plain(WORDS[sentence]) in found.text
    links = set(found.links)
    assert {f"/services?category={id}" for id in CATEGORY_IDS} | {"/", "/services"} <= links
    for service in catalog.named(catalog.human_line.services):
        assert service.name in found.text


def test_a_mistyped_name_is_said_to_be_taken_for_another(client: FlaskClient) -> None:
    html = search(client, "ダクル")
    assert "darc" in CARD.findall(html)
    assert WORDS["services_mistyped"] in html


@pytest.mark.parametrize("typed", ["死にたい", "消えたい", "親にたたかれる", "オーバードーズ", "qwertyzxcv 死にたい"])
def test_danger_in_a_query_shows_help_before_anything_else(client: FlaskClient, parts: Parts, typed: str) -> None:
    help_now = parts.guide.help_for(typed)
    assert help_now.level >= SHOWN_FROM
    html = search(client, typed)
    main = html[html.index("<main") :]
    assert main.index(help_now.services[0].name) < main.index("<h1>")
    assert plain(help_now.say) in Seen(html).text


def test_help_at_the_gravest_level_stands_alone_with_a_way_on(client: FlaskClient) -> None:
    found = Seen(search(client, "いま薬を全部飲んだ"))
    assert found.numbers[0] == "119"
    assert WORDS["services_found"] not in found.text
    assert "/services" in set(found.links)


def test_ordinary_queries_show_no_help_for_danger(client: FlaskClient) -> None:
    for typed in ("家賃", "児童手当", "110", "認知症 カフェ"):
        assert 'class="urgent' not in search(client, typed)


def test_a_search_by_address_goes_to_the_list(client: FlaskClient) -> None:
    response = client.get("/services/search", query_string={"q": WORRY})
    assert response.status_code == 303
    assert response.headers["Location"] == "/services"


def test_what_was_typed_stands_in_no_address_and_no_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        found = Seen(search(client, WORRY, way="phone"))
    assert WORRY not in caplog.text
    for href in found.links:
        assert "家賃" not in unquote(href)
    assert "<script>" not in search(client, "<script>alert(1)</script>")


def test_a_wrong_encoding_and_a_text_too_long_are_said(client: FlaskClient, catalog: Catalog) -> None:
    wrong = client.post(
        "/services/search",
        data=b"q=" + "家賃が払えない".encode("cp932"),
        content_type="application/x-www-form-urlencoded",
    )
    assert plain(catalog.messages.error_bad_text) in wrong.get_data(as_text=True)
    other = client.post("/services/search", data=b"{}", content_type="application/json")
    assert plain(catalog.messages.error_bad_text) in other.get_data(as_text=True)
    long = search(client, "家賃 " + "a" * 11_000)
    assert plain(catalog.messages.error_too_long) in Seen(long).text
    assert "juukyo-kakuho-kyuufukin" in CARD.findall(long)


def test_the_urgent_strip_stands_on_every_page(client: FlaskClient) -> None:
    for html in (page(client, "/services"), search(client, "家賃"), search(client, "")):
        assert Seen(html).numbers[-3:] == ["110", "119", "0120061338"]
