"""Both models side by side in memory, for speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlu.weights import DangerWeights, Found, FoundAll, Linear, Trained, add_to, of_length_one


@dataclass(frozen=True)
class Joint:
    """The weights of both models side by side, so that an n-gram is fetched once, with the memory around it.

    `rows`: the fields `categories` and `danger` (float16, their labels) and `idf` (float32, of each model). `danger`:
    the model of it, its weights seen through the rows; it adds its pairs of words.
    """

    rows: np.ndarray
    bias: np.ndarray
    danger: DangerWeights | None

    @classmethod
    def of(cls, trained: Trained) -> Joint:
        """Of a `shared` model."""
        models: list[Linear] = [trained, *([trained.danger] if trained.danger else [])]
        widths = [len(model.labels) for model in models]
        rows = _lines(len(trained.idf), widths)
        for place, (name, model) in enumerate(zip(_FIELDS, models, strict=False)):
            rows[name], rows["idf"][:, place] = model.weights, model.idf
        danger = trained.danger
        if danger is not None:
            danger = replace(danger, weights=rows["danger"], idf=rows["idf"][:, 1])
        return cls(rows, trained.bias.astype(np.float64), danger)

    def decide(self, found: Found) -> tuple[np.ndarray, np.ndarray | None]:
        """What `decide` of each model gives: the categories, and danger if the model has an opinion."""
        values = self.bias
        danger = self.danger.bias + self.danger.paired(found) if self.danger else None
        for rows, dampened in found.parts:
            if not len(rows):
                continue
            here = self.rows[rows]
            idf = here["idf"]
            values = values + of_length_one(dampened * idf[:, 0]) @ here["categories"].astype(np.float32)
            if danger is not None:
                danger = danger + of_length_one(dampened * idf[:, 1]) @ here["danger"].astype(np.float32)
        return values, danger

    def decide_all(self, found: FoundAll) -> tuple[np.ndarray, np.ndarray | None]:
        """`decide` of many texts: a row for each."""
        values = np.tile(self.bias, (len(found.words), 1))
        for places, rows, dampened in found.parts:
            if len(rows):
                here = self.rows[rows]
                add_to(values, places, dampened * here["idf"][:, 0], here["categories"].astype(np.float32))
        return values, self.danger_all(found) if self.danger else None

    def danger_all(self, found: FoundAll) -> np.ndarray:
        """The values of danger of many texts, a row for each, by a model that has an opinion."""
        if self.danger is None:
            raise TypeError("this model has no opinion on danger")
        values = np.tile(self.danger.bias.astype(np.float64), (len(found.words), 1))
        self.danger.add_paired(values, found)
        for places, rows, dampened in found.parts:
            if len(rows):
                here = self.rows[rows]
                add_to(values, places, dampened * here["idf"][:, 1], here["danger"].astype(np.float32))
        return values


_FIELDS = ("categories", "danger")
_LINE = 64
"""Bytes that a processor fetches at once: a row of thirteen and fourteen weights and two IDF is one such line."""


def _lines(count: int, widths: Sequence[int]) -> np.ndarray:
    """So many empty rows, each beginning where a line of the processor's cache does."""
    names = [*_FIELDS[: len(widths)], "idf"]
    formats = [*((np.float16, width) for width in widths), (np.float32, len(widths))]
    offsets = [2 * sum(widths[:place]) for place in range(len(widths))]
    offsets.append(-(-2 * sum(widths) // 4) * 4)
    size = -(-(offsets[-1] + 4 * len(widths)) // _LINE) * _LINE
    row = np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size})
    raw = np.zeros(count * size + _LINE, dtype=np.uint8)
    start = -raw.ctypes.data % _LINE
    return raw[start : start + count * size].view(row)
