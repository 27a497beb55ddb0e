"""Employers, their sites, the jobs there and the tasks in each job: what could be carved.

Frozen records. Ids are built as ``employer.site.job.task`` so that they read as a place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .conditions import Condition
from .levels import Level

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("am", "pm", "eve", "night")
BLOCKS = tuple(f"{day}_{part}" for day in DAYS for part in PARTS)
"""The half-day blocks of a week, in order."""

OWN_REGION = "own"
"""The region of task lists that an employer brought."""

ONET_REGION = "onet"
"""The region of O*NET occupations."""


POSTED = "posting-"
"""The last part of the id of a job that an employer's posting offers begins so (``data.postings``)."""


class Benefit(StrEnum):
    """What the employer gains when somebody takes the task: done at last, skilled hours freed, or pleasant."""

    UNDONE = "undone"
    FREES = "frees"
    NICE = "nice"


@dataclass(frozen=True, slots=True)
class Task:
    """Part of a job in the employer's own words, with weekly hours; core tasks stay where they are.

    ``extends_to_hours_per_week``: it is done so many hours now, but it would be worth doing up to this many (None: not
    known). ``levels`` may hold several levels of one dimension (several sources).
    """

    id: str
    text: str
    hours_per_week: float
    core: bool = False
    divisible: bool = True
    min_hours_per_week: float = 0.0
    extends_to_hours_per_week: float | None = None
    blocks: frozenset[str] = frozenset(BLOCKS)
    benefit: Benefit | None = None
    supervision: float = 0.0
    activities: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)

    @property
    def most_hours_per_week(self) -> float:
        """Give the most weekly hours that somebody could do of it, extension included.

        >>> Task("t", "Hyllyjen järjestäminen", 3.0, extends_to_hours_per_week=8.0).most_hours_per_week
        8.0
        """
        return max(self.hours_per_week, self.extends_to_hours_per_week or 0.0)


@dataclass(frozen=True, slots=True)
class Job:
    """An existing role at a site. ``levels`` hold for every task unless the task says otherwise.

    ``confirmed``: the employer has gone through all dimensions, so what is not named is not demanded.
    ``hours_assumed``: the hours of the tasks are a guess (O*NET gives none). ``isco``: the ISCO-08 code; ``esco``: the
    address of the ESCO occupation (``data.esco``).
    """

    id: str
    title: str
    tasks: tuple[Task, ...]
    confirmed: bool = False
    hours_assumed: bool = False
    isco: str = ""
    onet_soc: str = ""
    conditions: tuple[Condition, ...] = ()
    levels: Mapping[str, tuple[Level, ...]] = field(default_factory=dict)
    tied: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    esco: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A workplace. What is neither in ``has`` nor in ``lacks`` is unknown; None is unknown too."""

    id: str
    name: str
    jobs: tuple[Job, ...]
    municipality: str = ""
    has: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    supervision_hours_per_week: float | None = None
    places: int | None = None
    natural_support: float | None = None


@dataclass(frozen=True, slots=True)
class Employer:
    """Who offers the work. ``region`` is the data set it came with, e.g. ``keski_suomi`` or ``onet``."""

    id: str
    name: str
    region: str
    sites: tuple[Site, ...]
    sector: str = ""
    size: str = ""
    fictional: bool = False
