"""Workplaces as rows: a task a row, with what is known of its job, site and employer, as ``imports`` reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..table_cells import conditions_text, levels_text, list_text
from ..workplaces import BLOCKS, Employer, Job, Site, Task
from .table_files import Cell

Words = Mapping[bool, str]
"""How yes and no are written."""


def _groups(groups: Iterable[Iterable[str]]) -> str:
    return list_text("+".join(group) for group in groups)


def _blocks(task: Task) -> str:
    return "" if task.blocks == frozenset(BLOCKS) else list_text(one for one in BLOCKS if one in task.blocks)


def _cells(owner: Employer, place: Site, job: Job, task: Task, yes_no: Words) -> dict[str, Cell]:
    return {
        "text": task.text,
        "hours": task.hours_per_week,
        "job": job.title,
        "site": place.name,
        "employer": owner.name,
        "municipality": place.municipality,
        "core": yes_no[task.core],
        "divisible": yes_no[task.divisible],
        "min_hours": task.min_hours_per_week,
        "extends_to": task.extends_to_hours_per_week,
        "blocks": _blocks(task),
        "benefit": task.benefit.value if task.benefit else None,
        "supervision": task.supervision,
        "activities": list_text(task.activities),
        "conditions": conditions_text(task.conditions),
        "levels": levels_text(task.levels),
        "job_confirmed": yes_no[job.confirmed],
        "job_hours_assumed": yes_no[job.hours_assumed],
        "isco": job.isco,
        "esco": job.esco,
        "onet_soc": job.onet_soc,
        "job_conditions": conditions_text(job.conditions),
        "job_levels": levels_text(job.levels),
        "tied": _groups(job.tied),
        "excluded": _groups(job.excluded),
        "site_has": list_text(sorted(place.has)),
        "site_lacks": list_text(sorted(place.lacks)),
        "site_supervision": place.supervision_hours_per_week,
        "site_places": place.places,
        "natural_support": place.natural_support,
        "sector": owner.sector,
        "size": owner.size,
        "region": owner.region,
        "fictional": yes_no[owner.fictional],
        "task_id": task.id,
        "job_id": job.id,
        "site_id": place.id,
        "employer_id": owner.id,
    }


def workplace_rows(employers: Iterable[Employer], columns: Sequence[str], yes_no: Words) -> list[list[Cell]]:
    """Give one row a task; jobs without tasks and sites without jobs hold nothing to carve and have no row."""
    all_cells = (
        _cells(owner, place, job, task, yes_no)
        for owner in employers
        for place in owner.sites
        for job in place.jobs
        for task in job.tasks
    )
    return [[cells[column] for column in columns] for cells in all_cells]
