from __future__ import annotations

import pytest

from catalog.model import PlainWord
from catalog.readability import kanji_share, mean_sentence, sentences, too_long, unexplained

ARREARS = PlainWord(word="滞納", plain="払うのがおくれていること")


def test_sentences_end_at_their_marks_but_not_inside_brackets() -> None:
    assert sentences("「助けて。」と言えます。どこでもいいです!") == ["「助けて。」と言えます。", "どこでもいいです!"]
    assert sentences("{家|いえ}にいたい") == ["家にいたい"]


def test_sixty_characters_are_the_limit() -> None:
    assert too_long("あ" * 59 + "。") == []
    assert too_long("い。" + "あ" * 60 + "。") == ["あ" * 60 + "。"]


def test_shares_and_means() -> None:
    assert kanji_share(["{家|いえ}に", "いる"]) == pytest.approx(1 / 4)
    assert mean_sentence(["あい。", "う。えおか。"]) == pytest.approx((3 + 2 + 4) / 3)
    assert kanji_share([]) == mean_sentence([]) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("税金を滞納しています。", True),
        ("税金の滞納(払うのがおくれること)と言われた。滞納は相談できます。", False),
        ("窓口で「滞納の相談」と言えば伝わります。", False),
        ("家賃がおくれています。", False),
    ],
)
def test_words_of_the_office_need_an_explanation(text: str, found: bool) -> None:
    assert bool(unexplained(text, [ARREARS])) == found
