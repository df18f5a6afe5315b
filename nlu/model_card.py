"""The card of a model, in plain Japanese: what it is, how it was made and measured, what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nlu.evaluation import Report
from nlu.markdown import percent, table
from nlu.weights import DangerWeights, Trained

_LEVELS = {
    "0": "危険ではない(にているだけ、ふつうの悩み)",
    "1": "やさしくたずねる",
    "2": "助けを並べて出す",
    "3": "先に人の助け",
    "4": "今すぐ",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """How the trainer chooses thresholds: the shares right it aims at on calibration texts and on phrases out of fold,
    and the threshold it never goes below.

    `false_alarms`: by level of danger, at most this share of look-alikes is taken for it.
    """

    sure_target: float
    fold_target: float
    lowest_sure: float
    false_alarms: Mapping[int, float]


def model_card(report: Report, trained: Trained, names: Mapping[str, str], rules: Rules) -> list[str]:
    """What the model is, how it was made and measured, and what it must not be used for; lines of Markdown."""
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
        *table(
            ("こと", "中身"),
            [
                ("学んだ例文", f"{card['examples']}" if "examples" in card else "記録がありません"),
                ("そのうち、作った文", _made(card)),
                ("例文の指紋", f"`{str(card['corpus'])[:16]}`" if "corpus" in card else "記録がありません"),
                ("言葉の特徴", f"{len(trained.words)}"),
                ("文字の特徴", f"{len(trained.characters)}"),
                ("自信のならし(温度)", f"{trained.temperature:.4f}"),
            ],
        ),
        "",
        "### 分類",
        "",
        *table(("番号", "分類", "名前(id)"), [(n, name, f"`{id}`") for n, (id, name) in enumerate(names.items(), 1)]),
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
        f"- 試験の文は、すべて作った文です。学んだ文のうち、本当に相談した人の言葉は{card.get('reviewed', 0)}です。",
        "- 本当に相談した人の言葉では、まだ測っていません。",
        "- 試験の文は、学んだ文と同じやり方で作りました。本当の言葉では、ここの数より悪くなると考えてください。",
        "- 方言は、その土地の人の目を通していません。外国の人、子ども、年配のかたの言葉も、まねて書いたものです。",
        "- 分類は、文を作った側が決めました。現場のかたが見直すと、正しい答えが変わることがあります。",
        "- 一つの文だけを読みます。前の話や、その人の事情は知りません。",
        "<!-- /MODEL_CARD -->",
    ]


def _made(card: Mapping[str, Any]) -> str:
    """The share of phrases that were made up; the others were given by people and labelled in the console."""
    given, all_ = card.get("reviewed", 0), card.get("examples", 0)
    return f"{1 - given / all_:.0%}(相談した人の言葉は{given})" if all_ else "記録がありません"


def _thresholds(trained: Trained, rules: Rules) -> list[str]:
    if trained.sure_probability > 1:
        return [
            f"どのしきい値でも目標の{rules.sure_target:.0%}にとどかなかったので、このモデルは言い切りません。",
        ]
    share, lowest = trained.card.get("out_of_fold", {}), trained.card.get("lowest_sure", rules.lowest_sure)
    lines = [
        *table(
            ("こと", "値"),
            [
                ("言い切るのに要る自信", f"{trained.sure_probability:g}"),
                ("次の候補との差", f"{trained.sure_margin:.2f}"),
            ],
        ),
        "",
        "学んだ文を三つに分け、二つで学んで残りの一つを答えさせました(三回)。試験の文は、この計算に使いません。",
        f"目安の文(calibration)で言い切った文の{rules.sure_target:.0%}、学んでいない例文でも{rules.fold_target:.0%}が"
        "正しくなる、いちばん低い値を選びます。"
        f"ただし、{f'{lowest:.3f}'.removesuffix('0')}より下にはしません。作った文は、本当の言葉よりよい数を出すからです。",
    ]
    if trained.sure_probability <= lowest:
        lines.append("このモデルは、その下の限りの値です。")
    if share:
        lines.append(
            f"その時、学んだ文の{percent(share['sure_share'])}に言い切り、その{percent(share['sure_precision'])}が正しい答えでした。"
        )
    return lines


def _measured(report: Report, card: Mapping[str, Any]) -> list[str]:
    inner = card.get("out_of_fold", {})

    def learnt(key: str) -> str:
        return percent(inner[key]) if key in inner else "—"

    nothing = "—" if not report.sure else percent(report.sure_right)
    return [
        *table(
            ("測ったこと", "試験の文", "学んだ文を分けて測った"),
            [
                ("文の数", report.examples, card.get("examples", "—")),
                ("正しい(そえた分類も入れて)", percent(report.lenient), learnt("accuracy_with_marks")),
                ("正しい(きびしく)", percent(report.strict), learnt("accuracy")),
                ("言い切った", percent(report.sure), learnt("sure_share")),
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
        alike = rules.false_alarms.get(int(level))
        rows.append(
            (
                f"{level} {_LEVELS.get(level, '')}",
                f"{threshold[0]:+.3f}",
                "—" if alike is None else f"{alike:.2%}",
            )
        )
    shares: Mapping[str, Mapping[str, float]] = danger.card.get("out_of_fold", {})
    levels = danger.labels[: len(danger.thresholds)]
    measured = [
        (f"{true} {_LEVELS.get(true, '')}", *(percent(found.get(least, 0.0)) for least in levels))
        for true, found in sorted(shares.items(), reverse=True)
    ]
    lines = [
        "危険を見るのは、まず人が作った一覧(`danger_signs.yaml`)です。第二の意見は、一覧が見のがした文の段階を上げます。",
        "一覧だけが2以上と言い、第二の意見には何も見えない文は、段階1(やさしくたずねる)で出します。",
        f"学んだ例は{danger.card['examples']}(作った文が100%)。"
        if "examples" in danger.card
        else "例の数の記録がありません。",
        "",
        "しきい値は、学んだ文を三つに分けて決めました。にているだけの文を危険と言う割合を、これより大きくしません。",
        "段階3と4は、段階2に届いた文だけに聞きます。",
        "",
        *table(("段階", "しきい値", "にているだけの文でのまちがい(上限)"), rows),
    ]
    if measured:
        lines += [
            "",
            "第二の意見だけの時の、言った割合です。学んだ文を分けて測りました。",
            "",
            *table(("本当の段階", *(f"{n}{'' if n == levels[-1] else '以上'}と言った" for n in levels)), measured),
        ]
    if gravest := shares.get("4"):
        lines += [
            "",
            f"いちばん重い「今すぐ」の文のうち、{percent(1 - gravest['1'])}には何も言えません。"
            f"「今すぐ」と言えるのは{percent(gravest['4'])}です。一覧の代わりにはなりません。",
        ]
    return lines
