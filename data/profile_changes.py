"""What a candidate or a coach corrects of a profile, with who says so; nothing that others said is overwritten.

A level that somebody states stands beside those of other sources (DESIGN section 3): the most direct one counts. A
medical ban is set and taken back by a coach only; the person's own "must not" is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from .accommodations import load_accommodations
from .candidates import Ban, Candidate, Skill
from .dimensions import dimension_index
from .errors import InvalidInput
from .esco import skill_address
from .levels import TOP, Level, Source
from .vocabulary import vocabulary
from .workplaces import BLOCKS

LICENCE_CLASSES = ("AM", "A1", "A2", "A", "B", "BE", "C1", "C", "CE", "D1", "D", "DE", "T")
"""Classes of driving licences that a profile can say yes or no to."""

PERSONAL, MEDICAL = "personal", "medical"
MOST_HOURS = 60.0


@dataclass(frozen=True, slots=True)
class StatedLevel:
    """What somebody says that the person manages on a dimension: a level with its interval, steps 0-5."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What is to be changed; what is not named stays.

    ``plain``: fields of the profile by name (``hours_min``, ``wishes`` ...). ``levels``: dimension -> what is stated
    (None: take back what this source stated). ``bans``: dimension -> highest level (None: no ban).
    """

    plain: Mapping[str, Any] = field(default_factory=dict)
    levels: Mapping[str, StatedLevel | None] = field(default_factory=dict)
    bans: Mapping[str, float | None] = field(default_factory=dict)


def changed_profile(person: Candidate, change: ProfileChange, source: Source, on: date) -> Candidate:
    """Give the profile with the change; InvalidInput names the field that cannot be so, never its value.

    ``source``: candidate or professional, whoever states it.
    """
    capacity = dict(person.capacity)
    for dimension, stated in change.levels.items():
        _known_dimension("levels", dimension)
        others = tuple(level for level in capacity.get(dimension, ()) if level.source is not source)
        capacity[dimension] = others if stated is None else (*others, _level(dimension, stated, source, on))
        if not capacity[dimension]:
            del capacity[dimension]
    return replace(
        person, **_plain(person, change.plain), capacity=capacity, bans=_bans(person, change.bans, source)
    )  # fmt: skip


Piece = tuple[str, str]
"""One thing that a profile says: its field and, where the field holds several, the key in it. Hours are one piece."""

_SEVERAL = ("capacity", "wishes", "preferences", "blocks", "languages", "permits", "licences")
_TOGETHER = ("hours_min", "hours_max")


def changed_pieces(before: Candidate, after: Candidate) -> tuple[Piece, ...]:
    """Name what differs between two states of a profile."""
    one, other = _pieces(before), _pieces(after)
    return tuple(sorted(piece for piece in one.keys() | other.keys() if one.get(piece) != other.get(piece)))


def without_correction(now: Candidate, before: Candidate, after: Candidate) -> Candidate:
    """Take one correction back and leave everything else as it is now.

    ``before`` and ``after``: the profile at that correction. A piece that was changed again since must not be among
    those that it changed (``changed_again``): nobody could tell which of the two was meant.
    """
    if now == after:
        return before
    pieces, was = _pieces(now), _pieces(before)
    for piece in changed_pieces(before, after):
        if piece in was:
            pieces[piece] = was[piece]
        else:
            pieces.pop(piece, None)
    return _from_pieces(now, pieces)


def changed_again(now: Candidate, before: Candidate, after: Candidate) -> tuple[Piece, ...]:
    """Name what a correction changed and what no longer stands as it left it."""
    pieces, left = _pieces(now), _pieces(after)
    return tuple(piece for piece in changed_pieces(before, after) if pieces.get(piece) != left.get(piece))


def _pieces(person: Candidate) -> dict[Piece, Any]:
    found: dict[Piece, Any] = {("hours", ""): tuple(getattr(person, name) for name in _TOGETHER)}
    found |= {("bans", ban.dimension): ban for ban in person.bans}
    for one in fields(Candidate):
        if one.name in _SEVERAL:
            found |= {(one.name, key): value for key, value in getattr(person, one.name).items()}
        elif one.name not in ("id", "bans", *_TOGETHER):
            found[one.name, ""] = getattr(person, one.name)
    return found


def _from_pieces(person: Candidate, pieces: Mapping[Piece, Any]) -> Candidate:
    values: dict[str, Any] = {name: {} for name in _SEVERAL}
    bans: list[Ban] = []
    for (name, key), value in pieces.items():
        if name == "hours":
            values |= dict(zip(_TOGETHER, value, strict=True))
        elif name == "bans":
            bans.append(value)
        elif name in _SEVERAL:
            values[name][key] = value
        else:
            values[name] = value
    return replace(person, **values, bans=tuple(sorted(bans, key=lambda ban: ban.dimension)))


def _level(dimension: str, stated: StatedLevel, source: Source, on: date) -> Level:
    if not 0 <= stated.low <= stated.value <= stated.high <= TOP:
        raise InvalidInput(f"levels.{dimension}", "this is no level", "0 <= low <= value <= high <= 5")
    return Level(stated.value, stated.low, stated.high, source, "", on)


def _bans(person: Candidate, wanted: Mapping[str, float | None], source: Source) -> tuple[Ban, ...]:
    bans = {ban.dimension: ban for ban in person.bans}
    ground = MEDICAL if source is Source.PROFESSIONAL else PERSONAL
    for dimension, highest in wanted.items():
        _known_dimension("bans", dimension)
        old = bans.get(dimension)
        if old is not None and old.ground == MEDICAL and ground == PERSONAL:
            raise InvalidInput(
                f"bans.{dimension}", "a medical limit is not changed by the person alone", "ask the coach"
            )
        if highest is None:
            bans.pop(dimension, None)
        elif 0 <= highest <= TOP:
            bans[dimension] = Ban(dimension, highest, ground)
        else:
            raise InvalidInput(f"bans.{dimension}", "this is no level", "0 to 5")
    return tuple(bans[dimension] for dimension in sorted(bans))


def _plain(person: Candidate, wanted: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(wanted)
    least = values.get("hours_min", person.hours_min)
    most = values.get("hours_max", person.hours_max)
    if not 0 <= least <= most <= MOST_HOURS:
        raise InvalidInput("hours", "this is no week", f"0 <= hours_min <= hours_max <= {MOST_HOURS:g}")
    for name, known in _known_ids().items():
        if not set(values.get(name, ())) <= known:
            raise InvalidInput(name, "an id is unknown", "ids of activities, dimensions, half-days, permits, licences")
    if not set(values.get("preferences", {}).values()) <= {"more", "less"}:
        raise InvalidInput("preferences", "a preference is unclear", "more or less")
    if "skills" in values:
        values["skills"] = tuple(Skill(text, activity, _skill(esco)) for text, activity, esco in values["skills"])
    if "strengths" in values:
        values["strengths"] = tuple(values["strengths"])
    if "declined_accommodations" in values:
        values["declined_accommodations"] = frozenset(values["declined_accommodations"])
    return values


def _skill(said: str) -> str:
    address = skill_address(said) if said.strip() else ""
    if address is None:
        raise InvalidInput(
            "skills",
            "this is no address of an ESCO skill",
            "http://data.europa.eu/esco/skill/ and its id, or nothing",
        )
    return address


def _known_ids() -> dict[str, set[str]]:
    activities, dimensions = set(vocabulary("activities")), set(dimension_index())
    return {
        "wishes": activities, "strengths": activities | dimensions, "blocks": set(BLOCKS), "preferences": dimensions,
        "permits": set(vocabulary("permits")), "licences": set(LICENCE_CLASSES),
        "declined_accommodations": {measure.id for measure in load_accommodations()},
    }  # fmt: skip


def _known_dimension(where: str, dimension: str) -> None:
    if dimension not in dimension_index():
        raise InvalidInput(where, "a dimension is unknown", "ids of the dimensions")
