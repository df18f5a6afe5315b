"""The report of a model and its card, in plain Japanese for clinicians: Markdown with tables, and pictures beside them.

Light and pure: examination and model come in, texts go out. The same model and examination give the same texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlu import report_pictures
from nlu.corpus import NONE, Example
from nlu.evaluation import Coverage, Judged, Predict, Report, bins, coverage, judge, passes, summed
from nlu.report_pictures import FEW
from nlu.weights import DangerWeights, Trained

WORST = 30
STEPS = tuple(step / 100 for step in range(30, 100))
"""Thresholds of the curve; a table shows some of them."""
_SHOWN = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
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
_LEVELS = {
    "0": "危険ではない(にているだけ、ふつうの悩み)",
    "1": "やさしくたずねる",
    "2": "助けを並べて出す",
    "3": "先に人の助け",
    "4": "今すぐ",
}
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-!|~])")


@dataclass(frozen=True, slots=True)
class Examination:
    """What a model said of the examination phrases and of the hard cases, in the order given."""

    judged: tuple[Judged, ...]
    hard: tuple[Judged, ...]

    @property
    def report(self) -> Report:
        """The figures."""
        return summed(self.judged)

    @property
    def failed(self) -> list[Judged]:
        """The hard cases a person would be led wrong by."""
        return [one for one in self.hard if not passes(one.prediction, one.example)]


@dataclass(frozen=True, slots=True)
class Rules:
    """How the trainer chooses thresholds: the share right it aims at, and the threshold it never goes below.

    `false_alarms`: by level of danger, the shares of look-alikes and of ordinary worries that may be taken for it.
    """

    sure_target: float
    lowest_sure: float
    false_alarms: Mapping[int, tuple[float, float]]


def examine(predict: Predict, held_out: Iterable[Example], hard: Iterable[Example]) -> Examination:
    """Asks the model about every phrase once."""
    return Examination(judge(predict, held_out), judge(predict, hard))


def files(examination: Examination, trained: Trained, names: Mapping[str, str], rules: Rules) -> dict[str, str]:
    """The report as file names and texts. `names`: readable names of all labels, none-of-these too, in their order.

    Needs at least one examination phrase.
    """
    report = examination.report
    points = coverage(examination.judged, trained.sure_margin, STEPS)
    return {
        "README.md": readme(examination, trained, names, rules),
        "confusion.svg": report_pictures.confusion(report, names),
        "reliability.svg": report_pictures.reliability(bins(examination.judged)),
        "coverage.svg": report_pictures.coverage(points, _chosen(examination, trained)),
    }


def readme(examination: Examination, trained: Trained, names: Mapping[str, str], rules: Rules) -> str:
    """The whole report as Markdown; its pictures are beside it."""
    report = examination.report
    parts = [
        [
            f"# モデルの成績表 {report.model}",
            "",
            "悩みの文を、どのくらい正しく分けられるかをまとめたものです。相談の現場のかたが読むために作りました。",
            f"学ばせていない試験の文{report.examples}と、まちがえやすい文{len(examination.hard)}で測りました。",
            "どの文も、この案内のために作った文です。相談した人の言葉ではありません。",
            "",
            "この表は `hitorijanai evaluate --report` が作ります。手では直しません。",
        ],
        _summary(examination),
        _categories(report, names),
        _confusions(report, names),
        _reliability(examination),
        _coverage(examination, trained),
        _styles(report),
        _worst(examination, names),
        _hard(examination, names),
        model_card(examination, trained, names, rules),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def worst(judged: Iterable[Judged], count: int = WORST) -> list[Judged]:
    """The wrong answers given with most confidence, the most confident first."""
    wrong = [one for one in judged if not one.right]
    return sorted(wrong, key=lambda one: (-one.confidence, one.example.file, one.example.line))[:count]


def model_card(examination: Examination, trained: Trained, names: Mapping[str, str], rules: Rules) -> list[str]:
    """What the model is, how it was made and measured, and what it must not be used for; lines of Markdown."""
    report = examination.report
    card = trained.card
    return [
        "<!-- MODEL_CARD -->",
        "## モデルカード",
        "",
        "### これは何か",
        "",
        f"版 `{report.model}`。日本語の短い文を読みます。",
        f"{len(trained.labels) - 1}の悩みの分類のどれに近いかと、その自信を出します。",
        "言葉と文字の並びを数えて、重みをかけて足します。文を作ることはしません。外へは何も送りません。",
        "相談の窓口へ案内する、いちばん初めの見当をつけるためのものです。自信が足りない時は、人が選びます。",
        "",
        "### 学んだもの",
        "",
        *_table(
            ("こと", "中身"),
            [
                ("学んだ例文", f"{card['examples']}" if "examples" in card else "記録がありません"),
                ("そのうち、作った文", "100%(相談した人の言葉は0)"),
                ("例文の指紋", f"`{str(card['corpus'])[:16]}`" if "corpus" in card else "記録がありません"),
                ("言葉の特徴", f"{len(trained.words)}"),
                ("文字の特徴", f"{len(trained.characters)}"),
                ("自信のならし(温度)", f"{trained.temperature:.4f}"),
            ],
        ),
        "",
        "### 分類",
        "",
        *_table(("番号", "分類", "名前(id)"), [(n, name, f"`{id}`") for n, (id, name) in enumerate(names.items(), 1)]),
        "",
        "### 「言い切る」しきい値と、その決め方",
        "",
        *_thresholds(trained, rules),
        "",
        "### 測った数",
        "",
        *_measured(report, card),
        "",
        "### 危険についての、第二の意見",
        "",
        *(_danger(trained.danger, rules) if trained.danger else ["このモデルには、第二の意見がありません。"]),
        "",
        "### 使ってはいけないこと",
        "",
        "- 診断、危険の度合いの判定、保護や支援を受けられるかの判断に使わない。",
        "- これだけで、人を助けからはずさない。「どれでもない」は、助けが要らないという意味ではない。",
        "- 危険な人を見つける、ただ一つの方法にしない。何も言わないことは、安全の印ではない。",
        "- 人の見はり、採点、調べものに使わない。打った文を、ためない。",
        "- この案内の分類とちがう目的や、日本語でない文に使わない。",
        "",
        "### 限り",
        "",
        "- 学んだ文も試験の文も、すべて作った文です。本当に相談した人の言葉では、まだ一度も測っていません。",
        "- 試験の文は、学んだ文と同じやり方で作りました。本当の言葉では、ここの数より悪くなると考えてください。",
        "- 方言は、その土地の人の目を通していません。外国の人、子ども、年配のかたの言葉も、まねて書いたものです。",
        "- 分類は、文を作った側が決めました。現場のかたが見直すと、正しい答えが変わることがあります。",
        "- 一つの文だけを読みます。前の話や、その人の事情は知りません。",
        "<!-- /MODEL_CARD -->",
    ]


def _summary(examination: Examination) -> list[str]:
    report, judged = examination.report, examination.judged
    sure = [one for one in judged if one.prediction.sure]
    worries = [one for one in judged if one.example.label != NONE]
    others = [one for one in judged if one.example.label == NONE]
    missed = sum(one.answer == NONE for one in worries)
    rows = [
        ("正しく分けた", _percent(report.lenient), _of(sum(one.right for one in judged), len(judged))),
        (
            "きびしく数えて正しい",
            _percent(report.strict),
            _of(sum(one.answer == one.example.label for one in judged), len(judged)),
        ),
        ("正しい分類が、出した三つの中にある(悩みの文)", _share(report.top3, worries), f"{len(worries)}文"),
        ("言い切った", _percent(report.sure), _of(len(sure), len(judged))),
        (
            "言い切った時に正しい",
            _share(report.sure_right, sure),
            _of(sum(one.sure_right for one in sure), len(sure)),
        ),
        (
            "悩みでない文に言い切った",
            _share(report.none_sure, others),
            _of(sum(one.prediction.sure for one in others), len(others)),
        ),
        ("悩みを「どれでもない」とした", _share(report.missed, worries), _of(missed, len(worries))),
        ("分類をならした成績(macro-F1)", _percent(report.macro_f1), ""),
        ("自信のずれ(ECE)", _percent(report.ece), ""),
        (
            "まちがえやすい文で失敗",
            _share(len(examination.failed) / max(len(examination.hard), 1), examination.hard),
            _of(len(examination.failed), len(examination.hard)),
        ),
    ]
    return [
        "## まとめ",
        "",
        *_table(("測ったこと", "割合", "数"), rows),
        "",
        "「言い切る」は、たずねずに一つの分類へ進むことです。言い切らない時は、三つのボタンを出して選んでもらいます。",
        "「正しい」は、注意深い人なら選んでもよい分類(そえた分類)も入れて数えます。「きびしく」は、一つだけを正しいとします。",
    ]


def _categories(report: Report, names: Mapping[str, str]) -> list[str]:
    scores = {score.label: score for score in report.labels}
    rows = [
        (number, name, s.examples, _percent(s.recall), _percent(s.precision), _percent(s.f1))
        for number, (label, name) in enumerate(names.items(), 1)
        if (s := scores.get(label))
    ]
    return [
        "## 分類ごと",
        "",
        "「見つけた」は、その分類の文のうち、正しく答えた割合。「当たった」は、その分類と答えた時に、正しかった割合です。",
        "",
        *_table(("番号", "分類", "文の数", "見つけた", "当たった", "F1"), rows),
    ]


def _confusions(report: Report, names: Mapping[str, str]) -> list[str]:
    counts = report_pictures.matrix(report, names)
    rows = [
        (f"{number} {name}", *(_bold(count) if row == number - 1 else count or "" for row, count in enumerate(line)))
        for number, (name, line) in enumerate(zip(names.values(), counts, strict=True), 1)
    ]
    pairs = [(names[label], names[answer], count) for label, answer, count in report.confusions[:12]]
    return [
        "## 何を何と取りちがえたか",
        "",
        "![取りちがえの図。横の一行が正しい分類、列が案内の答え。数は下の表と同じ](confusion.svg)",
        "",
        "横の一行が正しい分類、列の番号が案内の答えです。太い数が正しい答えです。そえた分類での正しい答えも、ここに入れています。",
        "",
        *_table(("正しい分類", *(str(number) for number in range(1, len(names) + 1))), rows),
        "",
        "多い取りちがえ:",
        "",
        *_or_none(pairs, lambda: _table(("正しい分類", "案内の答え", "文の数"), pairs)),
    ]


def _reliability(examination: Examination) -> list[str]:
    judged = examination.judged
    promised = sum(one.confidence for one in judged) / len(judged)
    right = examination.report.lenient
    if abs(promised - right) < 0.02:
        tendency = "ならすと、言うとおりに当たっています。"
    elif promised < right:
        tendency = "ならすと、ひかえめに言っています。言うよりも、よく当たっています。"
    else:
        tendency = "ならすと、言いすぎています。言うほどは、当たっていません。"
    rows = [
        (
            f"{part.low:.0%}〜{part.high:.0%}",
            f"{part.count}{'※' if 0 < part.count < FEW else ''}",
            _percent(part.promised) if part.count else "—",
            _percent(part.right) if part.count else "—",
        )
        for part in bins(judged)
    ]
    return [
        "## 自信と、本当に正しかった割合",
        "",
        "![自信を十に分けて、約束した割合と正しかった割合をくらべた図。数は下の表と同じ](reliability.svg)",
        "",
        f"自信の平均は{_percent(promised)}、正しかったのは{_percent(right)}。{tendency}",
        "",
        *_table(("自信", "文の数", "約束した割合(平均)", "正しかった割合"), rows),
        "",
        f"※ {FEW}文より少ないので、目安です。",
    ]


def _coverage(examination: Examination, trained: Trained) -> list[str]:
    chosen = _chosen(examination, trained)
    steps = sorted({*_SHOWN, *([trained.sure_probability] if chosen else [])})
    rows = []
    for point in coverage(examination.judged, trained.sure_margin, steps):
        point = chosen if chosen and point.threshold == chosen.threshold else point  # noqa: PLW2901
        cells = [
            f"{point.threshold:.2f}{'(このモデル)' if point is chosen else ''}",
            _percent(point.share),
            str(point.sure),
            _percent(point.right_share) if point.sure else "—",
            str(point.sure - point.right),
        ]
        rows.append([_bold(cell) for cell in cells] if point is chosen else cells)
    return [
        "## どこまで言い切るか",
        "",
        "![言い切る割合と、その時に正しい割合の図。このモデルのしきい値に印。数は下の表と同じ](coverage.svg)",
        "",
        "しきい値を下げると、たずねずにすむ文がふえ、まちがった言い切りもふえます。",
        *([] if chosen else ["このモデルは、どの文にも言い切りません。"]),
        "",
        *_table(("しきい値", "言い切った割合", "言い切った文", "そのうち正しい", "まちがい"), rows),
    ]


def _styles(report: Report) -> list[str]:
    rows = [
        (STYLES.get(style, style), f"`{style}`", f"{count}{'※' if count < FEW else ''}", _percent(share))
        for style, count, share in report.styles
    ]
    return [
        "## 書き方ごと",
        "",
        *_table(("書き方", "名前(id)", "文の数", "正しく分けた"), rows),
        "",
        f"※ {FEW}文より少ないので、目安です。",
    ]


def _worst(examination: Examination, names: Mapping[str, str]) -> list[str]:
    found = worst(examination.judged)
    rows = [
        (
            number,
            _percent(one.confidence),
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
        *_or_none(rows, lambda: _table(heads, rows)),
    ]


def _hard(examination: Examination, names: Mapping[str, str]) -> list[str]:
    failed = examination.failed
    rows = [
        (
            _escaped(one.example.text),
            _wanted(one.example, names),
            "、".join(names[score.category] for score in one.prediction.ranked[:3]),
            _percent(one.confidence),
            "言い切った" if one.prediction.sure else "",
            f"{one.example.file}:{one.example.line}",
        )
        for one in failed
    ]
    heads = ("文", "正しい分類", "案内が出した三つ", "自信", "言い切り", "場所")
    return [
        f"## まちがえやすい文で失敗したもの({len(examination.hard)}のうち{len(failed)})",
        "",
        "言い切ってまちがえたか、出した三つの中に正しい分類がなかったものです。悩みでない文は、言い切ったら失敗です。",
        f"このうち、言い切ったものは{sum(one.prediction.sure for one in failed)}です。",
        "",
        *_or_none(rows, lambda: _table(heads, rows)),
    ]


def _thresholds(trained: Trained, rules: Rules) -> list[str]:
    if trained.sure_probability > 1:
        return [
            f"どのしきい値でも目標の{rules.sure_target:.0%}にとどかなかったので、このモデルは言い切りません。",
        ]
    share = trained.card.get("out_of_fold", {})
    lines = [
        *_table(
            ("こと", "値"),
            [
                ("言い切るのに要る自信", f"{trained.sure_probability:.2f}"),
                ("次の候補との差", f"{trained.sure_margin:.2f}"),
            ],
        ),
        "",
        "学んだ文を五つに分け、四つで学んで残りの一つを答えさせました(五回)。試験の文は、この計算に使いません。",
        "(目標の割合を決めた時には、試験の数も見ています。)",
        f"言い切った文の{rules.sure_target:.0%}が正しくなる、いちばん低い値を選びます。"
        f"ただし、{rules.lowest_sure:.2f}より下にはしません。作った文は、本当の言葉よりよい数を出すからです。",
    ]
    if trained.sure_probability <= rules.lowest_sure:
        lines.append("このモデルは、その下の限りの値です。")
    if share:
        lines.append(
            f"その時、学んだ文の{_percent(share['sure_share'])}に言い切り、その{_percent(share['sure_precision'])}が正しい答えでした。"
        )
    return lines


def _measured(report: Report, card: Mapping[str, Any]) -> list[str]:
    inner = card.get("out_of_fold", {})

    def learnt(key: str) -> str:
        return _percent(inner[key]) if key in inner else "—"

    nothing = "—" if not report.sure else _percent(report.sure_right)
    return [
        *_table(
            ("測ったこと", "試験の文", "学んだ文を分けて測った"),
            [
                ("文の数", report.examples, card.get("examples", "—")),
                ("正しい(そえた分類も入れて)", _percent(report.lenient), learnt("accuracy_with_marks")),
                ("正しい(きびしく)", _percent(report.strict), learnt("accuracy")),
                ("言い切った", _percent(report.sure), learnt("sure_share")),
                ("言い切った時に正しい", nothing, learnt("sure_precision")),
            ],
        ),
        "",
        "二つの数は、同じにはなりません。学んだ文には、にた言い方、気持ちだけの文、印のつけ足りない文が多く入っています。",
        "本当の相談での数は、まだだれも知りません。低いほうの数も、いっしょに見てください。",
    ]


def _danger(danger: DangerWeights, rules: Rules) -> list[str]:
    rows = []
    for level, threshold in zip(danger.labels, danger.thresholds, strict=False):
        alike, ordinary = rules.false_alarms.get(int(level), (None, None))
        rows.append(
            (
                f"{level} {_LEVELS.get(level, '')}",
                f"{threshold:+.3f}",
                "—" if alike is None else f"{alike:.2%}",
                "—" if ordinary is None else f"{ordinary:.2%}",
            )
        )
    shares: Mapping[str, Mapping[str, float]] = danger.card.get("out_of_fold", {})
    levels = danger.labels[: len(danger.thresholds)]
    measured = [
        (f"{true} {_LEVELS.get(true, '')}", *(_percent(found.get(least, 0.0)) for least in levels))
        for true, found in sorted(shares.items(), reverse=True)
    ]
    lines = [
        "危険を見るのは、まず人が作った一覧(`danger_signs.yaml`)です。第二の意見は、段階を上げることだけができます。下げません。",
        f"学んだ例は{danger.card['examples']}(作った文が100%)。"
        if "examples" in danger.card
        else "例の数の記録がありません。",
        "",
        "しきい値は、学んだ文を五つに分けて決めました。にているだけの文と、ふつうの悩みを、危険と言う割合をこれより大きくしません。",
        "",
        *_table(("段階", "しきい値", "にているだけの文でのまちがい(上限)", "ふつうの悩みでのまちがい(上限)"), rows),
    ]
    if measured:
        lines += [
            "",
            "第二の意見だけの時の、言った割合です。学んだ文を分けて測りました。",
            "",
            *_table(("本当の段階", *(f"{n}{'' if n == levels[-1] else '以上'}と言った" for n in levels)), measured),
        ]
    if gravest := shares.get("4"):
        lines += [
            "",
            f"いちばん重い「今すぐ」の文のうち、{_percent(1 - gravest['1'])}には何も言えません。"
            f"「今すぐ」と言えるのは{_percent(gravest['4'])}です。一覧の代わりにはなりません。",
        ]
    return lines


def _chosen(examination: Examination, trained: Trained) -> Coverage | None:
    """The model's own point, counted from what it said; None if it is never sure."""
    if trained.sure_probability > 1:
        return None
    sure = [one for one in examination.judged if one.prediction.sure]
    report = examination.report
    right = sum(one.sure_right for one in sure)
    return Coverage(trained.sure_probability, len(sure), right, report.sure, report.sure_right)


def _wanted(example: Example, names: Mapping[str, str]) -> str:
    also = "、".join(names[label] for label in example.also)
    return f"{names[example.label]}({also}でもよい)" if also else names[example.label]


def _table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return [*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)]


def _or_none(rows: Sequence[object], made: Callable[[], list[str]]) -> list[str]:
    return made() if rows else ["ありません。"]


def _share(share: float, of: Sequence[object]) -> str:
    return _percent(share) if of else "—"


def _of(count: int, whole: int) -> str:
    return f"{whole}文のうち{count}"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _bold(cell: object) -> str:
    return f"**{cell}**"


def _escaped(text: str) -> str:
    """A phrase as it is, on one line, with nothing that Markdown or HTML would read as a mark."""
    flat = " ".join(text.split())
    safe = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", safe)
