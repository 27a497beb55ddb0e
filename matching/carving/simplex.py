"""The best hours when it is settled which tasks may be taken: a linear program, by the bounded dual simplex method.

Small and dense (some twenty rows, some tens of columns), solved thousands of times a second with changing bounds and
costs. Every column, the slacks of the rows too, has finite bounds, so any basis can be made dual feasible by moving
columns from one bound to the other: each program starts from the basis of the one before, and nothing else is kept.

Source: bounded dual simplex as in A. Koberstein, The Dual Simplex Method, Techniques for a Fast and Stable
Implementation (dissertation, Paderborn 2005), chapters 3-4; the largest infeasibility leaves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .compiled import compiled

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

OPTIMAL, INFEASIBLE, CUT_OFF, STALLED = 0, 1, 2, 3
FEASIBLE = 1e-9
SMALLEST_PIVOT = 1e-9


@compiled
def start_basis(rows: Floats, right: Floats, table: Floats, column: Floats, basic: Integers, row_of: Integers) -> None:
    """Begin from the slacks: ``table`` becomes [rows | identity], ``column`` the right sides."""
    m, n = rows.shape
    for i in range(m):
        for j in range(n):
            table[i, j] = rows[i, j]
        for j in range(m):
            table[i, n + j] = 1.0 if i == j else 0.0
        column[i] = right[i]
        basic[i] = n + i
    for j in range(n):
        row_of[j] = -1
    for i in range(m):
        row_of[n + i] = i


@compiled
def best_hours(
    table: Floats,
    column: Floats,
    basic: Integers,
    row_of: Integers,
    cost: Floats,
    lower: Floats,
    upper: Floats,
    value: Floats,
    reduced: Floats,
    cut_off: float,
    most_pivots: int,
) -> tuple[int, float, int]:
    """Maximise cost . value within the bounds; returns (status, objective, pivots); ``value`` holds the answer.

    Stops as CUT_OFF as soon as the objective is known to be at most ``cut_off``.
    """
    objective = _place(table, column, basic, row_of, cost, lower, upper, value, reduced)
    pivots = 0
    while True:
        if objective <= cut_off:
            return CUT_OFF, objective, pivots
        leaving, wanted = _leaving(basic, lower, upper, value)
        if leaving < 0:
            return OPTIMAL, objective, pivots
        if pivots >= most_pivots:
            return STALLED, objective, pivots
        out = basic[leaving]
        entering = _entering(table, leaving, value[out] < wanted, row_of, lower, upper, value, reduced)
        if entering < 0:
            return INFEASIBLE, objective, pivots
        step = (value[out] - wanted) / table[leaving, entering]
        objective += reduced[entering] * step
        for i in range(len(basic)):
            if table[i, entering] != 0.0:
                value[basic[i]] -= table[i, entering] * step
        value[entering] += step
        value[out] = wanted
        _exchange(table, column, reduced, leaving, entering)
        basic[leaving] = entering
        row_of[entering] = leaving
        row_of[out] = -1
        pivots += 1


@compiled
def _place(
    table: Floats,
    column: Floats,
    basic: Integers,
    row_of: Integers,
    cost: Floats,
    lower: Floats,
    upper: Floats,
    value: Floats,
    reduced: Floats,
) -> float:
    """Work the reduced costs out anew, put free columns on their better bounds and basic ones where they follow."""
    m, total = table.shape
    for j in range(total):
        reduced[j] = cost[j]
    for i in range(m):
        weight = cost[basic[i]]
        if weight != 0.0:
            for j in range(total):
                reduced[j] -= weight * table[i, j]
    objective = 0.0
    for j in range(total):
        if row_of[j] < 0:
            value[j] = upper[j] if reduced[j] > 0.0 else lower[j]
            objective += cost[j] * value[j]
    for i in range(m):
        held = column[i]
        for j in range(total):
            if row_of[j] < 0 and value[j] != 0.0:
                held -= table[i, j] * value[j]
        value[basic[i]] = held
        objective += cost[basic[i]] * held
    return objective


@compiled
def _leaving(basic: Integers, lower: Floats, upper: Floats, value: Floats) -> tuple[int, float]:
    """Choose the row that is furthest outside its bounds (-1: none), and the bound that it goes to."""
    leaving, worst, wanted = -1, FEASIBLE, 0.0
    for i in range(len(basic)):
        j = basic[i]
        if lower[j] - value[j] > worst:
            leaving, worst, wanted = i, lower[j] - value[j], lower[j]
        elif value[j] - upper[j] > worst:
            leaving, worst, wanted = i, value[j] - upper[j], upper[j]
    return leaving, wanted


@compiled
def _entering(
    table: Floats,
    leaving: int,
    rises: bool,
    row_of: Integers,
    lower: Floats,
    upper: Floats,
    value: Floats,
    reduced: Floats,
) -> int:
    """Choose the column that keeps all reduced costs right (the smallest ratio; of equal ones the largest pivot)."""
    entering, smallest, size = -1, np.inf, 0.0
    for j in range(table.shape[1]):
        pivot = table[leaving, j]
        if row_of[j] >= 0 or lower[j] == upper[j] or abs(pivot) <= SMALLEST_PIVOT:
            continue
        if (pivot < 0.0) != (rises == (value[j] == lower[j])):
            continue
        ratio = abs(reduced[j]) / abs(pivot)
        if ratio < smallest - 1e-12 or (ratio < smallest + 1e-12 and abs(pivot) > size):
            entering, smallest, size = j, ratio, abs(pivot)
    return entering


@compiled
def _exchange(table: Floats, column: Floats, reduced: Floats, leaving: int, entering: int) -> None:
    m, total = table.shape
    pivot = table[leaving, entering]
    for j in range(total):
        table[leaving, j] /= pivot
    column[leaving] /= pivot
    table[leaving, entering] = 1.0
    for i in range(m):
        factor = table[i, entering]
        if i != leaving and factor != 0.0:
            for j in range(total):
                table[i, j] -= factor * table[leaving, j]
            table[i, entering] = 0.0
            column[i] -= factor * column[leaving]
    factor = reduced[entering]
    if factor != 0.0:
        for j in range(total):
            reduced[j] -= factor * table[leaving, j]
        reduced[entering] = 0.0
