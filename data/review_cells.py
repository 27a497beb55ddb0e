"""Reviews of a trial in one cell, for trials with more of them than columns: read and written the same.

``2026-02-01 / loads pos_stand 3.5, env_noise 2 / performance 4 / strain 1.5 / effects extra_breaks end_ment -0.5``,
one after the other with ``|`` between.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from .table_cells import CellFault, number_text, words
from .trials import MeasureEffect, TrialReview


def reviews(cell: str) -> tuple[TrialReview, ...]:
    """Read reviews; CellFault when one is not written so.

    >>> reviews("2026-02-01 / loads pos_stand 3,5 / strain 2")[0].loads
    {'pos_stand': 3.5}
    """
    return tuple(_review(part) for part in words(cell))


def reviews_text(several: Iterable[TrialReview]) -> str:
    """Write reviews."""
    return " | ".join(_review_text(one) for one in several)


def _review(part: str) -> TrialReview:
    day, *rest = (piece.strip() for piece in part.split("/"))
    said = {name: value for name, _, value in (piece.partition(" ") for piece in rest)}
    try:
        if len(said) < len(rest) or not said.keys() <= {"loads", "performance", "strain", "effects"}:
            raise ValueError
        loads = {name: _number(value) for name, value in _listed(said.get("loads", ""), 2)}
        effects = tuple(MeasureEffect(m, d, _number(steps)) for m, d, steps in _listed(said.get("effects", ""), 3))
        performance, strain = (_number(said[name]) if name in said else None for name in ("performance", "strain"))
        return TrialReview(date.fromisoformat(day), loads, performance, strain, effects)
    except ValueError as error:
        raise CellFault(
            "not_a_review", "this is not a review", "Write 2026-02-01 / loads pos_stand 3,5 / performance 4 / strain 2."
        ) from error


def _listed(value: str, many: int) -> list[list[str]]:
    """Split ``a 1, b 2``; a decimal comma has no blank after it."""
    found = [part.split() for part in value.split(", ") if part.strip()]
    if any(len(part) != many for part in found):
        raise ValueError
    return found


def _number(value: str) -> float:
    number = float(value.replace(",", "."))
    if not math.isfinite(number):
        raise ValueError
    return number


def _review_text(one: TrialReview) -> str:
    parts = [one.day.isoformat()]
    if one.loads:
        parts.append("loads " + ", ".join(f"{name} {number_text(float(v))}" for name, v in one.loads.items()))
    parts += [
        f"{name} {number_text(float(value))}"
        for name, value in (("performance", one.performance), ("strain", one.strain))
        if value is not None
    ]
    if one.effects:
        told = (f"{effect.measure} {effect.dimension} {number_text(float(effect.steps))}" for effect in one.effects)
        parts.append("effects " + ", ".join(told))
    return " / ".join(parts)
