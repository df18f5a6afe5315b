"""The mirror walked link by link with the application unplugged: nothing but files and a plain web server."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from urllib.parse import urldefrag, urljoin
from urllib.request import urlopen

import pytest

from catalog.model import CATEGORY_IDS, UNDER18, Catalog
from catalog.ruby import plain
from web.filters import tel
from web.mirror import ERRORS, Mirror
from web.publishing import MANIFEST, publish
from web.wiring import Parts

DAY = date(2026, 11, 25)


@dataclass
class Leaf(HTMLParser):
    """A page of the mirror: its text without furigana, where it leads, and what it would dial in danger."""

    html: str
    text: str = ""
    links: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    strip: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._reading = self._in_strip = False
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.add(tag)
        self.anchors.add(given.get("id", ""))
        self._reading |= tag in ("rt", "rp")
        self._in_strip |= tag == "aside" and given.get("id") == "now"
        if address := given.get("href") or given.get("src"):
            self.links.append(address)
            if self._in_strip and address.startswith("tel:"):
                self.strip.append(address)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("rt", "rp"):
            self._reading = False
        if tag == "aside":
            self._in_strip = False

    def handle_data(self, data: str) -> None:
        if not self._reading:
            self.text += data

    @property
    def inside(self) -> list[str]:
        """The links that stay in the mirror."""
        return [link for link in self.links if not link.startswith(("http://", "https://", "tel:", "mailto:", "sms:"))]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the screen of the tests."""


@pytest.fixture(scope="module")
def exported(parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror") / "public"
    publish(Mirror(parts, DAY, languages=("ja", "en")).files(), folder, about={"made_on": DAY.isoformat()})
    return folder


@pytest.fixture(scope="module")
def served(exported: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(exported))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def walked(served: str) -> dict[str, Leaf]:
    """Every page that is reached from the start by pressing links, by its address without the server."""
    pages: dict[str, Leaf] = {}
    waiting = [served]
    broken: list[str] = []
    seen = {served}
    while waiting:
        address = waiting.pop()
        with urlopen(address, timeout=20) as answer:
            assert answer.status == 200, address
            content = answer.read()
            if answer.headers.get_content_type() != "text/html":
                continue
        leaf = Leaf(content.decode())
        pages[address.removeprefix(served)] = leaf
        for link in leaf.inside:
            target, anchor = urldefrag(urljoin(address, link))
            assert target.startswith(served), f"{link} on {address} leads out of the mirror"
            if target == address and anchor and anchor not in leaf.anchors:
                broken.append(f"{link} on {address}")
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    assert broken == []
    return pages


def test_every_page_is_reached_but_those_that_only_old_links_lead_to(
    walked: dict[str, Leaf], exported: Path, catalog: Catalog
) -> None:
    root = exported.resolve()
    written = {path.parent.relative_to(root).as_posix() for path in root.rglob("index.html")}
    offered = {service.id for service in catalog.offered(DAY)}
    unlinked = {f"services/{id}" for id in catalog.services if id not in offered}
    unlinked |= {f"en/{path}" for path in unlinked}
    assert {path.rstrip("/") or "." for path in walked} == written - unlinked
    assert unlinked <= written


def test_every_page_has_the_numbers_for_danger(walked: dict[str, Leaf], catalog: Catalog) -> None:
    def dialled(ids: tuple[str, ...]) -> list[str]:
        numbers = (next(c.number for c in service.channels if c.number) for service in catalog.named(ids))
        return [tel(number) for number in numbers if number]

    known = [dialled(catalog.strip.services)]
    known += [dialled(flow.always.services) for flow in catalog.flows.values() if flow.always]
    for path, leaf in walked.items():
        assert leaf.strip in known, path


def test_all_services_are_reached(walked: dict[str, Leaf], catalog: Catalog) -> None:
    reached = {path.split("/")[1] for path in walked if path.startswith("services/") and path != "services/"}
    assert reached == {service.id for service in catalog.offered(DAY)}
    assert len(reached) >= 150


def test_every_outcome_of_every_flow_is_reached_by_tapping(walked: dict[str, Leaf], catalog: Catalog) -> None:
    steps = [leaf.text for path, leaf in walked.items() if path.startswith(("steps/", "under18/"))]
    for flow in catalog.flows.values():
        for id, outcome in flow.outcomes.items():
            shown = [one for one in catalog.named(outcome.services) if one.in_season(DAY)]
            words = [plain(outcome.say), *(plain(one.name) for one in shown)]
            assert any(all(word in text for word in words) for text in steps), f"{flow.category}/{id}"


def test_nothing_on_a_page_needs_the_application_or_the_hour(walked: dict[str, Leaf], catalog: Catalog) -> None:
    of_the_hour = (catalog.messages.open_now, catalog.messages.opens_next, catalog.messages.closed_now)
    for path, leaf in walked.items():
        assert leaf.tags.isdisjoint({"form", "button", "input", "textarea", "select", "img", "iframe"}), path
        assert not any(words in leaf.text for words in of_the_hour), path
    assert catalog.messages.mirror_no_form in walked["services/"].text
    assert catalog.messages.mirror_no_form in walked["pages/contact/"].text


def test_addresses_of_questions_say_nothing(walked: dict[str, Leaf]) -> None:
    for path in walked:
        if not path.removeprefix("en/").startswith(("services/", "pages/")):
            assert not any(id in path for id in CATEGORY_IDS), path


def test_children_get_furigana_and_hours_stand_as_text(walked: dict[str, Leaf], catalog: Catalog) -> None:
    assert "rt" in walked["under18/"].tags
    line = catalog.human_line.services[0]
    hours = next(c.hours_text for c in catalog.services[line].channels if c.hours_text)
    assert hours in walked[f"services/{line}/"].text
    assert "2026年11月25日" in walked[f"services/{line}/"].text


def test_english_is_a_tree_of_its_own_with_a_way_across(walked: dict[str, Leaf], catalog: Catalog) -> None:
    assert sum(path.startswith("en/") for path in walked) * 2 == len(walked)
    assert 'lang="en"' in walked["en/"].html[:60]
    assert UNDER18 not in walked["en/"].text
    assert catalog.messages.welcome_title not in walked["en/"].text
    assert "en/" in walked[""].links
    assert "../" in walked["en/"].links


def test_pages_of_errors_have_numbers_and_work_at_any_address(exported: Path, catalog: Catalog) -> None:
    for name, (code, message) in ERRORS.items():
        told = json.loads((exported / f"{name}.json").read_text(encoding="utf-8"))["error"]
        assert told["code"] == code
        assert "119" in told["message"]
        leaf = Leaf((exported / f"{name}.html").read_text(encoding="utf-8"))
        assert getattr(catalog.messages, message) in leaf.text
        assert leaf.strip
        assert all(link.startswith(("/", "#")) for link in leaf.inside), name


def test_the_manifest_names_every_file_with_its_hash(exported: Path) -> None:
    manifest = json.loads((exported / MANIFEST).read_text(encoding="utf-8"))
    found = {
        path.relative_to(exported.resolve()).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in exported.resolve().rglob("*")
        if path.is_file() and path.name != MANIFEST
    }
    assert {name: one["sha256"] for name, one in manifest["files"].items()} == found
    assert manifest["made_on"] == "2026-11-25"


@pytest.mark.parametrize("base", ["https://mirror.example.org/", "/"])
def test_links_begin_with_the_base_url_where_one_is_given(parts: Parts, base: str) -> None:
    first = dict(islice(Mirror(parts, DAY, base_url=base).files(), 12))
    leaf = Leaf(first["index.html"].decode())
    ours = [link for link in leaf.links if not link.startswith(("tel:", "#"))]
    assert sum(link.startswith(base) for link in ours) > 20
    assert {link for link in leaf.inside if not link.startswith(("#", "/"))} == set()
