"""What an occupation typically demands, read from O*NET ratings onto our 0-5 scale.

A prior and no more: ratings are means of United States occupations, not of one task, so every level is at least a step
wide to both sides. Knots and aggregation follow the mapping in ``docs/explanation/levels.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from data.dimensions import Dimension, load_dimensions
from data.imports.onet import RANGES, OnetOccupation, OnetScore
from data.levels import TOP, Level, Source

TIME_ITEMS = "4.C.2.d.1."
FREQUENCY_ITEMS = ("4.C.2.a", "4.C.2.b", "4.C.2.c", "4.C.2.e", "4.C.1.d", "4.C.3.d.1")
TIME_KNOTS = ((1, 2, 3, 4, 5), (0, 2.5, 4, 4.5, 5))
FREQUENCY_KNOTS = ((1, 2, 3, 4, 5), (0, 1, 2, 3, 4))
CLOSENESS_ITEM = "4.C.2.a.3"
CLOSENESS_KNOTS = ((1, 2, 3, 4, 5), (0, 1, 2.5, 4, 5))
WIDTH_BY_QUALITY = {"direct": 1.0, "partial": 1.25, "proxy": 1.5}
DOUBTFUL_EXTRA_WIDTH = 0.5
GROUP_PREFIXES = (6, 4, 2)
"""How many characters of a SOC code name its broad, minor and major group (37-2011.00: 37-201, 37-2, 37)."""


def element_level(element: str, score: OnetScore) -> float:
    """Map one O*NET rating to a level 0-5.

    >>> element_level("4.C.2.d.1.b", OnetScore("CX", 3.0)), element_level("1.A.3.a.1", OnetScore("LV", 3.5))
    (4.0, 2.5)
    """
    if score.scale == "CX" and element.startswith(TIME_ITEMS):
        return float(np.interp(score.value, *TIME_KNOTS))
    if element == CLOSENESS_ITEM:
        return float(np.interp(score.value, *CLOSENESS_KNOTS))
    if score.scale == "CX" and element.startswith(FREQUENCY_ITEMS):
        return float(np.interp(score.value, *FREQUENCY_KNOTS))
    low, high = RANGES[score.scale]
    floor = max(low, 0.0) if score.scale == "WI" else low
    return float(np.clip((score.value - floor) * TOP / (high - floor), 0.0, TOP))


def occupation_levels(occupation: OnetOccupation) -> dict[str, tuple[Level, ...]]:
    """Read an occupation's typical levels; dimensions that O*NET cannot see are left unknown."""
    found: dict[str, tuple[Level, ...]] = {}
    for dimension in load_dimensions():
        level = _level(dimension, occupation.scores)
        if level is not None:
            found[dimension.id] = (level,)
    return found


def group_levels(
    occupation: OnetOccupation, rated: Iterable[tuple[str, Mapping[str, tuple[Level, ...]]]]
) -> dict[str, tuple[Level, ...]]:
    """Read the levels of an unrated occupation from its nearest rated relatives: the mean of their group, wider.

    ``rated`` are (code, levels). Relatives share the longest beginning of the SOC code: broad, minor, then major group.
    """
    pairs = [(code, levels) for code, levels in rated if levels]
    for length in GROUP_PREFIXES:
        group = [levels for code, levels in pairs if code[:length] == occupation.code[:length]]
        if group:
            break
    else:
        return {}
    found: dict[str, tuple[Level, ...]] = {}
    for dimension in sorted(set().union(*group)):
        several = [levels[dimension][0] for levels in group if dimension in levels]
        value = round(float(np.mean([level.value for level in several])), 3)
        width = max(level.high - level.low for level in several) / 2 + DOUBTFUL_EXTRA_WIDTH
        low, high = round(max(0.0, value - width), 3), round(min(TOP, value + width), 3)
        evidence = f"O*NET mean of {len(several)} occupations {occupation.code[:length]}"
        found[dimension] = (Level(value, low, high, Source.OCCUPATION_PRIOR, evidence),)
    return found


def _level(dimension: Dimension, scores: Mapping[str, OnetScore]) -> Level | None:
    if dimension.onet.quality not in WIDTH_BY_QUALITY or dimension.id == "org_hours":
        return None
    known = [(element, scores[element]) for element in dimension.onet.elements if element in scores]
    if not known:
        return None
    levels = [element_level(element, score) for element, score in known]
    value = _aggregate(dimension.onet.aggregate, levels)
    width = WIDTH_BY_QUALITY[dimension.onet.quality]
    if any(score.doubtful for _, score in known):
        width += DOUBTFUL_EXTRA_WIDTH
    evidence = "O*NET " + ", ".join(element for element, _ in known)
    value = round(value, 3)
    return Level(
        value,
        round(max(0.0, value - width), 3),
        round(min(TOP, value + width), 3),
        Source.OCCUPATION_PRIOR,
        evidence,
    )


def _aggregate(how: str, levels: list[float]) -> float:
    match how:
        case "first":
            return levels[0]
        case "mean":
            return float(np.mean(levels))
        case "inverse":
            return TOP - levels[0]
        case _:
            return max(levels)
