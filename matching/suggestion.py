"""The answer: a match list of suggestions, each with its part-job, reasons, flags and what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.accommodations import Accommodation
from data.candidates import Candidate
from data.workplaces import Job, Task

from .carving.near_miss import GapClosed
from .carving.problem import CarveSolution
from .config import MatchConfig
from .flags import Flag
from .learning.lessons import NOTHING_LEARNED, Lessons, ReviewedSteps
from .learning.tables import UNITS_PER_LOG_ODDS, Term
from .retrieval import InReach
from .scoring import Contribution
from .search import Certificate


@dataclass(frozen=True, slots=True)
class TakenPart:
    """A task in the part-job, with hours a week and hours by half-day."""

    task: Task
    job: Job
    hours: float
    blocks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One dimension of the part-job against the person: before and after accommodations; None is unknown."""

    dimension: str
    demand_before: float
    demand: float
    capacity: float | None

    @property
    def margin(self) -> float | None:
        """Tell how many steps of room are left."""
        return None if self.capacity is None else round(self.capacity - self.demand, 2)


@dataclass(frozen=True, slots=True)
class Prospect:
    """How likely a suggestion is to go well: the scorer's terms, the largest first; they add up to the log-odds.

    ``chance``: 90 % interval and middle (low, middle, high; 0-1), or None and ``withheld`` says why: expert_weights,
    too_few_outcomes, too_little_known. ``simulated``: learned from simulated outcomes, so about nobody. ``features``:
    the row that was read, in the order of ``trial_features()``.
    """

    scorer: str
    terms: tuple[Term, ...]
    chance: tuple[float, float, float] | None
    withheld: str
    simulated: bool = False
    features: tuple[float, ...] = field(default=(), compare=False)  # unknown is NaN, which is never equal

    @property
    def log_odds(self) -> float:
        """Add the terms up."""
        return sum(term.units for term in self.terms) / UNITS_PER_LOG_ODDS


NOT_READ = Prospect("", (), None, "not_read")
"""A suggestion that no scorer has looked at yet."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One part-job at one workplace for one person.

    ``reviewed``: effects of its measures that reviews have moved, on dimensions where the person's level is known.
    """

    id: str
    rank: int
    reach: InReach
    tasks: tuple[TakenPart, ...]
    solution: CarveSolution
    measures: tuple[Accommodation, ...]
    comparisons: tuple[Comparison, ...]
    gaps_closed: tuple[GapClosed, ...]
    known_share: float
    wish_agreement: float
    score: float
    contributions: tuple[Contribution, ...]
    flags: tuple[Flag, ...]
    reviewed: tuple[ReviewedSteps, ...] = ()
    prospect: Prospect = NOT_READ

    @property
    def hours(self) -> float:
        """Weekly hours."""
        return round(self.solution.hours, 2)

    def reading(self, name: str) -> float:
        """Add up the contributions of one of the three readings."""
        return round(sum(c.value for c in self.contributions if c.reading == name), 4)


@dataclass(frozen=True, slots=True)
class MatchList:
    """A person's ranked suggestions, what was left out by reason, and the proof that nothing better is left.

    ``learned``: outcomes have a say in the order; ``simulated``: simulated ones, so it is about nobody.
    ``lessons``: what ended trials taught, as far as this list used it.
    """

    person: Candidate
    run_id: str
    model: str
    config: MatchConfig
    suggestions: tuple[Suggestion, ...]
    left_out: Mapping[str, int]
    certificate: Certificate
    learned: bool = False
    simulated: bool = False
    lessons: Lessons = NOTHING_LEARNED
