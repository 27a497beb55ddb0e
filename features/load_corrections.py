"""Levels that people corrected: they stand beside the estimate, and the next training learns from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SHARE_PER_TEXT, MOST_SHARE = 0.004, 0.4
"""Each corrected text weighs as much as 0.4 % of a language's main training rows, together at most 40 %: a person's
statement about one task is more direct than a rating of an occupation, but few texts must not bend everything."""


@dataclass(frozen=True, slots=True)
class CorrectedText:
    """A text, the language it is in, and the levels (0-5) that a person confirmed or corrected."""

    text: str
    language: str
    levels: tuple[tuple[str, float], ...]


def corrected_scores(
    texts: Sequence[CorrectedText], dimensions: Sequence[str], predicted: Floats, levels: Floats, scores: Floats
) -> Floats:
    """Turn corrected levels into scores; what was not corrected stays as the model predicted it.

    ``predicted``: (texts, dimensions). ``levels``, ``scores``: the rated occupations, (occupations, dimensions).

    >>> one = CorrectedText("x", "en", (("str_lift", 5.0),))
    >>> rated = np.array([[0.0], [2.0], [5.0]]), np.array([[-1.0], [0.0], [1.0]])
    >>> corrected_scores([one], ["str_lift"], np.zeros((1, 1)), *rated).tolist()
    [[1.0]]
    """
    out = predicted.copy()
    column = {dimension: at for at, dimension in enumerate(dimensions)}
    for row, text in enumerate(texts):
        for dimension, level in text.levels:
            at = column.get(dimension)
            if at is not None:
                order = np.lexsort((scores[:, at], levels[:, at]))
                out[row, at] = np.interp(level, levels[order, at], scores[order, at])
    return out
