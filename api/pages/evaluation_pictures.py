"""Lays out the pictures of an evaluation: figures with their intervals, and what was foretold against what happened.

Only geometry is worked out here; templates draw it as SVG and write the same numbers into a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEFT, WIDTH = 6.0, 200.0
"""Where the scale of a row begins and how wide it is, in units of the picture (212 in all)."""

SIDE, EDGE = 300.0, 44.0
"""The square of foretold and happened, and the margin to the left of it and below."""

_ROUND_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its interval; None: there is none, because too few people stand behind it."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""
    expert: bool = False


@dataclass(frozen=True, slots=True)
class DotRow:
    """A figure and where it stands in its row."""

    figure: Figure
    x: float | None
    x_low: float | None
    x_high: float | None


@dataclass(frozen=True, slots=True)
class DotPlot:
    """Rows on one scale, its two ends, and where a line of comparison stands (None: none)."""

    rows: tuple[DotRow, ...]
    low: float
    high: float
    line: float | None
    x_line: float | None


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of trials: foretold chance (mean), share gone well, its 95 % interval, and where it stands."""

    trials: int
    foretold: float
    happened: float
    low: float
    high: float
    x: float
    y: float
    y_low: float
    y_high: float


def dot_plot(figures: Sequence[Figure], line: float | None = None, ends: tuple[float, float] | None = None) -> DotPlot:
    """Put figures on one scale; ``line`` is drawn too (no difference, chance). ``ends``: of the scale, else round ones.

    >>> plot = dot_plot([Figure("a", 0.5, 0.4, 0.6)], line=0.0)
    >>> (plot.low, plot.high), plot.rows[0].x, plot.x_line
    ((0.0, 0.6), 172.7, 6.0)
    """
    known = [v for one in figures for v in (one.value, one.low, one.high) if v is not None]
    low, high = ends or _round_ends([*known, *([] if line is None else [line])])

    def at(value: float | None) -> float | None:
        return None if value is None else round(LEFT + WIDTH * (min(max(value, low), high) - low) / (high - low), 1)

    rows = tuple(DotRow(one, at(one.value), at(one.low), at(one.high)) for one in figures)
    return DotPlot(rows, low, high, line, at(line))


def tenths(rows: Iterable[Sequence[float]]) -> tuple[Tenth, ...]:
    """Place tenths of trials (trials, foretold, happened) in the square; the interval is that of a share (Wilson).

    >>> one = tenths([(100, 0.5, 0.5)])[0]
    >>> (one.x, one.y), (round(one.low, 3), round(one.high, 3))
    ((194.0, 150.0), (0.404, 0.596))
    """
    found = []
    for trials, foretold, happened in rows:
        low, high = _wilson(happened, trials)
        up = [round(SIDE * (1 - share), 1) for share in (happened, low, high)]
        found.append(Tenth(int(trials), foretold, happened, low, high, round(EDGE + SIDE * foretold, 1), *up))
    return tuple(found)


def _round_ends(values: Sequence[float]) -> tuple[float, float]:
    """Give round ends that hold all values."""
    least, most = min(values, default=0.0), max(values, default=1.0)
    span = most - least or 1.0
    step = next((one for one in _ROUND_STEPS if span / one <= 8), _ROUND_STEPS[-1])
    low, high = math.floor(least / step + 1e-9) * step, math.ceil(most / step - 1e-9) * step
    return round(low, 4), round(high if high > low else low + step, 4)


def _wilson(share: float, trials: float, z: float = 1.96) -> tuple[float, float]:
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    reach = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, middle - reach), min(1.0, middle + reach)
