from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.model import Catalog
from web.searching import Index, index_of

QUERIES = yaml.safe_load((Path(__file__).parent / "search_queries.yaml").read_text(encoding="utf-8"))["queries"]
FLOOR = 0.95
FLOOR_OF_A_KIND = 0.85


@pytest.fixture(scope="module")
def index(catalog: Catalog) -> Index:
    return index_of(catalog)


def first(index: Index, text: str, number: int = 5) -> list[str]:
    return [found.service.id for found in index.search(text)[:number]]


def test_what_people_type_finds_its_service_among_the_first_five(index: Index, catalog: Catalog) -> None:
    assert len(QUERIES) >= 120
    assert {query["found"] for query in QUERIES} <= {service.id for service in catalog.active()}
    asked, missed = Counter(query["kind"] for query in QUERIES), []
    for query in QUERIES:
        if query["found"] not in first(index, query["typed"]):
            missed.append(query)
    assert 1 - len(missed) / len(QUERIES) >= FLOOR, missed
    for kind, number in Counter(query["kind"] for query in missed).items():
        assert 1 - number / asked[kind] >= FLOOR_OF_A_KIND, kind


def test_every_service_is_first_by_its_name(index: Index, catalog: Catalog) -> None:
    for service in catalog.active():
        assert first(index, service.name, 1) == [service.id]


def test_every_service_is_found_by_how_its_name_is_read(index: Index, catalog: Catalog) -> None:
    for service in catalog.active():
        assert service.id in first(index, service.kana, 3), service.kana


def test_every_number_that_is_shown_finds_its_service_however_it_is_written(index: Index, catalog: Catalog) -> None:
    wide = str.maketrans("0123456789-#", "０１２３４５６７８９－＃")
    for service in catalog.active():
        for channel in service.channels:
            if channel.number is None:
                continue
            bare = "".join(c for c in channel.number if c.isdigit())
            for typed in (channel.number, bare, channel.number.translate(wide), channel.number.replace("-", " ")):
                holders = [found.service.id for found in index.search(typed) if "number" in found.fields]
                assert service.id in holders, typed


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("いの", "inochi-no-denwa"),
        ("ダル", "darc"),
        ("断酒", "danshukai"),
        ("bo", "bond-project"),
        ("ねんきんだい", "nenkin-dial"),
        ("078355", "inochi-no-denwa"),
        ("0120-783", "inochi-no-denwa"),
    ],
)
def test_the_beginning_of_a_name_or_a_number_is_enough(index: Index, typed: str, service: str) -> None:
    found = {one.service.id for one in index.search(typed)}
    assert (service in found) == (typed != "078355"), "a number is begun at its beginning"


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("生保", "seikatsu-hogo"),
        ("児相", "jidou-soudan-dial"),
        ("労基", "roudou-kijun-kantokusho"),
        ("職安", "hello-work"),
        ("ハロワ", "hello-work"),
        ("ファミサポ", "family-support-center"),
        ("リスカ", "seishin-hoken-fukushi-center"),
    ],
)
def test_short_forms_are_understood(index: Index, typed: str, service: str) -> None:
    assert service in first(index, typed)


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("ダクル", "darc"),
        ("チャイルドライソ", "childline"),
        ("いのちのでんは", "inochi-no-denwa"),
        ("断種会", "danshukai"),
        ("0120783557", "inochi-no-denwa"),
    ],
)
def test_one_slip_is_forgiven(index: Index, typed: str, service: str) -> None:
    assert service in first(index, typed)


def test_a_slip_is_forgiven_only_where_nothing_else_is_found(index: Index) -> None:
    assert all(found.mistyped for found in index.search("ダクル"))
    assert not any(found.mistyped for found in index.search("ダルク"))


def test_a_short_number_is_never_taken_for_another(index: Index) -> None:
    assert index.search("113") == ()
    assert index.search("#9118") == ()


@pytest.mark.parametrize("typed", ["", "  ", "の", "!!!", "qwertyzxcv", "🙂", "9" * 500, "ぬ"])
def test_what_means_nothing_finds_nothing(index: Index, typed: str) -> None:
    assert index.search(typed) == ()


def test_it_says_where_and_by_which_words_a_service_was_found(index: Index) -> None:
    best = index.search("住宅ローンが返せない")[0]
    assert best.service.id == "jhf-hensai-soudan"
    assert best.fields[0] == "name"
    assert "住宅ローン" in best.words
    assert index.search("DV")[0].words == ("DV",)


def test_ended_services_are_not_found(index: Index, catalog: Catalog) -> None:
    for service in catalog.services.values():
        if service.status != "active":
            assert service.id not in first(index, service.name, 400)


def test_the_same_query_has_the_same_answer_in_a_new_index(index: Index, catalog: Catalog) -> None:
    other = Index(catalog)
    for query in QUERIES[::6]:
        assert other.search(query["typed"]) == index.search(query["typed"])


def test_the_index_is_built_once_and_searched_by_many_threads(catalog: Catalog) -> None:
    fresh = replace(catalog)
    with ThreadPoolExecutor(8) as pool:
        assert len({id(one) for one in pool.map(lambda _: index_of(fresh), range(8))}) == 1
        texts = [query["typed"] for query in QUERIES[:40]] * 3
        assert list(pool.map(index_of(fresh).search, texts)) == [index_of(fresh).search(text) for text in texts]


@given(text=st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_can_be_searched(index: Index, text: str) -> None:
    for found in index.search(text):
        assert found.fields
        assert found.service.status == "active"
