"""The person who looks for a work trial: capacity, bans, wishes, strengths, hours, skills, travel.

Work ability only, never a diagnosis; age, sex and origin are not here, so that no score can read them.
What is absent is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .levels import Level
from .record_json import ADDED


@dataclass(frozen=True, slots=True)
class Ban:
    """A "must not" on a dimension: no task above ``highest_level``; nothing trades against it."""

    dimension: str
    highest_level: float
    ground: str = "medical"


@dataclass(frozen=True, slots=True)
class Skill:
    """Something the person can do, in their own words, with the activity it belongs to if that is clear.

    ``esco``: address of the skill in ESCO (``data.esco``), where somebody says it; it is kept and given out, no more.
    """

    text: str
    activity: str = ""
    esco: str = field(default="", metadata=ADDED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person's profile for matching.

    ``wishes``: activity -> -2 (rather not) to 2 (very much). ``preferences``: dimension -> "more" or "less".
    ``blocks``: half-day -> hours available. Permits and licences: True has, False has not, absent unknown.
    ``adult``: whether minimum-age rules of 18 are met; the age itself is not needed.
    """

    id: str
    name: str
    hours_min: float
    hours_max: float
    capacity: Mapping[str, tuple[Level, ...]]
    municipality: str = ""
    travel_minutes_max: float | None = None
    travel_by: str = ""
    step_free_needed: bool = False
    adult: bool | None = None
    bans: tuple[Ban, ...] = ()
    wishes: Mapping[str, float] = field(default_factory=dict)
    preferences: Mapping[str, str] = field(default_factory=dict)
    strengths: tuple[str, ...] = ()
    blocks: Mapping[str, float] = field(default_factory=dict)
    skills: tuple[Skill, ...] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    permits: Mapping[str, bool] = field(default_factory=dict)
    licences: Mapping[str, bool] = field(default_factory=dict)
    own_car: bool | None = None
    criminal_record_ok: bool | None = None
    declined_accommodations: frozenset[str] = frozenset()
    fictional: bool = False
