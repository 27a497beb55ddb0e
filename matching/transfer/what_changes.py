"""What would have to change for a job to be done at another workplace: named differences, each with its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.accommodations import Accommodation
from data.workplaces import Job, Site, Task
from features.accommodation_scope import open_questions

from ..market_index import musts
from .job import TransferJob
from .work_kinds import WorkKind

HEAVIER = 1.0
"""A load is named when the work there asks at least so many steps more than the job did."""

_HOURS = 0.01


@dataclass(frozen=True, slots=True)
class ToChange:
    """One thing that differs there. ``needed`` and ``there`` are hours a week or levels, None where not known.

    ``kind``: ``work`` (about the number of a kind: hours of the job, hours found), ``hours`` (all of them),
    ``condition`` (one that the job did not have), ``guidance`` (hours needed there, hours that there are),
    ``accommodation`` (needed there, not so far), ``facility`` (not known to be there, but what is needed asks for it),
    ``cannot`` (an accommodation of the job that the workplace lacks a facility for; ``facility`` names it), ``load``
    (level there, level of the job).
    """

    kind: str
    about: str
    needed: float | None = None
    there: float | None = None
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A part-job as it was found there: its tasks, hours by kind, guidance in all, levels after accommodations."""

    site: Site
    tasks: Sequence[tuple[Task, Job]]
    hours_by_kind: Mapping[int, float]
    guidance: float
    demand: Mapping[str, float]
    measures: Sequence[Accommodation]


def what_changes(
    job: TransferJob, kinds: Sequence[WorkKind], laid: Laid, catalogue: Sequence[Accommodation]
) -> tuple[ToChange, ...]:
    """List what differs there, work first; an empty list means that the job is there as it is."""
    return (
        *_work(job, kinds, laid),
        *_conditions(job, laid),
        *_guidance(job, laid),
        *_measures(job, laid, catalogue),
        *_loads(job, laid),
    )


def _work(job: TransferJob, kinds: Sequence[WorkKind], laid: Laid) -> Iterator[ToChange]:
    for number, kind in enumerate(kinds):
        there = round(laid.hours_by_kind.get(number, 0.0), 2)
        if there < kind.hours - _HOURS and job.origin != "solution":
            yield ToChange("work", str(number), kind.hours, there)
    total = round(sum(laid.hours_by_kind.values()), 2)
    if total < job.hours - _HOURS and job.origin != "solution":
        yield ToChange("hours", "", job.hours, total)


def _conditions(job: TransferJob, laid: Laid) -> Iterator[ToChange]:
    for key in sorted({c.key for task, role in laid.tasks for c in musts(task, role)} - job.conditions):
        yield ToChange("condition", key)


def _guidance(job: TransferJob, laid: Laid) -> Iterator[ToChange]:
    if laid.guidance > (job.guidance or 0.0) + _HOURS:
        yield ToChange("guidance", "", round(laid.guidance, 2), laid.site.supervision_hours_per_week)


def _measures(job: TransferJob, laid: Laid, catalogue: Sequence[Accommodation]) -> Iterator[ToChange]:
    for measure in laid.measures:
        if measure.id not in job.measures:
            yield ToChange("accommodation", measure.id)
    for facility in sorted({f for measure in laid.measures for f in open_questions(measure, laid.site)}):
        yield ToChange("facility", facility)
    for measure in catalogue:
        for facility in sorted(measure.requires & laid.site.lacks) if measure.id in job.measures else ():
            yield ToChange("cannot", measure.id, facility=facility)


def _loads(job: TransferJob, laid: Laid) -> Iterator[ToChange]:
    heavier = [(job.demand[d] - level, d) for d, level in laid.demand.items() if d in job.demand]
    for _, dimension in sorted(pair for pair in heavier if pair[0] <= -HEAVIER):
        yield ToChange("load", dimension, round(laid.demand[dimension], 2), round(job.demand[dimension], 2))
