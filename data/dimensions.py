"""The 60 things on which work and people are compared: standing, noise, reading, time pressure and so on.

Facts (ICF, O*NET elements, how tasks combine) and anchors are in ``data/reference/dimensions.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .errors import ReferenceFault
from .reference_files import read_reference


class Direction(StrEnum):
    """Whether the work demands an ability or exposes to something that must be tolerated."""

    REQUIREMENT = "requirement"
    EXPOSURE = "exposure"


class Combine(StrEnum):
    """How the level of a bundle comes from its tasks: the highest, the share of time, or its hours."""

    PEAK = "peak"
    DOSE = "dose"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class OnetLink:
    """How well O*NET measures the dimension, and by which elements."""

    quality: str
    aggregate: str
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the 60 dimensions, with names in three languages and anchors for the steps 0-5."""

    id: str
    group: str
    names: Mapping[str, str]
    short: Mapping[str, str]
    direction: Direction
    combine: Combine
    icf: tuple[str, ...]
    imba_melba: str
    onet: OnetLink
    anchors: Mapping[str, tuple[str, ...]]
    question: Mapping[str, str]
    note: str


@cache
def load_dimensions() -> tuple[Dimension, ...]:
    """Read the dimensions in their fixed order; ReferenceFault when the file contradicts itself."""
    found = tuple(_dimension(entry) for entry in read_reference("dimensions.yaml")["dimensions"])
    if len({dimension.id for dimension in found}) != len(found):
        raise ReferenceFault("dimensions.yaml", "ids", "an id stands twice")
    return found


def _dimension(entry: dict[str, object]) -> Dimension:
    facts = dict(entry)
    onet = facts.pop("onet")
    anchors = facts.pop("anchors")
    assert isinstance(onet, dict)  # noqa: S101 - narrows the type of a file that tests check
    assert isinstance(anchors, dict)  # noqa: S101 - as above
    if any(len(steps) != 6 for steps in anchors.values()):
        raise ReferenceFault("dimensions.yaml", str(facts["id"]), "needs anchors for the six steps 0-5")
    return Dimension(
        direction=Direction(str(facts.pop("direction"))),
        combine=Combine(str(facts.pop("combine"))),
        icf=tuple(facts.pop("icf")),  # type: ignore[arg-type]  # plain YAML list
        onet=OnetLink(str(onet["quality"]), str(onet["aggregate"]), tuple(onet["elements"])),
        anchors={language: tuple(steps) for language, steps in anchors.items()},
        **facts,  # type: ignore[arg-type]  # remaining fields are plain text and mappings
    )


@cache
def dimension_index() -> dict[str, int]:
    """Give each dimension id its column in every levels array."""
    return {dimension.id: column for column, dimension in enumerate(load_dimensions())}


HOURS_DIMENSION = "org_hours"
"""The one dimension that is derived from a bundle's weekly hours."""

_MOST_HOURS = (3.5, 9.5, 19.5, 25.5, 34.5, 60.0)


def most_weekly_hours(level: float) -> float:
    """Tell the most weekly hours that a capacity on ``org_hours`` allows (steps of ``dimensions.csv``).

    >>> most_weekly_hours(3), most_weekly_hours(2.5)
    (25.5, 19.5)
    """
    return _MOST_HOURS[int(level)]


def level_of_weekly_hours(hours: float) -> float:
    """Tell the lowest step of ``org_hours`` that so many weekly hours ask: the way back from ``most_weekly_hours``.

    >>> level_of_weekly_hours(25.5), level_of_weekly_hours(20.0), level_of_weekly_hours(0.0)
    (3.0, 3.0, 0.0)
    """
    if hours <= 0:
        return 0.0
    return float(next((step for step, most in enumerate(_MOST_HOURS) if hours <= most), len(_MOST_HOURS) - 1))
