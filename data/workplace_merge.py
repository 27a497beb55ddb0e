"""What becomes of a stored workplace when a list of its tasks is brought in: the list holds for what it says.

Sites that the list does not name stay, so do jobs that the employer posted, and so does what it has no column for. A
task that the list names in the same words keeps its id, its conditions and everything that people said about its loads;
a task of a named site that the list no longer has goes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .levels import Level, Source
from .workplaces import OWN_REGION, POSTED, Employer, Job, Site, Task

Said = Collection[str]
"""Ids of the columns that a list has (``exchange_tables``)."""

_OF_EMPLOYER = {"employer": "name", "sector": "sector", "size": "size", "fictional": "fictional", "region": "region"}
OF_EMPLOYER = frozenset(_OF_EMPLOYER)
_OF_SITE = {"site": "name", "municipality": "municipality", "site_has": "has", "site_lacks": "lacks",
            "site_supervision": "supervision_hours_per_week", "site_places": "places",
            "natural_support": "natural_support"}  # fmt: skip
_OF_JOB = {"job": "title", "job_confirmed": "confirmed", "job_hours_assumed": "hours_assumed", "isco": "isco",
           "esco": "esco",
           "onet_soc": "onet_soc", "job_conditions": "conditions", "job_levels": "levels", "tied": "tied",
           "excluded": "excluded"}  # fmt: skip
_OF_TASK = {"text": "text", "core": "core", "divisible": "divisible", "min_hours": "min_hours_per_week",
            "extends_to": "extends_to_hours_per_week", "blocks": "blocks", "benefit": "benefit",
            "supervision": "supervision", "activities": "activities", "conditions": "conditions",
            "levels": "levels"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """How many tasks a list brings, changes, leaves as they are and takes away."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


def merged_employer(
    stored: Employer | None, listed: Employer, said: Said, without_hours: Collection[str] = ()
) -> Employer:
    """Bring a stored employer up to a list; the listed one where nothing is stored.

    ``without_hours``: ids of listed tasks whose hours the list does not say; what is stored of them stays.
    """
    if stored is None:
        return listed
    there = {place.id: place for place in stored.sites}
    brought = {place.id: _merged_site(there.get(place.id), place, said, without_hours) for place in listed.sites}
    places = {id_: brought.get(id_, place) for id_, place in there.items()} | brought
    facts = _stated(listed, _OF_EMPLOYER, said)
    if facts.get("region") == OWN_REGION or "region" not in said:
        facts.pop("region", None)
    return replace(stored, sites=tuple(place for _, place in sorted(places.items())), **facts)


def task_counts(before: Employer | None, after: Employer) -> TaskCounts:
    """Count by task what is otherwise, facts of its job, site and employer included."""
    old, new = _tasks(before), _tasks(after)
    same = sum(old.get(id_) == one for id_, one in new.items())
    added = len(new.keys() - old.keys())
    return TaskCounts(added, len(new) - added - same, same, len(old.keys() - new.keys()))


def _tasks(owner: Employer | None) -> dict[str, tuple[object, ...]]:
    if owner is None:
        return {}
    return {
        task.id: (task, replace(job, tasks=()), replace(place, jobs=()), replace(owner, sites=()))
        for place in owner.sites
        for job in place.jobs
        for task in job.tasks
    }


def _stated(listed: object, fields: Mapping[str, str], said: Said) -> dict[str, Any]:
    """Give what the columns of a list say; an empty name says nothing."""
    told = {name: getattr(listed, name) for column, name in fields.items() if column in said}
    return {name: value for name, value in told.items() if value != "" or name not in {"name", "title"}}


def _merged_site(stored: Site | None, listed: Site, said: Said, silent: Collection[str]) -> Site:
    if stored is None:
        return listed
    there = {job.id: job for job in stored.jobs}
    jobs = tuple(_merged_job(there.get(job.id), job, said, silent) for job in listed.jobs)
    listed_ids = {job.id for job in jobs}
    posted = tuple(
        job for job in stored.jobs if job.id not in listed_ids and job.id.rpartition(".")[2].startswith(POSTED)
    )
    return replace(
        stored, jobs=tuple(sorted((*jobs, *posted), key=lambda job: job.id)), **_stated(listed, _OF_SITE, said)
    )


def _merged_job(stored: Job | None, listed: Job, said: Said, silent: Collection[str]) -> Job:
    if stored is None:
        return listed
    tasks = _with_stored_ids(stored, listed) if "task_id" not in said else listed.tasks
    there = {task.id: task for task in stored.tasks}
    told = [task.id not in silent for task in listed.tasks]
    merged = tuple(_merged_task(there.get(t.id), t, said, hours) for t, hours in zip(tasks, told, strict=True))
    facts = _stated(listed, _OF_JOB, said)
    if "job_hours_assumed" not in said:
        untold = {task.id for task, hours in zip(tasks, told, strict=True) if not hours}
        facts["hours_assumed"] = bool(untold - there.keys()) or (stored.hours_assumed and bool(untold))
    ids = {task.id for task in merged}
    whole = replace(stored, tasks=merged, **facts)
    return replace(
        whole,
        tied=tuple(group for group in whole.tied if ids.issuperset(group)),
        excluded=tuple(pair for pair in whole.excluded if ids.issuperset(pair)),
    )


def _with_stored_ids(stored: Job, listed: Job) -> tuple[Task, ...]:
    """Give tasks that a list names by their words the ids under which these words are stored, others a number."""
    by_words: dict[str, list[str]] = {}
    for task in stored.tasks:
        by_words.setdefault(task.text, []).append(task.id)
    known = [ids.pop(0) if (ids := by_words.get(task.text)) else "" for task in listed.tasks]
    numbers = (re.fullmatch(re.escape(stored.id) + r"\.(\d+)", task.id) for task in stored.tasks)
    last = max((int(found[1]) for found in numbers if found), default=0)
    tasks = []
    for task, id_ in zip(listed.tasks, known, strict=True):
        last += not id_
        tasks.append(replace(task, id=id_ or f"{stored.id}.{last}"))
    return tuple(tasks)


def _merged_task(stored: Task | None, listed: Task, said: Said, hours_told: bool) -> Task:
    if stored is None:
        return listed
    facts = _stated(listed, _OF_TASK, said)
    if hours_told:
        facts["hours_per_week"] = listed.hours_per_week
    if stored.text != listed.text:
        facts = {name: getattr(listed, name) for name in ("activities", "conditions", "levels")} | facts
    elif "levels" not in said:
        facts["levels"] = _with_what_people_said(stored.levels, listed.levels)
    whole = replace(stored, **facts)
    least = whole.hours_per_week if not whole.divisible else min(whole.min_hours_per_week, whole.hours_per_week)
    return replace(whole, min_hours_per_week=least) if "min_hours" not in said else whole


def _with_what_people_said(
    stored: Mapping[str, tuple[Level, ...]], read: Mapping[str, tuple[Level, ...]]
) -> dict[str, tuple[Level, ...]]:
    """Put what is read from the words now in place of what was read before, beside what people said."""
    stated = {
        dimension: tuple(one for one in several if one.source.directness > Source.MODEL.directness)
        for dimension, several in stored.items()
    }
    found = {}
    for dimension in dict.fromkeys((*stored, *read)):
        new = read.get(dimension, ())
        kept = tuple(one for one in stated.get(dimension, ()) if one not in new)
        if new or kept:
            found[dimension] = (*new, *kept)
    same = all(set(found.get(d, ())) == set(stored.get(d, ())) for d in {*found, *stored})
    return dict(stored) if same else found
