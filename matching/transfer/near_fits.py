"""Workplaces that just miss: work of the job's kinds is there, but no part-job; and the single changes that do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.market import Place

from ..carving.diagnosis import smallest_changes
from ..carving.market_search import bound_sites
from ..carving.part_job import carve
from ..carving.problem import Blocker, CarveProblem
from ..meeting import Meeting
from ..one_site import LOOKED_AT
from ..site_problem import SiteView

Problem = Callable[[int, SiteView | None], tuple[SiteView, CarveProblem]]


@dataclass(frozen=True, slots=True)
class NearFit:
    """A workplace that just misses, and the single changes each of which would be enough there.

    A change of rule ``facility`` is about something that the workplace is known to lack.
    """

    view: SiteView
    changes: tuple[Blocker, ...]

    @property
    def place(self) -> Place:
        """Give the workplace."""
        return self.view.place


def near_fits(meeting: Meeting, sites: Sequence[int], count: int, problem_of: Problem) -> tuple[NearFit, ...]:
    """Look at workplaces without a part-job, those first whose tasks of the job's kinds are worth most.

    ``meeting`` and ``problem_of`` hold the tasks beyond the person's levels too. No more than ``LOOKED_AT`` workplaces
    are looked at for each that is wanted.
    """
    asked = meeting.asked._replace(hours_min=0.0)
    bounds = bound_sites(meeting.columns, asked, asked.open)
    order = sorted((site for site in sites if np.isfinite(bounds[site])), key=lambda site: (-bounds[site], site))
    found: list[NearFit] = []
    for number in order[: LOOKED_AT * count]:
        if len(found) >= count:
            break
        view, problem = problem_of(number, None)
        if not problem.tasks:  # all of them are tied to something closed
            continue
        changes = (*smallest_changes(with_strongest_only(problem)), *_facilities(number, view, problem_of))
        single = tuple(change for change in changes if change.rule != "together")
        if single:
            found.append(NearFit(view, single))
    return tuple(found)


def with_strongest_only(problem: CarveProblem) -> CarveProblem:
    """Keep, for each load of a task above the person's level, only the measure that takes most off it.

    Weaker ones add nothing there, so what is possible with these is possible; only where a weaker one serves several
    loads at once may a change look larger than it has to be. Dozens of free measures would take minutes to weigh.
    """
    kept: set[str] = set()
    for task in problem.tasks:
        for dimension, level in task.levels.items():
            if level > problem.capacity.get(dimension, level):
                steps = [(-one.steps(task.id, dimension), one.cost, one.id) for one in problem.measures]
                kept |= {id_ for taken, _, id_ in sorted(steps)[:1] if taken < 0}
    return replace(problem, measures=tuple(one for one in problem.measures if one.id in kept))


def _facilities(number: int, view: SiteView, problem_of: Problem) -> list[Blocker]:
    """Name each facility that is known to be lacking and would be enough on its own."""
    wanted = sorted({facility for measure in view.catalogue for facility in measure.requires} & view.place.site.lacks)
    found = []
    for facility in wanted:
        site = replace(view.place.site, lacks=view.place.site.lacks - {facility})
        there = replace(view.market, places=(replace(view.place, site=site),))
        if carve(problem_of(number, replace(view, market=there))[1]).objective is not None:
            found.append(Blocker("facility", facility))
    return found
