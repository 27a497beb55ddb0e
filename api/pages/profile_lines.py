"""Lays out a capacity profile for reading: a line a dimension, with anchor, interval, source and must-not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.candidates import Ban, Candidate
from data.dimensions import Dimension, load_dimensions
from data.levels import Level, most_direct
from data.reference_files import read_reference

from ..local_time import day_text
from ..messages import Messages


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one source says of a dimension: who, the level as it is written, when, and on what it rests."""

    who: str
    level: str
    day: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CapacityLine:
    """One dimension of a person: the level that counts (None: not known) with its anchor, who says what, the must-not.

    ``ban``: highest level that is allowed, ``ground``: medical or personal, in words.
    """

    dimension: str
    name: str
    level: Level | None
    written: str
    anchor: str
    statements: tuple[StatementLine, ...]
    ban: float | None
    ground: str


@dataclass(frozen=True, slots=True)
class CapacityGroup:
    """One of the 13 groups with its lines; ``known``: so many have a level."""

    id: str
    name: str
    lines: tuple[CapacityLine, ...]
    known: int


def capacity_groups(person: Candidate, messages: Messages) -> tuple[CapacityGroup, ...]:
    """Lay out all 60 dimensions in the order of the groups; what nobody has said stands there as not known."""
    bans = {ban.dimension: ban for ban in person.bans}
    found = []
    for id_ in group_ids():
        lines = tuple(_line(one, person, bans.get(one.id), messages) for one in dimensions_of(id_))
        known = sum(line.level is not None for line in lines)
        found.append(CapacityGroup(id_, group_name(id_, messages), lines, known))
    return tuple(found)


def group_ids() -> tuple[str, ...]:
    """Give the groups of dimensions in order."""
    return tuple(read_reference("dimensions.yaml")["groups"])


def group_name(id_: str, messages: Messages) -> str:
    """Name a group."""
    return str(read_reference("dimensions.yaml")["groups"][id_][messages.language])


def dimensions_of(part: str) -> tuple[Dimension, ...]:
    """Give the dimensions of a group, or the one of that id; none for anything else."""
    return tuple(one for one in load_dimensions() if part in (one.group, one.id))


def anchor_text(anchors: Sequence[str], value: float) -> str:
    """Say a level by its anchor; between two steps by both.

    >>> anchor_text(["none", "little"], 1.0), anchor_text(["none", "little"], 0.5)
    ('little', 'none / little')
    """
    low = int(value)
    return anchors[low] if value == low else f"{anchors[low]} / {anchors[low + 1]}"


def level_text(level: Level, messages: Messages) -> str:
    """Write a level with its interval: 2,5 (2–3)."""
    value = messages.number(level.value)
    if level.low == level.high:
        return value
    return f"{value} ({messages.number(level.low)}–{messages.number(level.high)})"


def _line(dimension: Dimension, person: Candidate, ban: Ban | None, messages: Messages) -> CapacityLine:
    levels = person.capacity.get(dimension.id, ())
    level = most_direct(levels)
    ordered = sorted(levels, key=lambda one: one is not level)
    return CapacityLine(
        dimension=dimension.id,
        name=dimension.names[messages.language],
        level=level,
        written="" if level is None else level_text(level, messages),
        anchor="" if level is None else anchor_text(dimension.anchors[messages.language], level.value),
        statements=tuple(_statement(one, messages) for one in ordered),
        ban=None if ban is None else ban.highest_level,
        ground="" if ban is None else messages.text(f"profile.ground.{ban.ground}"),
    )


def _statement(level: Level, messages: Messages) -> StatementLine:
    day = "" if level.stated_on is None else day_text(level.stated_on, messages)
    return StatementLine(
        messages.text(f"profile.source.{level.source.value}"), level_text(level, messages), day, level.evidence
    )
