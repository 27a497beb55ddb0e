"""Sums over all trials that fitting needs: how often bins of two features meet, weighed; slopes by bin; by employer.

Each pair of features is summed by itself, trials in their order, so that the sums have the same bits for any number of
threads.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from ..carving.compiled import compiled

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


def meetings(codes: Codes, weights: Floats, width: int, threads: int = 1) -> Floats:
    """Sum weights by bins of two features: (features*width, features*width), symmetric."""
    count = len(codes)
    out = np.zeros((count * width, count * width))
    if threads <= 1:
        for f in range(count):
            _meet(codes, weights, width, f, out)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda f: _meet(codes, weights, width, f, out), range(count)))
    _mirror(out)
    return out


def sums_by_bin(codes: Codes, values: Floats, width: int) -> Floats:
    """Sum values by bin of each feature: (features*width)."""
    out = np.zeros(len(codes) * width)
    _by_bin(codes, values, width, out)
    return out


def sums_by_unit(codes: Codes, weights: Floats, width: int, unit: Numbers, units: int) -> Floats:
    """Sum weights by bin of each feature and by unit (employer): (units, features*width)."""
    out = np.zeros((units, len(codes) * width))
    _by_unit(codes, weights, width, unit, out)
    return out


def read_off(codes: Codes, table: Floats, width: int) -> Floats:
    """Add up the terms of each trial from tables laid out flat."""
    out = np.zeros(codes.shape[1])
    _read_off(codes, table, width, out)
    return out


@compiled
def _meet(codes: Codes, weights: Floats, width: int, f: int, out: Floats) -> None:
    rows = codes.shape[1]
    here = codes[f]
    for g in range(f, codes.shape[0]):
        there = codes[g]
        cells = np.zeros(width * width)
        for at in range(rows):
            cells[here[at] * width + there[at]] += weights[at]
        for a in range(width):
            for b in range(width):
                out[f * width + a, g * width + b] = cells[a * width + b]


@compiled
def _mirror(out: Floats) -> None:
    for a in range(out.shape[0]):
        for b in range(a):
            out[a, b] = out[b, a]


@compiled
def _by_bin(codes: Codes, values: Floats, width: int, out: Floats) -> None:
    for f in range(codes.shape[0]):
        for at in range(codes.shape[1]):
            out[f * width + codes[f, at]] += values[at]


@compiled
def _by_unit(codes: Codes, weights: Floats, width: int, unit: Numbers, out: Floats) -> None:
    for f in range(codes.shape[0]):
        for at in range(codes.shape[1]):
            out[unit[at], f * width + codes[f, at]] += weights[at]


@compiled
def _read_off(codes: Codes, table: Floats, width: int, out: Floats) -> None:
    for f in range(codes.shape[0]):
        for at in range(codes.shape[1]):
            out[at] += table[f * width + codes[f, at]]
