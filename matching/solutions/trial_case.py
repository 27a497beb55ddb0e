"""From an ended trial to the draft of an earlier solution: what the work asked too much, what was changed, how it went.

The gap is that of the whole jobs that the tasks came from: what the part-job left out was carved away, what a measure
closed was closed by it. A draft is checked, completed and confirmed by a human before anything is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.errors import InvalidInput
from data.solutions import Went
from data.trials import Course, MeasureEffect, Outcome, Trial, TriedTask, went_well
from data.workplaces import Employer, Task

from ..past_trial import suggestion_as_tried
from ..suggestion import Comparison

LEAST_GAP_STEPS = 0.5
"""A smaller gap than half a step is within the noise of a rating and is no gap."""

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class TrialCase:
    """What a trial says for the case base, without a word of whose it was.

    ``gaps`` and ``fine``: dimension -> (needed by the whole jobs, managed), in half steps. ``measures``: how each went.
    ``carved_for``: gaps that no measure of the trial closed and that the part-job avoids; ``carved_away``: the other
    tasks of those jobs. ``weeks``: from the first day to the end.
    """

    trial: str
    sector: str
    size: str
    site_has: frozenset[str]
    tasks: tuple[Task, ...]
    carved_away: tuple[Task, ...]
    hours_per_week: float
    gaps: Mapping[str, tuple[float, float]]
    fine: Mapping[str, tuple[float, float]]
    measures: Mapping[str, Went]
    carved_for: tuple[str, ...]
    outcome: Went
    result: Outcome | None
    course: Course
    weeks: float
    reviewed: bool
    fictional: bool


def case_of_trial(person: Candidate, employer: Employer, trial: Trial, today: date) -> TrialCase:
    """Draft a case from an ended trial.

    Raises InvalidInput when the trial is not judged yet, when nothing was changed in it, or when there was no gap;
    ``past_trial.NotInStore`` when its site or tasks are gone.
    """
    judged = went_well(trial)
    if judged.went_well is None:
        raise InvalidInput(f"trial {trial.id}", "it is not judged yet", "a trial that has ended, with its outcome")
    outcome = _outcome(trial, judged.went_well)
    site = next((one for one in employer.sites if one.id == trial.site), None)
    tried = suggestion_as_tried(person, employer, trial)
    touched = [job for job in (site.jobs if site else ()) if any(part.job.id == job.id for part in tried.tasks)]
    everything = tuple(TriedTask(task.id, task.hours_per_week) for job in touched for task in job.tasks)
    whole = suggestion_as_tried(person, employer, replace(trial, tasks=everything, measures=()))
    gaps, fine = _gaps_and_fit(whole.comparisons)
    if not gaps:
        raise InvalidInput(f"trial {trial.id}", "the work asked no more than the person manages", "a trial with a gap")
    part = {one.dimension: one for one in tried.comparisons}
    closed = {effect for id_ in trial.measures for effect in _lowers(id_)}
    carved = tuple(d for d in gaps if d not in closed and _within(part.get(d)))
    taken = {part.task.id for part in tried.tasks}
    if not trial.measures and not carved:
        raise InvalidInput(f"trial {trial.id}", "nothing was changed in it", "a trial with a measure or a carved job")
    end = trial.ended_on or today
    return TrialCase(
        trial=trial.id,
        sector=employer.sector,
        size=employer.size,
        site_has=site.has if site else frozenset(),
        tasks=tuple(part.task for part in tried.tasks),
        carved_away=tuple(task for job in touched for task in job.tasks if task.id not in taken),
        hours_per_week=trial.hours_per_week,
        gaps=gaps,
        fine=fine,
        measures={id_: _measure_went(id_, trial, outcome) for id_ in trial.measures},
        carved_for=carved,
        outcome=outcome,
        result=trial.outcome,
        course=trial.course,
        weeks=round((end - trial.starts).days / DAYS_A_WEEK, 1),
        reviewed=bool(trial.reviews),
        fictional=trial.fictional,
    )


def half_steps(level: float) -> float:
    """Round a level to the half steps in which people rate.

    >>> half_steps(3.3), half_steps(2.1)
    (3.5, 2.0)
    """
    return round(level * 2) / 2


def _gaps_and_fit(
    comparisons: tuple[Comparison, ...],
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """Part what is known on both sides into gaps and what was fine; unknown says nothing."""
    gaps, fine = {}, {}
    for one in comparisons:
        if one.capacity is None:
            continue
        needed, managed = half_steps(one.demand), half_steps(one.capacity)
        if needed - managed >= LEAST_GAP_STEPS:
            gaps[one.dimension] = (needed, managed)
        elif needed > 0:
            fine[one.dimension] = (needed, managed)
    return gaps, fine


def _lowers(measure: str) -> tuple[str, ...]:
    return next((tuple(e.dimension for e in one.effects) for one in load_accommodations() if one.id == measure), ())


def _within(one: Comparison | None) -> bool:
    """Tell whether the part-job asks no more than the person manages; a demand that is gone asks nothing."""
    return one is None or one.capacity is None or one.demand <= one.capacity + LEAST_GAP_STEPS / 2


def _outcome(trial: Trial, well: bool) -> Went:
    changed = trial.course is Course.ADAPTED or trial.outcome is Outcome.HIRED_WITH_CHANGES
    if well:
        return Went.PARTLY if changed else Went.WORKED
    return Went.NOT_WORKED


def _measure_went(measure: str, trial: Trial, outcome: Went) -> Went:
    """Judge a measure by what reviews saw of it; where they saw nothing, by how the trial went."""
    seen: list[MeasureEffect] = [e for review in trial.reviews for e in review.effects if e.measure == measure]
    if not seen:
        return outcome
    told = {(m.id, e.dimension): e.steps for m in load_accommodations() for e in m.effects}
    share = sum(e.steps for e in seen) / max(0.5, sum(told.get((measure, e.dimension), 1.0) for e in seen))
    if share >= 0.75:
        return Went.WORKED
    return Went.PARTLY if share > 0.25 else Went.NOT_WORKED
