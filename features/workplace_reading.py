"""Turns what others wrote into workplaces: an employer's rows, O*NET's occupations; loads from words or ratings."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from data.conditions import Condition, ConditionType, Need
from data.imports.onet import OnetOccupation
from data.imports.task_list import TaskRow
from data.levels import Level, Source
from data.workplaces import ONET_REGION, OWN_REGION, Employer, Job, Site, Task

from .condition_text import read_conditions
from .language import LANGUAGES
from .occupation_prior import group_levels, occupation_levels
from .task_text import TextReading, read_activities, read_texts

ASSUMED_HOURS_PER_WEEK = 2.0
"""A task whose list gives no hours is taken as this long, and the suggestion asks the employer."""

FULL_WEEK_HOURS = 37.5
"""O*NET gives no hours: a full week is spread evenly over an occupation's tasks, and the suggestion says so."""


WIDEST_TO_PLAN = 2.0
"""Steps: an estimate wider than this asks a question instead of planning (decision 0007)."""

LOWEST_LEVEL = "A1"
"""A language that is asked for without a level: some of it is needed."""

ANY_LICENCE = {"any": "B"}
"""A driving licence without a class is the one for a car."""


def slug(text: str) -> str:
    """Make an id of a name.

    >>> slug("Kotipesula Ääni Oy")
    'kotipesula-aani-oy'
    """
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


@dataclass(frozen=True, slots=True)
class ListedWorkplaces:
    """What a list of tasks says: its employers, and the ids of tasks whose hours it does not say."""

    employers: tuple[Employer, ...]
    without_hours: frozenset[str]


def employers_from_rows(rows: Sequence[TaskRow], language: str = "auto") -> list[Employer]:
    """Give the employers of ``workplaces_from_rows``."""
    return list(workplaces_from_rows(rows, language).employers)


def workplaces_from_rows(rows: Sequence[TaskRow], language: str = "auto") -> ListedWorkplaces:
    """Group an employer's rows by site and job, and read loads and activities from the words.

    Where a row says more (ids, loads, conditions, facts of the site ...), that holds and nothing is read from words.
    """
    grouped: dict[str, dict[str, dict[str, list[TaskRow]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in _with_readings(rows, language):
        owner = row.facts.get("employer_id") or f"{OWN_REGION}-{slug(row.employer)}"
        place = row.facts.get("site_id") or f"{owner}.{slug(row.site)}"
        grouped[owner][place][row.facts.get("job_id") or f"{place}.{slug(row.job)}"].append(row)
    employers, silent = list[Employer](), set[str]()
    for owner, sites in sorted(grouped.items()):
        first = next(row for jobs in sites.values() for several in jobs.values() for row in several)
        places = tuple(_site(id_, jobs, language, silent) for id_, jobs in sorted(sites.items()))
        told = {name: first.facts[name] for name in ("sector", "size", "fictional") if name in first.facts}
        employers.append(Employer(owner, first.employer, first.facts.get("region") or OWN_REGION, places, **told))
    return ListedWorkplaces(tuple(employers), frozenset(silent))


_OF_SITE = {"site_has": "has", "site_lacks": "lacks", "site_supervision": "supervision_hours_per_week",
            "site_places": "places", "natural_support": "natural_support"}  # fmt: skip
_OF_JOB = {"job_confirmed": "confirmed", "isco": "isco", "esco": "esco", "onet_soc": "onet_soc",
           "job_conditions": "conditions", "job_levels": "levels", "tied": "tied", "excluded": "excluded"}  # fmt: skip
_OF_TASK = {"min_hours": "min_hours_per_week", "extends_to": "extends_to_hours_per_week", "benefit": "benefit",
            "supervision": "supervision", "activities": "activities", "conditions": "conditions",
            "levels": "levels"}  # fmt: skip


def _facts(row: TaskRow, fields: Mapping[str, str]) -> dict[str, Any]:
    return {name: row.facts[column] for column, name in fields.items() if column in row.facts}


def _site(id_: str, jobs: Mapping[str, list[TaskRow]], language: str, silent: set[str]) -> Site:
    first = next(iter(jobs.values()))[0]
    where = next((row.municipality for rows in jobs.values() for row in rows if row.municipality), "")
    roles = tuple(_job(job, rows, language, silent) for job, rows in sorted(jobs.items()))
    return Site(id_, first.site, roles, municipality=where, **_facts(first, _OF_SITE))


def _job(id_: str, rows: list[TaskRow], language: str, silent: set[str]) -> Job:
    taken = {row.facts["task_id"] for row in rows if row.facts.get("task_id")}
    free = (f"{id_}.{number}" for number in count(1) if f"{id_}.{number}" not in taken)
    tasks = tuple(task_of_row(row.facts.get("task_id") or next(free), row, language) for row in rows)
    silent.update(task.id for task, row in zip(tasks, rows, strict=True) if row.hours is None)
    assumed = rows[0].facts.get("job_hours_assumed", any(row.hours is None for row in rows))
    return Job(id_, rows[0].job, tasks, hours_assumed=assumed, **_facts(rows[0], _OF_JOB))


_READ = frozenset({"levels", "activities", "conditions"})


def _with_readings(rows: Sequence[TaskRow], language: str) -> list[TaskRow]:
    """Put what the words of rows say beside what the rows say; all texts are read at once."""
    silent = [row for row in rows if not row.facts.keys() >= _READ]
    readings = read_texts([row.text for row in silent], language, [row.job for row in silent])
    read = {
        id(row): replace(row, facts=_read(row, reading) | dict(row.facts))
        for row, reading in zip(silent, readings, strict=True)
    }
    return [read.get(id(row), row) for row in rows]


def _read(row: TaskRow, reading: TextReading) -> dict[str, Any]:
    return {
        "activities": reading.activities,
        "levels": {dimension: (level,) for dimension, level in reading.levels.items() if sure_enough(level)},
        "conditions": conditions_of(row.text, reading.language),
    }


def task_of_row(id_: str, row: TaskRow, language: str = "auto") -> Task:
    """Make a task of what an employer wrote: what the row does not say is read from its words."""
    (row,) = _with_readings([row], language)
    hours, told = row.hours or ASSUMED_HOURS_PER_WEEK, _facts(row, _OF_TASK)
    if not told.get("min_hours_per_week") and not row.divisible:
        told["min_hours_per_week"] = hours
    if row.facts.get("blocks"):
        told["blocks"] = row.facts["blocks"]
    return Task(id=id_, text=row.text, hours_per_week=hours, core=row.core, divisible=row.divisible, **told)


def sure_enough(level: Level) -> bool:
    """Tell whether a level may plan a part-job: what is stated always, an estimate when its interval is narrow.

    A wider estimate is shown by ``worktrial classify`` for the employer to confirm; until then the load is unknown.
    """
    return level.source.directness > Source.MODEL.directness or level.high - level.low <= WIDEST_TO_PLAN


def conditions_of(text: str, language: str) -> tuple[Condition, ...]:
    """Read the boundary conditions that a person can be checked against; the others are for people to read.

    >>> [one.key for one in conditions_of("Hygieniapassi ja B-ajokortti vaaditaan.", "fi")]
    ['permit:hygiene_passport', 'driving_licence:B']
    """
    found = []
    for one in read_conditions(text, language) if language in LANGUAGES else ():
        if one.type not in {kind.value for kind in ConditionType}:
            continue
        need = Need(one.need)
        if one.type == ConditionType.LANGUAGE:
            tongue, _, level = one.value.partition(":")
            found.append(Condition(ConditionType.LANGUAGE, LOWEST_LEVEL if level == "any" else level, need, tongue))
        else:
            found.append(Condition(ConditionType(one.type), ANY_LICENCE.get(one.value, one.value), need))
    return tuple(dict.fromkeys(found))


def employers_from_onet(occupations: Iterable[OnetOccupation]) -> list[Employer]:
    """Make each occupation a site with one job; its tasks share the occupation's typical levels (a prior).

    Ratings belong to occupations, not tasks: task words give activities only, no levels. The few occupations without
    ratings take the mean of their nearest rated relatives, wider.
    """
    groups: dict[str, list[Site]] = defaultdict(list)
    occupations = list(occupations)
    rated = [(occupation.code, occupation_levels(occupation)) for occupation in occupations]
    for occupation, (_, own) in zip(occupations, rated, strict=True):
        id_ = f"{ONET_REGION}.{slug(occupation.code)}"
        share = round(FULL_WEEK_HOURS / len(occupation.tasks), 3)
        said = read_activities([text for _, text in occupation.tasks], "en")
        tasks = tuple(
            Task(f"{id_}.{number}", text, share, activities=activities)
            for (number, text), activities in zip(occupation.tasks, said, strict=True)
        )
        levels = own or group_levels(occupation, rated)
        job = Job(f"{id_}.job", occupation.title, tasks, False, True, onet_soc=occupation.code, levels=levels)
        groups[occupation.code[:2]].append(Site(id_, occupation.title, (job,)))
    return [
        Employer(f"{ONET_REGION}-{group}", f"O*NET {group}-0000", ONET_REGION, tuple(sites))
        for group, sites in sorted(groups.items())
    ]
