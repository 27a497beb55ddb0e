"""Earlier solutions as columns: levels in half steps as bytes, words with the cases that hold them.

Built once; a question then reads a few columns of 100,000 cases instead of 100,000 records.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.dimensions import dimension_index
from data.solutions import EmployerSize, Solution
from data.vocabulary import vocabulary

Bytes = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]

UNKNOWN = -1
"""A level that nobody stated; levels are held in half steps, 0-10."""

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class SolutionIndex:
    """All cases in columns: arrays (60, cases) of levels in half steps, -1 unknown; words by their beginnings.

    ``gap_steps`` is the sum of all gaps of a case in steps, ``widest`` the widest one. ``words`` is sorted;
    ``word_cases[word_starts[w]:word_starts[w + 1]]`` are the cases that hold word ``w`` in title or description.
    """

    solutions: Sequence[Solution]
    needed: Bytes
    managed: Bytes
    is_gap: npt.NDArray[np.bool_]
    is_fine: npt.NDArray[np.bool_]
    gap_steps: Floats
    widest: Floats
    sector: Bytes
    size: Bytes
    words: Sequence[str]
    word_starts: Places
    word_cases: Places
    by_beginning: Mapping[str, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.solutions)


def sector_numbers() -> dict[str, int]:
    """Number the lines of business as the index does."""
    return {sector: number for number, sector in enumerate(vocabulary("sectors"))}


def size_numbers() -> dict[EmployerSize, int]:
    """Number the sizes from the smallest."""
    return {size: number for number, size in enumerate(EmployerSize)}


def words_of_case(solution: Solution) -> set[str]:
    """Give the words that describe the work of a case, in all its languages: title and work, not what was done."""
    return {word for text in solution.texts.values() for word in _WORD.findall(f"{text.title} {text.work}".lower())}


def _half_steps(level: float | None) -> int:
    return UNKNOWN if level is None else round(2 * level)


def index_solutions(solutions: Sequence[Solution]) -> SolutionIndex:
    """Put cases into columns; their order is kept, and decides nothing but which of two equal ones comes first."""
    column, sectors, sizes = dimension_index(), sector_numbers(), size_numbers()
    count = len(solutions)
    needed = np.full((len(column), count), UNKNOWN, np.int8)
    managed, is_gap = needed.copy(), np.zeros(needed.shape, np.bool_)
    is_fine = is_gap.copy()
    gap_steps, widest = np.zeros(count, np.float32), np.zeros(count, np.float32)
    held: dict[str, list[int]] = {}
    for at, one in enumerate(solutions):
        for levels, asked in ((one.gaps, True), (one.fine, False)):
            for dimension, gap in levels.items():
                place = (column[dimension], at)
                needed[place], managed[place] = _half_steps(gap.needed), _half_steps(gap.managed)
                is_gap[place], is_fine[place] = asked, not asked
        steps = [gap.size for gap in one.gaps.values()]
        gap_steps[at], widest[at] = sum(steps), max(steps, default=0.0)
        for word in words_of_case(one):
            held.setdefault(word, []).append(at)
    words = sorted(held)
    starts = np.zeros(len(words) + 1, np.int32)
    np.cumsum([len(held[word]) for word in words], out=starts[1:])
    by_beginning: dict[str, list[int]] = {}
    for number, word in enumerate(words):
        by_beginning.setdefault(word[:2], []).append(number)
    return SolutionIndex(
        solutions,
        needed,
        managed,
        is_gap,
        is_fine,
        gap_steps,
        widest,
        np.array([sectors[one.sector] for one in solutions], np.int8),
        np.array([sizes[one.size] for one in solutions], np.int8),
        words,
        starts,
        np.array([at for word in words for at in held[word]], np.int32),
        {letters: tuple(numbers) for letters, numbers in by_beginning.items()},
    )
