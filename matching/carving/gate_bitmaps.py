"""Which tasks ask more than so much, as packed bits: one bitmap for each dimension and half step, 64 tasks a word.

A person's limits choose one bitmap a dimension; a task that stands in any of them is closed. Levels between half steps
are counted exactly: the bitmap of half step k holds the tasks above k, whatever lies between. One more bitmap holds the
rows in which no task stands; it always counts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from data.levels import PER_STEP

from .compiled import compiled

HALF_STEPS = 10
PER_HALF_STEP = PER_STEP // 2
UNKNOWN = 255

Bytes = npt.NDArray[np.uint8]
Bitmaps = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]

TILE = 512


@compiled
def build_bitmaps(level: Bytes) -> Bitmaps:
    """Build the bitmaps of a market: (dimensions x half steps + 1, words); a bit is set where the level is above."""
    rows, dimensions = level.shape
    bits = np.zeros((dimensions * HALF_STEPS + 1, (rows + 63) // 64), np.uint64)
    for row in range(rows):
        set_row(bits, row, level[row])
    return bits


@compiled
def set_row(bits: Bitmaps, row: int, level: Bytes) -> None:
    """Write one task's levels (fiftieths, 255 unknown) into the bitmaps, whatever stood there before."""
    word, bit = row // 64, np.uint64(1) << np.uint64(row % 64)
    for d in range(len(level)):
        for k in range(HALF_STEPS):
            if level[d] != UNKNOWN and level[d] > k * PER_HALF_STEP:
                bits[d * HALF_STEPS + k, word] |= bit
            else:
                bits[d * HALF_STEPS + k, word] &= ~bit
    bits[-1, word] &= ~bit


@compiled
def clear_row(bits: Bitmaps, row: int) -> None:
    """Note that no task stands in a row."""
    bits[-1, row // 64] |= np.uint64(1) << np.uint64(row % 64)


@compiled
def closed_words(bits: Bitmaps, chosen: Integers, closed: Bitmaps) -> None:
    """Join the chosen bitmaps: a bit of ``closed`` (words) is set where a task stands in any of them.

    Tile by tile, so that the result stays in the nearest cache, and four bitmaps at a time.
    """
    for start in range(0, len(closed), TILE):
        end = min(len(closed), start + TILE)
        out = closed[start:end]
        out[:] = np.uint64(0)
        at = 0
        while at + 4 <= len(chosen):
            a, b = bits[chosen[at], start:end], bits[chosen[at + 1], start:end]
            c, d = bits[chosen[at + 2], start:end], bits[chosen[at + 3], start:end]
            for word in range(end - start):
                out[word] |= a[word] | b[word] | c[word] | d[word]
            at += 4
        while at < len(chosen):
            a = bits[chosen[at], start:end]
            for word in range(end - start):
                out[word] |= a[word]
            at += 1


@compiled
def bitmaps_for(highest: Integers) -> Integers:
    """Choose a bitmap for each dimension with a highest level allowed (fiftieths): the half step at or above it."""
    chosen = np.empty(len(highest) + 1, np.int64)
    chosen[0], several = len(highest) * HALF_STEPS, 1
    for d in range(len(highest)):
        k = (highest[d] + PER_HALF_STEP - 1) // PER_HALF_STEP
        if k < HALF_STEPS:
            chosen[several] = d * HALF_STEPS + k
            several += 1
    return chosen[:several]
