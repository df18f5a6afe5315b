"""The report of a model and its card, in plain Japanese for clinicians: Markdown with tables, and pictures beside them.

Light and pure: examination and model come in, texts go out. The same model and examination give the same texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlu import report_pictures
from nlu.corpus import NONE, Example
from nlu.evaluation import Coverage, Judged, Predict, Report, bins, coverage, judge, passes, summed
from nlu.markdown import percent, table, table_or_none
from nlu.model_card import Rules, model_card
from nlu.report_phrases import STYLES, failed_phrases, worst_phrases
from nlu.report_pictures import FEW
from nlu.weights import Trained

STEPS = tuple(step / 100 for step in range(30, 100))
"""Thresholds of the curve; a table shows some of them."""
_SHOWN = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


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
        worst_phrases(examination.judged, names),
        failed_phrases(examination.hard, examination.failed, names),
        model_card(examination.report, trained, names, rules),
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _summary(examination: Examination) -> list[str]:
    report, judged = examination.report, examination.judged
    sure = [one for one in judged if one.prediction.sure]
    worries = [one for one in judged if one.example.label != NONE]
    others = [one for one in judged if one.example.label == NONE]
    missed = sum(one.answer == NONE for one in worries)
    rows = [
        ("正しく分けた", percent(report.lenient), _of(sum(one.right for one in judged), len(judged))),
        (
            "きびしく数えて正しい",
            percent(report.strict),
            _of(sum(one.answer == one.example.label for one in judged), len(judged)),
        ),
        ("正しい分類が、出した三つの中にある(悩みの文)", _share(report.top3, worries), f"{len(worries)}文"),
        ("言い切った", percent(report.sure), _of(len(sure), len(judged))),
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
        ("分類をならした成績(macro-F1)", percent(report.macro_f1), ""),
        ("自信のずれ(ECE)", percent(report.ece), ""),
        (
            "まちがえやすい文で失敗",
            _share(len(examination.failed) / max(len(examination.hard), 1), examination.hard),
            _of(len(examination.failed), len(examination.hard)),
        ),
    ]
    return [
        "## まとめ",
        "",
        *table(("測ったこと", "割合", "数"), rows),
        "",
        "「言い切る」は、たずねずに一つの分類へ進むことです。言い切らない時は、三つのボタンを出して選んでもらいます。",
        "「正しい」は、注意深い人なら選んでもよい分類(そえた分類)も入れて数えます。「きびしく」は、一つだけを正しいとします。",
    ]


def _categories(report: Report, names: Mapping[str, str]) -> list[str]:
    scores = {score.label: score for score in report.labels}
    rows = [
        (number, name, s.examples, percent(s.recall), percent(s.precision), percent(s.f1))
        for number, (label, name) in enumerate(names.items(), 1)
        if (s := scores.get(label))
    ]
    return [
        "## 分類ごと",
        "",
        "「見つけた」は、その分類の文のうち、正しく答えた割合。「当たった」は、その分類と答えた時に、正しかった割合です。",
        "",
        *table(("番号", "分類", "文の数", "見つけた", "当たった", "F1"), rows),
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
        *table(("正しい分類", *(str(number) for number in range(1, len(names) + 1))), rows),
        "",
        "多い取りちがえ:",
        "",
        *table_or_none(("正しい分類", "案内の答え", "文の数"), pairs),
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
            percent(part.promised) if part.count else "—",
            percent(part.right) if part.count else "—",
        )
        for part in bins(judged)
    ]
    return [
        "## 自信と、本当に正しかった割合",
        "",
        "![自信を十に分けて、約束した割合と正しかった割合をくらべた図。数は下の表と同じ](reliability.svg)",
        "",
        f"自信の平均は{percent(promised)}、正しかったのは{percent(right)}。{tendency}",
        "",
        *table(("自信", "文の数", "約束した割合(平均)", "正しかった割合"), rows),
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
            percent(point.share),
            str(point.sure),
            percent(point.right_share) if point.sure else "—",
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
        *table(("しきい値", "言い切った割合", "言い切った文", "そのうち正しい", "まちがい"), rows),
    ]


def _styles(report: Report) -> list[str]:
    rows = [
        (STYLES.get(style, style), f"`{style}`", f"{count}{'※' if count < FEW else ''}", percent(share))
        for style, count, share in report.styles
    ]
    return [
        "## 書き方ごと",
        "",
        *table(("書き方", "名前(id)", "文の数", "正しく分けた"), rows),
        "",
        f"※ {FEW}文より少ないので、目安です。",
    ]


def _chosen(examination: Examination, trained: Trained) -> Coverage | None:
    """The model's own point, counted from what it said; None if it is never sure."""
    if trained.sure_probability > 1:
        return None
    sure = [one for one in examination.judged if one.prediction.sure]
    report = examination.report
    right = sum(one.sure_right for one in sure)
    return Coverage(trained.sure_probability, len(sure), right, report.sure, report.sure_right)


def _share(share: float, of: Sequence[object]) -> str:
    return percent(share) if of else "—"


def _of(count: int, whole: int) -> str:
    return f"{whole}文のうち{count}"


def _bold(cell: object) -> str:
    return f"**{cell}**"
