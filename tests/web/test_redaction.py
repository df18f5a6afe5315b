"""What goes before a text is kept, what stays, and how well: on made sentences and on phrases of the training data."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.crisis import DangerSigns
from catalog.model import Catalog
from nlu.tokenizer import DROPPED, morphemes
from web.redaction import KINDS, identifying, redact

HERE = Path(__file__).parent / "redaction"
PHRASES = Path(__file__).parents[2] / "training_data" / "phrases"
DANGER = Path(__file__).parents[2] / "training_data" / "danger" / "phrases.txt"
MARK = re.compile(r"〔[^〔〕]*〕")
PRIVATE = re.compile(r"\{([^|{}]+)\|([^{}]*)\}")
EXACT = ("電話", "メール", "URL", "ID", "郵便番号", "生年月日", "マイナンバー", "カード", "番号")
"""Kinds that are numbers or addresses of the net: nearly none may be missed."""
SEED = 20261126
FULL = bool(os.environ.get("FULL_NUMBERS"))
MADE = ("private.txt", "private_held_out.txt", "private_unseen.txt")
VOICES = (
    "private_voices.txt",
    "private_others.txt",
    "private_fresh.txt",
    "private_after.txt",
    "private_last.txt",
    "private_new.txt",
    "private_neighbours.txt",
    "private_strangers.txt",
    "private_passers.txt",
    "private_crossroads.txt",
)
"""Names alone, as people type them; looked at when the rules were made."""
NEW_VOICES = ("private_travellers.txt",)
"""The same, never used to mend a rule; some are missed still."""
ORDINARY = ("ordinary.txt", "ordinary_held_out.txt", "ordinary_names.txt", "ordinary_others.txt")


@dataclass(frozen=True, slots=True)
class Made:
    """A made sentence: `typed`, and the private parts of it as (start, end, kind)."""

    typed: str
    private: tuple[tuple[int, int, str], ...]


@cache
def made(file: str) -> tuple[Made, ...]:
    lines = [line for line in (HERE / file).read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return tuple(map(_read, lines))


def _read(line: str) -> Made:
    line = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), line)
    typed, private, at = "", [], 0
    for match in PRIVATE.finditer(line):
        typed += line[at : match.start()]
        private.append((len(typed), len(typed) + len(match[2]), match[1]))
        typed += match[2]
        at = match.end()
    return Made(typed + line[at:], tuple(private))


def masked(typed: str) -> set[int]:
    """The places of the letters of a text that are gone when it is redacted."""
    kept = MARK.split(redact(typed).text)
    match = re.fullmatch("(.+?)".join(map(re.escape, kept)), typed, re.DOTALL)
    assert match, "what is not masked stays as it was typed"
    return {at for group in range(1, len(kept)) for at in range(*match.span(group))}


def gone(file: str) -> Iterator[tuple[str, bool]]:
    """(kind, whether all of it is gone) for every private part."""
    for sentence in made(file):
        away = masked(sentence.typed)
        for start, end, kind in sentence.private:
            letters = (at for at in range(start, end) if not sentence.typed[at].isspace())
            yield kind.split()[0], all(at in away for at in letters)


def recall(file: str, kinds: tuple[str, ...]) -> float:
    found = [away for kind, away in gone(file) if kind in kinds]
    return sum(found) / len(found)


def words_masked(texts: list[str], private: list[set[int]] | None = None) -> float:
    """The share of words that say something (no particles, no marks) that are masked without being private."""
    words = lost = 0
    for number, text in enumerate(texts):
        away = masked(text) - (private[number] if private else set())
        for morpheme in morphemes(text):
            if morpheme.part_of_speech()[0] not in DROPPED:
                words += 1
                lost += any(at in away for at in range(morpheme.begin(), morpheme.end()))
    return lost / words


# ---- measured


def test_there_are_enough_sentences_of_each_sort() -> None:
    sentences = made("private.txt") + made("private_held_out.txt")
    kinds = [{kind.split()[0] for _, _, kind in sentence.private} for sentence in sentences]
    assert len(sentences) >= 300
    assert sum("名前" in each for each in kinds) >= 120
    assert sum(bool(each & {*EXACT, "住所"}) for each in kinds) >= 120
    assert len(made("ordinary.txt") + made("ordinary_held_out.txt")) >= 200
    assert {kind for each in kinds for kind in each} == set(KINDS)


@pytest.mark.parametrize("file", MADE)
def test_numbers_mail_and_addresses_of_the_net_go(file: str) -> None:
    assert recall(file, EXACT) >= 0.99


@pytest.mark.parametrize("file", MADE + VOICES)
def test_names_go(file: str) -> None:
    assert recall(file, ("名前",)) >= 0.95


@pytest.mark.parametrize("file", NEW_VOICES)
def test_most_names_go_in_voices_that_the_rules_were_not_made_for(file: str) -> None:
    """Rarer names, fewer signs: what is to be expected of people, until reviewers have seen what they write."""
    assert recall(file, ("名前",)) >= 0.896  # 0.926 when first measured


@pytest.mark.parametrize("file", MADE)
def test_addresses_go(file: str) -> None:
    assert recall(file, ("住所",)) >= 0.95


@pytest.mark.parametrize("file", MADE)
def test_what_goes_leaves_its_kind_and_the_prefecture(file: str) -> None:
    for sentence in made(file):
        expected = Counter(kind for _, _, kind in sentence.private if kind.startswith("住所"))
        marks = Counter(mark[1:-1] for mark in MARK.findall(redact(sentence.typed).text))
        assert expected <= marks, sentence.typed


@pytest.mark.parametrize("file", ORDINARY)
def test_ordinary_words_stay(file: str) -> None:
    assert words_masked([sentence.typed for sentence in made(file)]) <= 0.03


@pytest.mark.parametrize("file", MADE + VOICES + NEW_VOICES)
def test_ordinary_words_beside_private_ones_stay(file: str) -> None:
    sentences = made(file)
    private = [{at for start, end, _ in each.private for at in range(start, end)} for each in sentences]
    assert words_masked([sentence.typed for sentence in sentences], private) <= 0.03


def test_ordinary_worries_of_the_training_data_stay() -> None:
    """Seven hundred of them; two thousand with FULL_NUMBERS in the environment."""
    phrases = _phrases()
    random.Random(SEED).shuffle(phrases)  # noqa: S311  # a sample, no secret
    assert words_masked(phrases[: 2_000 if FULL else 700]) <= 0.01


def _phrases() -> list[str]:
    lines = [line for file in sorted(PHRASES.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines()]
    return [re.sub(r"(?: @[a-z0-9-]+)+$", "", line) for line in lines if line and line[0] != "#"]


def test_danger_is_seen_as_before_once_a_text_is_redacted(catalog: Catalog) -> None:
    """Five hundred texts; 1,500 with FULL_NUMBERS in the environment."""
    signs = DangerSigns(catalog.signs)
    lines = [line for line in DANGER.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    drawn = random.Random(SEED).sample(lines, 1_500 if FULL else 500)  # noqa: S311  # a sample, no secret
    fallen = [line for line in drawn if signs.look(redact(line).text).level < signs.look(line).level]
    assert len(fallen) <= 0.002 * len(drawn)


# ---- one by one


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("店長の佐藤が田中さんを怒鳴る", "店長の〔名前〕が〔名前〕さんを怒鳴る"),
        ("山田　花子と申します。", "〔名前〕と申します。"),
        ("東京都足立区千住3-4-5に住む", "〔住所 東京都〕に住む"),
        ("府中市の家", "〔住所〕の家"),
        ("０９０（１２３４）５６７８まで", "〔電話〕まで"),
        ("〇九〇の一二三四の五六七八", "〔電話〕"),
        ("09\u200b0-12\u206034-56\ufeff78です", "〔電話〕です"),
        ("abc＠example。comへ", "〔メール〕へ"),
        ("昭和三十九年十月十日生まれ", "〔生年月日〕生まれ"),
        ("カードは4111-1111-1111-1111", "カードは〔カード〕"),
        ("番号は4111-1111-1111-1112", "番号は〔番号〕"),
        ("123456789018", "〔マイナンバー〕"),
        ("123456789017", "〔番号〕"),
        ("株式会社の社長", "株式会社の社長"),
        ("県立高校と県立みどり高校", "県立高校と〔学校〕"),
        ("2024年5月1日に退職", "2024年5月1日に退職"),
        ("石川県の石川さん", "石川県の〔名前〕さん"),
        ("山\u200b田さん", "〔名前〕さん"),
        ("りなに裏アカばらされた", "〔名前〕に裏アカばらされた"),
        ("亮と別れたい", "〔名前〕と別れたい"),
        ("みさきにだけハブられてる", "〔名前〕にだけハブられてる"),
        ("夫のただしがどなる", "夫の〔名前〕がどなる"),
        ("元カレヒデキが来た", "元カレ〔名前〕が来た"),
        ("もえかとみゆが笑ってた", "〔名前〕と〔名前〕が笑ってた"),
        ("娘の菜々葉", "娘の〔名前〕"),
        ("娘の惟月", "娘の〔名前〕"),
        ("遥斗を連れていかれた", "〔名前〕を連れていかれた"),
        ("薬袋さんが来ない", "〔名前〕さんが来ない"),
        ("れおぽんが引退した", "〔名前〕が引退した"),
        ("Ahmedと結婚したい", "〔名前〕と結婚したい"),
        ("Netflixと契約した", "Netflixと契約した"),
        ("翼がほしい", "翼がほしい"),
        ("光が差さない", "光が差さない"),
        ("花を保育園に落とされた", "〔名前〕を保育園に落とされた"),
        ("そらがいなくなったら生きていけない", "〔名前〕がいなくなったら生きていけない"),
        ("ノブが職場で干されてる", "〔名前〕が職場で干されてる"),
        ("みぃがずっと既読無視する", "〔名前〕がずっと既読無視する"),
        ("阿久津と浜辺が私を追い出す", "〔名前〕と〔名前〕が私を追い出す"),
        ("鳥越という部長が怖い", "〔名前〕という部長が怖い"),
        ("まつしたにおかねをとられた", "〔名前〕におかねをとられた"),
        ("花が咲いた", "花が咲いた"),
        ("空が青いだけで泣ける", "空が青いだけで泣ける"),
        ("学校という人", "学校という人"),
        ("たくさん泣いた", "たくさん泣いた"),
    ],
)
def test_private_parts_become_their_kind(typed: str, kept: str) -> None:
    assert redact(typed).text == kept


@pytest.mark.parametrize(
    "called", ["お母さん", "店長", "先生", "旦那さん", "おばあちゃん", "患者さん", "みなさん", "看護師さん", "赤ちゃん"]
)
@pytest.mark.parametrize(
    "sentence", ["{}に怒られた", "うちの{}がつらい", "{}です。助けて", "隣の{}と話した", "夫の{}が"]
)
def test_kinship_and_role_words_stay(called: str, sentence: str) -> None:
    typed = sentence.format(called)
    assert redact(typed).text == typed


@pytest.mark.parametrize(
    "number", ["110", "119", "118", "#9110", "#8000", "188", "189", "65000円", "1,200,000円", "12000人"]
)
def test_emergency_numbers_and_amounts_stay(number: str) -> None:
    typed = f"昨日{number}と言われた"
    assert redact(typed).text == typed


def test_the_kinds_found_are_counted() -> None:
    found = redact("田中さんと鈴木さん、090-1234-5678").found
    assert found == {"名前": 2, "電話": 1}


def test_nothing_found_leaves_the_text_to_the_character() -> None:
    typed = "家賃が\u200b払え　ない ｶﾞｽも\r\n止まる"
    assert redact(typed).text == typed
    assert redact(typed).found == {}


# ---- any text

HOSTILE = st.text(st.characters(exclude_categories=()), max_size=300)
LIKE_OURS = st.text(
    st.sampled_from(
        "〔〕名前電話住所 東京都山田さくら太郎夫娘のはがと、。（）()@＠.-ー−0123456789〇九一二三市区町村県丁目"
        "さんくんちゃん様りなに殴られ陽翔とヒデキ別れです申しますabcXYZ株式会社小学校\n\u200b\ud800ｶﾞ"
    ),
    max_size=120,
)


@settings(max_examples=300)
@given(st.one_of(HOSTILE, LIKE_OURS))
@example("〔住所 田中太郎〕〔名前〔名前〕〕")
@example("\ud800\udfff〔電話")
@example("﷽" * 50)
def test_any_text_can_be_redacted_and_again_changes_nothing(typed: str) -> None:
    once = redact(typed)
    again = redact(once.text)
    assert again.text == once.text
    assert again.found == {}
    assert set(once.found) <= set(KINDS)
    identifying(once.text)


@pytest.mark.parametrize("file", MADE + VOICES + NEW_VOICES)
def test_a_redacted_sentence_is_not_redacted_again(file: str) -> None:
    for sentence in made(file):
        once = redact(sentence.typed).text
        assert redact(once).text == once


@pytest.mark.parametrize(
    "piece",
    [
        "0",
        "0-",
        "あ",
        "田中",
        "a.",
        "@",
        "さん",
        "東京都",
        "〔",
        "(0",
        "一",
        "市",
        "ー",
        "ア・",
        "\ud800",
        "夫の",
        "年1月",
        "りな",
        "陽翔",
        "に殴られ",
        "娘の翔",
    ],
)
def test_ten_thousand_characters_of_anything_are_redacted(piece: str) -> None:
    typed = (piece * 10_000)[:10_000]
    once = redact(typed).text
    assert redact(once).text == once


@given(
    digits=st.text(st.sampled_from("0123456789"), min_size=8, max_size=8),
    gap=st.sampled_from(["", "-", " ", "－", "‐", "ー", "−", "–", "の", ".", "\u200b", "　"]),
    form=st.sampled_from(["plain", "wide", "kanji"]),
)
def test_a_mobile_number_goes_in_every_spelling(digits: str, gap: str, form: str) -> None:
    number = f"090{gap}{digits[:4]}{gap}{digits[4:]}"
    if form != "plain":
        number = number.translate(
            str.maketrans("0123456789", "０１２３４５６７８９" if form == "wide" else "〇一二三四五六七八九")
        )
    assert redact(f"でんわは{number}です").text == "でんわは〔電話〕です"


# ---- what could still tell a person


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("夫に怒鳴られて眠れません", 0),
        ("東京都で一人暮らし、35歳です", 0),
        ("93歳の母がいます", 1),
        ("九十二歳の父は元市長です", 2),
        ("〔学校〕で教えています", 1),
        ("ALSの夫がいます", 0),
        ("〔住所 福岡県〕でALSの夫と暮らす", 1),
        ("2024年5月1日の事故がニュースに出た", 2),
    ],
)
def test_rare_things_left_are_counted(text: str, count: int) -> None:
    assert identifying(text) == count
