"""Levels to rows and back: the same for what work demands and for what a person manages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from ..levels import Level, Source


def level_rows(owner: str, id_: str, levels: Mapping[str, tuple[Level, ...]]) -> list[dict[str, Any]]:
    """Write the levels of one owner as rows, each source its own."""
    return [
        {
            owner: id_,
            "dimension": dimension,
            "source": level.source.value,
            "value": level.value,
            "low": level.low,
            "high": level.high,
            "evidence": level.evidence,
            "stated_on": level.stated_on,
        }
        for dimension, several in levels.items()
        for level in several
    ]


def levels_by_owner(rows: Iterable[sa.Row[Any]], owner: str) -> dict[str, dict[str, tuple[Level, ...]]]:
    """Read rows back: owner id -> dimension -> its levels."""
    there = list(rows)
    if not there:
        return {}
    names = (owner, "dimension", "source", "value", "low", "high", "evidence", "stated_on")
    columns = itemgetter(*(there[0]._fields.index(name) for name in names))
    sources = {source.value: source for source in Source}
    made: dict[tuple[Any, ...], Level] = {}  # a list reads thousands of levels, few of them different
    found: dict[str, dict[str, tuple[Level, ...]]] = {}
    for of, dimension, *said in map(columns, there):
        level = made.get(told := tuple(said))
        if level is None:
            source, value, low, high, evidence, stated_on = said
            level = made[told] = Level(value, low, high, sources[source], evidence, stated_on)
        levels = found.setdefault(of, {})
        levels[dimension] = (*levels[dimension], level) if dimension in levels else (level,)
    return found
