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
    """One of the 60 dimensions, with names, a question and anchors for the steps 0-5 in three languages."""

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


_LANGUAGES = ("fi", "sv", "en")


@cache
def load_dimensions() -> tuple[Dimension, ...]:
    """Read the dimensions in their fixed order; ReferenceFault when the file contradicts itself or lacks a language."""
    found = tuple(dimension_of(entry) for entry in read_reference("dimensions.yaml")["dimensions"])
    if len({dimension.id for dimension in found}) != len(found):
        raise ReferenceFault("dimensions.yaml", "ids", "an id stands twice")
    return found


def dimension_of(entry: dict[str, object]) -> Dimension:
    """Read one entry of the file; ReferenceFault where a step, a question or a language is missing."""
    facts, where = dict(entry), str(entry["id"])
    onet, anchors, question = facts.pop("onet"), facts.pop("anchors"), facts["question"]
    assert isinstance(onet, dict)  # noqa: S101 - narrows the type of a file that tests check
    assert isinstance(anchors, dict)  # noqa: S101 - as above
    assert isinstance(question, dict)  # noqa: S101 - as above
    for language in _LANGUAGES:
        steps = anchors.get(language, ())
        if len(steps) != 6 or not all(step.strip() for step in steps):
            raise ReferenceFault("dimensions.yaml", where, f"needs anchors for the six steps 0-5 in {language}")
        if not question.get(language, "").strip():
            raise ReferenceFault("dimensions.yaml", where, f"needs a question in {language}")
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
