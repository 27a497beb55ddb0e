"""Part-jobs to talk about in a workshop: carved for real people, shown without anything that tells about them.

An employer is in the room. A proposal therefore holds tasks, hours, ordinary arrangements and what it frees: no person,
level, must-not, half-day, reason or score. Proposals stand in an order of their own, and what two people would both do
stands once, so neither the order nor the number says who is behind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from data.reference_files import read_reference
from data.workplaces import Benefit, Job, Site, Task

from .carving import CarveSolution, alternatives
from .one_site import SiteQuestion

SMALLEST_DIFFERENCE = 2
"""Tasks by which a further proposal for the same person differs at least."""


@dataclass(frozen=True, slots=True)
class ProposedTask:
    """A task of a proposal with its weekly hours."""

    task: Task
    job: Job
    hours: float


@dataclass(frozen=True, slots=True)
class ProposedWork:
    """One part-job as an employer may see it.

    ``arrangements``: measures of the catalogue that suit anybody who does the work; ``agreed_apart``: there are others,
    of which only the person may tell (not which, nor how many). ``freed``: weekly hours freed in each job (title);
    ``new_hours``: weekly hours of work that nobody does today. ``guidance``: weekly hours of guidance.
    """

    tasks: tuple[ProposedTask, ...]
    arrangements: tuple[str, ...]
    agreed_apart: bool
    freed: tuple[tuple[str, float], ...]
    new_hours: float
    guidance: float

    @property
    def hours(self) -> float:
        """Weekly hours."""
        return round(sum(part.hours for part in self.tasks), 2)


def proposals(asked: SiteQuestion, each: int = 2) -> tuple[ProposedWork, ...]:
    """Carve up to ``each`` different part-jobs for one person at one site; none when there is no part-job."""
    site = asked.view.place.site
    return tuple(proposed(site, one) for one in alternatives(asked.problem, each, SMALLEST_DIFFERENCE))


def without_whom(found: Iterable[ProposedWork]) -> tuple[ProposedWork, ...]:
    """Put the proposals for several people together and forget who they were for.

    The answer depends on the set of part-jobs only: the order of people and two people with the same part-job change
    nothing in it.
    """
    by_content = {_content(one): one for one in found}
    return tuple(by_content[key] for key in sorted(by_content))


def _content(one: ProposedWork) -> tuple[float, tuple[tuple[str, float], ...], tuple[str, ...], bool]:
    tasks = tuple((part.task.id, part.hours) for part in one.tasks)
    return -one.hours, tasks, one.arrangements, one.agreed_apart


def proposed(site: Site, solution: CarveSolution) -> ProposedWork:
    """Turn a part-job into what an employer may see."""
    where = {task.id: (task, job) for job in site.jobs for task in job.tasks}
    parts = tuple(
        ProposedTask(*where[taken.id], round(taken.hours, 2))
        for taken in sorted(solution.tasks, key=lambda taken: (-round(taken.hours, 2), taken.id))
    )
    freed: dict[str, float] = {}
    new_hours = 0.0
    for part in parts:
        now = 0.0 if part.task.benefit is Benefit.UNDONE else min(part.task.hours_per_week, part.hours)
        new_hours += part.hours - now
        if now > 0:
            freed[part.job.title] = freed.get(part.job.title, 0.0) + now
    ordinary = tuple(sorted(id_ for id_ in solution.accommodations if is_ordinary(id_)))
    return ProposedWork(
        parts,
        ordinary,
        len(solution.accommodations) > len(ordinary),
        tuple((title, round(hours, 2)) for title, hours in sorted(freed.items())),
        round(new_hours, 2),
        round(sum(part.hours * part.task.supervision for part in parts), 2),
    )


def is_ordinary(measure: str) -> bool:
    """Tell whether the name of a measure says nothing about a person: it makes the work easier for anybody.

    What is not listed as ordinary in ``data/reference/workshop.yaml`` is not named.

    >>> [is_ordinary(id_) for id_ in ("lift_table", "screen_reader", "own_checklist")]
    [True, False, False]
    """
    return measure in read_reference("workshop.yaml")["ordinary_measures"]
