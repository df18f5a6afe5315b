from __future__ import annotations

from nlu.nearness import near_pairs


def test_only_near_texts_are_paired() -> None:
    left = ["店長に明日から来なくていいと言われた", "夜泣きがひどい", "あ"]
    right = ["店長に明日から来なくていいと言われました", "あ", "まったく別の話です"]
    assert [(i, j) for i, j, _ in near_pairs(left, right, at_least=0.7)] == [(0, 0)]
    assert list(near_pairs(["あ"], ["い"], at_least=0.1)) == []
    assert next(near_pairs(["ＡＢＣＤ"], ["abcd"], at_least=0.99))[:2] == (0, 0)
