"""What stands behind a word and turns it round: a denial (死にたくはない) or a comparison (死ぬほど眠い).

Grammar only, the same for every word; which words mean danger is data (`catalog/data/danger_signs.yaml`).
Texts are folded (`assistant.folding`): no を, no punctuation, no long vowel marks, hiragana for katakana.
"""

from __future__ import annotations

import re

_NOT = "(?:な(?:い|く|か|きゃ|し|ん)|ありま|あらへん|へん|ねえ|まへん|ござい?ま|まったくな|全くな)"
_ALL = "(?:一度も|まったく|全く|全然|ぜんぜん|さらさら|今まで|もう|特に|別に)*"
_DENIED = re.compile(
    "(?:ら?れ|さ|し|す|っ|ん)?(?:"
    # 殴られてない、切ってはいません
    "(?:て|で)(?:は|も)?い?(?:な(?:い|か|く)|ません|へん|ねえ)"
    # 死にたくない、死にたくはありません
    "|(?:く|たく)?(?:は|も|なんか)?(?:な(?:い|か(?!ら)|くて|し(?!で))|ありませ|ございませ|ねえ|なくなっ|なくなり)"
    # 殴られたりはしていません、暴れはしない
    "|(?:た|だ)?り?(?:など|とか)?(?:は|も)?(?:し(?:て(?:は|も)?い?(?:な(?:い|く)|ませ)|な(?:い|く)|ませ)|な(?:い|く)|ありませ)"
    # 殴られたりどなられたりはない、傷つけるようなことはしていません
    "|(?:た|だ)り[^もは]{1,8}りは?(?:な(?:い|く)|ありませ|して(?:い)?(?:な|ませ))"
    "|る?(?:ような)?(?:こと|まね|真似)は(?:して(?:い)?(?:な|ませ)|しません|しない)"
    # 自殺とかそういうのじゃなくて
    f"|(?:とか)?そういう(?:の|こと|話)(?:では|じゃ){_NOT}"
    # 暴力も借金もありません
    f"|(?:た|だ)?り?も[^もは]{{1,8}}も{_NOT}"
    # 殴られたことはない
    "|(?:い)?(?:った|た|だ|る)?(?:ような|なんて|という|といった)?(?:こと|事|経験|覚え)(?:は|が|も|なんて|など|とか)?"
    f"{_ALL}{_NOT}"
    # 死にたいわけじゃない、殴られるとかではない
    "|(?:たい|い|たか|った|た|だ|る)?(?:とか|という|っていう|って|んで?|なんて|ほど)?(?:の|わけ|訳|もの|話|意味|こと)?"
    f"(?:では|じゃあ?|でも|で)(?:[^もは]{{1,8}}(?:わけ|の|とか)で(?:も|は))?{_ALL}{_NOT}"
    # 死にたいとは思わない、死のうなんて考えていません
    "|(?:たい|い|う|る|た)?(?:だ)?(?:と|って|とか|なんて|とまで|など|という気持ち)(?:は|も|までは|か|いう)?"
    f"{_ALL}(?:思|おも|考え|かんがえ)(?:わな|って(?:は|も)?い?(?:な|ません)|いません|っておりませ"
    "|て(?:は|も)?い?(?:な|ません|おりませ)|えま?せ?な|ったことは?な|ません)"
    # 死ぬ気はない、殺すつもりはありません
    "|(?:たい|い|る|う|た)?(?:ような|という|なんていう|などという|なんて|って)?(?:気持ち|気|つもり|予定|考え|意思|願望)"
    f"(?:は|も|が|とか|なんか|なんて|など)?{_ALL}{_NOT}"
    # 飲まない、殴らないで済む
    "|(?:ません|ない(?:と約束|で済|ですん|ようにな|から|ので|し|です|もん|$))"
    ")"
)
_TURNED_BACK = re.compile(
    "(?:い|で|くて|った|せん|せんでし)?(?:の|ん)?(?:か(?:も|な|$|と|心配|不安|こわ|怖|っていう)|でしょうか|とは(?:言|い)|と言えば(?:嘘|うそ)|わけ(?:では|じゃ|でも)|で(?:すか|しょう)|よう(?:に|気))"
)
"""The denial is itself denied, asked or feared: ないわけじゃない, ないか心配."""
_BUT = re.compile("(?:の|ん)(?:だけ|です|で)|のに|けど|けれど|けんど|くせに|ですが|が")
_RAISES = re.compile(
    "死にそう|死にたい|死ぬし|死んで|死ぬか|消え|つら|辛[いくす]|苦し|くるし|しんど|限界|もう無理|もうむり|泣|助け|たすけ|終わりに|おわりに|生き|いきて|楽に|居な|いなくな|耐え|たえられ"
)
_COMPARED = re.compile(
    "(?<![錠粒箱日回個年分円人])(?:[ぬむるい]|たい|そう(?:な|に)?|た|だ|なる|なった)?(?:って)?(?:ほど|程(?!度)|くらい|ぐらい|位(?!牌)|レベル|(?<!う)かと(?:思(?:った|うほど|いました|うくらい|えば)|おもった)|んじゃないかと思うほど|勢い|並み)"
)
_SUFFERS = re.compile(
    "つら|辛[いくす]|苦し|くるし|しんど|痛|いた[いくみ]|こわ|怖|悲し|かなし|さみし|寂し|追い詰|追いつめ|悩|絶望|限界|泣|なさけな|情けな|孤独|嫌|いや|憎|恨|うらん|疲れ|つかれ"
)
_AFTER_COMPARISON = 12
_AFTER_DENIAL = 22


def denied(text: str, end: int) -> bool:
    """Whether a denial stands directly behind the word that ends there, neither denied itself nor turned round."""
    denial = _DENIED.match(text, end)
    if denial is None or _TURNED_BACK.match(text, denial.end()):
        return False
    tail = text[denial.end() : denial.end() + _AFTER_DENIAL]
    but = _BUT.search(tail)
    return not (but and _RAISES.search(tail, but.end()))


def compared(text: str, end: int) -> bool:
    """Whether the word that ends there only says how much, and of what does not hurt."""
    comparison = _COMPARED.match(text, end)
    return comparison is not None and not _SUFFERS.search(text, comparison.end(), comparison.end() + _AFTER_COMPARISON)
