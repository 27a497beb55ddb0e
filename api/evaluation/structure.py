"""What an evaluation page consists of, whatever it looks like: sections, tables, plots of the same numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from matching.evaluation.bootstrap import Estimate

Cell = str | int | float | Estimate | None
"""None: there is no number; the text around the table says why."""

NO_NUMBER = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``made_of``: the data, the split and the seed that its figures come from."""

    key: str
    caption: str
    made_of: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One dot of a plot with its interval (both ends None: no interval)."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    series: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot of numbers that a table of the same section holds. ``kind``: dots, reliability, noise or lorenz.

    ``marks`` for all kinds but lorenz, which draws ``curves`` (name, rising shares that sum to 1); ``line``: where a
    thin line marks no difference or a reach.
    """

    key: str
    title: str
    kind: str
    axis: str
    marks: tuple[Mark, ...] = ()
    curves: tuple[tuple[str, tuple[float, ...]], ...] = ()
    line: float | None = None

    @property
    def said(self) -> str:
        """Say the plot in words, for those who cannot see it."""
        if self.kind == "lorenz":
            each = [
                f"{name}: the least shown half of the employers gets {_half(of):.0%} of the attention"
                for name, of in self.curves
            ]
            return f"{self.title}. " + "; ".join(each) + "."
        each = [
            f"{' '.join(filter(None, (mark.label, mark.series)))} {mark.value:.3f}{_ends(mark)}" for mark in self.marks
        ]
        return f"{self.title}. {self.axis}: " + "; ".join(each) + "."


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page; ``missing`` says in sentences what was not measured and why."""

    key: str
    title: str
    text: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """The whole page. ``label`` is not empty when the data are simulated; it stands on top of every part."""

    title: str
    label: str
    source: str
    seed: int
    fingerprint: str
    sections: tuple[Section, ...] = field(default=())

    @property
    def plots(self) -> tuple[Plot, ...]:
        """List all plots in the order of the page."""
        return tuple(plot for section in self.sections for plot in section.plots)


def cell_text(cell: Cell) -> str:
    """Write a cell for people: three decimals, intervals in brackets.

    >>> cell_text(Estimate(0.5, 0.4, 0.6, 30)), cell_text(1200), cell_text(None)
    ('0.500 (0.400–0.600)', '1,200', '–')
    """
    if isinstance(cell, Estimate):
        return with_ends(cell.value, cell.low, cell.high) if cell.units else NO_NUMBER
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return NO_NUMBER
    if isinstance(cell, float):
        return "< 0.001" if 0 < cell < 0.0005 else _number(cell)
    return f"{cell:,}" if isinstance(cell, int) else cell


def with_ends(value: float, low: float, high: float) -> str:
    """Write a figure with its interval.

    >>> with_ends(0.5, -0.1, 0.6)
    '0.500 (\u22120.100 to 0.600)'
    """
    between = "–" if low >= 0 else " to "
    return f"{_number(value)} ({_number(low)}{between}{_number(high)})"


def points(gap: float, low: float, high: float) -> str:
    """Write a difference of chances in points of a hundred, with its interval.

    >>> points(-0.1, -0.125, 0.0)
    '\u221210.0 points (\u221212.5 to +0.0)'
    >>> points(-0.0003, -0.01, 0.01)
    '+0.0 points (\u22121.0 to +1.0)'
    """
    said, least, most = (f"{round(share * 100, 1) + 0.0:+.1f}".replace("-", "\u2212") for share in (gap, low, high))
    return f"{said} points ({least} to {most})"


def is_number(cell: Cell) -> bool:
    """Tell whether a cell stands to the right, as numbers do."""
    return not isinstance(cell, str)


def marks_of(rows: Sequence[tuple[str, Estimate]], series: str = "") -> tuple[Mark, ...]:
    """Turn named estimates into marks."""
    return tuple(Mark(label, one.value, one.low, one.high, series) for label, one in rows)


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "\u2212") if not math.isnan(value) else NO_NUMBER


def _ends(mark: Mark) -> str:
    return "" if mark.low is None or mark.high is None else f" ({mark.low:.3f} to {mark.high:.3f})"


def _half(shares: tuple[float, ...]) -> float:
    return sum(shares[: len(shares) // 2])
