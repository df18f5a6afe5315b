"""Danger signs, against the examples of the guide on crisis wording and against how people write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.crisis import NONE, WEAK_ADD_UP, DangerSigns, fold
from catalog.model import Catalog, DangerSign

HERE = Path(__file__).parent
LEAST = {4: 3, 3: 2, 2: 1, 1: 1}
"""How low the level found may be for each level the guide gives."""
EXACT = 0.96
"""The share of examples whose level must be found exactly."""


@dataclass(frozen=True)
class Example:
    file: str
    text: str
    level: int
    needs_context: bool


def _examples(file: str) -> list[Example]:
    found, level = [], 0
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if head := re.match(r"## 段階(\d)", line):
            level = int(head[1])
        elif line and not line.startswith("#"):
            text, _, other = line.removesuffix(" ※").partition(" → ")
            found.append(Example(file, text, int(other or level), line.endswith(" ※")))
    return found


GUIDE, MORE = _examples("crisis_examples.txt"), _examples("crisis_more.txt")
DECIDABLE = [example for example in (*GUIDE, *MORE) if not example.needs_context]


@pytest.fixture(scope="module")
def signs(catalog: Catalog) -> DangerSigns:
    return DangerSigns(catalog.signs)


def test_the_examples_are_all_there() -> None:
    assert len(GUIDE) >= 450
    assert {example.level for example in GUIDE} == {0, 1, 2, 3, 4}
    assert sum(example.needs_context for example in GUIDE) <= 2


@pytest.mark.parametrize("example", DECIDABLE, ids=lambda e: f"{e.level}-{e.text}")
def test_an_example_is_not_missed_and_a_lookalike_shows_nothing(signs: DangerSigns, example: Example) -> None:
    found = signs.look(example.text)
    assert found.level == 0 if example.level == 0 else found.level >= LEAST[example.level]
    assert (found.kind is None) == (found.level == 0)


@pytest.mark.parametrize("examples", [GUIDE, MORE], ids=["guide", "more"])
def test_most_levels_are_found_exactly(signs: DangerSigns, examples: list[Example]) -> None:
    wrong = [(e.text, e.level, signs.look(e.text).level) for e in examples if signs.look(e.text).level != e.level]
    assert 1 - len(wrong) / len(examples) >= EXACT, wrong


@pytest.mark.parametrize("example", [e for e in DECIDABLE if e.level], ids=lambda e: e.text)
def test_danger_is_found_among_other_sentences(signs: DangerSigns, example: Example) -> None:
    alone = signs.look(example.text).level
    told = f"きょうは雨でした。{example.text}。洗濯物がたまっています。\nすみません"
    assert signs.look(told).level >= alone


WRITTEN = """
しにたい シニタイ ｼﾆﾀｲ しにたーい しにた〜〜〜い しにたぃ SHINITAI ｓｉｎｉｔａｉ I_want_to_die きえたい キエタイ
死にたい。 死/に/た/い 死_に_た_い し.に.た.い 死＊に＊た＊い 死☆に☆た☆い
氏にたい 市にたい 4にたい ４にたい タヒにたい ﾀﾋにたい 夕ヒにたい ○にたい 〇にたい ●にたい ×にたい もう氏にたい
自殺したい 自殺したいです 自〇したい 自○したい 自4したい
死\u202eに\u202dたい 死\u200bに\u200bた\u200bい 死\u0336に\u0336た\u0336い 死\ufe0fにたい 死\u3164にたい
"""
WRITTEN_TOO = """
shinitee kietai kietaidesu shinitakunatta mou_ikitakunai iwanttodie 4ぬしかない 氏ぬしかない 死゛ぬしかない
ｼﾆﾀｨ しにたああい しにたいいいい 自○ばかり考える 56してほしい 〇してくれ
"""
SPACED = [
    "死 に た い",
    "死　に　た　い",
    "死\nに\nた\nい",
    "死に\nたい",
    "I want to die",
    "shi ni tai",
    "kill myself",
    "し に た い🔪",
]


@pytest.mark.parametrize("text", [*WRITTEN.split(), *WRITTEN_TOO.split(), *SPACED])
def test_a_wish_to_die_is_seen_however_it_is_written(signs: DangerSigns, text: str) -> None:
    assert signs.look(text).level >= 2


@pytest.mark.parametrize(
    "text",
    [
        "横浜市にたいする要望",
        "さいたま市にて開催",
        "山田氏にたいへんお世話になった",
        "わたしにたいして冷たい",
        "うれしかったです",
        "よかったで",
        "ポリスカメラ",
        "4にたす",
        "こども会のゲーム",
    ],
)
def test_letters_that_only_look_alike_show_nothing(signs: DangerSigns, text: str) -> None:
    assert signs.look(text) == NONE


@pytest.mark.parametrize(
    "veto",
    [
        "こどもと暮らしています、",
        "始めるのがこわい、",
        "つかれて、",
        "先ほどから、",
        "昔から、",
        "いえもなくて、",
        "涙をこぼすほど、",
    ],
)
def test_a_word_that_only_sounds_like_a_veto_hides_nothing(signs: DangerSigns, veto: str) -> None:
    """コード, メール, カレー, エモ, ボス, ほど and 昔 once hid the whole sentence."""
    for text, level in (("もう限界です", 1), ("意識がない", 4), ("三日何も食べていない", 3), ("夫に殴られています", 2)):
        assert signs.look(veto + text).level >= level


def test_weak_signs_of_one_text_add_up(signs: DangerSigns) -> None:
    assert signs.look("もう疲れた").weak == 1
    assert signs.look("もう疲れた。もう疲れた。もう疲れた").level == 1
    found = signs.look("もう疲れた。居場所がない。迷惑ばかりかけている")
    assert (found.level, found.kind, found.weak) == (2, "suicide", WEAK_ADD_UP)


@pytest.mark.parametrize("text", ["", " ", "。", "ー", "〜〜〜", "*", "〇", "を", "\u200b", "\ud800", "\x00", "🔪"])
def test_a_text_without_words_shows_nothing(signs: DangerSigns, text: str) -> None:
    assert signs.look(text) == NONE


def _as_typed(word: str) -> str:
    """A word of a sign as somebody may write it: without its gap and the letters it must not stand beside."""
    return re.sub(r"\(≠[^)]*\)", "", word).replace("…", "")


def test_every_word_of_every_sign_can_be_seen(catalog: Catalog) -> None:
    """Folding, or a `without` beside it, must not make a word blind: each shows its sign, with the others it needs."""
    for sign in catalog.signs:
        alone = DangerSigns([sign])
        also = [_as_typed(word) for word in sign.also or ("",)]
        around = _as_typed(next(iter(sign.around), ""))
        blind = [w for w in sign.any if not any(alone.look(f"{_as_typed(w)} {a}。{around}").level for a in also)]
        assert blind == [], sign.id


# ---- what a reviewer sees


def test_shown_gives_every_sign_gravest_first(signs: DangerSigns) -> None:
    text = "死にたい。夫に殴られています。もう限界です。今から首を吊ります"
    shown = signs.shown(text)
    assert [sign.level for sign in shown] == sorted((sign.level for sign in shown), reverse=True)
    assert {"hanging-now", "wish-to-die", "hit-by-partner", "weak-limit"} <= {sign.id for sign in shown}
    assert len({sign.id for sign in shown}) == len(shown)
    assert (shown[0].level, shown[0].kind) == (signs.look(text).level, signs.look(text).kind)


def test_shown_of_equal_levels_is_as_in_the_file() -> None:
    given = [DangerSign(id=name, level=2, kind="dv", any=("な",)) for name in ("b", "a")]
    assert [sign.id for sign in DangerSigns(given).shown("なぐる")] == ["b", "a"]


@pytest.mark.parametrize("text", ["", "今日は晴れ", "死にたくない"])
def test_nothing_is_shown_where_nothing_is_seen(signs: DangerSigns, text: str) -> None:
    assert signs.shown(text) == ()


# ---- how a sign is read


def _sign(level: int = 2, **words: tuple[str, ...]) -> DangerSign:
    return DangerSign(id="sign", level=level, kind="dv", **words)


def test_also_asks_for_a_second_word_in_the_same_sentence() -> None:
    signs = DangerSigns([_sign(any=("殴",), also=("夫", "妻"))])
    assert signs.look("夫に殴られる").level == 2
    assert signs.look("夫がいます。駅で殴られる") == NONE


def test_also_must_stand_near() -> None:
    signs = DangerSigns([_sign(any=("殴",), also=("夫",))])
    assert signs.look("夫は出張ばかりで、家のことは何もしない人で、きのうの夜はテレビで殴る場面を見ていた") == NONE


@pytest.mark.parametrize("text", ["夫に殴られる", "夫のことです。殴られます", "殴られています。夫です"])
def test_around_may_stand_in_the_sentence_beside(text: str) -> None:
    assert DangerSigns([_sign(any=("殴",), around=("夫", "妻"))]).look(text).level == 2


def test_around_does_not_reach_over_a_sentence() -> None:
    signs = DangerSigns([_sign(any=("殴",), around=("夫",))])
    assert signs.look("夫がいます。今日は晴れでした。駅で殴られる") == NONE
    assert signs.look("駅で殴られる") == NONE


def test_also_must_stand_nearer_in_a_long_sentence() -> None:
    signs = DangerSigns([_sign(any=("殴",), also=("夫",))])
    apart = "夫がいて、きょうの夜は駅の方で人が殴られた"
    assert signs.look(apart).level == 2
    assert signs.look(apart + "、" + "話は長くなりますが、" * 6) == NONE


def test_any_also_and_around_are_all_needed() -> None:
    signs = DangerSigns([_sign(any=("殴",), also=("今",), around=("夫",))])
    assert signs.look("夫です。今殴られてる").level == 2
    assert signs.look("夫です。殴られてる") == signs.look("今殴られてる") == signs.look("夫です。今です。さて") == NONE


def test_without_hides_only_what_is_near_and_a_grave_sign_less_far() -> None:
    far = "ゲームの話を友だちとしていて、駅で手をふって別れて、"
    farther = far + "そのまま家へ歩いて、ごはんを食べて、おふろに入って、"
    for level in (2, 3, 4):
        signs = DangerSigns([_sign(level, any=("殴",), without=("ゲーム",))])
        assert signs.look("ゲームで殴られる") == NONE
        assert signs.look(farther + "帰ったら殴られる").level == level
    assert DangerSigns([_sign(2, any=("殴",), without=("ゲーム",))]).look(far + "殴られる") == NONE
    assert DangerSigns([_sign(4, any=("殴",), without=("ゲーム",))]).look(far + "殴られる").level == 4


def test_still_takes_the_force_from_without_but_not_from_a_longer_word() -> None:
    signs = DangerSigns([_sign(any=("殴",), without=("昔", "殴り書き"), still=("今も",))])
    assert signs.look("昔、殴られた") == NONE
    assert signs.look("昔も今も殴られる").level == 2
    assert signs.look("今も殴り書きのまま") == NONE


def test_a_word_may_have_a_gap_and_letters_it_must_not_stand_beside() -> None:
    signs = DangerSigns([_sign(any=("髪…引っぱ", "(≠受助)けられ", "今(≠年月)"))])
    for text in ("髪を引っぱられた", "髪の毛をぎゅっと引っぱる", "夫にけられた", "今です", "けられ", "今"):
        assert signs.look(text).level == 2, text
    for text in ("髪を切って、その帰り道に綱を引っぱった", "受けられた", "助けられて", "今年", "今月"):
        assert signs.look(text) == NONE, text


# ---- denial, comparison

WISH = _sign(any=("死にたい", "死にたく", "死ぬ", "死のう"))
HIT = _sign(any=("殴られ", "暴力"))
AMOUNT = _sign(any=("20錠",))


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        (WISH, "死にたくない"),
        (WISH, "死にたくはありません"),
        (WISH, "死にたいわけじゃないです"),
        (WISH, "死にたいとかではなくて、ひまなだけ"),
        (WISH, "死にたいとは思わない"),
        (WISH, "死のうなんて考えていません"),
        (WISH, "死ぬ気はない"),
        (WISH, "死ぬつもりは全くありません"),
        (WISH, "死にたいと思ったことはない"),
        (HIT, "殴られてない"),
        (HIT, "殴られたことは一度もない"),
        (HIT, "殴られたりはしていません"),
        (HIT, "暴力はありません"),
        (HIT, "暴力も借金もありません"),
        (HIT, "暴力なし、子どもなし"),
        (WISH, "死にたいとかは全然ないんで"),
        (WISH, "死にたいとか思ってるわけじゃなく、部署が合わないだけ"),
        (HIT, "殴られもどなられもしない普通の家です"),
        (HIT, "殴られたことも責められたこともない"),
        (HIT, "殴られたりはせず、話しあえています"),
        (HIT, "暴力や罰走はない"),
        (HIT, "殴られてはない、徘徊がつらい"),
    ],
)
def test_a_word_denied_does_not_count(sign: DangerSign, text: str) -> None:
    assert DangerSigns([sign]).look(text) == NONE


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        (WISH, "死にたくないのに死にそう"),
        (WISH, "死にたくないけど、つらくてもう無理"),
        (WISH, "死にたいわけじゃないけど消えたい"),
        (WISH, "死にたくないわけじゃない"),
        (WISH, "死にたいと思う"),
        (WISH, "死ぬ勇気がない"),
        (HIT, "殴られないか心配で帰れない"),
        (HIT, "殴られないように、いつも気をつけてる"),
        (HIT, "殴られた。お金がない"),
        (HIT, "殴られてばかりで、行くところがない"),
    ],
)
def test_a_denial_denied_feared_or_turned_does_not_hide(sign: DangerSign, text: str) -> None:
    assert DangerSigns([sign]).look(text).level == 2


@pytest.mark.parametrize("text", ["死ぬほど眠い", "死にたいくらい恥ずかしい", "死ぬかと思った"])
def test_a_comparison_does_not_count(text: str) -> None:
    assert DangerSigns([WISH]).look(text) == NONE


@pytest.mark.parametrize(
    ("sign", "text"),
    [(WISH, "死にたいほどつらい"), (WISH, "死ぬほど苦しい"), (WISH, "死のうかと思う"), (AMOUNT, "20錠くらい飲んだ")],
)
def test_a_comparison_with_suffering_or_of_an_amount_counts(sign: DangerSign, text: str) -> None:
    assert DangerSigns([sign]).look(text).level == 2


NAMED = _sign(any=("死にたい", "自傷", "殴られ", "自殺"))


@pytest.mark.parametrize(
    "text",
    [
        "自傷についての本をさがしています",
        "死にたいという歌が好き",
        "死にたいという方の話を聞く仕事です",
        "殴られ役の転び方を習った",
        "自殺を減らす取り組み",
        "「死にたい」って打ったら何て返しますか",
    ],
)
def test_a_word_that_is_only_spoken_of_does_not_count(text: str) -> None:
    assert DangerSigns([NAMED]).look(text) == NONE


@pytest.mark.parametrize("text", ["自殺という字を書いてみた", "死にたいって本気で願った", "殴られた役所の帰り"])
def test_a_word_that_is_meant_counts(text: str) -> None:
    assert DangerSigns([NAMED]).look(text).level == 2


@pytest.mark.parametrize(
    "text",
    [
        "十五年前に夫に殴られて、今は犬と静かに暮らしています",
        "高校のころ死にたいと思っていました。今は結婚して元気です",
        "むかし自傷してました。いまは保育士です",
    ],
)
def test_a_past_that_is_over_does_not_count(text: str) -> None:
    assert DangerSigns([NAMED]).look(text) == NONE


@pytest.mark.parametrize(
    "text",
    [
        "十五年前から夫に殴られています",
        "高校のころ死にたいと思っていました。今は結婚して元気ですが、また死にたいです",
        "昔は元気でした。今は死にたい",
        "高校のころ殴られた。今も夢に見ます。今は働いています",
        "夫に殴られています。結婚して八年になります",
        "中学のころは元気でした。卒業しました。働きました。家を出ました。死にたい。今は元気な友だちもいません",
    ],
)
def test_a_past_that_goes_on_counts(text: str) -> None:
    assert DangerSigns([NAMED]).look(text).level == 2


def test_without_hides_the_sentence_but_not_the_next() -> None:
    signs = DangerSigns([_sign(any=("殴",), without=("ゲーム",))])
    assert signs.look("ゲームで殴られる") == NONE
    assert signs.look("ゲームをしました。夫に殴られる").level == 2


def test_without_around_a_word_hides_that_place_only() -> None:
    signs = DangerSigns([_sign(any=("自殺", "自殺したい"), without=("自殺点", "自殺した"))])
    assert signs.look("自殺点で負けた") == NONE
    assert signs.look("兄が自殺した") == NONE
    assert signs.look("自殺点で負けた、自殺を考えている").level == 2
    assert signs.look("自殺したい").level == 2


def test_a_long_vowel_mark_in_a_sign_counts() -> None:
    signs = DangerSigns([_sign(any=("カッター", "しにたい"))])
    assert signs.look("カッターで").level == signs.look("カッタ〜〜で").level == signs.look("しにたーい").level == 2
    assert signs.look("うれしかった") == NONE


def test_of_equal_levels_the_first_sign_decides_the_kind() -> None:
    signs = DangerSigns(
        [
            DangerSign(id="a", level=2, kind="dv", any=("な",)),
            DangerSign(id="b", level=3, kind="violence", any=("ぐ",)),
            DangerSign(id="c", level=3, kind="suicide", any=("る",)),
        ]
    )
    found = signs.look("る。なぐる")
    assert (found.level, found.kind) == (3, "violence")


@pytest.mark.parametrize(
    ("text", "folded"), [("ｼﾆﾀｲ", "しにたい"), ("Ｏ Ｄ", "od"), ("ガ", "が"), ("が", "が"), ("薬を、飲む", "薬飲む")]
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == fold(folded)
