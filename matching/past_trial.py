"""What was tried, laid out as a suggestion again: so that its features can be read where nobody kept them at the time.

Levels that were stated after the day of the decision are left out; everything else (wishes, hours, the site's facts) is
as the store holds it today. A row made this way is marked ``recomputed``: it may know what nobody knew on that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import numpy as np

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import Level
from data.trials import Trial
from data.workplaces import Employer, Job, Site
from features.accommodation_scope import applies_to, value_cost
from features.hour_value import wish_parts
from features.market import Levels, Market, build_market
from features.travel import travel_minutes

from .carving.near_miss import demand_before, gaps_closed
from .carving.problem import CarveMeasure, CarveProblem, CarveSolution, CarveTask, TakenTask
from .carving.recheck import bundle_levels
from .check import Capacity
from .config import Caution
from .flags import known_share, raise_flags
from .pipeline import compare
from .retrieval import InReach
from .suggestion import Suggestion, TakenPart


class NotInStore(LookupError):
    """The site or a task of the trial is not in the store any more; ``what`` is ``site_gone`` or ``task_gone``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def suggestion_as_tried(
    person: Candidate, employer: Employer, trial: Trial, caution: Caution = Caution.BALANCED
) -> Suggestion:
    """Lay a trial out as the suggestion that it was: its tasks, hours and measures against the person.

    Nothing is ranked or scored (rank 0, score NaN, no contributions), and the week plan is not known. Raises
    NotInStore when the site or a task is gone.
    """
    day = trial.day_of_decision
    person = replace(person, capacity=_stated_by(person.capacity, day))
    market = build_market([replace(employer, sites=(_site(employer, trial.site, day),))])
    rows = _rows(market, trial)
    capacity = Capacity.of(person, caution.quantile)
    problem = _problem(person, capacity, market, rows, trial, caution)
    taken = tuple(TakenTask(task.task, task.hours_per_week, {}) for task in trial.tasks)
    solution = CarveSolution("tried", tasks=taken, accommodations=tuple(sorted(trial.measures)))
    peaks, doses = bundle_levels(problem, solution)
    jobs = tuple(sorted({market.jobs[row].id for row in rows.values()}))
    solution = replace(solution, jobs=jobs, peaks=peaks, doses=doses)
    before = demand_before(problem, solution)
    place = market.places[0]
    reach = InReach(place, travel_minutes(person.municipality, place.site.municipality, person.travel_by))
    measures = tuple(measure for measure in load_accommodations() if measure.id in trial.measures)
    parts = tuple(TakenPart(market.tasks[rows[t.id]], market.jobs[rows[t.id]], t.hours, {}) for t in taken)
    demand = market.planned(caution.quantile)
    agreement = sum(p.hours * sum(wish_parts(person, p.task, demand[rows[p.task.id]]).values()) for p in parts)
    return Suggestion(
        id=trial.suggestion or trial.id,
        rank=0,
        reach=reach,
        tasks=parts,
        solution=solution,
        measures=measures,
        comparisons=compare(capacity, solution, before),
        gaps_closed=gaps_closed(problem, solution, before),
        known_share=known_share(capacity, market, sorted(rows.values())),
        wish_agreement=round(agreement / solution.hours, 4),
        score=float("nan"),
        contributions=(),
        flags=raise_flags(person, capacity, market, reach, rows, solution, measures),
    )


def _stated_by(levels: Mapping[str, Iterable[Level]], day: date) -> dict[str, tuple[Level, ...]]:
    """Keep what had been stated by a day, and what has no day; a dimension of which nothing is left is unknown."""
    kept = {d: tuple(one for one in several if (one.stated_on or day) <= day) for d, several in levels.items()}
    return {dimension: several for dimension, several in kept.items() if several}


def _site(employer: Employer, id_: str, day: date) -> Site:
    site = next((one for one in employer.sites if one.id == id_), None)
    if site is None:
        raise NotInStore("site_gone")
    return replace(site, jobs=tuple(_job(job, day) for job in site.jobs))


def _job(job: Job, day: date) -> Job:
    tasks = tuple(replace(task, levels=_stated_by(task.levels, day)) for task in job.tasks)
    return replace(job, levels=_stated_by(job.levels, day), tasks=tasks)


def _rows(market: Market, trial: Trial) -> dict[str, int]:
    there = {task.id: row for row, task in enumerate(market.tasks)}
    if not all(task.task in there for task in trial.tasks):
        raise NotInStore("task_gone")
    return {task.task: there[task.task] for task in trial.tasks}


def _problem(
    person: Candidate, capacity: Capacity, market: Market, rows: Mapping[str, int], trial: Trial, caution: Caution
) -> CarveProblem:
    """Put tasks, measures and the person side by side; what was tried need not have been feasible."""
    demand, names, site = market.planned(caution.quantile), list(dimension_index()), market.places[0].site
    tasks = tuple(
        CarveTask(
            id=task.task,
            hours=task.hours_per_week,
            value=0.0,
            levels={n: float(v) for n, v in zip(names, demand[rows[task.task]], strict=True) if v > 0},
            job=market.jobs[rows[task.task]].id,
            site=site.id,
        )
        for task in trial.tasks
    )
    known = {n: float(c) for n, c in zip(names, capacity.planned, strict=True) if np.isfinite(c)}
    known.pop(HOURS_DIMENSION, None)
    short = _short(market, rows, demand, known)
    measures = tuple(
        CarveMeasure(
            measure.id,
            value_cost(measure, site),
            {effect.dimension: effect.steps for effect in measure.effects if effect.dimension in short},
            frozenset(id_ for id_, row in rows.items() if applies_to(measure.scope, market.tasks[row], demand[row])),
        )
        for measure in load_accommodations()
        if measure.id in trial.measures
    )
    return CarveProblem(person.hours_min, person.hours_max, tasks, known, measures=measures)


def _short(market: Market, rows: Mapping[str, int], demand: Levels, known: Mapping[str, float]) -> frozenset[str]:
    """Name the dimensions on which some task that could be tried asks more than the person's level.

    Match lists count a measure's effects on these only. Which tasks of the site were open then is not known: all that
    are not core count, and those that were tried.
    """
    looked_at = sorted({*rows.values(), *(at for at, task in enumerate(market.tasks) if not task.core)})
    columns = dimension_index()
    return frozenset(d for d, level in known.items() if np.nanmax(demand[looked_at, columns[d]], initial=0.0) > level)
