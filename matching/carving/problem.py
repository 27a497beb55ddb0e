"""One carving problem: which tasks could become a part-job for this person, within which limits.

The model is DESIGN sections 4 and 5; the file form is ``carve-problem/1`` (``problem_file.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SMALLEST_STEP = 1e-6
"""Hours and levels are equal when they differ by less."""


@dataclass(frozen=True, slots=True)
class CarveTask:
    """A task as the solver sees it. ``value`` is the worth of an hour (0-1); None as ``blocks`` fits any half-day.

    ``hours_now``: what is done of it today, when ``hours`` is more (an extension); None: all of them. ``benefit`` to
    the employer and ``strain`` of the person, per hour, matter only to the front between the two.
    """

    id: str
    hours: float
    value: float
    levels: Mapping[str, float]
    job: str = ""
    site: str = ""
    divisible: bool = False
    min_hours: float = 0.0
    core: bool = False
    blocks: frozenset[str] | None = None
    supervision: float = 0.0
    ban_levels: Mapping[str, float] | None = None
    benefit: float | None = None
    strain: float | None = None
    hours_now: float | None = None

    @property
    def now(self) -> float:
        """Give the weekly hours that are done of it today."""
        return self.hours if self.hours_now is None else self.hours_now

    @property
    def most(self) -> Mapping[str, float]:
        """The levels that bans look at: the upper ends where they are known, else the levels themselves."""
        return self.levels if self.ban_levels is None else self.ban_levels


@dataclass(frozen=True, slots=True)
class CarveMeasure:
    """An accommodation: steps off each dimension on the tasks that it applies to (None: all)."""

    id: str
    cost: float
    effects: Mapping[str, float]
    tasks: frozenset[str] | None = None

    def steps(self, task: str, dimension: str) -> float:
        """Tell how many steps it takes off one dimension of one task."""
        return self.effects.get(dimension, 0.0) if self.tasks is None or task in self.tasks else 0.0


def bought_at(measure: str, site: str) -> str:
    """Name a measure that is bought for one site of several."""
    return f"{measure}@{site}"


def measure_of(id_: str) -> str:
    """Give the catalogue id of a measure, wherever it is bought.

    >>> measure_of(bought_at("stool_sit_stand", "kartano.keittio"))
    'stool_sit_stand'
    """
    return id_.partition("@")[0]


@dataclass(frozen=True, slots=True)
class CarveLimits:
    """The most tasks, jobs, accommodations and weekly hours of guidance; None does not bind."""

    tasks: int | None = None
    jobs: int | None = None
    accommodations: int | None = None
    supervision: float | None = None


@dataclass(frozen=True, slots=True)
class DayRule:
    """What a day of the week plan may hold: nothing, or from ``least`` to ``most`` hours; at most ``days`` are worked.

    None does not bind. Finnish employment services' trial, for one: 4 to 8 hours, five days.
    """

    least: float = 0.0
    most: float | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class CarveProblem:
    """Everything that decides a part-job. A dimension absent from ``capacity`` is unknown and does not constrain.

    ``blocks``: the person's half-days with hours, in order; None means no week plan is wanted. ``locked``: tasks that
    must be taken. ``at_most``: of these tasks no more than so many. ``budgets``: factors by task, and the most that
    hours times factors may add up to. ``alternate``: no half-day may break a dose limit on its own. ``between``:
    minutes of travel between two sites; with more than ``travel_within_day``, both are never on one day. ``day``: what
    each day of the week may hold; without ``blocks`` the weekly hours must be those of some such days.
    """

    hours_min: float
    hours_max: float
    tasks: tuple[CarveTask, ...]
    capacity: Mapping[str, float] = field(default_factory=dict)
    bans: Mapping[str, float] = field(default_factory=dict)
    blocks: tuple[tuple[str, float], ...] | None = None
    tied: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    measures: tuple[CarveMeasure, ...] = ()
    limits: CarveLimits = CarveLimits()
    switch_cost: float = 0.0
    locked: frozenset[str] = frozenset()
    at_most: tuple[tuple[frozenset[str], int], ...] = ()
    budgets: tuple[tuple[Mapping[str, float], float], ...] = ()
    alternate: bool = False
    between: Mapping[tuple[str, str], float] = field(default_factory=dict)
    travel_within_day: float | None = None
    day: DayRule | None = None

    def far_apart(self, one: str, other: str) -> bool:
        """Tell if two sites may not be on one day."""
        minutes = self.between.get((one, other), self.between.get((other, one), 0.0))
        return self.travel_within_day is not None and minutes > self.travel_within_day


@dataclass(frozen=True, slots=True)
class TakenTask:
    """A task in the part-job: weekly hours, and hours in each half-day when there is a week plan."""

    id: str
    hours: float
    blocks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why something cannot be: the rule, what it is about, what is needed and what is there (both may be None).

    ``rule``: ban, peak, dose, hours, blocks, core, tied, excluded, limits, locked, at_most, budget,
    travel, day.
    """

    rule: str
    about: str
    needed: float | None = None
    available: float | None = None
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CarveSolution:
    """The best part-job, or why there is none. ``status``: optimal, feasible or infeasible.

    ``bound`` is proven: no part-job of this problem is worth more. ``peaks`` and ``doses`` are after accommodations.
    """

    status: str
    objective: float | None = None
    bound: float | None = None
    tasks: tuple[TakenTask, ...] = ()
    accommodations: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    peaks: Mapping[str, float] = field(default_factory=dict)
    doses: Mapping[str, float] = field(default_factory=dict)
    reasons: tuple[Blocker, ...] = ()
    solver: Mapping[str, object] = field(default_factory=dict)

    @property
    def hours(self) -> float:
        """Weekly hours of the part-job."""
        return sum(task.hours for task in self.tasks)
