from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.slips import Mended, mend

WIDE_COLON = "コロンが全角「：」です。半角の「:」と空白一つに直してください"
NO_SPACE = "コロン「:」のあとに半角の空白を一つ入れてください"
QUOTE = '「{}」で始まる値は、引用符「"」で囲んでください'


@pytest.mark.parametrize(
    ("typed", "meant", "said"),
    [
        ("name：こころ", "name: こころ", WIDE_COLON),
        ("name ：　こころ", "name: こころ", WIDE_COLON),
        ("channels：", "channels:", WIDE_COLON),
        ("名前：こころ", "名前: こころ", WIDE_COLON),
        ("  - id：danger", "  - id: danger", WIDE_COLON),
        ("name:こころ", "name: こころ", NO_SPACE),
        ("name:　こころ", "name: こころ", NO_SPACE),
        ("name:\xa0こころ", "name: こころ", NO_SPACE),
        ('number:　"110"', 'number: "110"', NO_SPACE),
        ("url:https://kokoro.example.jp/", "url: https://kokoro.example.jp/", NO_SPACE),
        ("-ja", "- ja", "ハイフン「-」のあとに半角の空白を一つ入れてください"),
        ("-　ja", "- ja", "ハイフン「-」のあとに半角の空白を一つ入れてください"),
        ("－ ja", "- ja", "リストの印は半角のハイフン「-」にしてください"),
        ("ー ja", "- ja", "リストの印は半角のハイフン「-」にしてください"),
        ("name: {こころ", 'name: "{こころ"', QUOTE.format("{")),
        ("name: @kokoro", 'name: "@kokoro"', QUOTE.format("@")),
        ("name: %kokoro", 'name: "%kokoro"', QUOTE.format("%")),
        ("name: - こころ", 'name: "- こころ"', QUOTE.format("-")),
        ("name: 電話: 110", 'name: "電話: 110"', '「: 」の入った値は、引用符「"」で囲んでください'),
        ("＃ メモ", "", "メモの印「＃」が全角です。半角の「#」に直してください"),
        ("name: [こころ", 'name: "[こころ"', QUOTE.format("[")),
        ("---", "", "「---」「...」は使いません。この行を消してください"),
        ("...", "", "「---」「...」は使いません。この行を消してください"),
    ],
)
def test_a_slip_with_one_meaning_is_mended(typed: str, meant: str, said: str) -> None:
    mended = mend(typed)
    assert (mended.text, mended.slips, mended.readable) == (meant, ((1, said),), True)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name: こころ",
        'name: "こころ: #8000"',
        "name: 'こころ'",
        "name: C#の相談",
        "name: a：b",
        "name: 10:30",
        "url: https://kokoro.example.jp/a#b",
        "- https://kokoro.example.jp/",
        "- LINE：友だち登録",
        "- LINE:友だち",
        "  - - a",
        "? b: c",
        '"quoted key": a',
        "label: いま{今|いま}",
    ],
)
def test_a_right_line_is_left_alone(line: str) -> None:
    assert mend(line) == Mended(line, (), True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("\tname: こころ", "行の頭にタブがあります。半角の空白に直してください"),
        ("  \t- ja", "行の頭にタブがあります。半角の空白に直してください"),
        ("　name: こころ", "行の頭に全角の空白があります。半角の空白に直してください"),
        (
            "つらい気持ちを",
            "この行は「項目: 値」や「- 値」の形ではありません(文は折り返さず、一行に書いてください)",
        ),
        ('name: "こころ', '引用符「"」が閉じていません'),
        ("name: 'こころ", "引用符「'」が閉じていません"),
    ],
)
def test_a_slip_with_more_than_one_meaning_ends_the_reading(typed: str, said: str) -> None:
    mended = mend(typed)
    assert mended.slips == ((1, said),)
    assert not mended.readable


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("number: #8000", 'number: "#8000"'),
        ("name: こころ #チャット", 'name: "こころ #チャット"'),
        ("- #8000", '- "#8000"'),
    ],
)
def test_a_value_behind_a_hash_is_kept_and_told(typed: str, meant: str) -> None:
    mended = mend(typed)
    assert mended.text == meant
    assert len(mended.slips) == 1


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("# メモ: #8000", "#"),
        ("  # メモ", "#"),
        ("name: こころ # メモ", "name: こころ"),
        ("name: # あとで", "name:"),
        ('name: "こころ" # メモ', 'name: "こころ"'),
        ("name:   こころ  ", "name: こころ"),
        ("name: こころ　", "name: こころ"),
    ],
)
def test_notes_and_space_at_the_end_are_dropped_in_silence(line: str, left: str) -> None:
    assert mend(line).text == left
    assert mend(line).slips == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_counts_as_one(end: str) -> None:
    mended = mend(end.join(["a: b", "c：d", ""]))
    assert mended.text == "a: b\nc: d\n"
    assert mended.slips == ((2, WIDE_COLON),)


def test_two_slips_of_one_line_are_both_told() -> None:
    assert [said for _, said in mend("name：#8000").slips] == [WIDE_COLON, mend("name: #8000").slips[0][1]]


def test_an_invisible_character_is_told_with_the_words_before_it() -> None:
    assert mend("name: こころ\u200bチャット") == Mended(
        "name: こころチャット",
        ((1, "「name: こころ」のうしろに、目に見えない文字(U+200B)があります。消してください"),),
        True,
    )
    assert "行の頭に" in mend("\u200bname: こころ").slips[0][1]
    assert (
        "「…、前にいくつもの文字がならんだ値」"
        in mend("name: とても長い、前にいくつもの文字がならんだ値\u200b").slips[0][1]
    )


def test_a_garbled_character_is_to_be_restored_not_deleted() -> None:
    ((_, said),) = mend("name: こ\ufffdろ").slips
    assert said == "「name: こ」のうしろに、文字化けした文字「\ufffd」があります。もとの字に直してください"


def test_a_text_block_is_told_once_and_the_rest_goes_on() -> None:
    mended = mend("what: |\n  一行目\n\n  二行目: #8000\nwho：だれでも")
    assert [number for number, _ in mended.slips] == [1, 5]
    assert mended.text == 'what: "|"\n\n\n\nwho: だれでも'


def test_a_list_in_brackets_over_lines_is_told_once() -> None:
    mended = mend("languages: [\n  ja,\n  en\n]\nwho：だれでも")
    assert [number for number, _ in mended.slips] == [1, 5]
    assert not mended.readable


@given(st.text() | st.text(alphabet=" \t\n\r　:：-－#\"'{}|>&*!a1あ"))
def test_lines_keep_their_numbers(text: str) -> None:
    mended = mend(text)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert mended.text.count("\n") + 1 == lines
    assert all(1 <= number <= lines and said for number, said in mended.slips)


@given(st.text(alphabet=" \n　:：-－#\"'{}|>@%a1あ"))
def test_what_is_mended_has_no_slips_left(text: str) -> None:
    mended = mend(text)
    if mended.readable:
        assert mend(mended.text).slips == ()
