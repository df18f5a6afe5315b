"""The single phrases in a model's report: what was answered worst, and the hard cases that failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from nlu.corpus import Example
from nlu.evaluation import Judged
from nlu.markdown import percent, table_or_none

WORST = 30
STYLES = {
    "short": "短い",
    "sentence": "一文",
    "long": "長い",
    "slang": "若者・ネット",
    "elderly": "年配",
    "dialect": "方言",
    "kana": "ひらがなだけ",
    "typos": "打ちまちがい",
    "polite": "ていねい",
    "behalf": "だれかの代わり",
    "foreigner": "外国の人",
    "keywords": "検索の言葉",
    "feelings": "気持ちだけ",
    "mixed": "二つの悩み",
    "greeting": "あいさつ",
    "thanks": "お礼",
    "about-bot": "案内への質問",
    "small-talk": "雑談",
    "knowledge": "知識の質問",
    "errand": "用事のたのみ",
    "noise": "意味のない文字",
    "foreign": "外国語",
    "code": "プログラム",
    "happy": "うれしい話",
    "fragment": "言いかけ",
    "look-alike": "悩みににた言い方",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~])")


def worst(judged: Iterable[Judged], count: int = WORST) -> list[Judged]:
    """The wrong answers given with most confidence, the most confident first."""
    wrong = [one for one in judged if not one.right]
    return sorted(wrong, key=lambda one: (-one.confidence, one.example.file, one.example.line))[:count]


def worst_phrases(judged: Iterable[Judged], names: Mapping[str, str]) -> list[str]:
    """The worst answers as a chapter of Markdown; `names` of all labels."""
    found = worst(judged)
    rows = [
        (
            number,
            percent(one.confidence),
            "言い切った" if one.prediction.sure else "",
            _escaped(one.example.text),
            _wanted(one.example, names),
            names[one.answer],
            STYLES.get(one.example.style, one.example.style),
            f"{one.example.file}:{one.example.line}",
        )
        for number, one in enumerate(found, 1)
    ]
    heads = ("順", "自信", "言い切り", "試験の文", "正しい分類", "案内の答え", "書き方", "場所")
    return [
        f"## 自信があったのにまちがえた文({len(found)})",
        "",
        "自信の大きい順です。文は、試験のために作った文です。人の言葉ではありません。",
        "「言い切った」と書かれていない文では、案内は三つのボタンを出すので、人が選び直せます。",
        "",
        *table_or_none(heads, rows),
    ]


def failed_phrases(hard: Sequence[Judged], failed: Sequence[Judged], names: Mapping[str, str]) -> list[str]:
    """The hard cases that failed as a chapter of Markdown; `names` of all labels."""
    rows = [
        (
            _escaped(one.example.text),
            _wanted(one.example, names),
            "、".join(names[score.category] for score in one.prediction.ranked[:3]),
            percent(one.confidence),
            "言い切った" if one.prediction.sure else "",
            f"{one.example.file}:{one.example.line}",
        )
        for one in failed
    ]
    heads = ("文", "正しい分類", "案内が出した三つ", "自信", "言い切り", "場所")
    return [
        f"## まちがえやすい文で失敗したもの({len(hard)}のうち{len(failed)})",
        "",
        "言い切ってまちがえたか、出した三つの中に正しい分類がなかったものです。悩みでない文は、言い切ったら失敗です。",
        f"このうち、言い切ったものは{sum(one.prediction.sure for one in failed)}です。",
        "",
        *table_or_none(heads, rows),
    ]


def _wanted(example: Example, names: Mapping[str, str]) -> str:
    also = "、".join(names[label] for label in example.also)
    return f"{names[example.label]}({also}でもよい)" if also else names[example.label]


def _escaped(text: str) -> str:
    """A phrase as it is, on one line, with nothing that Markdown or HTML would read as a mark."""
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", safe)
