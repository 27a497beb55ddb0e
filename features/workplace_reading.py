"""Turns what others wrote into workplaces: an employer's rows, O*NET's occupations; loads from words or ratings."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence

from data.conditions import Condition, ConditionType, Need
from data.imports.onet import OnetOccupation
from data.imports.task_list import TaskRow
from data.levels import Level, Source
from data.workplaces import ONET_REGION, OWN_REGION, Employer, Job, Site, Task

from .condition_text import read_conditions
from .language import LANGUAGES
from .occupation_prior import group_levels, occupation_levels
from .task_text import read_activities, read_text

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


def employers_from_rows(rows: Sequence[TaskRow], language: str = "auto") -> list[Employer]:
    """Group an employer's rows by site and job, and read loads and activities from the words."""
    grouped: dict[str, dict[str, dict[str, list[TaskRow]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for row in rows:
        grouped[row.employer][row.site][row.job].append(row)
    employers = []
    for name, sites in sorted(grouped.items()):
        owner = f"{OWN_REGION}-{slug(name)}"
        places = tuple(_site(f"{owner}.{slug(site)}", site, jobs, language) for site, jobs in sorted(sites.items()))
        employers.append(Employer(owner, name, OWN_REGION, places))
    return employers


def _site(id_: str, name: str, jobs: dict[str, list[TaskRow]], language: str) -> Site:
    where = next((row.municipality for rows in jobs.values() for row in rows if row.municipality), "")
    roles = tuple(_job(f"{id_}.{slug(title)}", title, rows, language) for title, rows in sorted(jobs.items()))
    return Site(id_, name, roles, municipality=where)


def _job(id_: str, title: str, rows: list[TaskRow], language: str) -> Job:
    tasks = tuple(task_of_row(f"{id_}.{number}", row, language) for number, row in enumerate(rows, start=1))
    return Job(id_, title, tasks, hours_assumed=any(row.hours is None for row in rows))


def task_of_row(id_: str, row: TaskRow, language: str = "auto") -> Task:
    """Make a task of what an employer wrote: loads, activities and conditions are read from its words."""
    reading = read_text(row.text, language, row.job)
    hours = row.hours or ASSUMED_HOURS_PER_WEEK
    return Task(
        id=id_,
        text=row.text,
        hours_per_week=hours,
        core=row.core,
        divisible=row.divisible,
        min_hours_per_week=0.0 if row.divisible else hours,
        activities=reading.activities,
        levels={dimension: (level,) for dimension, level in reading.levels.items() if _sure_enough(level)},
        conditions=conditions_of(row.text, reading.language),
    )


def _sure_enough(level: Level) -> bool:
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
