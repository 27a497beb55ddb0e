"""Keeps employers with their sites, jobs, tasks and levels."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ..conditions import Condition, ConditionType, Need
from ..errors import InvalidInput
from ..levels import Level
from ..workplaces import BLOCKS, Benefit, Employer, Job, Site, Task
from .level_rows import level_rows, levels_by_owner
from .schema import candidate, employer, job, job_level, site, site_change, task, task_level
from .site_versions import keep_versions

_EVERY_BLOCK = frozenset(BLOCKS)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One write to a site: its number in this store, and a token that no other write has."""

    number: int
    token: str


MOST_NAMED_CHANGES = 500
"""A write that touches more sites than this is noted as a change of all."""


def replace_region(connection: sa.Connection, region: str, employers: Iterable[Employer]) -> None:
    """Store a region whole; what was there under its name goes, other regions stay."""
    _note_changes(connection, sa.select(site.c.id).join(employer).where(employer.c.region == region))
    connection.execute(sa.delete(employer).where(employer.c.region == region))
    add_employers(connection, employers)


def add_employers(connection: sa.Connection, employers: Iterable[Employer]) -> None:
    """Store employers; whoever is there already under the same id is replaced whole."""
    employers = list(employers)
    sites = [(owner, s) for owner in employers for s in owner.sites]
    jobs = [(s, j) for _, s in sites for j in s.jobs]
    tasks = [(j, position, t) for _, j in jobs for position, t in enumerate(j.tasks)]
    if employers:
        ids = [owner.id for owner in employers]
        _note_changes(connection, sa.select(site.c.id).where(site.c.employer_id.in_(ids)), [s.id for _, s in sites])
        connection.execute(sa.delete(employer).where(employer.c.id.in_(ids)))
    _insert(connection, employer, [_employer_row(owner) for owner in employers])
    _insert(connection, site, [_site_row(owner, s) for owner, s in sites])
    _insert(connection, job, [_job_row(s, j) for s, j in jobs])
    _insert(connection, task, [_task_row(j, position, t) for j, position, t in tasks])
    _insert(connection, job_level, [row for _, j in jobs for row in level_rows("job_id", j.id, j.levels)])
    _insert(connection, task_level, [row for _, _, t in tasks for row in level_rows("task_id", t.id, t.levels)])


def refuse_ids_of_others(connection: sa.Connection, employers: Iterable[Employer]) -> None:
    """Raise InvalidInput for a site, job or task whose id is that of one elsewhere: nothing is taken from there."""
    listed = list(employers)
    places = [(place.id, owner.id) for owner in listed for place in owner.sites]
    jobs = [(one.id, place.id) for owner in listed for place in owner.sites for one in place.jobs]
    tasks = [(t.id, j.id) for owner in listed for place in owner.sites for j in place.jobs for t in j.tasks]
    for table, above, below in (
        (site, site.c.employer_id, places), (job, job.c.site_id, jobs), (task, task.c.job_id, tasks)
    ):  # fmt: skip
        said = dict(below)
        if len(said) < len(below):
            raise InvalidInput(f"{table.name}_id", "one id stands for two things", "an id of its own for each")
        ids = sorted(said)
        for start in range(0, len(ids), _AT_ONCE):
            part = ids[start : start + _AT_ONCE]
            for row in connection.execute(sa.select(table.c.id, above.label("above")).where(table.c.id.in_(part))):
                if said[row.id] != row.above:
                    raise InvalidInput(f"{table.name}_id", "this id is that of one elsewhere", "an id of its own")


def remove_employers(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Take employers with everything below them."""
    _note_changes(connection, sa.select(site.c.id).where(site.c.employer_id.in_(ids)))
    connection.execute(sa.delete(employer).where(employer.c.id.in_(ids)))


def some_employers(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Employer]:
    """Give employers by their ids, with everything below them; an id that nobody has is left out."""
    asked, found = sorted(set(ids)), dict[str, Employer]()
    for start in range(0, len(asked), _AT_ONCE):
        part = asked[start : start + _AT_ONCE]
        for row in connection.execute(sa.select(employer).where(employer.c.id.in_(part)).order_by(employer.c.id)):
            found[row.id] = Employer(row.id, row.name, row.region, (), row.sector, row.size, row.fictional)
        places = list(connection.scalars(sa.select(site.c.id).where(site.c.employer_id.in_(part))))
        for at in range(0, len(places), _AT_ONCE):
            for owner in employers_of(connection, sites=places[at : at + _AT_ONCE]):
                there = found[owner.id]
                found[owner.id] = replace(there, sites=(*there.sites, *owner.sites))
    return found


def add_task_levels(
    connection: sa.Connection, levels: Mapping[str, Mapping[str, Level]]
) -> tuple[int, tuple[str, ...]]:
    """Put levels beside those that tasks have; nothing is overwritten. Returns how many, and ids that no task has."""
    known = set(connection.scalars(sa.select(task.c.id).where(task.c.id.in_(list(levels)))))
    rows = [
        row
        for id_, by_dimension in levels.items()
        if id_ in known
        for row in level_rows("task_id", id_, {dimension: (level,) for dimension, level in by_dimension.items()})
    ]
    _note_changes(connection, sa.select(job.c.site_id).join(task).where(task.c.id.in_(list(known))).distinct())
    _insert(connection, task_level, rows)
    return len(rows), tuple(sorted(set(levels) - known))


def _note_changes(connection: sa.Connection, before: sa.Select[tuple[str]], after: Sequence[str] = ()) -> None:
    """Write down which sites a write touches; from ``MOST_NAMED_CHANGES`` on just that there were many.

    Before that, sites that a list was made from are put aside as they are, so that it can be made again later.
    """
    there: list[Any] = list(connection.scalars(before))
    keep_versions(
        connection, there, after, latest_change(connection).number, lambda ids: employers_of(connection, sites=ids)
    )
    touched = sorted({*there, *after})
    named: list[str | None] = [None] if len(touched) >= MOST_NAMED_CHANGES else [*touched]
    _insert(connection, site_change, [{"site_id": id_, "token": uuid.uuid4().hex} for id_ in named])


def latest_change(connection: sa.Connection) -> Change:
    """Name the last write to any site."""
    newest = sa.select(site_change.c.number, site_change.c.token).order_by(site_change.c.number.desc()).limit(1)
    row = connection.execute(newest).one()
    return Change(row.number, row.token)


def change_is_of(connection: sa.Connection, change: Change) -> bool:
    """Tell whether a change was made in this store (not in another one, or one that was put back since)."""
    return (
        connection.scalar(sa.select(site_change.c.token).where(site_change.c.number == change.number)) == change.token
    )


def sites_changed_since(connection: sa.Connection, change: Change) -> frozenset[str] | None:
    """Name the sites that were written after a change; None: too many to be named, or not a change of this store."""
    if not change_is_of(connection, change):
        return None
    later = sa.select(site_change.c.site_id).where(site_change.c.number > change.number)
    found = set(connection.scalars(later))
    if None in found or len(found) > MOST_NAMED_CHANGES:
        return None
    return frozenset(id_ for id_ in found if id_)


def site_ids(connection: sa.Connection) -> list[str]:
    """List the ids of all sites, sorted by their letters (not by the database's language)."""
    return sorted(connection.scalars(sa.select(site.c.id)))


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A workplace by its names: of the site, of its employer, and the municipality ("" when it is not known)."""

    id: str
    name: str
    employer: str
    municipality: str


def places_after(
    connection: sa.Connection, after: str | None, most: int, ids: Collection[str] | None = None, words: str = ""
) -> list[NamedPlace]:
    """List workplaces by their ids: of some ids (None: all), whose names hold some words, after one of them."""
    listed = sa.select(site.c.id, site.c.name, employer.c.name.label("employer"), site.c.municipality).join(employer)
    wanted = words.casefold().split()
    found = [
        NamedPlace(row.id, row.name, row.employer, row.municipality or "")
        for row in sorted(connection.execute(listed), key=lambda row: row.id)
        if (ids is None or row.id in ids) and (after is None or row.id > after)
    ]
    named = ((one, f"{one.name} {one.employer} {one.municipality}".casefold()) for one in found)
    return [one for one, names in named if all(word in names for word in wanted)][:most]


def regions(connection: sa.Connection) -> list[str]:
    """Name the regions in the store, sorted."""
    return list(connection.scalars(sa.select(employer.c.region).distinct().order_by(employer.c.region)))


def count_rows(connection: sa.Connection) -> dict[str, int]:
    """Count what the store holds."""
    tables = (candidate, employer, site, job, task)
    return {t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}


def employers_of(
    connection: sa.Connection, region: str | None = None, sites: Sequence[str] | None = None
) -> tuple[Employer, ...]:
    """Give the employers of a region (or of all) with everything below them, by id; with ``sites`` only these."""
    of_site = site.join(employer)
    of_job = job.join(of_site, job.c.site_id == site.c.id)
    of_task = task.join(of_job, task.c.job_id == job.c.id)
    joined = {
        site: of_site,
        job: of_job,
        task: of_task,
        job_level: job_level.join(of_job, job_level.c.job_id == job.c.id),
        task_level: task_level.join(of_task, task_level.c.task_id == task.c.id),
    }
    below = {table: sa.select(table).select_from(join) for table, join in joined.items()}
    top = sa.select(employer)
    if region is not None:
        top = top.where(employer.c.region == region)
        below = {table: query.where(employer.c.region == region) for table, query in below.items()}
    if sites is not None:
        top = top.where(employer.c.id.in_(sa.select(site.c.employer_id).where(site.c.id.in_(list(sites)))))
        below = {table: query.where(site.c.id.in_(list(sites))) for table, query in below.items()}
    rows = {table: connection.execute(query.order_by(table.c.id)).all() for table, query in below.items()}
    of_jobs = levels_by_owner(rows[job_level], "job_id")
    of_tasks = levels_by_owner(rows[task_level], "task_id")
    tasks = _grouped(rows[task], "job_id", lambda row: (row.position, _task(row, of_tasks.get(row.id, {}))))
    in_order = {id_: tuple(t for _, t in sorted(several, key=lambda pair: pair[0])) for id_, several in tasks.items()}
    jobs = _grouped(rows[job], "site_id", lambda row: _job(row, in_order.get(row.id, ()), of_jobs.get(row.id, {})))
    places = _grouped(rows[site], "employer_id", lambda row: _site(row, tuple(jobs.get(row.id, ()))))
    return tuple(
        Employer(row.id, row.name, row.region, tuple(places.get(row.id, ())), row.sector, row.size, row.fictional)
        for row in connection.execute(top.order_by(employer.c.id))
    )


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)


def _grouped(rows: Sequence[Any], parent: str, read: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, parent), []).append(read(row))
    return found


def _employer_row(owner: Employer) -> dict[str, Any]:
    names = ("id", "name", "region", "sector", "size", "fictional")
    return {name: getattr(owner, name) for name in names}


def _site_row(owner: Employer, place: Site) -> dict[str, Any]:
    names = ("id", "name", "municipality", "supervision_hours_per_week", "places", "natural_support")
    row = {name: getattr(place, name) for name in names}
    return row | {"employer_id": owner.id, "has": sorted(place.has), "lacks": sorted(place.lacks)}


def _job_row(place: Site, role: Job) -> dict[str, Any]:
    names = ("id", "title", "confirmed", "hours_assumed", "isco", "onet_soc", "esco")
    return {name: getattr(role, name) for name in names} | {
        "site_id": place.id,
        "conditions": _condition_values(role.conditions),
        "tied": [list(group) for group in role.tied],
        "excluded": [list(pair) for pair in role.excluded],
    }


def _task_row(role: Job, position: int, part: Task) -> dict[str, Any]:
    names = (
        "id",
        "text",
        "hours_per_week",
        "core",
        "divisible",
        "min_hours_per_week",
        "extends_to_hours_per_week",
        "supervision",
    )
    return {name: getattr(part, name) for name in names} | {
        "job_id": role.id,
        "position": position,
        "blocks": None if part.blocks == _EVERY_BLOCK else [block for block in BLOCKS if block in part.blocks],
        "benefit": part.benefit.value if part.benefit else None,
        "activities": list(part.activities),
        "conditions": _condition_values(part.conditions),
    }


def _condition_values(conditions: tuple[Condition, ...]) -> list[list[str]]:
    return [[c.type.value, c.value, c.need.value, c.language] for c in conditions]


def _conditions(values: list[list[str]]) -> tuple[Condition, ...]:
    return tuple(Condition(ConditionType(kind), value, Need(need), lang) for kind, value, need, lang in values)


def _site(row: Any, jobs: tuple[Job, ...]) -> Site:
    return Site(
        id=row.id,
        name=row.name,
        jobs=jobs,
        municipality=row.municipality,
        has=frozenset(row.has),
        lacks=frozenset(row.lacks),
        supervision_hours_per_week=row.supervision_hours_per_week,
        places=row.places,
        natural_support=row.natural_support,
    )


def _job(row: Any, tasks: tuple[Task, ...], levels: dict[str, tuple[Level, ...]]) -> Job:
    return Job(
        id=row.id,
        title=row.title,
        tasks=tasks,
        confirmed=row.confirmed,
        hours_assumed=row.hours_assumed,
        isco=row.isco,
        esco=row.esco,
        onet_soc=row.onet_soc,
        conditions=_conditions(row.conditions),
        levels=levels,
        tied=tuple(tuple(group) for group in row.tied),
        excluded=tuple((one, other) for one, other in row.excluded),
    )


def _task(row: Any, levels: dict[str, tuple[Level, ...]]) -> Task:
    return Task(
        id=row.id,
        text=row.text,
        hours_per_week=row.hours_per_week,
        core=row.core,
        divisible=row.divisible,
        min_hours_per_week=row.min_hours_per_week,
        extends_to_hours_per_week=row.extends_to_hours_per_week,
        blocks=_EVERY_BLOCK if row.blocks is None else frozenset(row.blocks),
        benefit=Benefit(row.benefit) if row.benefit else None,
        supervision=row.supervision,
        activities=tuple(row.activities),
        conditions=_conditions(row.conditions),
        levels=levels,
    )
