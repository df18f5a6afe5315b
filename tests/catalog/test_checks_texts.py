from __future__ import annotations

from collections.abc import Callable

import pytest

from catalog.model import Catalog

Edit = Callable[..., list[str]]
PAGE = "pages/privacy.yaml"


def test_a_long_sentence_is_told_with_its_line(edit: Edit) -> None:
    (told,) = edit(PAGE, ("すぐに捨てます。", "あ" * 61 + "。"))
    assert told == f"{PAGE}:12: 一つの文が62文字あります。60文字までに分けてください:「{'あ' * 12}…」"


def test_a_word_of_the_office_is_told_with_plain_words(edit: Edit) -> None:
    (told,) = edit(PAGE, ("すぐに捨てます。", "くわしくは自治体にたずねてください。"))
    assert told == f"{PAGE}:12: 役所のことば「自治体」には、後ろに(市や町)のような説明をそえるか、言いかえてください"


@pytest.mark.parametrize("said", ["自治体(市や町)に。", "「自治体」と言えます。"])
def test_a_word_explained_or_quoted_may_stand(edit: Edit, said: str) -> None:
    assert edit(PAGE, ("すぐに捨てます。", said)) == []


def test_too_many_kanji_are_told(edit: Edit) -> None:
    told = edit(
        PAGE, ("すぐに捨てます。", "個人情報保護方針遵守徹底実行中。"), ("クッキーは使いません。", "記録保存不可。")
    )
    assert len(told) == 1
    assert told[0].startswith(f"{PAGE}:1: 漢字が")


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("      - kokoro-dial", "      - kokoro-daial", 16, "相談先「kokoro-daial」がありません"),
        ("      - kokoro-dial", "      - mukashi-dial", 16, "は、終わったか、期間だけの支援です。この行を消すか、"),
        ("updated_on: 2026-11-20", "updated_on: 2027-11-20", 17, "が、今日より先です"),
        ("id: privacy", "id: privacy\naudience: under18", 4, "ふりがなのない漢字があります"),
        ("すぐに捨てます。", "'{直|ちょく}に{捨てます。'", 12, "ふりがなの書き方が正しくありません"),
    ],
)
def test_a_page_that_does_not_hold_is_told(edit: Edit, old: str, new: str, line: int, sentence: str) -> None:
    told = [t for t in edit(PAGE, (old, new)) if sentence in t]
    assert told, new
    if "audience" not in new:
        assert told[0].startswith(f"{PAGE}:{line}: ")


def test_every_page_is_there(catalog: Catalog) -> None:
    assert set(catalog.pages) == {
        "faq",
        "how-to-consult",
        "when-it-hurts",
        "greeting",
        "greeting-under18",
        "who-does-what",
        "privacy",
        "accessibility",
        "how-to-use",
        "leaving",
        "contact",
    }
    assert len(catalog.pages["faq"].sections) >= 25
    assert list(catalog.pages.values()) == sorted(catalog.pages.values(), key=lambda page: page.order)
