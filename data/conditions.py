"""Requirements that are not loads: permits, licences, language, age, travel. Met, unmet or unknown.

An unmet one blocks and names its remedy, an unknown one raises a question (DESIGN section 4, rule 5).
Names and remedies are in ``data/reference/conditions.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LANGUAGE_LEVELS = ("A0", "A1", "A2", "B1", "B2", "C1", "C2")
"""Steps of the Common European Framework; A0 is no knowledge of the language."""


class ConditionType(StrEnum):
    """Kinds of boundary conditions."""

    PERMIT = "permit"
    DRIVING_LICENCE = "driving_licence"
    CRIMINAL_RECORD = "criminal_record"
    LANGUAGE = "language"
    MIN_AGE = "min_age"
    OWN_CAR = "own_car"
    VACCINATION = "vaccination"
    HEALTH_CHECK = "health_check"


class Need(StrEnum):
    """Whether the employer cannot do without it, or would like it."""

    MUST = "must"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Condition:
    """One boundary condition of a task; ``value`` is a permit, a licence class, an age or a language level."""

    type: ConditionType
    value: str
    need: Need
    language: str = ""

    @property
    def key(self) -> str:
        """Name the condition shortly and stably, e.g. ``permit:hygiene_passport``, ``language:fi``."""
        return ":".join(part for part in (self.type, self.language or self.value) if part)
