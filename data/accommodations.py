"""What can be changed so that work becomes possible: aids, order of work, hours, coaching, company.

Each measure lowers the demand or exposure of the tasks that it applies to by a stated number of steps, with
a reason for each step (``data/reference/accommodations/*.yaml``).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from .dimensions import dimension_index
from .errors import ReferenceFault
from .reference_files import REFERENCE, read_yaml


class AccommodationKind(StrEnum):
    """The five kinds of work modification (REHADAT's four and working time)."""

    TECHNICAL = "technical"
    ORGANISATIONAL = "organisational"
    WORKING_TIME = "working_time"
    PERSON_CENTRED = "person_centred"
    SOCIAL = "social"


class CostClass(StrEnum):
    """All costs of the first year: none, below 300 euros, 300-2,000 euros, above 2,000 euros."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Effect:
    """By how many steps a measure lowers one dimension, and why just so much."""

    dimension: str
    steps: float
    why: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a measure applies to: kinds of tasks, and tasks within bounds of a level."""

    activities: frozenset[str] = frozenset()
    not_activities: frozenset[str] = frozenset()
    only_when: Mapping[str, float] | None = None
    not_when: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Accommodation:
    """One measure of the catalogue."""

    id: str
    names: Mapping[str, str]
    kind: AccommodationKind
    what: Mapping[str, str]
    effects: tuple[Effect, ...]
    scope: Scope
    cost_class: CostClass
    one_off_eur: float
    yearly_eur: float
    cost_source: str
    lead_time_days: int
    requires: frozenset[str]
    isolating: bool
    isolation_note: Mapping[str, str] | None
    caution: Mapping[str, str] | None
    evidence_strength: str
    evidence_source: str


@cache
def load_accommodations() -> tuple[Accommodation, ...]:
    """Read the catalogue, sorted by id; ReferenceFault when an entry contradicts itself."""
    folder = REFERENCE / "accommodations"
    entries = [entry for path in sorted(folder.glob("*.yaml")) for entry in read_yaml(path)]
    found = sorted((_accommodation(entry) for entry in entries), key=lambda measure: measure.id)
    for one, other in itertools.pairwise(found):
        if one.id == other.id:
            raise ReferenceFault("accommodations", one.id, "the id stands twice")
    return tuple(found)


def _accommodation(entry: dict[str, Any]) -> Accommodation:
    where, known = entry["id"], dimension_index()
    for effect in entry["effects"]:
        if effect["dimension"] not in known:
            raise ReferenceFault("accommodations", where, f"unknown dimension {effect['dimension']}")
    scope = entry.get("applies_to") or {}
    return Accommodation(
        id=where,
        names=entry["names"],
        kind=AccommodationKind(entry["kind"]),
        what=entry["what"],
        effects=tuple(Effect(**effect) for effect in entry["effects"]),
        scope=Scope(
            frozenset(scope.get("activities") or ()),
            frozenset(scope.get("not_activities") or ()),
            scope.get("only_when"),
            scope.get("not_when"),
        ),
        cost_class=CostClass(entry["cost"]["class"]),
        one_off_eur=float(entry["cost"]["one_off_eur"]),
        yearly_eur=float(entry["cost"]["yearly_eur"]),
        cost_source=entry["cost"]["source"],
        lead_time_days=int(entry["lead_time_days"]),
        requires=frozenset(entry["requires"]),
        isolating=bool(entry["isolating"]),
        isolation_note=entry["isolation_note"],
        caution=entry["caution"],
        evidence_strength=entry["evidence"]["strength"],
        evidence_source=entry["evidence"]["source"],
    )
