from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog import writing
from catalog.reading import read

ALPHABET = st.characters(
    exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"), exclude_characters="\ufffc\ufffd"
)
TEXTS = st.text(ALPHABET, min_size=1) | st.text(
    " 　\xa0:：-－ー#\"'{}[]|>&*!%@`?,.~=<\\0189aeno+あ漢", min_size=1, max_size=12
)


@given(TEXTS)
def test_a_text_once_written_reads_back_equal(text: str) -> None:
    written = writing.page(record={"key": text, "list": [text, text], "entries": [{"key": text, "more": text}]})
    document = read("a.yaml", written.encode())
    assert document.problems == ()
    assert document.value == {"key": text, "list": [text, text], "entries": [{"key": text, "more": text}]}


@pytest.mark.parametrize(
    "text",
    [
        "24:00",
        "no",
        "110",
        "#8000",
        "true",
        "null",
        "~",
        "2026-11-24",
        "0x10",
        "1e3",
        "a: b",
        "a #b",
        "a:",
        '"',
        "'",
        "\\",
        "{今|いま}",
        "[a]",
        "- a",
        "－ a",
        "LINE：友だち",
        "label：a",
        "label:a",
        "　a　",
        " a ",
        "@a",
        "%a",
        "---",
        "...",
    ],
)
def test_a_text_that_yaml_takes_for_something_else_reads_back_equal(text: str) -> None:
    written = writing.page(record={"key": text, "list": [text]})
    document = read("a.yaml", written.encode())
    assert (document.value, document.problems) == ({"key": text, "list": [text]}, ())


@pytest.mark.parametrize("text", ["24:00", "no", "110", "#8000", "~", "0120-000-111"])
def test_other_yaml_programs_read_it_as_text_too(text: str) -> None:
    assert yaml.safe_load(writing.page(record={"key": text})) == {"key": text}


def test_plain_texts_stand_without_quotes() -> None:
    assert writing.page("メモ", record={"a": "こころ", "b": ["https://kokoro.example.jp/"], "c": 1, "d": True}) == (
        "# メモ\na: こころ\nb:\n  - https://kokoro.example.jp/\nc: 1\nd: true\n"
    )


def test_what_is_empty_is_left_out() -> None:
    record = {"a": "", "b": None, "c": [], "d": {}, "e": False, "f": 0}
    assert writing.page(record=record) == "e: false\nf: 0\n"
