from __future__ import annotations

from xml.dom.minidom import parseString

import pytest

from catalog.drawing import PAGE_HEIGHT, PAGE_WIDTH, mermaid, pages, stacked, table, wrapped
from catalog.model import CATEGORY_IDS, UNDER18, Catalog


@pytest.mark.parametrize("category", [*CATEGORY_IDS, UNDER18])
def test_every_flow_fits_on_its_pages(catalog: Catalog, category: str) -> None:
    flow = catalog.flows[category]
    drawn = pages(flow, catalog)
    for page in drawn:
        for box in parseString(page).getElementsByTagName("rect"):  # noqa: S318 - our own
            right = float(box.getAttribute("x") or 0) + float(box.getAttribute("width"))
            bottom = float(box.getAttribute("y") or 0) + float(box.getAttribute("height"))
            assert right <= PAGE_WIDTH
            assert bottom <= PAGE_HEIGHT
    parseString(stacked(drawn))  # noqa: S318
    whole = "".join(drawn)
    for outcome in flow.outcomes.values():
        for id in outcome.services:
            assert catalog.services[id].name[:4] in whole


def test_the_table_has_a_line_for_every_path(catalog: Catalog) -> None:
    flow = catalog.flows["work"]
    lines = table(flow, catalog).splitlines()
    assert len(lines) == len(list(flow.paths()))
    assert all(line.count("\t") == 2 for line in lines)


def test_mermaid_names_every_node_once(catalog: Catalog) -> None:
    flow = catalog.flows["work"]
    drawn = mermaid(flow, catalog)
    assert sum('["' in line and "-->" not in line and '(["' not in line for line in drawn.splitlines()) == len(
        flow.questions
    )
    assert drawn.count('(["') == len(flow.outcomes)
    assert drawn.count("-->") == sum(len(q.options) for q in flow.questions.values())


def test_lines_break_where_a_reader_expects_it() -> None:
    assert wrapped("あいうえお。", 15) == ["あいうえお。"]
    assert wrapped("あいう(えお)", 12) == ["あいう", "(えお)"]
