"""Levels to rows and back: the same for what work demands and for what a person manages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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


def levels_by_owner(rows: Iterable[Any], owner: str) -> dict[str, dict[str, tuple[Level, ...]]]:
    """Read rows back: owner id -> dimension -> its levels."""
    found: dict[str, dict[str, tuple[Level, ...]]] = {}
    sources = {source.value: source for source in Source}
    for row in rows:
        level = Level(row.value, row.low, row.high, sources[row.source], row.evidence, row.stated_on)
        levels = found.setdefault(getattr(row, owner), {})
        levels[row.dimension] = (*levels.get(row.dimension, ()), level)
    return found
