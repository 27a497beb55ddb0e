"""Earlier solutions: which gap there was at work, what was changed, by whom, and how well it went.

A case says what the work asked and what the person managed on the 60 dimensions. It never holds a name, a diagnosis,
a place or a date; what a coach pastes is checked before it is stored (``features/deidentification.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .accommodations import CostClass
from .levels import TOP


class Went(StrEnum):
    """How well a case, or one change in it, did what it was meant to do."""

    WORKED = "worked"
    PARTLY = "partly"
    NOT_WORKED = "not_worked"


class EmployerSize(StrEnum):
    """People employed: below 10, 10-49, 50-249, 250 or more (the European Union's classes)."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class ChangeKind(StrEnum):
    """What was done about a gap: a measure, a task taken off, tasks of two jobs combined, hours, or something else."""

    MEASURE = "measure"
    CARVED = "carved"
    COMBINED = "combined"
    HOURS = "hours"
    OTHER = "other"


class Role(StrEnum):
    """Who did something for a solution; roles, never names."""

    WORKER = "worker"
    SUPERVISOR = "supervisor"
    EMPLOYER = "employer"
    COLLEAGUE = "colleague"
    COACH = "coach"
    OCCUPATIONAL_HEALTH = "occupational_health"
    SAFETY_REPRESENTATIVE = "safety_representative"
    INSURER = "insurer"


class Act(StrEnum):
    """What a role did."""

    PROPOSED = "proposed"
    ARRANGED = "arranged"
    TAUGHT = "taught"
    PAID = "paid"
    FOLLOWED_UP = "followed_up"


class JudgedHow(StrEnum):
    """How it was found out how well it went."""

    REVIEW = "review"
    OBSERVATION = "observation"
    DIARY = "diary"
    MEASUREMENT = "measurement"
    INTERVIEW = "interview"


class Consent(StrEnum):
    """Whether the person lets the case be kept: needed for every case that is not fictional."""

    FICTIONAL = "fictional"
    GIVEN = "given"


class SolutionSource(StrEnum):
    """Where a case comes from."""

    SEED = "seed"
    TRIAL = "trial"
    TEXT = "text"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Gap:
    """What the work asked on a dimension and what the person managed; levels 0-5, None when unknown.

    >>> Gap(5, 2).size
    3.0
    """

    needed: float | None
    managed: float | None

    def __post_init__(self) -> None:
        for level in (self.needed, self.managed):
            if level is not None and not 0 <= level <= TOP:
                raise ValueError(f"a level is a number from 0 to 5, got {level}")

    @property
    def size(self) -> float:
        """By how many steps the work asked more than the person managed; 0 when it did not or is not known."""
        if self.needed is None or self.managed is None:
            return 0.0
        return max(0.0, float(self.needed) - self.managed)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was changed: a measure of the catalogue by its id, or words of one's own by language.

    ``dimensions`` says which gaps words of one's own were meant for; a catalogue measure says so itself.
    """

    kind: ChangeKind
    went: Went
    accommodation: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name the change shortly and stably: the catalogue id, else its kind."""
        return self.accommodation or str(self.kind)


@dataclass(frozen=True, slots=True)
class SolutionText:
    """One case in words: what it is called, the work, what was changed, how it went and why."""

    title: str
    work: str
    change: str
    result: str

    @property
    def whole(self) -> str:
        """All the words in a row."""
        return " ".join((self.title, self.work, self.change, self.result))


@dataclass(frozen=True, slots=True)
class Cost:
    """All costs of the first year: the class of the catalogue, and euros from-to where they are known."""

    cost_class: CostClass
    least_eur: float | None = None
    most_eur: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How the outcome was judged: by whom, in what way, and how many weeks after the change."""

    by: tuple[Role, ...]
    how: JudgedHow
    after_weeks: float


@dataclass(frozen=True, slots=True)
class Solution:
    """One earlier work modification.

    ``gaps`` are the dimensions where the work asked too much; ``fine`` those that were known to fit. ``hours`` are
    weekly hours before and after, None where they stayed unsaid. ``weeks_to_arrange`` is from decision to first use.
    """

    id: str
    texts: Mapping[str, SolutionText]
    gaps: Mapping[str, Gap]
    changes: tuple[Change, ...]
    outcome: Went
    sector: str
    size: EmployerSize
    judged: Judged
    cost: Cost
    consent: Consent
    source: SolutionSource
    fine: Mapping[str, Gap] = field(default_factory=dict)
    site_has: frozenset[str] = frozenset()
    acts: Mapping[Act, Role] = field(default_factory=dict)
    hours: tuple[float, float] | None = None
    weeks_to_arrange: float | None = None
    fictional: bool = False

    def text(self, language: str) -> SolutionText:
        """Give the words in a language, else in the first language that the case has."""
        return self.texts.get(language) or self.texts[min(self.texts, key=("fi", "sv", "en").index)]
