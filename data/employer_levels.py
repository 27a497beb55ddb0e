"""What an employer says of loads, and no more: the levels that employers stated or that were read from their words.

What professionals, candidates and trials said of a task tells of people; it leaves for no employer and is claimed by
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .levels import Level, Source
from .workplaces import Employer, Job, Site

_OF_EMPLOYERS = frozenset({Source.EMPLOYER, Source.MODEL, Source.OCCUPATION_PRIOR})


def levels_of_employer(levels: Mapping[str, tuple[Level, ...]]) -> dict[str, tuple[Level, ...]]:
    """Keep the levels that an employer stands behind or that were read from what employers write.

    >>> levels_of_employer({"pos_stand": (Level(3, 2, 4, Source.OBSERVED), Level(2, 1, 3, Source.EMPLOYER))})
    {'pos_stand': (Level(value=2, low=1, high=3, source=<Source.EMPLOYER: 'employer'>, evidence='', stated_on=None),)}
    """
    kept = {name: tuple(one for one in said if one.source in _OF_EMPLOYERS) for name, said in levels.items()}
    return {name: said for name, said in kept.items() if said}


def as_employers_say(owner: Employer) -> Employer:
    """Give an employer with only such levels."""
    return replace(owner, sites=tuple(_site(place) for place in owner.sites))


def _site(place: Site) -> Site:
    return replace(place, jobs=tuple(_job(job) for job in place.jobs))


def _job(job: Job) -> Job:
    tasks = tuple(replace(task, levels=levels_of_employer(task.levels)) for task in job.tasks)
    return replace(job, tasks=tasks, levels=levels_of_employer(job.levels))
