"""How much in a redacted text could still tell one person from others."""

from __future__ import annotations

import re

from web.redaction.lists import prefectures
from web.redaction.view import View

_PLACE = re.compile(r"〔住所|" + "|".join(prefectures()))
_RARE_ILLNESS = re.compile(
    r"ALS|筋萎縮性|筋ジストロフィー|ハンチントン|プリオン病|クロイツフェルト|脊髄小脳変性|多系統萎縮|ウィルソン病|マルファン|"
    r"エーラス|色素性乾皮|表皮水疱症|先天性無痛|プラダー|アンジェルマン|ウィリアムズ症候群|レット症候群|ゴーシェ|ファブリー|ポンペ病|"
    r"副腎白質|骨形成不全|ミトコンドリア病|進行性骨化|早老症|血友病|ハンセン病|水俣病|カネミ|サリドマイド|薬害|被爆|道化師様"
)
_RARE = (
    re.compile(r"(?:9[1-9]|1[01]\d) ?(?:歳|才|さい)|9[1-9]に(?:なり|なる)"),
    re.compile(
        r"市長|町長|村長|知事|(?:市|町|村|県|国会)議員|住職|神主|宮司|牧師|神父|力士|宮大工|杜氏|パイロット|機長|客室乗務員|アナウンサー|"
        r"声優|棋士|騎手|海女|潜水士|検事|検察官|裁判官|自衛官|消防士|消防団長|刑務官|校長|学長|院長|外科医|獣医|灯台|船長|航海士|"
        r"プロ野球|プロレスラー|五輪|オリンピック|芸人|歌手|俳優|女優|アイドル|落語家|漫画家|ユーチューバー|YouTuber|外交官|領事|鵜匠|猟師"
    ),
    re.compile(r"三つ子|四つ子|五つ子|[6-9]人(?:の子|兄弟|きょうだい)|子どもが?[6-9]人"),
    re.compile(r"(?:テレビ|新聞|ニュース|週刊誌|雑誌)に(?:出|載|の|報|取り上げ)|全国ニュース|記者会見|実名報道"),
    re.compile(
        r"(?:19|20)\d\d ?[年./-] ?\d{1,2} ?[月./-] ?\d{1,2}|(?:平成|令和) ?[\d元]{1,2} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    ),
    re.compile(
        r"離島|[一-龯]{1,3}島(?:で|に|の|から)(?:暮|住|育|港|診療|たった)|村で(?:一|ひとり|唯)|(?:町|村|県)で(?:唯一|ただ一|1人だけ)|限界集落"
    ),
    re.compile(r"[一-龯ァ-ヴー]{2,8}(?:市|区|町|村)(?:に住|在住|役所|役場|出身)"),
    re.compile(r"〔学校〕|〔会社〕"),
)
"""Kinds of rare things: great age, a profession few have, many born or at once, what the news told, an exact day, a
place so small that all know each other, a municipality left standing, and that a school or firm was named."""
_TENS = re.compile(r"九十([一二三四五六七八九])")


def identifying(redacted_text: str) -> int:
    """The number of kinds of rare things left in a redacted text, 0 to 9; two or more may point at one person.

    A rare illness counts only together with a place. A kind counts once, however often it stands there.
    """
    view = View(redacted_text)
    text = view.letters + "\n" + " ".join(mark for mark in ("〔学校〕", "〔会社〕") if mark in redacted_text)
    digits = _TENS.sub(lambda match: f"9{'一二三四五六七八九'.index(match[1]) + 1}", text)
    rare = sum(bool(pattern.search(digits)) for pattern in _RARE)
    return rare + bool(_RARE_ILLNESS.search(text) and _PLACE.search(redacted_text))
