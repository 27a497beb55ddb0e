"""Which tasks to ask about first: those whose confirmation would tell most about others too.

A task is worth asking when its levels are unsure and many other unsure tasks are worded like it. Chosen one by
one, each time for what the earlier ones do not cover yet (greedy facility location, Nemhauser, Wolsey and Fisher 1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from data.levels import TOP

from .subwords import letter_groups
from .task_text import Readings
from .tokens import words_of

MOST_TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Question:
    """One task to ask about: its place in the list, how unsure it is (0-1), how many tasks it would speak for."""

    at: int
    unsure: float
    speaks_for: float


def tasks_to_ask(readings: Readings, count: int) -> list[Question]:
    """Choose ``count`` texts to confirm, the most helpful first; ties go to the earlier text."""
    texts = readings.texts[:MOST_TEXTS]
    if not texts:
        return []
    widths = np.where(readings.origin > 0, readings.high - readings.low, TOP) / TOP
    unsure = np.nanmean(widths[: len(texts)], axis=1)
    alike = _likeness(texts)
    covered = np.zeros(len(texts))
    chosen: list[Question] = []
    for _ in range(min(count, len(texts))):
        gain = np.array([_gain(alike, at, covered, unsure) for at in range(len(texts))])
        gain[[question.at for question in chosen]] = -1.0
        at = int(gain.argmax())
        row = alike.getrow(at)
        chosen.append(Question(at, float(unsure[at]), float(np.maximum(row.data - covered[row.indices], 0.0).sum())))
        covered[row.indices] = np.maximum(covered[row.indices], row.data)
    return chosen


def _gain(alike: sparse.csr_matrix, at: int, covered: np.ndarray, unsure: np.ndarray) -> float:
    here = slice(alike.indptr[at], alike.indptr[at + 1])
    others = alike.indices[here]
    return float((np.maximum(alike.data[here] - covered[others], 0.0) * unsure[others]).sum())


def _likeness(texts: Sequence[str]) -> sparse.csr_matrix:
    """Compare texts by their letter groups, rare ones first; likeness below a tenth counts as none."""
    known: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for text in texts:
        groups = {group for word in words_of(text) for group in letter_groups(word)}
        columns += [known.setdefault(group, len(known)) for group in sorted(groups)]
        ends.append(len(columns))
    held = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(texts), max(1, len(known))))
    rarity = np.log((1 + len(texts)) / (1 + np.asarray(held.sum(axis=0)).ravel()))
    weighted = held @ sparse.diags(np.maximum(rarity, 1e-3))
    length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    unit = (sparse.diags(1.0 / np.maximum(length, 1e-9)) @ weighted).tocsr()
    alike = (unit @ unit.T).tocsr()
    alike.data[alike.data < 0.1] = 0.0
    alike.eliminate_zeros()
    return alike
