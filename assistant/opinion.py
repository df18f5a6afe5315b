"""The signs of danger and the statistical second opinion, put together. Pure.

Signs know words, the opinion knows sentences; each errs where the other seldom does. So a graver opinion is believed by
itself, and signs are where the opinion agrees, where three of them agree with each other, or where nobody can be asked:
without a model, and of a text too short for statistics. Signs that nothing bears out are told as level 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.crisis import Danger
from assistant.folding import SENTENCE_ENDS
from nlu.prediction import Prediction

GENTLE = 1
_LONG = 60
"""So many letters of a sentence are asked about at once, and more where no comma cuts it."""
_MOST = 30
"""In a text of more passages signs count without being borne out: to ask about each would take too long."""
_COMMAS = re.compile("(?<=[、,，])")


def more_careful(danger: Danger) -> Danger:
    """For the entrance of children, who say grave things in small words: levels 1 and 2 count one more."""
    return replace(danger, level=danger.level + 1) if danger.level in (1, 2) else danger


def together(
    text: str, danger: Danger, predict: Callable[[str], Prediction | None]
) -> tuple[Danger, Prediction | None]:
    """How grave a text is of which the signs say `danger`, and what the model makes of it."""
    prediction = predict(text)
    opinion = prediction.danger if prediction else None
    if opinion is None:
        return danger, prediction
    alone = danger.level > GENTLE and not danger.agreed and not opinion.bears_out
    if alone and not _borne_out_in_part(text, predict):
        danger = replace(danger, level=GENTLE)
    if opinion.level > danger.level:
        danger = Danger(level=opinion.level, kind=opinion.kind, weak=danger.weak)
    return danger, prediction


def _borne_out_in_part(text: str, predict: Callable[[str], Prediction | None]) -> bool:
    """Whether the opinion agrees about a part of the text: what is told around danger must not hide it."""
    passages = list(dict.fromkeys(_passages(text)))
    if len(passages) > _MOST:
        return True
    if len(passages) == 1:
        return False
    parts = map(predict, passages)
    return any(part is None or (part.danger is not None and part.danger.bears_out) for part in parts)


def _passages(text: str) -> Iterator[str]:
    """The sentences of a text, a long one cut at its commas."""
    for sentence in SENTENCE_ENDS.split(text):
        passage = ""
        for piece in _COMMAS.split(sentence):
            if passage and len(passage) + len(piece) > _LONG:
                yield passage
                passage = ""
            passage += piece
        if passage.strip():
            yield passage
