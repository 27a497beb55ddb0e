"""Which earlier solutions are nearest to a gap: its pattern over the dimensions first, then line of business and words.

The score is a sum of named parts, each a number in points that is shown; how well a case went is shown beside it and
does not count, since what failed in the same place is worth knowing too. Every case is looked at, nothing approximated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from data.dimensions import dimension_index, load_dimensions
from data.solutions import Gap, Solution
from features.gap_question import AskedGap, GapQuestion

from .columns import UNKNOWN, Floats, SolutionIndex, sector_numbers, size_numbers

LEAST_LIKENESS = 78
"""Two words are taken for one word in two forms from this likeness on (rapidfuzz ratio, 0-100)."""

PER_POINT = 10_000
"""Parts are rounded to this fraction of a point before they are added, so that sums are exact."""


@dataclass(frozen=True, slots=True)
class NearestWeights:
    """Points that the parts can give at most, and how the pattern is compared. Tuned on the development questions.

    ``needed_step`` and ``managed_step``: what a step of difference takes off a gap on the same dimension;
    ``floor``: what the same dimension is worth at least; ``kin``: what a gap on another dimension of the same
    group is worth; ``side``: how much less a gap counts that is not the widest of its case; ``extra``: how much each
    step of a gap that was not asked for weighs.
    """

    pattern: float = 10.0
    fine: float = 1.0
    sector: float = 2.0
    size: float = 0.3
    words: float = 2.0
    needed_step: float = 0.08
    managed_step: float = 0.08
    floor: float = 0.5
    kin: float = 0.15
    side: float = 0.4
    extra: float = 0.15


@dataclass(frozen=True, slots=True)
class NearSolution:
    """One near case: its points by part, what is near, what differs. ``points`` is the exact sum of ``parts``."""

    solution: Solution
    points: float
    parts: Mapping[str, float]
    shared: Mapping[str, tuple[AskedGap, Gap]]
    missing: tuple[str, ...]
    further: Mapping[str, Gap]
    against: tuple[str, ...]
    same_sector: bool | None
    words: tuple[str, ...]


def nearest_solutions(
    index: SolutionIndex, question: GapQuestion, top: int = 5, weights: NearestWeights | None = None
) -> list[NearSolution]:
    """Rank all cases by their points; equal ones by id. A case without any point is no answer.

    Cost: O(cases x asked dimensions); 100,000 cases in well under a tenth of a second.
    """
    weights = weights or NearestWeights()
    if not len(index) or top < 1:
        return []
    in_words, matched = _words(index, question)
    parts = {
        "pattern": weights.pattern * _pattern(index, question, weights),
        "fine": weights.fine * _fine(index, question),
        "sector": weights.sector * _sector(index, question),
        "size": weights.size * _size(index, question),
        "words": weights.words * in_words,
    }
    rounded = {name: np.rint(values * PER_POINT).astype(np.int64) for name, values in parts.items()}
    total = np.sum(list(rounded.values()), axis=0)
    return [
        _explained(index, at, question, {name: float(part[at]) / PER_POINT for name, part in rounded.items()}, matched)
        for at in _best(index, total, top)
    ]


def _best(index: SolutionIndex, total: npt.NDArray[np.int64], top: int) -> list[int]:
    count = min(top, len(index))
    least = np.partition(total, len(total) - count)[len(total) - count]
    places = np.flatnonzero((total >= least) & (total > 0)).tolist()
    return sorted(places, key=lambda at: (-total[at], index.solutions[at].id))[:top]


def _pattern(index: SolutionIndex, question: GapQuestion, weights: NearestWeights) -> Floats:
    """Compare gap with gap: asked steps found at the case, over those of the question and further ones of the case."""
    found = np.zeros(len(index), np.float32)
    asked_steps, own_steps = 0.0, np.zeros(len(index), np.float32)
    columns, kin = dimension_index(), _kin()
    for dimension, asked in question.gaps.items():
        at, size = columns[dimension], max(asked.size, 0.5)
        here = index.is_gap[at]
        needed, managed = index.needed[at], index.managed[at]
        steps = np.where(
            here & (needed != UNKNOWN) & (managed != UNKNOWN), (needed - managed).astype(np.float32) / 2, here * 2.0
        )
        likeness = np.ones(len(index), np.float32)
        for level, stated, weight in (
            (needed, asked.needed, weights.needed_step),
            (managed, asked.managed, weights.managed_step),
        ):
            if stated is not None:
                known = level != UNKNOWN
                likeness -= np.where(known, weight * np.abs(level.astype(np.float32) / 2 - stated), weight)
        likeness = np.maximum(likeness, weights.floor)
        share = np.divide(steps, index.widest, out=np.ones_like(steps), where=index.widest > 0)
        likeness *= 1 - weights.side * (1 - np.minimum(share, 1))
        related = index.is_gap[[columns[other] for other in kin[dimension]]].any(axis=0) if kin[dimension] else False
        found += size * np.where(here, likeness, np.where(related, np.float32(weights.kin), np.float32(0)))
        asked_steps, own_steps = asked_steps + size, own_steps + steps
    if not question.gaps:
        return found
    further = np.maximum(index.gap_steps - own_steps, 0)
    return np.asarray(found / (asked_steps + weights.extra * further), np.float32)


def _kin() -> dict[str, tuple[str, ...]]:
    """Name the other dimensions of each dimension's group."""
    dimensions = load_dimensions()
    return {
        one.id: tuple(other.id for other in dimensions if other.group == one.group and other.id != one.id)
        for one in dimensions
    }


def _fine(index: SolutionIndex, question: GapQuestion) -> Floats:
    """Count what fits the person: +1 where the case says that it fitted there too, -1 where it was a gap there."""
    counted = np.zeros(len(index), np.float32)
    columns = dimension_index()
    for dimension in sorted(question.fine):
        at = columns[dimension]
        counted += np.where(index.is_gap[at], -1.0, np.where(index.is_fine[at], 1.0, 0.0))
    return np.asarray(counted / max(1, len(question.fine)), np.float32)


def _sector(index: SolutionIndex, question: GapQuestion) -> Floats:
    """Take the same line of business whole; of several that the question may mean, a later one by half."""
    numbers, values = sector_numbers(), np.zeros(len(index), np.float32)
    for rank, sector in reversed(list(enumerate(question.sectors))):
        values[index.sector == numbers[sector]] = 1.0 if rank == 0 else 0.5
    return values


def _size(index: SolutionIndex, question: GapQuestion) -> Floats:
    if question.size is None:
        return np.zeros(len(index), np.float32)
    away = np.abs(index.size - size_numbers()[question.size])
    return np.asarray(np.maximum(0, 1 - away / 2), np.float32)


def _words(index: SolutionIndex, question: GapQuestion) -> tuple[Floats, Mapping[str, Mapping[int, float]]]:
    """Compare words by likeness, rare ones weigh more: the share of the question's words that a case holds (0-1)."""
    total, weight = np.zeros(len(index), np.float32), 0.0
    matched: dict[str, Mapping[int, float]] = {}
    for word in question.words:
        near = _near_words(index, word)
        best = np.zeros(len(index), np.float32)
        for number, likeness in near.items():
            cases = index.word_cases[index.word_starts[number] : index.word_starts[number + 1]]
            best[cases] = np.maximum(best[cases], np.float32(likeness))
        held = int(np.count_nonzero(best))
        rarity = float(np.log1p(len(index) / (1 + held)))
        total += np.float32(rarity) * best
        weight += rarity
        matched[word] = near
    return (total / np.float32(weight) if weight else total), matched


def _near_words(index: SolutionIndex, word: str) -> dict[int, float]:
    numbers = index.by_beginning.get(word[:2], ())
    listed = [index.words[number] for number in numbers]
    found = process.extract(word, listed, scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=None)
    return {numbers[place]: (likeness / 100) ** 2 for _, likeness, place in found}


def _explained(
    index: SolutionIndex,
    at: int,
    question: GapQuestion,
    parts: Mapping[str, float],
    matched: Mapping[str, Mapping[int, float]],
) -> NearSolution:
    one = index.solutions[at]
    shared = {d: (asked, one.gaps[d]) for d, asked in question.gaps.items() if d in one.gaps}
    cases = {
        word: [index.word_cases[index.word_starts[n] : index.word_starts[n + 1]] for n in near]
        for word, near in matched.items()
    }
    return NearSolution(
        one,
        round(sum(round(value * PER_POINT) for value in parts.values()) / PER_POINT, 4),
        parts,
        shared,
        tuple(d for d in question.gaps if d not in one.gaps),
        {d: gap for d, gap in one.gaps.items() if d not in question.gaps},
        tuple(sorted(d for d in question.fine if d in one.gaps)),
        one.sector in question.sectors if question.sectors else None,
        tuple(word for word, held in cases.items() if any(at in places for places in held)),
    )
