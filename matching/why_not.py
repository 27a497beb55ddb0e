"""Why a workplace is not on somebody's list: what speaks against it, which tasks are closed, what would open it."""

from __future__ import annotations

from dataclasses import dataclass

from .carving.diagnosis import smallest_changes
from .carving.part_job import carve
from .carving.problem import Blocker
from .one_site import ClosedTask, SiteQuestion


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The reasons. ``against``: what leaves the whole site out (empty: nothing does).

    ``hours``: weekly hours of the part-job that there would be (0: none): then others on the list are simply better.
    ``changes``: single changes each of which would make a part-job possible; only where there is none.
    """

    against: str
    closed: tuple[ClosedTask, ...]
    changes: tuple[Blocker, ...]
    hours: float


def why_not(asked: SiteQuestion) -> WhyNot:
    """Tell why a site that was looked at is not on the list."""
    if not asked.problem.tasks:
        return WhyNot(asked.against, asked.closed, (), 0.0)
    solution = carve(asked.problem)
    changes = smallest_changes(asked.problem) if solution.objective is None else ()
    return WhyNot(asked.against, asked.closed, changes, round(solution.hours, 2))
