from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.reading import Document, Problem, read

MISPLACED = "行の頭の空白の数を、上の行とそろえてください"


def document(text: str) -> Document:
    return read("a.yaml", text.encode())


def said(text: str) -> list[str]:
    return [str(problem) for problem in document(text).problems]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("110", "110"),
        ("24:00", "24:00"),
        ("no", "no"),
        ("true", "true"),
        ("~", "~"),
        ("null", "null"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("2026-11-24", "2026-11-24"),
        ("0120-000-111", "0120-000-111"),
        ('"#8000"', "#8000"),
        ("'#8000'", "#8000"),
        ('"110"', "110"),
        ('"a\\"b\\\\c"', 'a"b\\c'),
        ("'it''s'", "it's"),
        ("", ""),
        ("https://kokoro.example.jp/", "https://kokoro.example.jp/"),
        ("{今|いま}の話", None),
        ("いまの{話|はなし}", "いまの{話|はなし}"),
    ],
)
def test_every_value_stays_text(typed: str, meant: str | None) -> None:
    found = document(f"key: {typed}")
    if meant is None:
        assert said(f"key: {typed}") == ['a.yaml:1: 「{」で始まる値は、引用符「"」で囲んでください']
    else:
        assert (found.value, found.problems) == ({"key": meant}, ())


@pytest.mark.parametrize("typed", ["110", "24:00", "no", '"#8000"'])
def test_every_entry_of_a_list_stays_text(typed: str) -> None:
    assert document(f"- {typed}\n").value == [typed.strip('"')]


def test_lists_and_keys_nest() -> None:
    found = document("a:\n  - b: 1\n    c:\n      - x\n      - y\n  - b: 2\nd: e\n")
    assert found.problems == ()
    assert found.value == {"a": [{"b": "1", "c": ["x", "y"]}, {"b": "2"}], "d": "e"}


def test_every_key_and_entry_has_its_line() -> None:
    found = document("# メモ\na:\n  - b: 1\n    c:\n      - x\n\n      - y\nd: e\n")
    assert [
        found.line_of(place)
        for place in (("a",), ("a", 0), ("a", 0, "b"), ("a", 0, "c"), ("a", 0, "c", 0), ("a", 0, "c", 1), ("d",))
    ] == [2, 3, 3, 4, 5, 7, 8]


def test_the_line_of_what_is_missing_is_that_of_what_is_around_it() -> None:
    found = document("a: b\nc:\n  d: e\n")
    assert found.line_of(("c", "missing")) == 2
    assert found.line_of(("missing",)) == 1
    assert found.line_of(()) == 1


def test_a_repeated_key_keeps_the_first_value() -> None:
    found = document("a: 1\nb: 2\na: 3\n")
    assert found.value == {"a": "1", "b": "2"}
    assert said("a: 1\nb: 2\na: 3\n") == ["a.yaml:3: 「a」が二回書かれています(1行目にもあります)。一つ消してください"]


def test_the_same_key_elsewhere_is_no_repetition() -> None:
    assert said("- a: 1\n- a: 2\n") == []


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\n b: 2\n", 2), ("a:\n  b: 1\n   c: 2\n", 3), ("a:\n  - b\n   - c\n", 3)],
)
def test_a_line_indented_too_far_is_pointed_at(text: str, line: int) -> None:
    assert said(text) == [f"a.yaml:{line}: {MISPLACED}"]


@pytest.mark.parametrize(("text", "line"), [("a:\n  b: 1\n c: 2\n", 3), ("a: 1\n- b\n", 2), ("- a\nb: 1\n", 2)])
def test_a_line_that_fits_nowhere_is_pointed_at(text: str, line: int) -> None:
    (told,) = said(text)
    assert told.startswith(f"a.yaml:{line}: この行かすぐ上の行が読み取れません")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: {b: c}\n", "{ }"),
        ("a: [b, c]\n", "[ ]"),
        ("a: &x b\n", "「&」"),
        ("a: !!int 1\n", "「!」"),
        ("a: !b c\n", "「!」"),
        ("a:\n  &x b: c\n", "「&」"),
    ],
)
def test_other_ways_of_writing_are_refused(text: str, word: str) -> None:
    (told,) = said(text)
    assert word in told


def test_an_alias_is_refused_and_the_file_not_judged_further() -> None:
    found = document("a: &x b\nc: *x\n")
    assert found.value is None
    assert [problem.line for problem in found.problems] == [1, 2]


def test_aliases_of_aliases_do_not_grow() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert document("\n".join(lines)).value is None


def test_a_key_is_a_text() -> None:
    assert "a.yaml:1: 項目の名前に、リストや入れ子は使えません。「項目: 値」の形に直してください" in said("[a, b]: c\n")


def test_nesting_has_an_end() -> None:
    assert document("- " * 5_000 + "a").value is None
    assert document("[" * 5_000).value is None


@pytest.mark.parametrize(
    ("raw", "line"),
    [("name: こころ".encode("cp932"), 1), ("a: b\nname: こころ".encode("euc-jp"), 2), ("a: b".encode("utf-16"), 1)],
)
def test_other_encodings_are_refused(raw: bytes, line: int) -> None:
    found = read("a.yaml", raw)
    assert found.value is None
    assert found.problems == (Problem("a.yaml", line, "文字コードがUTF-8ではありません。UTF-8で保存し直してください"),)


def test_a_byte_order_mark_is_told_and_read_over() -> None:
    found = read("a.yaml", "a: b\n".encode("utf-8-sig"))
    assert found.value == {"a": "b"}
    assert len(found.problems) == 1


@pytest.mark.parametrize("text", ["", "\n\n", "# メモだけ\n"])
def test_an_empty_file_has_no_value(text: str) -> None:
    assert (document(text).value, document(text).problems) == (None, ())


def test_problems_are_sorted_and_single() -> None:
    lines = [problem.line for problem in document("b：1\na: {c: d}\nb: 2\nd:e\n").problems]
    assert lines == [1, 2, 3, 4]


def test_a_problem_reads_file_line_sentence() -> None:
    assert str(Problem("flows/work.yaml", 12, "違います")) == "flows/work.yaml:12: 違います"
    assert sorted([Problem("b", 1, ""), Problem("a", 10, ""), Problem("a", 9, "")]) == [
        Problem("a", 9, ""),
        Problem("a", 10, ""),
        Problem("b", 1, ""),
    ]


YAML_LIKE = st.text(alphabet=" \t\n\r　\xa0:：-－#\"'{}[]|>&*!%@`?,.~\\\ufeff\u200b\x00a1あ")
LINES = st.lists(
    st.sampled_from(
        [
            "a: b",
            "a:",
            "  a: b",
            "- a",
            "  - a: b",
            "- - a",
            "a：b",
            "\ta",
            "a: &b c",
            "*b",
            "? a",
            "--- a",
            "a: |",
            "  x",
            "- \t # x",
            "a: 'b",
            '"a": b',
            "[a]: b",
            "a: [b",
            "{a: b}",
            "<<: *a",
            "%YAML 1.2",
            "...",
            "!a b",
            "a: #b",
            "",
        ]
    )
).map("\n".join)


@given(st.binary() | st.text().map(str.encode) | YAML_LIKE.map(str.encode) | LINES.map(str.encode))
def test_reading_never_raises_and_points_at_lines_that_exist(raw: bytes) -> None:
    found = read("a.yaml", raw)
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
    assert all(1 <= problem.line <= lines for problem in found.problems)
    assert all(1 <= line <= lines for line in found.lines.values())
    assert list(found.problems) == sorted(set(found.problems))
